"""No page of a learner or of the screen has a fault that axe can find."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.live_site import Room

TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def faults(page: Page) -> list[str]:
    """What axe finds: rule, and the element it is about."""
    found = Axe().run(page, options=TAGS).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_of_a_learner(room: Room, phone: Callable[..., Page], theme: str) -> None:
    page = phone(color_scheme=theme)
    page.goto(room.site.url() + "/")
    seen = {"code": faults(page)}
    page.goto(f"{room.site.url()}/j/{room.join_token}/")
    page.locator("details.more summary").click()
    seen["person"] = faults(page)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("#conn")).to_have_text("Connected. You can lock your phone.")
    seen["lobby"] = faults(page)
    room.do("session.start")
    expect(page.locator("#up")).to_be_visible()
    seen["look up"] = faults(page)
    for key in ("drivers", "why"):
        room.do("activity.open", a=room.activities[key])
    room.do("session.notice", text="Ten minutes left")
    expect(page.locator("form.ask")).to_have_count(2)
    for name in ("notes", "terms", "me"):
        page.locator(f"#tool-{name} > summary").click()
    seen["running"] = faults(page)
    for name in ("profile", "rejoin", "leave"):
        page.goto(f"{room.site.url()}/s/{room.id}/{name}/")
        seen[name] = faults(page)
    room.do("session.end")
    page.goto(f"{room.site.url()}/s/{room.id}/")
    expect(page.locator("[data-foot=rest] a.go")).to_be_visible()
    seen["ended"] = faults(page)
    page.goto(room.site.url() + "/nothing/here/")
    seen["404"] = faults(page)
    assert {name: found for name, found in seen.items() if found} == {}


def test_the_screen(room: Room, phone: Callable[..., Page]) -> None:
    wall = phone(viewport={"width": 1920, "height": 1080}, has_touch=False)
    wall.goto(f"{room.site.url()}/screen/{room.screen_token}/")
    expect(wall.locator("[data-people]")).to_have_text("0 here")
    seen = {"lobby": faults(wall)}
    room.do("session.start")
    expect(wall.locator(".timer")).to_be_visible()
    seen["clock"] = faults(wall)
    room.do("activity.open", a=room.activities["feature"])
    expect(wall.locator(".bars")).to_be_visible()
    seen["results"] = faults(wall)
    assert {name: found for name, found in seen.items() if found} == {}
