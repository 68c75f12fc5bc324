"""Vote, discuss, vote again; and the same question before and after: on phone, wall and panel, driven from the panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_learner_hand import join
from tests.browser.test_panel_live import LAPTOP, live, open_panel
from tests.live_site import Room, Site

PLAN = (Path(__file__).parent / "rounds_plan.md").read_text()
WALL = {"viewport": {"width": 1920, "height": 1080}, "has_touch": False}
WASTE = "where-does-most-of-the-money-go"
SURE = "i-can-explain-what-drives-our-bill"


@pytest.fixture
def votes(site: Site) -> Iterator[Room]:
    """A running session with one question to be voted on twice, and one asked in two phases."""
    made = site.room(PLAN)
    made.do("session.start")
    yield made
    made.end()


def vote(room: Room, people: Iterable[dict[str, str]], values: Iterable[Any], **place: Any) -> None:
    for person, value in zip(people, values, strict=True):
        answer = httpx.post(
            f"{room.site.url()}/live/{room.id}/do/?as=learner",
            json={"t": "do", "id": str(uuid4()), "op": "respond", "n": 1, "v": value, **place},
            headers={"Authorization": f"Bearer {person['token']}"},
        )
        assert answer.json()["t"] == "ok", answer.text


def wall(room: Room, page: Page) -> Page:
    page.goto(f"{room.site.url()}/screen/{room.screen_token}/")
    return page


def on_screen(card: Locator) -> None:
    """It has been opened, or its result is shown: the panel has heard so from the server."""
    expect(card.locator(".badge.live")).to_have_text("On screen")


def close(card: Locator) -> None:
    """Close it from beside its result. Nothing of it is shown: it leaves the screen, and its switches go to its menu."""
    card.locator(".ctl").get_by_role("button", name="Close").click()
    expect(card.locator(".badge").first).to_have_text("Closed")


def show_on_screen(panel: Page, card: Locator) -> None:
    """Show the result of what is closed, by its menu."""
    card.get_by_role("button", name="More for").click()
    panel.locator("[popover]:popover-open").get_by_role("switch", name="Results on screen").click()
    on_screen(card)
    panel.keyboard.press("Escape")


def sheet(panel: Page, card: Locator) -> Locator:
    """The sheet of the result, opened."""
    card.get_by_role("button", name="Result …").first.click()
    return panel.locator("[popover]:popover-open")


def test_two_rounds_stand_side_by_side_everywhere(votes: Room, phone: Callable[..., Page]) -> None:
    a = votes.activities["waste"]
    people = [votes.join() for _person in range(5)]
    ana, panel, screen = phone(), open_panel(votes, phone(**LAPTOP)), wall(votes, phone(**WALL))
    join(ana, votes, "127.0.0.1")
    live(panel)
    panel.locator("#main").click()
    card = panel.locator(f"#act-{a}")
    on_screen(card)
    vote(votes, people, "aaabc", a=a, q=WASTE, round=1)
    expect(card.locator("[data-answered]")).to_have_text("5 of 6")
    close(card)
    # Discussed; then once more, at once and not as the same round.
    card.get_by_role("button", name="More for").click()
    panel.get_by_role("button", name="New round: all answer again").click()
    expect(card.locator("h3")).to_contain_text("Round 2")
    vote(votes, people, "bbbba", a=a, q=WASTE, round=2)
    expect(ana.locator("form.ask")).to_have_attribute("data-round", "2")
    ana.locator("label.choice").nth(1).tap()
    ana.get_by_role("button", name="Send answer").click()
    expect(ana.locator(".say, .foot").filter(has_text="Saved at").first).to_be_visible()
    expect(screen.locator(".beside")).to_have_count(0)
    close(card)
    show_on_screen(panel, card)
    card.get_by_role("switch", name="Results on phones").click()
    for page in (screen, ana, card):
        line = page.locator(".beside .lines li").nth(1)
        expect(line.locator(".label")).to_contain_text("Machines that wait for work")
        expect(line.locator(".cell .num")).to_have_text(["20%", "83%"])
        expect(line.locator(".change")).to_have_text("+63")
    expect(ana.locator(".shift")).to_have_text("Up 3, same 2, down 0 of 5 people who answered both")


def test_a_note_is_written_and_hands_are_counted(votes: Room, phone: Callable[..., Page]) -> None:
    a = votes.activities["waste"]
    votes.do("activity.open", a=a)
    votes.do("activity.show", a=a, where="screen", on=True)
    panel, screen = open_panel(votes, phone(**LAPTOP)), wall(votes, phone(**WALL))
    live(panel)
    card = panel.locator(f"#act-{a}")
    opened = sheet(panel, card)
    opened.get_by_label("A line below the result").fill("Look at the idle ones")
    opened.get_by_label("Point at").select_option("Machines that wait for work")
    # A vote that comes in meanwhile takes nothing out of the hand.
    vote(votes, [votes.join()], "a", a=a, q=WASTE, round=1)
    expect(card.locator("[data-answered]")).to_have_text("1 of 1")
    opened.get_by_role("button", name="Put it there").click()
    expect(screen.locator(".result-note")).to_have_text("Look at the idle ones")
    expect(screen.locator(".marked, .pointed").first).to_contain_text("Machines that wait for work")

    opened = sheet(panel, card)
    opened.get_by_text("Count raised hands").click()
    opened.get_by_label("Machines that wait for work").fill("12")
    opened.get_by_role("button", name="Count them in").click()
    expect(card.locator(".result")).to_contain_text("13 answers · 12 of them by raised hands")
    panel.get_by_role("button", name="Undo").click()
    expect(card.locator(".result")).to_contain_text("1 answer")


def test_the_same_question_before_and_after(votes: Room, phone: Callable[..., Page]) -> None:
    people = [votes.join() for _person in range(6)]
    first, last = votes.activities["sure-before"], votes.activities["sure-after"]
    votes.do("activity.open", a=first)
    vote(votes, people, [1, 2, 2, 3, 3, 4], a=first, q=SURE, round=1)
    votes.do("activity.close", a=first)
    panel, screen = open_panel(votes, phone(**LAPTOP)), wall(votes, phone(**WALL))
    live(panel)
    panel.get_by_role("button", name="Straight to Evaluate").click()
    expect(panel.locator("#h-now")).to_have_text("Evaluate")
    expect(panel.locator("#main")).to_contain_text("Open: ")
    panel.locator("#main").click()
    card = panel.locator(f"#act-{last}")
    on_screen(card)
    vote(votes, people, [3, 3, 4, 4, 3, 3], a=last, q=f"{SURE}-2", round=1)
    close(card)
    show_on_screen(panel, card)
    sheet(panel, card).get_by_role("button", name="Beside “Engage”").click()
    expect(screen.locator(".beside .legend li").first).to_contain_text("2.50")
    expect(screen.locator(".beside .legend")).to_contain_text("+0.83")
    expect(screen.locator(".shift")).to_have_text("Up 4, same 1, down 1 of 6 people who answered both")
    fits = screen.evaluate("document.querySelector('.beside').getBoundingClientRect().top > 100")
    assert fits, "the bars stand over the question"


def test_a_table_answers_as_one_and_is_seen_from_three_people_on(votes: Room, phone: Callable[..., Page]) -> None:
    a = votes.activities["tables"]
    ana = phone()
    join(ana, votes, "127.0.0.1")
    panel = open_panel(votes, phone(**LAPTOP))
    live(panel)
    panel.get_by_role("button", name="Straight to Evaluate").click()
    expect(panel.locator("#h-now")).to_have_text("Evaluate")
    votes.do("activity.open", a=a)
    ana.locator("label.choice").first.tap()
    ana.get_by_role("button", name="Send answer").click()
    card = panel.locator(f"#act-{a}")
    expect(card.locator(".result")).to_contain_text("1 answer")
    expect(ana.locator(".say.ok").filter(has_text="Saved").first).to_be_visible()
    expect(ana.locator(".bars")).to_have_count(0)
    ana.get_by_label("People at this phone").fill("5")
    ana.get_by_role("button", name="Send answer").click()
    expect(ana.locator(".bars li").first).to_contain_text("5")
    ana.reload()
    expect(ana.get_by_label("People at this phone")).to_have_value("5")


def test_a_result_is_taken_away_as_a_picture(votes: Room, phone: Callable[..., Page]) -> None:
    a = votes.activities["waste"]
    votes.do("activity.open", a=a)
    panel = open_panel(votes, phone(**LAPTOP))
    live(panel)
    opened = sheet(panel, panel.locator(f"#act-{a}"))
    with panel.expect_download() as taken:
        opened.get_by_role("link", name="PNG").click()
    assert taken.value.suggested_filename == f"{WASTE}.png"
    assert Path(taken.value.path()).read_bytes().startswith(b"\x89PNG")
