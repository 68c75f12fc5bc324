"""What phone, panel and screen show of their connection is true: live, by asking, reconnecting, offline, what waits.

The server is killed, frozen (it takes connections and never answers) and started again; sockets are blocked, the network
is off, the tab is frozen. Never "saved" before the acknowledgement, never a sign of work for ever.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_panel_live import LAPTOP, live, open_panel
from tests.browser.test_screen import WALL
from tests.live_site import Room, Site

HERE = Path(__file__).parent
#: In ms: silence is noticed within 20 s, and a page of ours says so at once; the rest is this machine's slowness.
NOTICED, BACK = 30_000, 30_000
#: In seconds: the longest pause before a page tries again.
LONGEST = 10
SAVED = re.compile("Saved")


@pytest.fixture
def room(site: Site) -> Iterator[Room]:
    made = site.room((HERE / "learner_plan.md").read_text())
    made.do("session.start")
    made.do("activity.open", a=made.activities["drivers"])
    yield made
    made.end()


@pytest.fixture
def trio(room: Room, phone: Callable[..., Page]) -> tuple[Page, Page, Page]:
    """A phone with an open question, the panel and the screen, all live; their clocks can be put on."""
    ana, panel, wall = phone(), phone(**LAPTOP), phone(**WALL)
    for page in (ana, panel, wall):
        page.clock.install()
    come_in(ana, room)
    open_panel(room, panel)
    live(panel)
    wall.goto(f"{room.site.url()}/screen/{room.screen_token}/")
    expect(wall.locator("h1").first).to_be_visible()
    expect(ana.locator("#light")).to_have_attribute("data-state", "live")
    return ana, panel, wall


@pytest.fixture
def ana(room: Room, phone: Callable[..., Page]) -> Page:
    """A phone alone, with an open question, live, on the clock of this machine."""
    page = phone()
    come_in(page, room)
    expect(page.locator("#light")).to_have_attribute("data-state", "live")
    return page


def come_in(page: Page, room: Room, name: str = "Ana") -> None:
    page.goto(f"{room.site.url()}/j/{room.join_token}/")
    page.fill("#name", name)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("label.choice").first).to_be_visible()


def later(pages: Iterable[Page], seconds: int) -> None:
    """So much time passes on these pages, with all that is due in it; nobody has to wait for it."""
    for page in pages:
        page.clock.run_for(1000 * seconds)


def later_there_is(seen: Locator, pages: Iterable[Page]) -> None:
    """Time passes, second by second, until something is seen that does not stay."""
    for _second in range(40):
        if seen.is_visible():
            return
        later(pages, 1)
    expect(seen).to_be_visible()


def send(page: Page) -> None:
    page.locator("label.choice").first.tap()
    page.get_by_role("button", name="Send answer").click()


def says(page: Page) -> Locator:
    """The line and the button of the open question, where they stand: at the foot."""
    return page.locator("#foot [data-foot=ask]")


def idle(page: Page) -> None:
    """Nothing on the page looks as if it were at work."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def freeze(room: Room) -> None:
    assert room.site.process is not None
    os.kill(room.site.process.pid, signal.SIGSTOP)


def thaw(room: Room) -> None:
    assert room.site.process is not None
    os.kill(room.site.process.pid, signal.SIGCONT)


def kill(room: Room) -> None:
    assert room.site.process is not None
    room.site.process.kill()
    room.site.process.wait()
    room.site.process = None


def test_live_is_shown_everywhere(trio: tuple[Page, Page, Page]) -> None:
    ana, panel, _wall = trio
    expect(ana.locator("#light")).to_have_accessible_name("Connected")
    for page in trio:
        expect(page.locator("#offline:visible, .conn.off:visible, .conn.slow:visible")).to_have_count(0)
    send(ana)
    expect(says(ana)).to_contain_text(SAVED)
    idle(ana)
    expect(panel.locator("#conn")).to_contain_text("saved")


def test_a_server_that_takes_everything_and_answers_nothing(room: Room, trio: tuple[Page, Page, Page]) -> None:
    ana, panel, wall = trio
    freeze(room)
    try:
        send(ana)
        expect(says(ana)).to_contain_text("Sending …")
        # It arrives once the server goes on: the question must still be open then.
        panel.get_by_role("button", name="One minute more").click()
        later(trio, 6)
        expect(says(ana)).to_contain_text(re.compile("Not saved yet|Waiting to send"), timeout=NOTICED)
        idle(ana)
        later_there_is(panel.locator(".toast", has_text="Please look whether this was done"), trio)
        later(trio, 5)
        expect(ana.locator("#offline b")).to_have_text("1 answer waiting", timeout=NOTICED)
        expect(ana.locator("#light")).to_have_attribute("data-state", re.compile("reconnecting|offline"))
        expect(panel.locator("#conn")).to_contain_text(re.compile("Reconnecting|Offline"), timeout=NOTICED)
        idle(panel)
        expect(wall.locator("#offline")).to_contain_text("No connection since", timeout=NOTICED)
        expect(says(ana)).not_to_contain_text(SAVED)
    finally:
        thaw(room)
    later(trio, LONGEST)
    expect(says(ana)).to_contain_text(SAVED, timeout=BACK)
    expect(ana.locator("#light")).to_have_attribute("data-state", "live", timeout=BACK)
    expect(panel.locator("#conn")).to_contain_text("Live", timeout=BACK)
    expect(wall.locator("#offline")).to_be_hidden(timeout=BACK)


def test_a_server_that_is_killed_and_started_again(room: Room, trio: tuple[Page, Page, Page]) -> None:
    ana, panel, wall = trio
    kill(room)
    try:
        send(ana)
        expect(says(ana)).to_contain_text("Waiting to send")
        expect(ana.locator("#offline b")).to_have_text("1 answer waiting")
        expect(ana.locator("#offline span")).to_contain_text("Reconnecting")
        expect(panel.locator("#conn")).to_contain_text("Reconnecting")
        panel.locator("#main").click()
        expect(panel.locator("#conn")).to_contain_text("1 waiting")
        later_there_is(panel.locator(".toast", has_text="This was not done"), trio)
        later(trio, 2)
        expect(panel.locator("#conn")).to_contain_text("Offline", timeout=NOTICED)
        expect(ana.locator("#light")).to_have_accessible_name("No connection", timeout=NOTICED)
        expect(ana.locator("#offline span")).to_contain_text("No connection")
        expect(wall.locator("#offline")).to_be_visible()
        for page in trio:
            idle(page)
        expect(says(ana)).not_to_contain_text(SAVED)
    finally:
        room.site.start()
    later(trio, LONGEST)
    expect(says(ana)).to_contain_text(SAVED, timeout=BACK)
    expect(ana.locator("#offline")).to_be_hidden()
    expect(ana.locator("#light")).to_have_attribute("data-state", "live", timeout=BACK)
    expect(panel.locator("#conn")).to_contain_text("Live", timeout=BACK)
    expect(panel.locator("#conn")).not_to_contain_text("waiting")
    expect(panel.locator("#main")).to_be_visible()
    expect(wall.locator("#offline")).to_be_hidden(timeout=BACK)


def test_a_device_without_a_network(room: Room, trio: tuple[Page, Page, Page]) -> None:
    ana, panel, _wall = trio
    for page in (ana, panel):
        page.context.set_offline(True)
    expect(panel.locator("#conn")).to_contain_text("Offline", timeout=NOTICED)
    expect(ana.locator("#offline b")).to_have_text("No connection", timeout=NOTICED)
    send(ana)
    expect(says(ana)).to_contain_text("Waiting to send")
    idle(ana)
    for page in (ana, panel):
        page.context.set_offline(False)
    expect(says(ana)).to_contain_text(SAVED, timeout=BACK)
    expect(panel.locator("#conn")).to_contain_text("Live", timeout=BACK)


def test_a_network_that_blocks_sockets(room: Room, phone: Callable[..., Page]) -> None:
    ben, panel = phone(), phone(**LAPTOP)
    for page in (ben, panel):
        page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())
    come_in(ben, room, "Ben")
    open_panel(room, panel)
    expect(ben.locator("#light")).to_have_accessible_name("Connected, looking every few seconds", timeout=NOTICED)
    expect(panel.locator("#conn")).to_contain_text("Live, every few seconds", timeout=NOTICED)
    expect(ben.locator("#offline")).to_be_hidden()
    send(ben)
    expect(says(ben)).to_contain_text(SAVED)
    room.do("activity.open", a=room.activities["why"])
    expect(ben.locator(f'[data-activity="{room.activities["why"]}"] form.ask')).to_be_visible(timeout=NOTICED)


def test_a_tab_that_was_frozen_tells_the_truth_when_it_wakes(room: Room, ana: Page) -> None:
    remote = ana.context.new_cdp_session(ana)
    remote.send("Page.setWebLifecycleState", {"state": "frozen"})
    kill(room)
    room.site.start()
    room.do("activity.open", a=room.activities["why"])
    remote.send("Page.setWebLifecycleState", {"state": "active"})
    expect(ana.locator(f'[data-activity="{room.activities["why"]}"] form.ask')).to_be_visible(timeout=BACK)
    expect(ana.locator("#light")).to_have_attribute("data-state", "live", timeout=BACK)
    expect(ana.locator("#offline")).to_be_hidden()


def test_an_answer_is_kept_over_a_reload_without_a_server(room: Room, ana: Page) -> None:
    """What waits is on the device, not in the page."""
    kill(room)
    send(ana)
    expect(says(ana)).to_contain_text("Waiting to send")
    room.site.start()
    ana.reload()
    expect(says(ana)).to_contain_text(SAVED, timeout=BACK)
    person = room.client.get(f"/sessions/{room.id}/")
    assert person.status_code == 200


def test_too_many_windows_are_told_apart_from_a_lost_connection(room: Room, phone: Callable[..., Page]) -> None:
    ana = phone()
    come_in(ana, room)
    others = []
    for _ in range(4):
        page = ana.context.new_page()
        page.goto(ana.url)
        expect(page.locator("#light")).to_have_attribute("data-state", "live")
        others.append(page)
    expect(ana.locator("#stopped")).to_be_visible()
    expect(ana.locator("#light")).to_have_attribute("data-state", "offline")
    ana.locator("#go-on").click()
    expect(ana.locator("#light")).to_have_attribute("data-state", "live", timeout=BACK)
