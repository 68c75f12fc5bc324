"""Questions from learners, a quiz and a pulse: phone, panel and screen together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_panel_live import open_panel
from tests.live_site import Room, Site

PLAN = Path(__file__).parent / "talk_plan.md"
WALL = {"viewport": {"width": 1920, "height": 1080}, "has_touch": False}
LAPTOP = {"viewport": {"width": 1440, "height": 900}, "has_touch": False}


@pytest.fixture
def talk(site: Site) -> Iterator[Room]:
    made = site.room(PLAN.read_text())
    made.do("session.start")
    yield made
    made.end()


def join(room: Room, page: Page, name: str) -> Page:
    page.goto(f"{room.site.url()}/j/{room.join_token}/")
    page.locator("input[name=name]").fill(name)
    page.locator("button[type=submit], button:not([type])").last.click()
    page.wait_for_url("**/s/**")
    return page


def wall_of(room: Room, page: Page) -> Page:
    page.goto(f"{room.site.url()}/screen/{room.screen_token}/")
    return page


def test_a_question_is_asked_approved_voted_for_shown_and_hidden(talk: Room, phone: Callable[..., Page]) -> None:
    ana, ben, wall = join(talk, phone(), "Ana"), join(talk, phone(), "Ben"), wall_of(talk, phone(**WALL))
    talk.do("activity.open", a=talk.activities["floor"])
    panel = open_panel(talk, phone(**LAPTOP))

    ana.get_by_label("Your question", exact=True).fill("Who pays for <b>idle</b> machines?")
    ana.get_by_text("I have a story about it").tap()
    ana.get_by_role("button", name="Ask", exact=True).tap()
    expect(ana.locator("question-box .say")).to_have_text("Sent. It appears once it is approved.")
    expect(ana.locator(".enquiry.mine")).to_contain_text("waits for approval")
    queue = panel.locator("question-queue")
    expect(queue.locator(".enquiry")).to_contain_text("has a story · 0 votes · Ana")
    expect(ben.locator(".enquiry")).to_have_count(0)
    needs = panel.locator("#queue-list")
    expect(needs).to_contain_text("1 question waits")
    expect(panel.locator("#queue [data-queue-count]")).to_have_text("1")

    queue.get_by_role("button", name="Approve", exact=True).click()
    expect(wall.locator(".qa-wall li")).to_contain_text("Who pays for <b>idle</b> machines?")
    expect(needs.locator("li")).to_have_count(0)
    ben.get_by_role("button", name="Vote for").tap()
    expect(wall.locator(".qa-wall li b")).to_have_text("1")
    expect(ana.locator(".vote b")).to_have_text("1")
    expect(ana.locator(".vote")).to_be_disabled()

    queue.locator("[data-heap=open]").click()
    queue.get_by_role("button", name="On the screen").click()
    expect(wall.locator(".qa-wall.alone")).to_contain_text("Who pays")
    queue.get_by_role("button", name="Hide").click()
    expect(wall.locator(".qa-wall li")).to_have_count(0)
    expect(ben.locator(".enquiry")).to_have_count(0)


def test_words_being_written_survive_what_others_do(talk: Room, phone: Callable[..., Page]) -> None:
    ana = join(talk, phone(), "Ana")
    talk.do("activity.open", a=talk.activities["floor"])
    words = ana.get_by_label("Your question", exact=True)
    words.fill("Half a sent")
    talk.do("activity.freeze", a=talk.activities["floor"], on=True)
    expect(ana.get_by_text("has stopped the questions")).to_be_visible()
    talk.do("activity.freeze", a=talk.activities["floor"], on=False)
    expect(words).to_have_value("Half a sent")


def test_a_led_quiz_from_the_first_question_to_the_points(talk: Room, phone: Callable[..., Page]) -> None:
    ana, wall = join(talk, phone(), "Ana"), wall_of(talk, phone(**WALL))
    panel = open_panel(talk, phone(**LAPTOP))
    talk.do("activity.open", a=talk.activities["quiz"])
    main = panel.locator("#main")

    ana.locator("label.choice").nth(1).tap()
    ana.get_by_role("button", name="Send answer").tap()
    expect(ana.locator("#foot .say.ok")).to_contain_text("Saved at")
    expect(wall.get_by_text("They wait for work.")).to_have_count(0)
    expect(main).to_contain_text("Show the right answer")
    main.click()
    for page in (ana, wall):
        expect(page.get_by_text("They wait for work.")).to_be_visible()
    expect(wall.locator(".leaders")).to_contain_text("Ana")

    expect(main).to_contain_text("Question 2 of 2")
    main.click()
    expect(ana.get_by_role("heading", name="What lowers the bill?")).to_be_visible()
    talk.do("activity.close", a=talk.activities["quiz"])
    expect(ana.locator("own-points")).to_have_text("1 of 2 points")


def test_reactions_and_the_pulse_by_touch_and_without_script(talk: Room, phone: Callable[..., Page]) -> None:
    ana, ben = join(talk, phone(), "Ana"), join(talk, phone(java_script_enabled=False), "Ben")
    wall = wall_of(talk, phone(**WALL))
    talk.do("activity.open", a=talk.activities["pulse"])

    ana.get_by_role("button", name="👍").tap()
    ana.get_by_role("button", name="4", exact=True).tap()
    expect(ana.get_by_role("button", name="4", exact=True)).to_have_attribute("aria-pressed", "true")
    ben.reload()
    ben.get_by_role("button", name="👍").click()
    expect(wall.locator("[data-place='0'] b")).to_have_text("2")
    expect(wall.locator(".pulse-say")).to_contain_text("1 people")
