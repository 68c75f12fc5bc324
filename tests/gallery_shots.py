"""Pictures of the gallery: ``python -m tests.shots gallery`` for all kinds, with names of kinds for some.

Each kind gets one small picture for ``docs/kinds.md``: its usual question on the projector and on a phone. With ``LOOKS=1``
every state of the gallery goes to ``$DATA_DIR/shots/gallery`` as well, in its sizes, light and dark.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.live_site import Site
from tests.services import find_chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/images/kinds"
PHONE, WALL, SQUARE, LAPTOP = (390, 844), (1920, 1080), (1024, 768), (1440, 900)
#: Sizes in which a state is looked at, by place.
SIZES = {"phone": (PHONE,), "screen": (WALL, SQUARE), "panel": (LAPTOP,), "editor": (LAPTOP, PHONE)}
HEIGHT, SPACE, COLOURS = 420, 16, 32
GREY = (138, 138, 131)


def links(page: Page, base: str, path: str, pattern: str) -> list[str]:
    """Paths of a page's links that match."""
    page.goto(base + path)
    found = page.eval_on_selector_all("a[href]", "all => all.map(link => link.href)")
    return [place for place in dict.fromkeys(urlsplit(href).path for href in found) if re.fullmatch(pattern, place)]


def states(page: Page, base: str) -> Iterator[tuple[str, str, str, str]]:
    """Every state as ``(kind, place, specimen, state)``."""
    for sheet in links(page, base, "/gallery/", r"/gallery/[\w-]+/\w+/"):
        for state in links(page, base, sheet, r"/gallery/[\w-]+/\w+/[\w-]+/[\w-]+/"):
            _empty, _gallery, kind, place, specimen, name, _end = state.split("/")
            yield kind, place, specimen, name


def shoot(browser: Browser, url: str, size: tuple[int, int], theme: str = "light") -> bytes:
    """A still picture of a page."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=theme, reduced_motion="reduce"
    )  # fmt: skip
    page = context.new_page()
    page.goto(url + ("?theme=dark" if theme == "dark" else ""))
    page.wait_for_load_state("networkidle")
    taken = page.screenshot()
    context.close()
    return taken


def beside(wall: bytes, phone: bytes) -> Image.Image:
    """The projector and a phone at the same height, in few colours."""
    parts = [Image.open(BytesIO(each)).convert("RGB") for each in (wall, phone)]
    parts = [
        each.resize((round(each.width * HEIGHT / each.height), HEIGHT), Image.Resampling.LANCZOS) for each in parts
    ]
    width = sum(each.width for each in parts) + 3 * SPACE
    whole = Image.new("RGB", (width, HEIGHT + 2 * SPACE), GREY)
    left = SPACE
    for each in parts:
        whole.paste(each, (left, SPACE))
        left += each.width + SPACE
    return whole.quantize(COLOURS)


def main(kinds: list[str]) -> None:
    """Take the pictures of these kinds, or of all."""
    looks = Path(os.environ.get("DATA_DIR") or ROOT / "data") / "shots" / "gallery"
    for folder in (looks, PICTURES):
        folder.mkdir(parents=True, exist_ok=True)
    with Site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        found = list(states(browser.new_page(), site.url()))
        wanted = [each for each in found if not kinds or each[0] in kinds]
        for kind in dict.fromkeys(each[0] for each in wanted):
            specimen = next(each[2] for each in wanted if each[0] == kind)
            start = f"{site.url()}/gallery/{kind}"
            wall = shoot(browser, f"{start}/screen/{specimen}/much/", WALL)
            phone = shoot(browser, f"{start}/phone/{specimen}/answered/", PHONE)
            beside(wall, phone).save(PICTURES / f"{kind}.png", optimize=True)
            print(f"docs/images/kinds/{kind}.png", flush=True)
        for kind, place, specimen, name in wanted if "LOOKS" in os.environ else ():
            for size in SIZES[place]:
                for theme in ("light", "dark"):
                    taken = shoot(browser, f"{site.url()}/gallery/{kind}/{place}/{specimen}/{name}/", size, theme)
                    (looks / f"{kind}-{place}-{specimen}-{name}-{size[0]}-{theme}.png").write_bytes(taken)
        browser.close()
    print(looks if "LOOKS" in os.environ else PICTURES)
