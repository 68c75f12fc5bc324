"""axe finds nothing in any state of the live pages, with everything on them opened, and on the pages that say no."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import Page, expect

from tests.browser.looking import LOOKS, PHONE, WALL, Look, faults
from tests.browser.test_learner_hand import KEEP_SOCKETS
from tests.browser.test_panel_live import LAPTOP, live, open_panel
from tests.live_site import Room
from tests.shooting import person_of

CONNECTED = "Connected. You can lock your phone."
#: Until a page without a network says so, on a busy machine.
NOTICED = 30_000


class States:
    """What axe found in each state."""

    def __init__(self, page: Page, looks: tuple[Look, ...]) -> None:
        self.page = page
        self.looks = looks
        self.found: dict[str, list[str]] = {}

    def look(self, name: str, *, without: str = "") -> None:
        """Ask axe about the page as it stands."""
        assert name not in self.found
        self.found[name] = faults(self.page, self.looks, without=without)

    def open(self, name: str, url: str, status: int = 200) -> None:
        """Open an address and look."""
        response = self.page.goto(url)
        assert response is not None
        assert response.status == status, f"{name}: {response.status}"
        self.look(name)

    def check(self) -> None:
        """Fail with all that was found."""
        lines = [f"{name}: {line}" for name, found in self.found.items() for line in found]
        assert lines == [], "\n".join(lines)


@contextmanager
def cut_off(page: Page) -> Iterator[None]:
    """The network is gone; afterwards it is back. The page must have been opened with KEEP_SOCKETS."""
    page.context.set_offline(True)
    page.evaluate("() => window.sockets.at(-1).close()")
    yield
    page.context.set_offline(False)


def test_the_way_in(room: Room, phone: Callable[..., Page]) -> None:
    page, url = phone(), room.site.url()
    states = States(page, PHONE)
    states.open("code", url + "/")
    page.fill("#code", "000 000")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#e-code")).to_be_visible()
    states.look("wrong code")
    room.do("session.door", open=False)
    states.open("before the door opens", f"{url}/j/{room.join_token}/")
    room.do("session.door", open=True)
    room.do("session.settings", names="required")
    page.goto(f"{url}/j/{room.join_token}/")
    page.locator("details.more summary").click()
    states.look("person")
    page.locator("form#join").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    expect(page.locator("#e-name")).to_be_visible()
    states.look("name needed")
    page.fill("#name", "Ana")
    page.context.clear_cookies()
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="That did not go through")).to_be_visible()
    states.look("no cookies")
    room.do("session.start")
    room.do("session.door", open=False)
    states.open("door closed", f"{url}/j/{room.join_token}/", status=403)
    room.do("session.end")
    states.open("ended before", f"{url}/j/{room.join_token}/", status=403)
    states.check()


def test_a_learner(room: Room, phone: Callable[..., Page]) -> None:
    page, url = phone(), room.site.url()
    page.add_init_script(KEEP_SOCKETS)
    states = States(page, PHONE)
    page.goto(f"{url}/j/{room.join_token}/")
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#conn")).to_have_text(CONNECTED)
    states.look("lobby")
    room.do("session.start")
    expect(page.locator("#up")).to_be_visible()
    states.look("look up")
    for key in ("drivers", "why", "feature"):
        room.do("activity.open", a=room.activities[key])
    expect(page.locator("form.ask")).to_have_count(3)
    states.look("questions")
    answers_lost_and_found(room, page, states)
    room.do("session.notice", text="Ten minutes left")
    room.do("session.pause")
    # The last one to close stands above and open.
    for key in ("why", "drivers"):
        room.do("activity.close", a=room.activities[key])
    room.do("activity.show", a=room.activities["drivers"], where="phones", on=True)
    for name in ("notes", "terms", "me"):
        page.locator(f"#tool-{name} > summary").click()
    expect(page.locator(".as-result").first).to_be_visible()
    states.look("paused, results, tools")
    page.locator("#stopped").evaluate("dialog => dialog.showModal()")
    states.look("in too many windows")
    room.do("session.end")
    page.goto(f"{url}/s/{room.id}/")
    expect(page.locator("[data-foot=rest] a.go")).to_be_visible()
    states.look("ended")
    states.check()


def answers_lost_and_found(room: Room, page: Page, states: States) -> None:
    """An answer that is sent without a network, waits, and comes too late."""
    with cut_off(page):
        expect(page.locator("#offline")).to_be_visible(timeout=NOTICED)
        states.look("offline")
        form = page.locator("form.ask", has=page.get_by_role("radio"))
        form.get_by_role("radio").first.check()
        form.get_by_role("button").click()
        expect(page.locator("#offline b")).to_have_text("1 answer waiting", timeout=NOTICED)
        states.look("waiting")
        room.do("activity.close", a=room.activities["feature"])
    expect(page.locator("#offline")).to_be_hidden(timeout=30_000)
    expect(page.locator("#conn")).to_have_text(CONNECTED, timeout=30_000)
    states.look("refused")


def test_somebody_who_was_removed(room: Room, phone: Callable[..., Page]) -> None:
    page = phone()
    page.goto(f"{room.site.url()}/j/{room.join_token}/")
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#conn")).to_have_text(CONNECTED)
    room.do("person.remove", p=person_of(page))
    expect(page.get_by_role("heading", name="You are no longer in this session")).to_be_visible()

    assert faults(page, PHONE) == []


def test_the_panel(room: Room, phone: Callable[..., Page]) -> None:
    page = phone(**LAPTOP)
    page.add_init_script(KEEP_SOCKETS)
    states = States(page, LOOKS)
    open_panel(room, page)
    live(page)
    states.look("lobby")
    room.do("session.start")
    room.do("activity.open", a=room.activities["why"])
    room.do("practice.add", count=3)
    expect(page.locator(".toast")).to_be_visible()
    states.look("running, with undo")
    for sheet in page.eval_on_selector_all("[popover][id]", "all => all.map(each => each.id)"):
        page.locator(f"#{sheet}").evaluate("each => each.showPopover()")
        # axe knows nothing of the top layer: to it the bar below lies across the sheet's buttons.
        states.look(f"#{sheet}", without="target-size")
        page.locator(f"#{sheet}").evaluate("each => each.hidePopover()")
    with cut_off(page):
        expect(page.locator("#conn")).not_to_contain_text("Live", timeout=NOTICED)
        states.look("offline")
    live(page)
    room.do("session.end")
    expect(page.locator("body")).to_have_attribute("data-state", "ended")
    states.look("ended")
    states.check()


def test_the_screen(room: Room, phone: Callable[..., Page]) -> None:
    wall = phone(viewport={"width": 1920, "height": 1080}, has_touch=False)
    wall.add_init_script(KEEP_SOCKETS)
    states = States(wall, WALL)
    wall.goto(f"{room.site.url()}/screen/{room.screen_token}/")
    expect(wall.locator("[data-people]")).to_have_text("0 here")
    states.look("lobby")
    room.do("session.start")
    expect(wall.locator(".timer")).to_be_visible()
    states.look("clock")
    room.do("activity.open", a=room.activities["feature"])
    room.do("session.notice", text="Ten minutes left")
    expect(wall.locator(".bars")).to_be_visible()
    states.look("results")
    wall.keyboard.press("b")
    expect(wall.locator("#blank")).to_be_visible()
    states.look("blank")
    wall.keyboard.press("b")
    with cut_off(wall):
        expect(wall.locator("#offline")).to_be_visible(timeout=NOTICED)
        states.look("offline")
    expect(wall.locator("#offline")).to_be_hidden(timeout=30_000)
    room.do("session.end")
    expect(wall.locator("h1")).to_have_text("Thank you")
    states.look("end")
    states.check()


def test_when_something_broke_on_our_side(room: Room, phone: Callable[..., Page]) -> None:
    page, url = phone(), room.site.url()
    states = States(page, PHONE)
    page.context.add_cookies([{"name": "sessionid", "value": "x" * 32, "url": url}])
    with fault(room, "ALTER TABLE django_session RENAME TO lost", "ALTER TABLE lost RENAME TO django_session"):
        states.open("database away", url + "/plans/", status=503)
    page.context.add_cookies([{"name": "sessionid", "value": room.client.cookies["sessionid"], "url": url}])
    spoilt = "UPDATE live_session SET undo = '{}' WHERE public_id = '{}'"
    with fault(room, spoilt.format('"?"', room.id), spoilt.format("{}", room.id)):
        states.open("broken", f"{url}/panel/{room.id}/", status=500)
    states.check()


@contextmanager
def fault(room: Room, harm: str, mend: str) -> Iterator[None]:
    """Something that must not be in the database of the server; afterwards it is mended."""

    def run(statement: str) -> None:
        with closing(sqlite3.connect(room.site.folder / "plenary.sqlite3", timeout=20)) as database, database:
            database.execute(statement)

    run(harm)
    try:
        yield
    finally:
        run(mend)
