"""Points and dots: the sum is checked on the server, small numbers are withheld."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from pydantic import ValidationError

from tests.questions.room import refusal
from workshop.kinds import question_kinds
from workshop.questions.gate import LEAST

KIND = question_kinds.get("allocation")
POINTS = KIND.load({"options": ["Tags", "Alerts", "Forecasts"]})
DOTS = KIND.load({"options": ["Tags", "Alerts", "Forecasts"], "give": "dots", "total": 3, "max": 2})


def counted(config: Any, values: list[Any]) -> dict[str, Any]:
    tally = KIND.tally(config)
    for value in values:
        tally.add(KIND.parse(config, value))
    return tally.data()


def posted(**amounts: str) -> QueryDict:
    post = QueryDict("v=", mutable=True)
    post.update({f"v-{name}": amount for name, amount in amounts.items()})
    return post


@pytest.mark.parametrize(
    ("config", "raw", "sentence"),
    [
        (POINTS, {"a": 60, "b": 60}, "These are 20 too many: there are 100 to give."),
        (POINTS, {"a": 60, "b": 39}, "1 point is left. Please give it away."),
        (POINTS, {"a": 60}, "40 points are left. Please give all of them away."),
        (POINTS, {"a": 50.0, "b": 50}, "Please give whole numbers."),
        (POINTS, {"a": True, "b": 99}, "Please give whole numbers."),
        (POINTS, {"z": 100}, "This does not fit the question. Please share out again."),
        (POINTS, {"a": 0}, "Please give away at least one."),
        (DOTS, {"a": 3}, "Please give each option 2 at most."),
        (DOTS, {"a": 2, "b": 2}, "These are 1 too many: there are 3 to give."),
        (DOTS, {"a": 2, "b": -1}, "Please give each option 2 at most."),
    ],
)
def test_sums_that_do_not_fit_are_refused(config: Any, raw: Any, sentence: str) -> None:
    assert str(refusal(KIND.parse, config, raw).message) == sentence


def test_a_draft_may_have_points_left() -> None:
    assert KIND.partial(POINTS, {"a": 60, "b": 0}) == {"a": 60}
    assert KIND.partial(POINTS, None) == {}
    assert refusal(KIND.partial, POINTS, {"a": 101}).code == "bad_value"


def test_amounts_without_script() -> None:
    assert KIND.from_form(posted(a="60", b=" 40 ", c=""), "v") == {"a": 60, "b": 40}
    assert KIND.from_form(posted(a=""), "v") is None
    assert str(refusal(KIND.from_form, posted(a="1.5"), "v").message) == "“1.5” is not a whole number."
    assert refusal(KIND.from_form, posted(a="9" * 5000), "v").code == "bad_value"
    assert refusal(KIND.from_form, posted(a="٣"), "v").code == "bad_value"


def test_points_and_who_gave_them() -> None:
    data = counted(POINTS, [{"a": 60, "b": 40}, {"a": 100}])

    assert data == {"n": 2, "points": {"a": 160, "b": 40, "c": 0}, "givers": {"a": 2, "b": 1, "c": 0}}
    rows = KIND.result(POINTS, data)["rows"]
    assert [(row.name, row.rank, row.mean, row.width) for row in rows] == [
        ("a", 1, 80.0, "100.0%"),
        ("b", 2, 20.0, "25.0%"),
        ("c", 3, 0.0, "0.0%"),
    ]


def test_a_heavier_vote_counts_more() -> None:
    tally = KIND.tally(DOTS)
    tally.add({"a": 2}, 4)

    assert tally.data()["points"]["a"] == 8
    assert tally.data()["givers"]["a"] == tally.data()["n"] == 4


def test_neither_a_few_who_gave_nor_a_few_who_did_not_are_shown() -> None:
    values = [{"a": 50, "b": 50}] * 6 + [{"a": 50, "c": 50}] * 2
    shown = KIND.guarded(POINTS, counted(POINTS, values), LEAST)

    # All eight gave to a; two gave to c and not to b.
    assert shown == {"n": 8, "points": {"a": 400, "b": None, "c": None}, "givers": {"a": 8, "b": None, "c": None}}


def test_one_hidden_number_is_never_the_rest_of_the_others() -> None:
    values = [{"a": 50, "b": 50}] * 5 + [{"a": 25, "b": 75}] * 5 + [{"a": 50, "b": 25, "c": 25}] * 2
    shown = KIND.guarded(POINTS, counted(POINTS, values), LEAST)

    assert sum(points is None for points in shown["points"].values()) >= 2


def test_ids_stay_when_the_list_is_edited() -> None:
    new = KIND.revise({"options": ["Tags", "Alerts"], "give": "dots"}, {"options": ["Alerts", "Tags"], "give": "dots"})

    assert {option.text: option.id for option in KIND.load(new).options} == {"Alerts": "b", "Tags": "a"}


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"options": ["One", "Two"], "total": 0}, "greater than or equal to 1"),
        ({"options": ["One", "Two"], "total": "100"}, "valid integer"),
        ({"options": ["One", "Two"], "total": 1e9}, "valid integer"),
        ({"options": ["One", "Two"], "total": 10, "max": 11}, "max: there are only 10"),
        ({"options": ["One", "Two"], "total": 10, "max": 4}, "10 cannot be given away with at most 4"),
        ({"options": ["One", "Two"], "give": "dots", "total": 101}, "at most 100 dots"),
        ({"options": ["One", "Two"], "give": "coins"}, "'points' or 'dots'"),
    ],
)
def test_bad_configs(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        KIND.load(config)


def test_the_editor_says_what_is_wrong() -> None:
    lines = {"options": "One\nTwo"}
    assert KIND.Editor({**lines, "total": "10", "max": "11"}).errors["max"] == ["Each has only 10 to give."]
    few = KIND.Editor({**lines, "total": "10", "max": "4"}).errors["max"]
    assert few == ["With so few for each option nobody could give all 10 away."]
    assert KIND.Editor({**lines, "give": "dots", "total": "101"}).errors["total"] == ["At most 100 dots, please."]
    form = KIND.Editor({**lines, "give": "dots"})
    assert form.is_valid()
    assert form.config() == {"options": ["One", "Two"], "give": "dots"}


def test_an_answer_in_words_and_cells() -> None:
    assert KIND.in_words(POINTS, {"c": 40, "a": 60}) == "Tags: 60, Forecasts: 40"
    assert KIND.cells(POINTS, {"c": 40, "a": 60}) == [60, 0, 40]


def test_a_result_in_one_line() -> None:
    given, nothing = (
        KIND.chart(DOTS, counted(DOTS, [{"a": 1}, {"c": 2, "a": 1}])),
        KIND.chart(POINTS, counted(POINTS, [])),
    )

    assert given is not None
    assert nothing is not None
    assert (given.note, nothing.note) == ("Dots: Tags 2; Forecasts 2", "")
