"""Slides on the screen and on a phone: in step, looking back, activities between pages, a file brought while it runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.live_site import Room, Site
from tests.unit.content import pdfs

HERE = Path(__file__).parent
WALL = {"viewport": {"width": 1920, "height": 1080}, "has_touch": False}


@pytest.fixture
def talk(site: Site) -> Room:
    """A running session with four slides, brought by upload, and a prompt after the second."""
    room = site.room((HERE / "board_plan.md").read_text())
    room.do("session.start")
    address = f"/slides/{room.id}/{room.activities['slides']}/file/"
    token = room.client.get(address).text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    answer = room.client.post(
        address, data={"csrfmiddlewaretoken": token}, files={"pdf": ("talk.pdf", pdfs.drawn(4), "application/pdf")}
    )
    assert answer.status_code == 200
    room.do("activity.open", a=room.activities["slides"])
    return room


def join(room: Room, page: Page) -> Page:
    page.goto(f"{room.site.url()}/j/{room.join_token}/")
    page.locator("input[name=name]").fill("Ana")
    page.locator("button[type=submit], button:not([type])").last.click()
    page.wait_for_url("**/s/**")
    return page


def test_phones_follow_the_clicker(talk: Room, phone: Callable[..., Page]) -> None:
    ana, wall = join(talk, phone()), phone(**WALL)
    wall.goto(f"{talk.site.url()}/screen/{talk.screen_token}/")
    expect(wall.locator(".slide-full img")).to_have_attribute("src", pattern(1))
    expect(ana.locator(".slide .where")).to_have_text("Slide 1 of 4")

    wall.keyboard.press("PageDown")

    expect(wall.locator(".slide-full img")).to_have_attribute("src", pattern(2))
    expect(ana.locator(".slide .where")).to_have_text("Slide 2 of 4")
    wall.keyboard.press("PageDown")
    expect(wall.locator(".resource-scene")).to_contain_text("Where does the money go")
    wall.keyboard.press("PageDown")
    expect(wall.locator(".slide-full img")).to_have_attribute("src", pattern(3))


def test_looking_back_is_on_this_phone_alone_and_survives_the_next_page(talk: Room, phone: Callable[..., Page]) -> None:
    ana = join(talk, phone())
    talk.do("slides.goto", a=talk.activities["slides"], page=3)
    where = ana.locator(".slide .where")
    expect(where).to_have_text("Slide 3 of 4")
    expect(ana.get_by_role("button", name="Later")).to_have_attribute("aria-disabled", "true")

    ana.get_by_role("button", name="Earlier").tap()
    expect(ana.locator(".slide img")).to_have_attribute("src", pattern(2))
    talk.do("slides.goto", a=talk.activities["slides"], page=4)
    expect(ana.get_by_role("button", name="slide 4")).to_be_visible()
    expect(where).to_have_text("Slide 2 of 4")
    ana.get_by_role("button", name="slide 4").tap()

    expect(where).to_have_text("Slide 4 of 4")
    expect(ana.locator(".slide img")).to_have_attribute("src", pattern(4))


def test_slides_without_script(talk: Room, phone: Callable[..., Page]) -> None:
    talk.do("slides.goto", a=talk.activities["slides"], page=3)
    ana = join(talk, phone(java_script_enabled=False))

    ana.get_by_role("link", name="Look back").click()
    expect(ana.get_by_text("Slide 2 of 4")).to_be_visible()
    ana.get_by_role("link", name="Back to the session").click()

    expect(ana.locator(".slide img")).to_have_attribute("src", pattern(3))


def pattern(page: int) -> re.Pattern[str]:
    return re.compile(rf"/{page}\.webp\?v=")
