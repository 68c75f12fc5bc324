"""Answers that are more than a tap: put in order, shared out, placed on a plane. By finger, by keyboard, without script."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.live_site import Room, Site

PLAN = (Path(__file__).parent / "question_kinds_plan.md").read_text()


@pytest.fixture
def asked(site: Site) -> Any:
    """A session that has started; its questions are opened one by one."""
    made = site.room(PLAN)
    made.do("session.start")
    yield made
    made.end()


def answering(room: Room, page: Page, key: str, *, script: bool = True) -> Locator:
    """Ana's form for an open question, ready to be answered."""
    room.do("activity.open", a=room.activities[key])
    page.goto(f"{room.site.url()}/j/{room.join_token}/")
    page.fill("#name", "Ana")
    page.get_by_role("button", name="Join").click()
    form = page.locator(f'form.ask[data-a="{room.activities[key]}"]')
    expect(form).to_be_visible()
    if script:
        expect(page.locator("#conn.conn:not(.slow, .off)")).to_be_attached()
    return form


def value(form: Locator) -> Any:
    """What would be sent."""
    text = form.locator("[name=v]").input_value()
    return json.loads(text) if text else None


HOLDS = """([field, wanted]) => {
  const flat = (all) => JSON.stringify(Array.isArray(all) ? all : Object.entries(all ?? {}).sort());
  return flat(JSON.parse(field.value || "null")) === flat(wanted);
}"""


def holds(form: Locator, wanted: Any) -> None:
    """This would be sent, as soon as the browser has made clicks of the taps."""
    try:
        form.page.wait_for_function(HOLDS, arg=[form.locator("[name=v]").element_handle(), wanted])
    except PlaywrightTimeout:
        assert value(form) == wanted


def send(page: Page) -> None:
    """Send it; wait until the server has said that it is saved."""
    page.get_by_role("button", name="Send answer").click()
    expect(page.locator("#foot .say.ok")).to_contain_text("Saved")


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A finger from here to there, in steps as a hand makes them."""
    client = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        found = [{"x": x, "y": y} for x, y in points]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": found})

    touch("touchStart", start)
    for step in range(1, 13):
        touch("touchMove", *[(start[0] + (end[0] - start[0]) * step / 12, start[1] + (end[1] - start[1]) * step / 12)])
    touch("touchEnd")


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def said(page: Page) -> Locator:
    """What a screen reader was told last."""
    return page.locator("[aria-live]").filter(has_text="place").last


# ── ranking ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_ranking_by_taps_and_by_a_finger_that_drags(asked: Room, phone: Callable[..., Page]) -> None:
    page = phone(reduced_motion="reduce")
    form = answering(asked, page, "order")
    row = form.locator("li")
    for text in ("Forecasts", "Tags"):
        form.locator("label", has_text=text).tap()
    expect(page.locator("#foot [role=status]")).to_have_text("2 more to place")
    expect(page.get_by_role("button", name="Send answer")).to_have_attribute("aria-disabled", "true")
    form.locator("label", has_text="Budgets").tap()
    holds(form, ["c", "a", "d", "b"])

    start, end = middle(row.nth(3).locator("[data-grip]")), middle(row.nth(0))
    drag(page, start, (start[0], end[1] - 12))
    expect(row.nth(0)).to_contain_text("Alerts")
    holds(form, ["b", "c", "a", "d"])
    assert page.evaluate("window.scrollY") == 0

    send(page)
    assert asked.do("activity.close", a=asked.activities["order"]) is not None
    asked.do("activity.show", a=asked.activities["order"], where="phones", on=True)
    expect(page.locator(".standing own-part").first).to_have_text("your place: 1")


def test_ranking_by_keyboard(asked: Room, phone: Callable[..., Page]) -> None:
    page = phone(has_touch=False)
    form = answering(asked, page, "order")
    form.get_by_role("button", name="“Budgets” up").focus()
    page.keyboard.press("Enter")
    expect(form.get_by_role("button", name="“Budgets” up")).to_be_focused()
    form.get_by_role("button", name="“Tags” up").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    holds(form, ["a", "d"])
    expect(page.get_by_text("Tags: place 1 of 4")).to_be_attached()

    form.get_by_role("combobox", name="Place of Forecasts").select_option("1")
    holds(form, ["c", "a", "d", "b"])
    form.get_by_role("button", name="“Alerts” up").focus()
    page.keyboard.press("Space")
    holds(form, ["c", "a", "b", "d"])
    send(page)


def test_only_the_best_are_placed_and_what_falls_off_has_no_place(asked: Room, phone: Callable[..., Page]) -> None:
    page = phone()
    form = answering(asked, page, "top")
    for text in ("Tags", "Alerts", "Budgets"):
        form.locator("label", has_text=text).tap()
    holds(form, ["a", "b"])
    form.get_by_role("combobox", name="Place of Budgets").select_option("1")
    holds(form, ["d", "a"])
    form.get_by_role("button", name="“Tags” down").tap()
    holds(form, ["d"])
    send(page)
    page.reload()
    expect(form.locator("li.placed bdi")).to_have_text("Budgets")


def test_ranking_without_script(asked: Room, phone: Callable[..., Page]) -> None:
    page = phone(java_script_enabled=False)
    form = answering(asked, page, "order", script=False)
    for text, place in (("Tags", "2"), ("Alerts", "1"), ("Forecasts", "4"), ("Budgets", "3")):
        form.get_by_role("combobox", name=text).select_option(place)
    form.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(form.get_by_role("combobox", name="Forecasts")).to_have_value("4")


# ── allocation ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_points_by_taps(asked: Room, phone: Callable[..., Page]) -> None:
    page = phone()
    form = answering(asked, page, "points")
    more = form.get_by_role("button", name="More for “Training”")
    for _tap in range(7):
        more.tap()
    expect(page.locator("#foot [role=status]")).to_have_text("3 left")
    for _tap in range(3):
        form.get_by_role("button", name="More for “Idle machines”").tap()
    expect(more).to_have_attribute("aria-disabled", "true")
    more.dispatch_event("click")
    holds(form, {"a": 7, "c": 3})
    form.get_by_role("button", name="Less for “Training”").tap()
    expect(page.get_by_text("Training: 6. 1 left.")).to_be_attached()
    more.tap()
    send(page)
    asked.do("activity.close", a=asked.activities["points"])
    asked.do("activity.show", a=asked.activities["points"], where="phones", on=True)
    expect(page.locator(".standing li.mine")).to_have_count(2)
    expect(page.locator(".standing own-part").first).to_have_text("you gave 7")


def test_dots_by_keyboard(asked: Room, phone: Callable[..., Page]) -> None:
    page = phone(has_touch=False)
    form = answering(asked, page, "dots")
    form.get_by_label("Tags", exact=True).focus()
    page.keyboard.type("3")
    expect(page.locator("#foot [role=status]")).to_have_text("At most 2 for one")
    page.keyboard.press("Backspace")
    page.keyboard.type("1")
    form.get_by_role("button", name="More for “Forecasts”").focus()
    for _press in range(3):
        page.keyboard.press("Enter")
    holds(form, {"a": 1, "c": 2})
    send(page)
    page.reload()
    expect(form.get_by_label("Forecasts", exact=True)).to_have_value("2")


def test_points_without_script(asked: Room, phone: Callable[..., Page]) -> None:
    page = phone(java_script_enabled=False)
    form = answering(asked, page, "points", script=False)
    form.get_by_label("Training", exact=True).fill("6")
    form.get_by_label("Answers", exact=True).fill("6")
    form.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text("These are 2 too many: there are 10 to give.")).to_be_visible()
    form.get_by_label("Training", exact=True).fill("6")
    form.get_by_label("Answers", exact=True).fill("4")
    form.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(form.get_by_label("Answers", exact=True)).to_have_value("4")


# ── 2×2 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def inside(place: Locator, across: float, down: float) -> tuple[float, float]:
    """A point of an element, as shares of its width and height."""
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] * across, box["y"] + box["height"] * down


def test_a_point_by_a_finger(asked: Room, phone: Callable[..., Page]) -> None:
    page = phone()
    form = answering(asked, page, "stand")
    plane = form.locator("[data-plane]")
    page.touchscreen.tap(*inside(plane, 0.97, 0.03))
    holds(form, {"point": [20, 20]})
    drag(page, inside(plane, 0.97, 0.03), inside(plane, 0.265, 0.735))
    holds(form, {"point": [5, 5]})
    assert page.evaluate("window.scrollY") == 0
    send(page)
    asked.do("activity.close", a=asked.activities["stand"])
    asked.do("activity.show", a=asked.activities["stand"], where="phones", on=True)
    expect(page.locator(".own-ring")).to_have_count(1)
    expect(page.locator("own-part")).to_have_text("yours: 5, 5")


def test_items_one_after_the_other_by_a_finger(asked: Room, phone: Callable[..., Page]) -> None:
    page = phone()
    form = answering(asked, page, "worth")
    plane = form.locator("[data-plane]")
    page.touchscreen.tap(*inside(plane, 0.2, 0.2))
    page.touchscreen.tap(*inside(plane, 0.8, 0.8))
    expect(form.locator(".dot:not(.ghost)")).to_have_count(2)
    assert set(value(form)) == {"a", "b"}
    drag(page, inside(plane, 0.2, 0.2), inside(plane, 0.5, 0.2))
    assert value(form)["a"][0] == 10
    send(page)
    page.reload()
    expect(form.locator(".dot:not(.ghost)")).to_have_count(2)


def test_items_by_keyboard(asked: Room, phone: Callable[..., Page]) -> None:
    page = phone(has_touch=False)
    form = answering(asked, page, "worth")
    form.get_by_role("button", name="Alerts", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowLeft")
    holds(form, {"b": [9, 15]})
    expect(page.get_by_text("Alerts: Effort 9, Benefit 15")).to_be_attached()
    form.locator("summary").click()
    numbers = form.get_by_role("group", name="Tags").get_by_role("spinbutton")
    numbers.nth(0).fill("3")
    numbers.nth(1).fill("4")
    numbers.nth(1).press("Tab")
    holds(form, {"a": [3, 4], "b": [9, 15]})
    send(page)


def test_a_point_without_script(asked: Room, phone: Callable[..., Page]) -> None:
    page = phone(java_script_enabled=False)
    form = answering(asked, page, "stand", script=False)
    form.get_by_label("Cost in view").fill("3")
    form.get_by_label("Speed").fill("17")
    form.get_by_role("button", name="Send answer").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(form.get_by_label("Speed")).to_have_value("17")
