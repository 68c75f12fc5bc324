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
from tests.programs import find_chromium

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


def states(page: Page, base: str) -> Iterator[tuple[str, str, str]]:
    """Every state as ``(kind, place, path)``: of questions ``/gallery/kind/place/specimen/state/``, of activities
    ``/gallery/on/kind/place/exhibit/``."""
    for sheet in links(page, base, "/gallery/", r"/gallery/(on/)?[\w-]+/\w+/"):
        of_activity = sheet.startswith("/gallery/on/")
        pattern = r"/gallery/on/[\w-]+/\w+/[\w-]+/" if of_activity else r"/gallery/(?!on/)[\w-]+/\w+/[\w-]+/[\w-]+/"
        for state in links(page, base, sheet, pattern):
            kind, place = state.split("/")[3:5] if of_activity else state.split("/")[2:4]
            if state.startswith(sheet):
                yield kind, place, state


def on_the_picture(kind: str, found: list[tuple[str, str, str]]) -> tuple[str, str]:
    """Paths of the usual state of a kind: on the projector and on a phone."""
    wall, phone = (
        next(path for each, at, path in found if (each, at) == (kind, place)) for place in ("screen", "phone")
    )
    if wall.startswith("/gallery/on/"):
        return wall, phone
    return re.sub(r"[\w-]+/$", "much/", wall), re.sub(r"[\w-]+/$", "answered/", phone)


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
            wall, phone = on_the_picture(kind, wanted)
            pictures = shoot(browser, site.url() + wall, WALL), shoot(browser, site.url() + phone, PHONE)
            beside(*pictures).save(PICTURES / f"{kind}.png", optimize=True)
            print(f"docs/images/kinds/{kind}.png", flush=True)
        for _kind, place, path in wanted if "LOOKS" in os.environ else ():
            for size in SIZES[place]:
                for theme in ("light", "dark"):
                    name = path.removeprefix("/gallery/").strip("/").replace("/", "-")
                    (looks / f"{name}-{size[0]}-{theme}.png").write_bytes(
                        shoot(browser, site.url() + path, size, theme)
                    )
        browser.close()
    print(looks if "LOOKS" in os.environ else PICTURES)
