"""Results side by side: what is lined up, what moved, and how small the projector must draw it."""

from __future__ import annotations

from typing import Any

import pytest

from workshop.kinds import Chart, Json, question_kinds
from workshop.questions import beside
from workshop.questions.beside import Column
from workshop.questions.catalogue import Asked

CHOICE = question_kinds.get("choice")
SCALE = question_kinds.get("scale")
TEXT = question_kinds.get("text")


def asked(kind: Any = SCALE, key: str = "q1", prompt: str = "How sure?", **config: Json) -> Asked:
    return Asked(1, 1, key, kind, kind.load(config), "pseudonymous", prompt, required=False, position=0)


def column(name: str, values: tuple[float, ...], labels: tuple[str, ...] = ("a", "b"), **more: Any) -> Column:
    question = asked(CHOICE, options=list(labels))
    return Column(name, int(sum(values)), question, {"n": 1}, Chart("bars", labels, values, **more))


def test_labels_are_lined_up_in_the_order_of_the_last() -> None:
    laid = beside.lined_up(
        "before", [column("One", (1, 3), ("a", "old")), column("Two", (2, 2), ("b", "a"))], moves=True
    )
    assert [(line.label, [cell.value for cell in line.cells]) for line in laid.lines] == [
        ("b", [None, 2]),
        ("a", [1, 2]),
        ("old", [3, None]),
    ]


def test_changes_are_percentage_points_of_the_people_who_answered() -> None:
    laid = beside.lined_up("rounds", [column("One", (1, 3)), column("Two", (6, 4))], moves=True)
    assert [line.change for line in laid.lines] == [35, -35]
    assert laid.in_points


def test_points_and_means_are_no_shares_of_people() -> None:
    columns = [column("One", (2.5, 1.0), counts=False), column("Two", (4.0, 2.0), counts=False)]
    laid = beside.lined_up("rounds", columns, moves=True)
    assert [line.change for line in laid.lines] == [1.5, 1.0]
    assert [cell.text for cell in laid.lines[0].cells] == ["2.5", "4"]
    assert [cell.width for cell in laid.lines[1].cells] == ["40%", "50%"]


def test_nothing_moves_from_one_background_to_another() -> None:
    laid = beside.lined_up("backgrounds", [column("One", (1, 3)), column("Two", (6, 4))], moves=False)
    assert {line.change for line in laid.lines} == {None}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (asked(key="sure", prompt="At first?"), asked(key="sure", prompt="And now?"), True),
        (asked(prompt="How  sure?"), asked(key="q7", prompt="how sure?"), True),
        (asked(prompt="At first?"), asked(prompt="And now?"), False),
        (asked(key="sure"), asked(TEXT, key="sure"), False),
        (asked(TEXT), asked(TEXT), False),
    ],
)
def test_questions_that_are_the_same(one: Asked, other: Asked, same: bool) -> None:
    assert beside.alike(one, other) is same


def test_who_answered_both_moved_up_or_down() -> None:
    before = {"p:1": 1, "p:2": 3, "p:3": 3, "p:4": 2, "p:5": 2, "p:6": 5}
    now = {"p:1": 2, "p:2": 3, "p:3": 1, "p:4": 4, "p:5": 4, "p:7": 1}
    moved = beside.shift_of(asked(), before, now, 5)
    assert moved is not None
    assert (moved.up, moved.same, moved.down) == (3, 1, 1)
    assert beside.shift_of(asked(), before, now, 6) is None


def test_answers_that_are_not_more_or_less_do_not_move() -> None:
    texts = {f"p:{number}": "x" for number in range(9)}
    assert beside.shift_of(asked(TEXT), texts, texts, 5) is None


def test_the_more_there_is_the_smaller_it_is_drawn() -> None:
    def fit(labels: int, columns: int, below: float = 0.0, letters: int = 9) -> int:
        names = tuple(f"{number:x>{letters}}" for number in range(labels))
        each = [column(str(place), (1.0,) * labels, names) for place in range(columns)]
        return beside.lined_up("rounds", each, moves=True).fit(below)

    assert [fit(labels, 2) for labels in (2, 4, 5, 9, 12, 40)] == [1, 2, 3, 4, 5, 6]
    assert fit(4, 2, below=20) > fit(4, 2)
    assert fit(4, 4) > fit(4, 2)
    assert fit(4, 2, letters=120) > fit(4, 2)


def test_labels_that_come_from_answers_are_not_lined_up() -> None:
    one = Column("One", 2, asked(TEXT), {"n": 2}, Chart("bars", ("tags",), (2.0,)))
    assert beside.lined_up("rounds", [one, one], moves=True).panes
