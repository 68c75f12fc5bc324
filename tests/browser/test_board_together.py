"""A board with several phones, the panel and the screen; with keyboard, by touch and without script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_panel_live import open_panel
from tests.live_site import Room, Site

HERE = Path(__file__).parent
LAPTOP = {"viewport": {"width": 1280, "height": 900}, "has_touch": False}


@pytest.fixture
def boards(site: Site) -> Room:
    """A running session in whose first phase boards, slides and a scenario wait."""
    room = site.room((HERE / "board_plan.md").read_text())
    room.do("session.start")
    return room


def join(room: Room, page: Page, name: str) -> Page:
    page.goto(f"{room.site.url()}/j/{room.join_token}/")
    page.locator("input[name=name]").fill(name)
    page.locator("button[type=submit], button:not([type])").last.click()
    page.wait_for_url("**/s/**")
    return page


def card(page: Page, text: str) -> Locator:
    return page.locator("article.note", has_text=text)


def column(page: Page, number: int) -> Locator:
    return page.locator(f".board-column[data-column='{number}']")


def write(page: Page, text: str) -> None:
    page.locator(".board-new textarea").fill(text)
    page.locator(".board-new textarea").press("Enter")


def test_cards_written_on_one_phone_stand_on_the_other(boards: Room, phone: Callable[..., Page]) -> None:
    ana, ben = join(boards, phone(), "Ana"), join(boards, phone(), "Ben")
    boards.do("activity.open", a=boards.activities["board"])
    expect(ana.locator(".group-name")).to_have_text("Group 1")
    expect(ana.locator(".group-card")).to_contain_text("Ben")

    write(ana, "Stop idle notebooks at 19:00")

    expect(card(ben, "Stop idle notebooks")).to_be_visible()
    expect(card(ben, "Stop idle notebooks")).to_contain_text("Ana")
    expect(card(ana, "Stop idle notebooks")).to_contain_text("Ana, you")
    expect(ana.locator(".board-new textarea")).to_be_focused()


def test_a_card_moves_by_keyboard_and_keeps_the_focus(boards: Room, phone: Callable[..., Page]) -> None:
    ana, ben = join(boards, phone(**LAPTOP), "Ana"), join(boards, phone(**LAPTOP), "Ben")
    boards.do("activity.open", a=boards.activities["board"])
    for text in ("one", "two"):
        write(ana, text)
        expect(card(ana, text)).to_be_visible()
    handle = card(ana, "two").get_by_role("button", name="Move")

    handle.focus()
    ana.keyboard.press("ArrowUp")
    expect(column(ben, 1).locator("article").first).to_contain_text("two")
    expect(handle).to_be_focused()
    ana.keyboard.press("ArrowRight")

    expect(column(ben, 2).locator("article")).to_contain_text("two")
    expect(card(ana, "two").get_by_role("button", name="Move")).to_be_focused()


def test_a_card_is_dragged_to_another_column(boards: Room, phone: Callable[..., Page]) -> None:
    ana = join(boards, phone(**LAPTOP), "Ana")
    boards.do("activity.open", a=boards.activities["board"])
    write(ana, "dragged")
    expect(ana.locator(".board-new .say.ok")).to_have_text("Added")
    start = card(ana, "dragged").get_by_role("button", name="Move").bounding_box()
    goal = column(ana, 3).bounding_box()
    assert start
    assert goal

    ana.mouse.move(start["x"] + 10, start["y"] + 10)
    ana.mouse.down()
    ana.mouse.move(goal["x"] + 60, goal["y"] + 80, steps=8)
    ana.mouse.up()

    expect(column(ana, 3).locator("article")).to_contain_text("dragged")


def test_on_a_phone_there_is_one_column_at_a_time(boards: Room, phone: Callable[..., Page]) -> None:
    ana = join(boards, phone(), "Ana")
    boards.do("activity.open", a=boards.activities["board"])
    expect(column(ana, 1)).to_be_visible()
    expect(column(ana, 2)).to_be_hidden()

    ana.get_by_role("button", name="Saves time").tap()
    write(ana, "Forecast in the pull request")

    expect(column(ana, 2).locator("article")).to_contain_text("Forecast")
    assert ana.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_words_being_written_survive_what_others_do(boards: Room, phone: Callable[..., Page]) -> None:
    ana, ben = join(boards, phone(), "Ana"), join(boards, phone(), "Ben")
    boards.do("activity.open", a=boards.activities["board"])
    words = ana.locator(".board-new textarea")
    words.fill("half a sen")

    write(ben, "from Ben")
    expect(card(ana, "from Ben")).to_be_visible()
    boards.do("activity.freeze", a=boards.activities["board"], on=True)
    expect(words).to_have_count(0)
    boards.do("activity.freeze", a=boards.activities["board"], on=False)

    expect(words).to_have_value("half a sen")


def test_own_cards_are_edited_and_removed_with_an_undo(boards: Room, phone: Callable[..., Page]) -> None:
    ana = join(boards, phone(), "Ana")
    boards.do("activity.open", a=boards.activities["board"])
    write(ana, "draft")
    card(ana, "draft").get_by_role("button", name="More").tap()
    card(ana, "draft").get_by_role("button", name="Edit").tap()
    ana.locator(".card-edit textarea").fill("better")
    ana.locator(".card-edit").get_by_role("button", name="Save").tap()
    expect(card(ana, "better")).to_be_visible()

    card(ana, "better").get_by_role("button", name="More").tap()
    card(ana, "better").get_by_role("button", name="Remove").tap()
    expect(card(ana, "better")).to_have_count(0)
    ana.get_by_role("button", name="Undo").tap()

    expect(card(ana, "better")).to_be_visible()


def test_help_reaches_the_panel_and_the_wall_counts(boards: Room, phone: Callable[..., Page]) -> None:
    ana = join(boards, phone(), "Ana")
    boards.do("activity.open", a=boards.activities["board"])
    panel = phone(**LAPTOP)
    panel.context.add_cookies(
        [{"name": c.name, "value": c.value or "", "url": boards.site.url()} for c in boards.client.cookies.jar]
    )
    panel.goto(f"{boards.site.url()}/panel/{boards.id}/")
    write(ana, "one")
    expect(panel.locator(".wall-tile")).to_contain_text("1 card")
    expect(panel.locator(".wall-tile")).to_contain_text("1 person")
    expect(panel.locator("plenary-wall").first).to_contain_text("1 of 1 groups have begun")

    ana.get_by_role("button", name="Ask for help").tap()

    expect(panel.locator(".wall-tile")).to_contain_text("Help wanted")
    expect(panel.locator(".queue")).to_contain_text("Group 1")
    panel.get_by_role("button", name="Look at the board").click()
    expect(card(panel, "one")).to_be_visible()


def test_the_screen_shows_the_board_that_staff_choose(boards: Room, phone: Callable[..., Page]) -> None:
    ana, wall = join(boards, phone(), "Ana"), phone(viewport={"width": 1920, "height": 1080}, has_touch=False)
    wall.goto(f"{boards.site.url()}/screen/{boards.screen_token}/")
    boards.do("activity.open", a=boards.activities["board"])
    expect(wall.locator(".board-scene")).to_contain_text("One idea a card")
    write(ana, "seen by all")

    boards.do("board.show", a=boards.activities["board"], g=0)

    expect(card(wall, "seen by all")).to_be_visible()
    assert "Ana" not in wall.locator("main").inner_text()


def test_people_choose_their_table(boards: Room, phone: Callable[..., Page]) -> None:
    ana = join(boards, phone(), "Ana")
    boards.do("activity.open", a=boards.activities["tables"])

    ana.get_by_role("button", name="Table 3").tap()
    expect(ana.locator(".group-name")).to_have_text("Group 3")
    write(ana, "from table three")

    expect(card(ana, "from table three")).to_be_visible()


def test_a_board_without_script(boards: Room, phone: Callable[..., Page]) -> None:
    ana = join(boards, phone(java_script_enabled=False), "Ana")
    boards.do("activity.open", a=boards.activities["board"])
    ana.reload()
    ana.get_by_role("link", name="Open the board of my group").click()
    ana.get_by_label("New card").fill("without script")
    ana.get_by_role("button", name="Add").click()

    expect(card(ana, "without script")).to_be_visible()
    card(ana, "without script").get_by_text("Change").click()
    card(ana, "without script").get_by_role("button", name="Saves time").click()
    expect(ana.locator("[aria-label='Saves time'] article")).to_contain_text("without script")


def test_people_are_moved_from_group_to_group_with_the_keyboard(boards: Room, phone: Callable[..., Page]) -> None:
    ana = join(boards, phone(), "Ana")
    join(boards, phone(), "Ben")
    boards.do("groups.make", set="teams", mode="hand", count=3)
    boards.do("activity.open", a=boards.activities["board"])
    page = open_panel(boards, phone(**LAPTOP))
    page.goto(f"{boards.site.url()}/groups/{boards.id}/")
    choice = page.get_by_role("combobox", name="Group of Ana")

    choice.focus()
    page.keyboard.press("ArrowDown")

    expect(ana.locator(".group-name")).to_have_text("Group 1")
