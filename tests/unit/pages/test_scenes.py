"""What the projector shows in every state, and who gets it."""

from __future__ import annotations

from itertools import combinations
from math import dist

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Part, Workshop, lobby, running
from workshop.live.hemicycle import PANEL, PHONE, SCREEN, TIMER, Look, hemicycle, room_for, taken
from workshop.live.screen import lines_of
from workshop.realtime.slots import SlotRequest, reader_for

pytestmark = pytest.mark.django_db


def scene(workshop: Workshop) -> str:
    state = workshop.slot("scene", "screen", view="html")
    assert state is not None
    assert state.html is not None
    return f"{state.data['scene']}: {state.html}"


def test_the_lobby_shows_code_and_qr_only_while_the_door_is_open() -> None:
    shut, open_ = lobby(open_door=False), lobby()
    assert "qr-fg" not in scene(shut)
    assert shut.session.code[:3] not in scene(shut)
    assert "qr-fg" in scene(open_)
    assert f"<span>{open_.session.code[:3]}</span><span>{open_.session.code[3:]}</span>" in scene(open_)


def test_each_state_has_its_scene() -> None:
    workshop = running(Part("Engage"))
    assert scene(workshop).startswith("clock: ")
    assert "Engage" in scene(workshop)
    workshop.fay("screen.show", scene="blank")
    assert scene(workshop).startswith("blank: ")
    workshop.fay("screen.show", scene="auto")
    workshop.fay("session.end")
    assert scene(workshop).startswith("end: ")


def test_a_code_that_is_void_is_not_on_the_wall() -> None:
    workshop = running()
    code = workshop.session.code
    workshop.fay("session.door", open=False)
    html = scene(workshop)
    # Three digits alone stand in any drawing.
    assert code not in html
    assert f"{code[:3]} {code[3:]}" not in html


def test_the_screen_link_becomes_a_cookie_and_another_link_voids_it() -> None:
    workshop, client = running(), Client()
    done = client.get(reverse("live:screen_link", args=[workshop.session.screen_token]))
    assert done["Location"] == reverse("live:screen", args=[workshop.session.public_id])
    assert client.get(done["Location"]).status_code == 200
    assert Client().get(done["Location"]).status_code == 403
    workshop.session.screen_token = "another"
    workshop.session.save(update_fields=["screen_token"])
    assert client.get(done["Location"]).status_code == 403


def test_the_number_of_people_is_there_in_the_lobby_alone() -> None:
    workshop = lobby()
    workshop.join("Ana")
    request = SlotRequest(workshop.session.pk, "here", "learner")
    state = reader_for("here").read(request)
    assert state is not None
    assert state.data == {"joined": 1}
    assert "Ana" not in (state.html or "")
    workshop.fay("session.start")
    assert reader_for("here").read(request) is None


def test_no_scene_for_learners() -> None:
    assert running().slot("scene", "learner") is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("- Log in\n- Try *three* features", ["Log in", "Try three features"]),
        ("Take notes, ask questions, participate", ["Take notes", "Ask questions", "Participate"]),
        ("x" * 200, []),
        ("\n".join("abcdef"), []),
    ],
)
def test_what_to_do_as_lines_for_the_wall(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines


@pytest.mark.parametrize("count", [1, 5, 6, 45, 60, 200])
@pytest.mark.parametrize("look", [PHONE, PANEL, SCREEN, TIMER])
def test_a_hemicycle_has_its_seats_inside_the_drawing(count: int, look: Look) -> None:
    drawn = hemicycle(count, look)
    assert len(drawn.seats) == count
    assert all(0 <= float(seat.x) <= drawn.width and 0 <= float(seat.y) <= drawn.height for seat in drawn.seats)


@pytest.mark.parametrize(("count", "look"), [(24, PANEL), (200, PANEL), (200, PHONE), (200, SCREEN), (90, TIMER)])
def test_no_two_seats_of_a_hemicycle_touch(count: int, look: Look) -> None:
    seats = [(float(seat.x), float(seat.y)) for seat in hemicycle(count, look).seats]
    assert min(dist(one, other) for one, other in combinations(seats, 2)) > 2.2 * look.seat


def test_seats_are_taken_one_by_one_and_by_share_in_a_full_hall() -> None:
    assert [taken(people, room_for(people)) for people in (0, 1, 59, 60, 199, 200, 5000)] == [
        0,
        1,
        59,
        60,
        199,
        200,
        200,
    ]
