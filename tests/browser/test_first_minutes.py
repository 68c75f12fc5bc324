"""What somebody new does in the first minutes, and what a facilitator does with people: small things that must work."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_learner_hand import join
from tests.browser.test_panel_live import LAPTOP, live, open_panel
from tests.live_site import Room


def open_people(room: Room, page: Page) -> Page:
    """The list of people, live."""
    open_panel(room, page)
    page.goto(f"{room.site.url()}/panel/{room.id}/people/")
    return page


def test_practice_learners_are_one_tap_away_in_the_lobby(room: Room, phone: Callable[..., Page]) -> None:
    panel = open_panel(room, phone(**LAPTOP))
    live(panel)
    panel.locator(".lobby-only").get_by_role("button", name="+12 practice learners").click()
    expect(panel.locator(".tri [data-room=joined]")).to_have_text("12")
    panel.locator(".lobby-only").get_by_role("button", name="Remove 12").click()
    expect(panel.locator(".tri [data-room=joined]")).to_have_text("0")


def test_a_person_is_renamed_and_removed(room: Room, phone: Callable[..., Page]) -> None:
    ana = phone()
    join(ana, room, "127.0.0.1")
    people = open_people(room, phone(**LAPTOP))
    row = people.locator("#people li")
    row.get_by_text("Change").click()
    row.get_by_label("Name").fill("Anna")
    row.get_by_role("button", name="Rename").click()
    expect(row.locator(".label")).to_have_text("Anna")
    row.get_by_text("Remove …").click()
    row.get_by_role("button", name="Remove for good").click()
    expect(people.locator("#people li")).to_have_count(0)
    expect(ana.get_by_role("heading", level=1)).to_contain_text("no longer")


def test_a_phone_goes_to_what_is_new_once_its_answer_is_sent(room: Room, phone: Callable[..., Page]) -> None:
    room.do("session.start")
    room.do("activity.open", a=room.activities["drivers"])
    ana = phone()
    join(ana, room, "127.0.0.1")
    ana.locator("label.choice").first.tap()
    ana.get_by_role("button", name="Send answer").click()
    expect(ana.get_by_role("button", name="Change answer")).to_be_visible()
    room.do("activity.open", a=room.activities["feature"])
    fresh = ana.locator(f'[data-activity="{room.activities["feature"]}"] h1')
    expect(fresh).to_be_in_viewport()
    expect(ana.locator("#jump")).to_have_count(0)


def test_what_is_over_folds_to_a_line_below_what_is_new(room: Room, phone: Callable[..., Page]) -> None:
    room.do("session.start")
    drivers, why, feature = (room.activities[key] for key in ("drivers", "why", "feature"))
    for activity in (drivers, why):
        room.do("activity.open", a=activity)
    ana = phone()
    join(ana, room, "127.0.0.1")
    order = "all => all.map(each => Number(each.dataset.activity))"
    assert ana.eval_on_selector_all(".activity", order) == [why, drivers]
    ana.locator("textarea[name=v], input[name=v][type=text]").first.fill("Because")
    room.do("activity.close", a=drivers)
    room.do("activity.show", a=drivers, where="phones", on=True)
    over = ana.locator(f"[data-activity='{drivers}']")
    expect(over.locator("summary")).to_have_text("What drives the bill? Closed")
    expect(over.locator(".fold > div")).to_be_hidden()
    over.locator("summary").click()
    expect(over.locator(".fold > div")).to_be_visible()
    room.do("activity.open", a=feature)
    expect(ana.locator(f"[data-activity='{feature}'] h1")).to_be_attached()
    assert ana.eval_on_selector_all(".activity", order) == [feature, why, drivers]
    for activity in (why, feature):
        room.do("activity.close", a=activity)
        room.do("activity.show", a=activity, where="screen", on=False)
    expect(over.locator("summary")).to_be_hidden()
    expect(over.locator(".fold > div")).to_be_visible()
