"""Screenshots of every page and state: ``make shots``, or ``python -m tests.shots NAME …`` for some.

They go to ``$DATA_DIR/shots`` (``data/shots``): each state at its sizes, light and dark, from left to right and from
right to left, in English and with long German words. A state is a function that brings a page into it; a new one is
written below its like and needs nothing else:

    @state("learner-poll")
    def learner_poll(world: World) -> Page: ...
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import gallery_shots
from tests.live_site import Room, Site
from tests.services import find_chromium

ROOT = Path(__file__).resolve().parent.parent
PHONE, LAPTOP, WALL = (390, 844), (1440, 900), (1920, 1080)
PLANS = {
    "en": ROOT / "tests/browser/learner_plan.md",
    "de": ROOT / "tests/browser/learner_plan_de.md",
}


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
        page.context.add_cookies(cookies)  # type: ignore[arg-type]
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


# ── joining ─────────────────────────────────────────────────────────────────────────────────────────────────────


@state("join-code")
def join_code(world: World) -> Page:
    page = world.page()
    page.goto(world.site.url() + "/")
    return page


@state("join-wrong-code")
def join_wrong_code(world: World) -> Page:
    page = join_code(world)
    page.fill("#code", "000 000")
    page.locator("button[form=join]").click()
    expect(page.locator("#e-code")).to_be_visible()
    return page


@state("join-person")
def join_person(world: World) -> Page:
    page = world.page()
    page.goto(f"{world.site.url()}/j/{world.room().join_token}/")
    return page


@state("join-name-needed")
def join_name_needed(world: World) -> Page:
    world.room(names="required")
    page = join_person(world)
    page.locator("details.more summary").click()
    page.locator("form#join").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    expect(page.locator("#e-name")).to_be_visible()
    return page


@state("join-not-open")
def join_not_open(world: World) -> Page:
    world.room(door=False)
    return join_person(world)


# ── a learner ───────────────────────────────────────────────────────────────────────────────────────────────────


@state("learner-lobby")
def learner_lobby(world: World) -> Page:
    page = world.learner()
    world.crowd(40)
    expect(page.locator(".here b")).to_have_text("41")
    return page


@state("learner-look-up")
def learner_look_up(world: World) -> Page:
    page = world.learner()
    world.open()
    expect(page.locator("#up")).to_be_visible()
    return page


@state("learner-poll")
def learner_poll(world: World) -> Page:
    page = world.learner()
    world.open("feature")
    expect(page.locator("form.ask")).to_have_count(1)
    return page


@state("learner-chosen")
def learner_chosen(world: World) -> Page:
    page = learner_poll(world)
    page.get_by_role("radio").nth(1).check()
    return page


@state("learner-saved")
def learner_saved(world: World) -> Page:
    page = learner_chosen(world)
    page.locator("#foot button.go").click()
    expect(page.locator("#foot .say.ok")).to_be_visible()
    return page


@state("learner-results")
def learner_results(world: World) -> Page:
    page = learner_saved(world)
    world.crowd(20)
    room = world.room()
    room.do("activity.close", a=room.activities["feature"])
    room.do("activity.show", a=room.activities["feature"], where="phones", on=True)
    expect(page.locator(".as-result").first).to_be_visible()
    return page


@state("learner-two-questions")
def learner_two_questions(world: World) -> Page:
    page = world.learner()
    world.open("drivers", "why")
    expect(page.locator("form.ask")).to_have_count(2)
    page.get_by_role("checkbox").first.check()
    return page


@state("learner-notice-paused")
def learner_notice(world: World) -> Page:
    page = learner_poll(world)
    world.room().do("session.notice", text="Ten minutes left / Noch zehn Minuten")
    world.room().do("session.pause")
    expect(page.locator("#notice")).to_be_visible()
    return page


@state("learner-tools")
def learner_tools(world: World) -> Page:
    page = learner_look_up(world)
    for name in ("notes", "terms", "me"):
        page.locator(f"#tool-{name} > summary").click()
    page.locator("#note-text").fill("Ask about tags")
    expect(page.locator("#note .say.ok")).to_be_visible()
    return page


@state("learner-offline")
def learner_offline(world: World) -> Page:
    page = learner_chosen(world)
    world.site.stop()
    page.locator("#foot button.go").click()
    expect(page.locator("#offline")).to_be_visible(timeout=20_000)
    return page


@state("learner-profile")
def learner_profile(world: World) -> Page:
    page = world.learner("Donaudampfschifffahrtskapitänswitwe" if world.language == "de" else "Ana")
    page.goto(page.url + "profile/")
    return page


@state("learner-rejoin")
def learner_rejoin(world: World) -> Page:
    page = world.learner()
    page.goto(page.url + "rejoin/")
    return page


@state("learner-leave")
def learner_leave(world: World) -> Page:
    page = world.learner()
    page.goto(page.url + "leave/")
    return page


@state("learner-ended")
def learner_ended(world: World) -> Page:
    page = world.learner()
    world.open()
    world.room().do("session.end")
    expect(page.locator("[data-foot=rest] a.go")).to_be_visible()
    return page


@state("learner-removed")
def learner_removed(world: World) -> Page:
    page = world.learner()
    person = page.evaluate("() => import('/static/live/js/core.js').then(({ plenary }) => plenary.you().key)")
    world.room().do("person.remove", p=int(person[2:]))
    page.wait_for_function("() => !document.querySelector('#foot')")
    return page


# ── the projector ───────────────────────────────────────────────────────────────────────────────────────────────


@state("screen-door-shut", sizes=(WALL,), themes=("light",))
def screen_door_shut(world: World) -> Page:
    world.room(door=False)
    return world.wall()


@state("screen-lobby", sizes=(WALL, LAPTOP), themes=("light",))
def screen_lobby(world: World) -> Page:
    page = world.wall()
    world.crowd(41)
    expect(page.locator("[data-people]")).to_contain_text("41")
    return page


@state("screen-clock", sizes=(WALL, LAPTOP), themes=("light",))
def screen_clock(world: World) -> Page:
    page = world.wall()
    world.open()
    expect(page.locator(".timer")).to_be_visible()
    return page


@state("screen-results", sizes=(WALL, LAPTOP), themes=("light",))
def screen_results(world: World) -> Page:
    page = world.wall()
    world.crowd(30)
    world.open("feature")
    # Practice learners take up to twenty seconds.
    expect(page.locator(".answered")).to_contain_text(
        "30 of 30" if world.language == "en" else "30 von 30", timeout=40_000
    )
    return page


@state("screen-notice-offline", sizes=(WALL,), themes=("light",))
def screen_offline(world: World) -> Page:
    page = screen_clock(world)
    world.room().do("session.notice", text="Ten minutes left / Noch zehn Minuten")
    expect(page.locator("#notice")).to_be_visible()
    world.site.stop()
    expect(page.locator("#offline")).to_be_visible(timeout=20_000)
    return page


@state("screen-end", sizes=(WALL,), themes=("light",))
def screen_end(world: World) -> Page:
    page = screen_clock(world)
    world.room().do("session.end")
    expect(page.locator(".wait h1")).to_be_visible()
    return page


# ── pages that say one thing ────────────────────────────────────────────────────────────────────────────────────


@state("error-404")
def error_404(world: World) -> Page:
    page = world.page()
    page.goto(world.site.url() + "/s/nobody/")
    return page


@state("error-screen-link")
def error_screen_link(world: World) -> Page:
    page = world.page()
    page.goto(world.site.url() + "/screen/nonsense/")
    return page


def main(names: list[str]) -> None:
    """Take them all, or those whose names begin with one of ``names``; ``gallery`` alone takes that of the kinds."""
    if names[:1] == ["gallery"]:
        gallery_shots.main(names[1:])
        return
    folder = Path(os.environ.get("DATA_DIR") or ROOT / "data") / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [each for each in STATES if not names or any(each.name.startswith(name) for name in names)]
    with Site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium())
        for language in PLANS:
            for each in wanted:
                with _world(site, browser, language) as world:
                    _take(each, each.bring(world), folder, language)
                print(f"{each.name} {language}", flush=True)
        browser.close()
    print(folder)


@contextmanager
def _world(site: Site, browser: Browser, language: str) -> Iterator[World]:
    world = World(site, browser, language)
    yield world
    for context in world.contexts:
        context.close()
    if site.process is None:
        site.start()
    if world.made:
        world.made.end()


def _take(shot: State, page: Page, folder: Path, language: str) -> None:
    """English from left to right in all themes, German light, and English again from right to left."""
    for width, height in shot.sizes:
        page.set_viewport_size({"width": width, "height": height})
        for theme in shot.themes if language == "en" else shot.themes[:1]:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.screenshot(path=folder / f"{shot.name}-{language}-{width}-{theme}.png", full_page=shot.whole)
        if language == "en":
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
            page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
            page.screenshot(path=folder / f"{shot.name}-rtl-{width}-light.png", full_page=shot.whole)
            page.evaluate("() => { document.documentElement.dir = 'ltr'; }")


if __name__ == "__main__":
    # The module under its own name: this one is ``__main__``, and the states below join the list of the other.
    from tests import shots, staff_shots  # noqa: F401 - its states are registered when it is read

    shots.main(sys.argv[1:])
