"""How a picture is taken: a server, a browser, and states that bring a page to where it is to be seen.

A state is a function that brings a page into it; a new one is written below its like and needs nothing else:

    @state("learner-poll")
    def learner_poll(world: World) -> Page: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.live_site import Room, Site

ROOT = Path(__file__).resolve().parent.parent
PHONE, LAPTOP, WALL = (390, 844), (1440, 900), (1920, 1080)
PLANS = {
    "en": ROOT / "tests/browser/learner_plan.md",
    "de": ROOT / "tests/browser/learner_plan_de.md",
}


def person_of(page: Page) -> int:
    """Who a connected learner's page belongs to, as the number that ops take."""
    page.evaluate("() => import('/static/live/js/core.js').then(({ plenary }) => { window.seen = plenary; })")
    key: str = page.wait_for_function("() => window.seen.you()?.key").json_value()
    return int(key.removeprefix("p:"))


@dataclass
class World:
    """A server, a browser and a session in one language, fresh for each state."""

    site: Site
    browser: Browser
    language: str
    contexts: list[BrowserContext] = field(default_factory=list)
    made: Room | None = None

    def room(self, **options: Any) -> Room:
        """The session of this state; the first call makes it (``names``, ``door``)."""
        if self.made is None:
            self.made = self.site.room(PLANS[self.language].read_text(), language=self.language, **options)
        return self.made

    def page(self, **options: Any) -> Page:
        """A page of a browser of its own."""
        context = self.browser.new_context(locale=self.language, **options)
        self.contexts.append(context)
        return context.new_page()

    def learner(self, name: str = "Ana") -> Page:
        """Somebody who has joined by the QR link and is connected."""
        page = self.page(viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True)
        page.goto(f"{self.site.url()}/j/{self.room().join_token}/")
        if page.locator("#name").count():
            page.fill("#name", name)
        page.locator("button[form=join]").click()
        expect(page.locator("#conn.conn:not(.slow, .off)")).to_be_attached()
        return page

    def staff(self, path: str = "") -> Page:
        """A page of the facilitator; the control panel without ``path``."""
        room = self.room()
        page = self.page(viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
        cookies = [
            {"name": name, "value": value, "url": self.site.url()} for name, value in room.client.cookies.items()
        ]
        page.context.add_cookies(cookies)
        page.goto(self.site.url() + (path or f"/panel/{room.id}/"))
        return page

    def wall(self) -> Page:
        """The projector."""
        page = self.page(viewport={"width": WALL[0], "height": WALL[1]})
        page.goto(f"{self.site.url()}/screen/{self.room().screen_token}/")
        return page

    def crowd(self, count: int) -> None:
        """Practice learners."""
        self.room().do("practice.add", count=count)

    def open(self, *keys: str) -> None:
        """Start the session, if need be, and open activities by key."""
        room = self.room()
        if "started" not in room.__dict__:
            room.do("session.start")
            room.__dict__["started"] = True
        for key in keys:
            room.do("activity.open", a=room.activities[key])


@dataclass(frozen=True)
class State:
    name: str
    bring: Callable[[World], Page]
    sizes: tuple[tuple[int, int], ...]
    themes: tuple[str, ...]
    #: Down to the end of the page, not the window alone.
    whole: bool


STATES: list[State] = []


def state(
    name: str,
    *,
    sizes: tuple[tuple[int, int], ...] = (PHONE, LAPTOP),
    themes: tuple[str, ...] = ("light", "dark"),
    whole: bool = False,
) -> Callable[[Callable[[World], Page]], Callable[[World], Page]]:
    """Add a state to the list."""

    def add(bring: Callable[[World], Page]) -> Callable[[World], Page]:
        STATES.append(State(name, bring, sizes, themes, whole))
        return bring

    return add


@contextmanager
def fresh_world(site: Site, browser: Browser, language: str) -> Iterator[World]:
    """A world for one state; afterwards the server runs and the session is over."""
    world = World(site, browser, language)
    yield world
    for context in world.contexts:
        context.close()
    if site.process is None:
        site.start()
    if world.made:
        world.made.end()


def take(shot: State, page: Page, folder: Path, language: str) -> None:
    """English from left to right in all themes, German light, and English again from right to left."""
    for width, height in shot.sizes:
        page.set_viewport_size({"width": width, "height": height})
        for theme in shot.themes if language == "en" else shot.themes[:1]:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.screenshot(path=folder / f"{shot.name}-{language}-{width}-{theme}.png", full_page=shot.whole)
        if language == "en":
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
            page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
            page.screenshot(path=folder / f"{shot.name}-rtl-{width}-light.png", full_page=shot.whole)
            page.evaluate("() => { document.documentElement.dir = 'ltr'; }")
