"""Kinds whose answers are more than one field, posted by a browser without script: stored, or refused in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from tests.questions.room import Room
from tests.unit.questions.test_form_post import post, said
from workshop.questions.models import Response

OPTIONS = {"options": ["Tags", "Alerts", "Forecasts"]}
PLANE = {"x": "Effort", "y": "Benefit", "items": ["Tags", "Alerts"]}
COMPARED = {"rows": ["Alpha", "Beta"], "criteria": ["Price", "Ease"]}

RIGHT: list[Any] = [
    ("ranking", OPTIONS, {"v": "", "v-a": "3", "v-b": "1", "v-c": "2"}, ["b", "c", "a"]),
    ("ranking", {**OPTIONS, "top": 1}, {"v": "", "v-a": "", "v-b": "1", "v-c": ""}, ["b"]),
    ("allocation", OPTIONS, {"v": "", "v-a": "60", "v-b": "", "v-c": "40"}, {"a": 60, "c": 40}),
    ("allocation", {**OPTIONS, "give": "dots"}, {"v": "", "v-a": "2", "v-b": "0"}, {"a": 2}),
    ("grid", PLANE, {"v": "", "v-a-x": "3", "v-a-y": "20", "v-b-x": "", "v-b-y": ""}, {"a": [3, 20]}),
    ("grid", {"x": "E", "y": "B"}, {"v": "", "v-point-x": "0", "v-point-y": "0"}, {"point": [0, 0]}),
    ("matrix", {"rows": ["One", "Two"]}, {"v": "", "v.a": "5"}, {"a": 5}),
    ("matrix", COMPARED, {"v": "", "v.a.a": "5", "v.b.b": "1"}, {"a": {"a": 5}, "b": {"b": 1}}),
    ("rating", {}, {"v": "4"}, 4),
    ("rating", {"show": "nps"}, {"v": "0"}, 0),
    ("numeric", {"unit": "%", "min": 0}, {"v": " 12,50 % "}, "12.5"),
]
WRONG: list[Any] = [
    ("ranking", OPTIONS, {"v-a": "1", "v-b": "1"}, "Two of them have the place 1. Please give each place once."),
    ("ranking", OPTIONS, {"v-a": "1", "v-b": "3"}, "Nothing has the place 2. Please leave no place out."),
    ("ranking", OPTIONS, {"v-a": "1"}, "Please place all of them: 2 are missing."),
    ("ranking", OPTIONS, {"v-z": "1"}, "This order does not fit the question. Please put it in order again."),
    ("ranking", OPTIONS, {}, "Please place all of them: 3 are missing."),
    ("allocation", OPTIONS, {"v-a": "60"}, "40 points are left. Please give all of them away."),
    ("allocation", OPTIONS, {"v-a": "1e2"}, "“1e2” is not a whole number."),
    ("allocation", OPTIONS, {"v": "[1"}, "Please give away at least one."),
    ("grid", PLANE, {"v-a-x": "3"}, "A point needs both numbers."),
    ("grid", PLANE, {"v-a-x": "21", "v-a-y": "1"}, "Please place it on the plane, from 0 to 20."),
    ("matrix", {"rows": ["One"]}, {"v.a": "6"}, "Please choose one of the points of the scale."),
    ("matrix", COMPARED, {"v.a": "5"}, "This does not fit the question. Please choose again."),
    ("rating", {}, {"v": "6"}, "Please choose a number from 1 to 5."),
    ("rating", {}, {"v": "4.5"}, "Please choose a number from 1 to 5."),
    ("numeric", {"max": 10}, {"v": "11"}, "Please write a number of at most 10."),
    ("numeric", {}, {"v": "1,000"}, "“1,000” may mean two numbers. Please write it without a sign between thousands."),
]


@pytest.mark.parametrize(("kind", "config", "fields", "value"), RIGHT)
def test_a_form_is_stored(room: Room, kind: str, config: Any, fields: dict[str, str], value: Any) -> None:
    run = room.ask(kind, config)

    assert said(post(room, "Ana", run, **fields)) == ["Saved."]
    assert list(Response.objects.values_list("value", flat=True)) == [value]
    assert room.counts(run)["n"] == 1


@pytest.mark.parametrize(("kind", "config", "fields", "sentence"), WRONG)
def test_a_form_that_does_not_fit_is_refused(
    room: Room, kind: str, config: Any, fields: dict[str, str], sentence: str
) -> None:
    run = room.ask(kind, config)

    assert said(post(room, "Ana", run, **fields)) == [sentence]
    assert not Response.objects.exists()


def test_the_page_without_script_shows_the_own_answer_again(room: Room) -> None:
    run = room.ask("allocation", OPTIONS)
    page = post(room, "Ana", run, **{"v-a": "60", "v-c": "40"})

    html = page.content.decode()
    assert 'value="60"' in html
    assert 'value="40"' in html
