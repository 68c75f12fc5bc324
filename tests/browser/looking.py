"""axe, asked about a page as it stands: at the width of a phone and of a laptop, in light and in dark."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}

Look = tuple[tuple[int, int], str]
#: Colours do not depend on the width: both widths and both themes are seen, each once.
LOOKS: tuple[Look, ...] = (((390, 844), "light"), ((1440, 900), "dark"))
#: Pages that are only a phone's.
PHONE: tuple[Look, ...] = (((390, 844), "light"), ((390, 844), "dark"))
WALL: tuple[Look, ...] = (((1920, 1080), "light"),)


def faults(page: Page, looks: tuple[Look, ...] = LOOKS, *, without: str = "") -> list[str]:
    """What axe finds, by size and theme: the rule, and the element it is about. The page keeps its last look.

    ``without``: a rule that is not asked.
    """
    found: list[str] = []
    options = OPTIONS | ({"rules": {without: {"enabled": False}}} if without else {})
    for (width, height), theme in looks:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for each in Axe().run(page, options=options).response["violations"]:
            found += [f"{width} {theme} {each['id']}: {node['html'][:150]}" for node in each["nodes"][:3]]
    return found
