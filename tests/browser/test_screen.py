"""The projector: what it shows, what the clicker does, that it survives a restart of the server."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.live_site import Room, Site

LONG = "a label of as many letters as anybody may write, and then some more of them, until the line is full " * 2
LONG_PLAN = (
    "# Long\n\n## Engage (10 min)\n\n```poll\ntitle: Long\nquestion: Which one?\ntype: single\noptions:\n"
    + "".join(f"  - {letter} {LONG[:190].strip()}\n" for letter in "abcdefghij")
    + "```\n\n```poll\ntitle: Next\nquestion: And then?\ntype: yesno\n```\n"
)
WALL = {"viewport": {"width": 1920, "height": 1080}, "has_touch": False}


def test_the_screen_goes_through_a_session(room: Room, host: str, phone: Callable[..., Page]) -> None:
    wall = phone(**WALL)
    wall.goto(f"{room.site.url(host)}/screen/{room.screen_token}/")
    assert room.screen_token not in wall.url
    expect(wall.locator(".big span")).to_have_text([room.code[:3], room.code[3:]])
    room.join("Ana")
    expect(wall.locator("[data-people]")).to_have_text("1 here")
    room.do("session.start")
    expect(wall.locator(".timer h1")).to_have_text("Engage")
    expect(wall.locator("[data-clock]")).to_contain_text(":")
    wall.keyboard.press("PageDown")
    expect(wall.locator("h1")).to_have_text("Which of these drive your bill?")
    expect(wall.locator("footer")).to_contain_text(f"{room.code[:3]} {room.code[3:]}")
    room.do("session.notice", text="Ten minutes left")
    expect(wall.locator("#notice")).to_have_text("Ten minutes left")
    wall.keyboard.press("b")
    expect(wall.locator("#blank")).to_be_visible()
    wall.keyboard.press("b")
    expect(wall.locator("#blank")).to_be_hidden()
    room.do("session.end")
    expect(wall.locator("h1")).to_have_text("Thank you")


def test_the_screen_survives_a_restart_and_a_reload(room: Room, phone: Callable[..., Page]) -> None:
    wall = phone(**WALL)
    wall.goto(f"{room.site.url()}/screen/{room.screen_token}/")
    room.do("session.start")
    expect(wall.locator(".timer h1")).to_have_text("Engage")
    room.site.stop()
    try:
        expect(wall.locator("#offline")).to_be_visible()
        expect(wall.locator(".timer h1")).to_have_text("Engage")
    finally:
        room.site.start()
    expect(wall.locator("#offline")).to_be_hidden(timeout=30_000)
    wall.reload()
    expect(wall.locator(".timer h1")).to_have_text("Engage")


def test_the_screen_speaks_the_language_that_staff_choose(room: Room, phone: Callable[..., Page]) -> None:
    wall = phone(**WALL)
    wall.goto(f"{room.site.url()}/screen/{room.screen_token}/")
    room.do("session.start")
    expect(wall.locator(".timer h1")).to_have_text("Engage")
    room.do("session.settings", language="de")
    expect(wall.locator("html")).to_have_attribute("lang", "de")
    expect(wall.get_by_role("region", name="Uhr")).to_be_visible()
    wall.keyboard.press("?")
    expect(wall.locator("#keys")).to_contain_text("B macht schwarz")
    wall.keyboard.press("PageDown")
    expect(wall.locator("footer")).to_contain_text("0 von 0 haben geantwortet")
    room.do("session.settings", language="en")
    expect(wall.locator("html")).to_have_attribute("lang", "en")
    expect(wall.locator("footer")).to_contain_text("0 of 0 answered")


def test_a_wrong_screen_link_says_so(room: Room, phone: Callable[..., Page]) -> None:
    wall = phone(**WALL)
    wall.goto(room.site.url() + "/screen/nonsense/")
    expect(wall.get_by_role("heading", name="This is not a screen of a session")).to_be_visible()


def test_arrows_turn_the_pages_of_a_long_result_and_the_clicker_goes_on(site: Site, phone: Callable[..., Page]) -> None:
    room = site.room(LONG_PLAN)
    poll, _next = room.activities.values()
    room.do("session.start")
    room.do("activity.open", a=poll)
    room.do("activity.show", a=poll, where="screen", on=True)
    wall = phone(**WALL)
    wall.goto(f"{room.site.url()}/screen/{room.screen_token}/")
    page = wall.locator(".page-of")
    expect(page).to_have_text(re.compile(r"^1 of \d$"))
    wall.keyboard.press("ArrowDown")
    expect(page).to_have_text(re.compile(r"^2 of \d$"))
    wall.keyboard.press("ArrowUp")
    expect(page).to_have_text(re.compile(r"^1 of \d$"))
    wall.keyboard.press("PageDown")  # closes it, as the main button says
    wall.keyboard.press("PageDown")
    expect(wall.locator("h1")).to_have_text("And then?")
    room.end()
