"""Learners whose browser lacks something: scripts, sockets, storage."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.live_site import Room
from tests.shooting import person_of

#: From then on the page's script sends; before, a form goes out by itself, as without a script.
CONNECTED = "Connected. You can lock your phone."

NO_SOCKETS = (
    "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.({code: 1006}), 5); } close() {} };"
)
NO_STORAGE = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('blocked'); } });"


def test_without_javascript_everything_is_done_by_forms(room: Room, host: str, phone: Callable[..., Page]) -> None:
    page = phone(java_script_enabled=False)
    page.goto(room.site.url(host) + "/")
    page.fill("#code", f"{room.code[:3]} {room.code[3:]}")
    page.get_by_role("button", name="Go on").click()
    page.fill("#name", "Ana")
    page.get_by_role("radio", name="Finance, little AI so far").check()
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="You’re in, Ana")).to_be_visible()

    room.do("session.start")
    room.do("activity.open", a=room.activities["feature"])
    page.get_by_role("link", name="Look again").first.click()
    expect(page.get_by_role("heading", name="Which feature would save you most?")).to_be_visible()
    page.get_by_role("radio", name="Alerts on idle GPUs").check()
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()

    page.get_by_role("button", name="Raise your hand").click()
    expect(page.get_by_role("button", name="Raise your hand")).to_have_attribute("aria-pressed", "true")
    page.locator("#tool-notes summary").click()
    page.fill("#note-text", "Ask about tags")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#note-text")).to_have_value("Ask about tags")

    room.do("session.end")
    page.goto(page.url)
    expect(page.get_by_role("heading", name="That was it. Thank you.")).to_be_visible()


def test_without_javascript_long_german_words_fit_a_small_phone(room: Room, phone: Callable[..., Page]) -> None:
    page = phone(java_script_enabled=False, locale="de-DE", viewport={"width": 320, "height": 640})
    page.goto(f"{room.site.url()}/j/{room.join_token}/")
    assert too_wide(page) == 0
    page.get_by_role("button", name="Beitreten").click()
    expect(page.get_by_role("heading", name="Sie sind dabei")).to_be_visible()
    assert too_wide(page) == 0
    room.do("session.start")
    room.do("activity.open", a=room.activities["feature"])
    page.get_by_role("link", name="Noch einmal nachsehen").first.click()
    expect(page.get_by_role("button", name="Antwort senden")).to_be_visible()
    assert too_wide(page) == 0


def too_wide(page: Page) -> int:
    """By how many pixels a page can be pushed sideways."""
    pixels: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(0, pixels)


def test_with_sockets_blocked_the_page_asks_by_http(room: Room, host: str, phone: Callable[..., Page]) -> None:
    page = phone()
    page.add_init_script(NO_SOCKETS)
    page.goto(f"{room.site.url(host)}/j/{room.join_token}/")
    page.fill("#name", "Ben")
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#conn")).to_have_text("Connected, looking every few seconds.")
    room.do("session.start")
    room.do("activity.open", a=room.activities["feature"])
    page.get_by_role("radio", name="Alerts on idle GPUs").check()
    page.get_by_role("button", name="Send answer").click()
    expect(page.locator("#foot .say.ok")).to_contain_text("Saved at")
    room.do("activity.close", a=room.activities["feature"])
    room.do("activity.show", a=room.activities["feature"], where="phones", on=True)
    expect(page.locator("own-answer:visible")).to_have_count(1, timeout=15_000)


def test_with_storage_blocked_answers_are_still_sent(room: Room, phone: Callable[..., Page]) -> None:
    page = phone()
    page.add_init_script(NO_STORAGE)
    page.goto(f"{room.site.url()}/j/{room.join_token}/")
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#conn")).to_have_text(CONNECTED)
    room.do("session.start")
    room.do("activity.open", a=room.activities["feature"])
    page.get_by_role("radio", name="Alerts on idle GPUs").check()
    page.get_by_role("button", name="Send answer").click()
    expect(page.locator("#foot .say.ok")).to_contain_text("Saved at")


def test_a_second_device_is_the_same_person(room: Room, host: str, phone: Callable[..., Page]) -> None:
    first, second = phone(), phone()
    first.goto(f"{room.site.url(host)}/j/{room.join_token}/")
    first.fill("#name", "Ana")
    first.get_by_role("button", name="Join").click()
    expect(first.locator("#conn")).to_have_text(CONNECTED)
    room.do("session.start")
    room.do("activity.open", a=room.activities["feature"])
    first.get_by_role("radio", name="Alerts on idle GPUs").check()
    first.get_by_role("button", name="Send answer").click()
    expect(first.locator("#foot .say.ok")).to_contain_text("Saved at")
    first.locator("#tool-me summary").click()
    first.get_by_role("link", name="Go on with another device").click()
    second.goto(first.locator(".link a").get_attribute("href") or "")
    expect(second.get_by_role("radio").nth(1)).to_be_checked()
    expect(second.locator("#tool-me summary")).to_contain_text("Ana")


def test_a_removed_learner_is_told_so(room: Room, phone: Callable[..., Page]) -> None:
    page = phone()
    page.goto(f"{room.site.url()}/j/{room.join_token}/")
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#conn")).to_have_text(CONNECTED)
    room.do("person.remove", p=person_of(page))
    expect(page.get_by_role("heading", name="You are no longer in this session")).to_be_visible()
