"""What a learner has in hand stays in hand, whatever staff and the network do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.live_site import Room

#: Everything that must be the same before and after: choices, texts, focus, caret, scroll, what is in view.
STATE = """() => ({
  choices: [...document.querySelectorAll('[name=v]')].map((input) => [input.value, input.checked]),
  focus: document.activeElement.name ?? '',
  caret: [document.activeElement.selectionStart, document.activeElement.selectionEnd],
  scroll: document.activeElement.getBoundingClientRect().top,
})"""


def join(page: Page, room: Room, host: str, name: str = "Ana") -> None:
    page.goto(f"{room.site.url(host)}/j/{room.join_token}/")
    page.fill("#name", name)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#conn")).to_have_text("Connected. You can lock your phone.")


def choose_and_type(page: Page, room: Room, *, touch: bool) -> dict[str, Any]:
    """Two of three options, then half a sentence in the next question with the caret in its middle."""
    drivers = page.locator(f'[data-activity="{room.activities["drivers"]}"]')
    for place in (0, 2):
        option = drivers.locator("label.choice").nth(place)
        if touch:
            option.tap()
        else:
            option.locator("input").focus()
            page.keyboard.press("Space")
    text = page.locator(f'[data-activity="{room.activities["why"]}"] [name=v]')
    if touch:
        text.tap()
    else:
        text.focus()
    page.keyboard.type("because nobody looks at the bi")
    for _step in range(9):
        page.keyboard.press("ArrowLeft")
    page.mouse.wheel(0, 180)
    page.wait_for_function("() => window.scrollY > 40")
    state: dict[str, Any] = page.evaluate(STATE)
    return state


def drop_the_socket(page: Page) -> None:
    """End the page's socket from below and wait until it has another."""
    with page.expect_websocket() as fresh:
        page.evaluate("() => window.sockets.at(-1).close()")
    fresh.value.wait_for_event("framereceived")


KEEP_SOCKETS = """
window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...all) { super(...all); window.sockets.push(this); }
};
"""


@pytest.mark.parametrize("touch", [True, False], ids=["touch", "keyboard"])
def test_choices_text_caret_and_scroll_survive_everything(
    room: Room, host: str, phone: Callable[..., Page], touch: bool
) -> None:
    page = phone(has_touch=touch, viewport={"width": 390, "height": 560})
    page.add_init_script(KEEP_SOCKETS)
    join(page, room, host)
    room.do("session.start")
    room.do("activity.open", a=room.activities["drivers"])
    room.do("activity.open", a=room.activities["why"])
    expect(page.locator("form.ask")).to_have_count(2)
    before = choose_and_type(page, room, touch=touch)
    until = page.locator("[data-bind=until]").text_content()

    room.do("activity.open", a=room.activities["feature"])
    expect(page.locator("form.ask")).to_have_count(3)
    room.do("phase.extend", minutes=1)
    expect(page.locator("[data-bind=until]")).not_to_have_text(until or "")
    room.do("session.pause")
    expect(page.locator("[data-bind=until]")).to_have_text("Paused")
    room.do("session.go")
    expect(page.locator("[data-bind=until]")).not_to_have_text("Paused")
    drop_the_socket(page)
    expect(page.locator("#conn")).to_have_text("Connected. You can lock your phone.")

    after = page.evaluate(STATE)
    # What was opened since stands above.
    assert after["choices"][-len(before["choices"]) :] == before["choices"]
    assert [after[key] for key in ("focus", "caret")] == [before[key] for key in ("focus", "caret")]
    # A page scrolls by whole pixels.
    assert abs(after["scroll"] - before["scroll"]) < 1
    assert [chosen for _value, chosen in before["choices"][-3:]] == [True, False, True]
    assert before["caret"] == [21, 21]


def test_an_answer_given_without_a_server_goes_out_when_it_is_back(room: Room, phone: Callable[..., Page]) -> None:
    page = phone()
    join(page, room, "127.0.0.1")
    room.do("session.start")
    room.do("activity.open", a=room.activities["feature"])
    page.get_by_role("radio", name="Alerts on idle GPUs").check()
    room.site.stop()
    try:
        page.get_by_role("button", name="Send answer").click()
        expect(page.locator("#offline")).to_contain_text("1 answer waiting")
        page.screenshot()  # nothing may be drawn over the button
        expect(page.locator("#foot [data-foot=ask] .say")).to_have_text("Waiting to send")
    finally:
        room.site.start()
    expect(page.locator("#foot .say.ok")).to_contain_text("Saved at", timeout=30_000)
    expect(page.locator("#offline")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    expect(page.locator("#foot [data-foot=ask] .say")).to_contain_text("Saved")


def test_what_was_typed_survives_a_reload(room: Room, host: str, phone: Callable[..., Page]) -> None:
    page = phone()
    join(page, room, host)
    room.do("session.start")
    room.do("activity.open", a=room.activities["why"])
    page.locator("form.ask [name=v]").fill("half a sen")
    page.reload()
    expect(page.locator("form.ask [name=v]")).to_have_value("half a sen")
    expect(page.locator("#foot [data-foot=ask] .say")).to_have_text("Not sent yet")


def test_number_keys_choose_and_enter_sends(room: Room, phone: Callable[..., Page]) -> None:
    page = phone(has_touch=False)
    join(page, room, "127.0.0.1")
    room.do("session.start")
    room.do("activity.open", a=room.activities["feature"])
    expect(page.locator("form.ask")).to_have_count(1)
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator("#foot .say.ok")).to_contain_text("Saved at")
    page.get_by_role("button", name="Change answer").click()
    page.get_by_role("button", name="Withdraw answer").click()
    expect(page.locator("#foot [data-foot=ask] .say")).to_have_text("Choose one")
    expect(page.locator("form.ask :checked")).to_have_count(0)


def test_notes_hand_and_help(room: Room, host: str, phone: Callable[..., Page]) -> None:
    page = phone()
    join(page, room, host)
    room.do("session.start")
    hand = page.get_by_role("button", name="Raise your hand")
    hand.click()
    expect(hand).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="I am stuck, please come").click()
    expect(page.get_by_role("button", name="Help is on its way")).to_be_visible()
    page.locator("#tool-notes summary").click()
    page.locator("#note-text").fill("Ask about tags")
    expect(page.locator("#note .say.ok")).to_contain_text("Saved at")
    page.reload()
    expect(page.locator("#note-text")).to_have_value("Ask about tags")
    expect(hand).to_have_attribute("aria-pressed", "true")
