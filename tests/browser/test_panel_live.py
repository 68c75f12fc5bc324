"""The control panel in a browser: driven by its buttons, live for what others do."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from playwright.sync_api import Page, expect

from tests.live_site import Room

LAPTOP = {"viewport": {"width": 1440, "height": 900}, "has_touch": False}


def open_panel(room: Room, page: Page, host: str = "127.0.0.1") -> Page:
    """The facilitator's panel, signed in with the cookie of the room's own client."""
    value = room.client.cookies.get("sessionid") or ""
    page.context.add_cookies([{"name": "sessionid", "value": value, "url": room.site.url(host)}])
    page.goto(f"{room.site.url(host)}/panel/{room.id}/")
    return page


def live(page: Page) -> None:
    expect(page.locator("#conn")).to_contain_text("Live")


def raise_hand(room: Room, person: dict[str, str]) -> None:
    address = f"{room.site.url()}/live/{room.id}/do/?as=learner"
    op = {"t": "do", "id": "6f1c1c1e-7d0a-4c57-9d4b-1a2b3c4d5e6f", "op": "hand", "up": True}
    headers = {"Authorization": f"Bearer {person['token']}"}
    assert httpx.post(address, json=op, headers=headers).json()["t"] == "ok"


def test_the_main_button_leads_through_the_session(room: Room, host: str, phone: Callable[..., Page]) -> None:
    panel = open_panel(room, phone(**LAPTOP), host)
    live(panel)
    main = panel.locator("#main")
    expect(main).to_have_text("Start: Engage")
    expect(panel.locator(".lobby-only .qr")).to_be_visible()
    main.click()
    expect(panel.locator("#h-now")).to_have_text("Engage")
    expect(panel.locator(".lobby-only")).to_be_hidden()
    expect(panel.locator("#clock")).to_contain_text(":")
    expect(main).to_have_text("Open: What drives the bill?")
    main.click()
    card = panel.locator(f"#act-{room.activities['drivers']}")
    expect(card.locator(".badge.live")).to_have_text("On screen")
    expect(panel.locator(".monitor")).to_contain_text("What drives the bill?")
    expect(panel.locator(".toast")).to_contain_text("Opened What drives the bill?")
    panel.get_by_role("button", name="Undo").click()
    expect(main).to_have_text("Open: What drives the bill?")
    expect(card.locator(".badge.live")).to_be_hidden()


def test_people_and_their_calls_arrive(room: Room, phone: Callable[..., Page]) -> None:
    panel = open_panel(room, phone(**LAPTOP))
    live(panel)
    light = panel.locator(".lobby-only .light")
    expect(light).to_contain_text("Scan it with your own phone")
    ana = room.join("Ana")
    expect(light).to_contain_text("it works")
    expect(panel.locator(".tri [data-room=joined]")).to_have_text("1")
    raise_hand(room, ana)
    expect(panel.locator("#queue-list li")).to_contain_text("Ana")
    expect(panel.locator("#spoken")).to_have_text("Ana has a hand up")
    panel.get_by_role("button", name="Done: Ana").click()
    expect(panel.locator("#queue-list li")).to_have_count(0)
    expect(panel.locator("#queue-empty")).to_be_visible()


def test_a_question_is_asked_in_two_taps(room: Room, phone: Callable[..., Page]) -> None:
    room.do("session.start")
    panel = open_panel(room, phone())
    live(panel)
    panel.get_by_role("button", name="Ask now").click()
    panel.locator("#ask .asks button").first.click()
    expect(panel.locator("#ask")).to_be_hidden()
    expect(panel.locator(".act.on h3 .badge.live")).to_have_text("On screen")
    expect(panel.locator(".act.on")).to_be_in_viewport()


def test_a_push_leaves_focus_typing_and_open_sheets_alone(room: Room, phone: Callable[..., Page]) -> None:
    room.do("session.start")
    panel = open_panel(room, phone(**LAPTOP))
    live(panel)
    panel.get_by_role("button", name="More for this session").click()
    notice = panel.get_by_label("A line to everybody")
    notice.fill("Back at half past")
    room.do("activity.open", a=room.activities["drivers"])
    room.do("phase.extend", minutes=5)
    expect(panel.locator(".act.on")).to_have_count(1)
    expect(notice).to_be_focused()
    expect(notice).to_have_value("Back at half past")
    notice.press("Enter")
    expect(panel.get_by_role("button", name="Take the line away")).to_be_visible()


def test_everything_is_reached_by_keyboard(room: Room, phone: Callable[..., Page]) -> None:
    panel = open_panel(room, phone(**LAPTOP))
    live(panel)
    panel.keyboard.press("Tab")
    expect(panel.get_by_role("link", name="Skip to the main button")).to_be_focused()
    panel.locator("#main").focus()
    panel.keyboard.press("Enter")
    expect(panel.locator("#h-now")).to_have_text("Engage")
    expect(panel.locator("#main")).to_be_focused()


def test_it_works_without_script(room: Room, phone: Callable[..., Page]) -> None:
    panel = open_panel(room, phone(**LAPTOP, java_script_enabled=False))
    panel.locator("#main").click()
    expect(panel.locator("#h-now")).to_have_text("Engage")
    panel.locator("#main").click()
    expect(panel.locator(".act.on h3")).to_contain_text("What drives the bill?")
    panel.get_by_role("switch", name="Results on phones").first.click()
    expect(panel.get_by_role("switch", name="Results on phones").first).to_have_attribute("aria-checked", "true")


def test_a_new_code_changes_the_qr_code(room: Room, phone: Callable[..., Page]) -> None:
    panel = open_panel(room, phone(**LAPTOP))
    live(panel)
    drawn = panel.locator(".lobby-only .qr path").get_attribute("d")
    panel.locator(".code-chip.bare").click()
    panel.get_by_role("button", name="Give a new code").click()
    code = room.code
    expect(panel.locator(".code-chip.bare")).not_to_contain_text(f"{code[:3]} {code[3:]}")
    expect(panel.locator(".lobby-only .qr path")).not_to_have_attribute("d", drawn or "")


def test_long_german_words_fit_their_buttons_on_a_small_phone(room: Room, phone: Callable[..., Page]) -> None:
    room.join("Änne-Magdalena von Überlingen-Straßenbahnhaltestelle")
    page = open_panel(room, phone(viewport={"width": 320, "height": 640}, locale="de-DE"))
    assert cut_off(page) == []
    page.goto(f"{room.site.url()}/panel/{room.id}/people/")
    page.get_by_text("Ändern").first.click()
    expect(page.get_by_role("button", name="Umbenennen")).to_be_visible()
    assert cut_off(page) == []


def cut_off(page: Page) -> list[str]:
    """Buttons whose words do not fit, and what can be pushed sideways."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll("button, .btn")]
        .filter((each) => each.checkVisibility() && each.clientWidth && each.scrollWidth > each.clientWidth + 1)
        .map((each) => each.textContent.trim())
        .concat([...document.querySelectorAll("body *")]
          .filter((each) => document.documentElement.scrollWidth > window.innerWidth && each.getBoundingClientRect().right > window.innerWidth)
          .map((each) => each.outerHTML.slice(0, 80)))"""
    )
    return found
