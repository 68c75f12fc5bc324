"""axe, asked about a page as it stands: at the width of a phone and of a laptop, in light and in dark."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
#: Another theme at the same width is another set of colours, and nothing else.
COLOURS = OPTIONS | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

Look = tuple[tuple[int, int], str]
#: Colours do not depend on the width: both widths and both themes are seen, each once.
LOOKS: tuple[Look, ...] = (((390, 844), "light"), ((1440, 900), "dark"))
#: Pages that are only a phone's.
PHONE: tuple[Look, ...] = (((390, 844), "light"), ((390, 844), "dark"))
WALL: tuple[Look, ...] = (((1920, 1080), "light"),)
#: Only what was found comes over to the tests, and of each fault three places.
RUN = """(options) => axe.run(options).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 150)}`)))"""


def faults(page: Page, looks: tuple[Look, ...] = LOOKS, *, without: str = "") -> list[str]:
    """What axe finds, by size and theme: the rule, and the element it is about. The page keeps its last look.

    ``without``: a rule that is not asked.
    """
    found: list[str] = []
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    seen = None
    for (width, height), theme in looks:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        options: dict[str, Any] = COLOURS if seen == width else OPTIONS
        options = options | ({"rules": {without: {"enabled": False}}} if without else {})
        found += [f"{width} {theme} {fault}" for fault in page.evaluate(RUN, options)]
        seen = width
    return found
