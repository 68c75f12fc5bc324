"""Rows on a scale and by criteria: counts, means, and what may be shown of them."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from pydantic import ValidationError

from tests.questions.room import refusal
from workshop.kinds import question_kinds
from workshop.questions.gate import LEAST

MATRIX = question_kinds.get("matrix")
PLAIN = MATRIX.load({"rows": ["I read it", "I know it"], "ends": ["no", "yes"]})
COMPARED = MATRIX.load({"rows": ["Alpha", "Beta"], "criteria": ["Price", "Ease"]})


def counted(config: Any, values: list[Any]) -> dict[str, Any]:
    tally = MATRIX.tally(config)
    for value in values:
        tally.add(MATRIX.parse(config, value))
    return tally.data()


def test_how_many_chose_what_and_the_mean() -> None:
    data = counted(PLAIN, [{"a": 1, "b": 5}, {"a": 4}])

    assert data["counts"] == {"a": {"itself": [1, 0, 0, 1, 0]}, "b": {"itself": [0, 0, 0, 0, 1]}}
    assert data["mean"] == {"a": {"itself": 2.5}, "b": {"itself": 5.0}}
    assert data["given"] == {"a": {"itself": 2}, "b": {"itself": 1}}


def test_means_by_criterion_and_how_dark_they_are() -> None:
    data = counted(COMPARED, [{"a": {"a": 5, "b": 1}}, {"a": {"a": 5, "b": 2}}])
    alpha, beta = MATRIX.result(COMPARED, data)["rows"]

    assert [(field.text, field.shade, field.width) for field in alpha.fields] == [
        ("5.0", 7, "100.0%"),
        ("1.5", 1, "12.5%"),
    ]
    assert [field.text for field in beta.fields] == [None, None]


def test_means_stand_for_enough_people_and_counts_only_where_none_is_small() -> None:
    data = counted(PLAIN, [{"a": 1, "b": 2}] * 6 + [{"a": 2, "b": 2}])
    shown = MATRIX.guarded(PLAIN, data, LEAST)

    assert shown["mean"] == {"a": {"itself": 1.14}, "b": {"itself": 2.0}}
    assert shown["counts"] == {"a": {"itself": None}, "b": {"itself": [0, 7, 0, 0, 0]}}


def test_a_row_that_a_few_answered_or_left_out_is_withheld() -> None:
    data = counted(COMPARED, [{"a": {"a": 1, "b": 2}, "b": {"a": 3}}] * 6 + [{"a": {"b": 2}}] * 2)
    shown = MATRIX.guarded(COMPARED, data, LEAST)

    # Two of eight said nothing of a's price and of b's; nobody judged b's ease.
    assert shown["mean"] == {"a": {"a": None, "b": 2.0}, "b": {"a": None, "b": None}}


def test_on_two_points_a_mean_is_a_count() -> None:
    config = MATRIX.load({"rows": ["One", "Two"], "points": 2})
    shown = MATRIX.guarded(config, counted(config, [{"a": 1, "b": 1}] * 6 + [{"a": 2, "b": 1}]), LEAST)

    assert shown["mean"] == {"a": {"itself": None}, "b": {"itself": 1.0}}


def test_choices_without_script() -> None:
    assert MATRIX.from_form(QueryDict("v=&v.a=3&v.b=&a=7&other.a=1"), "v") == {"a": 3}
    assert MATRIX.from_form(QueryDict("v=&v.a.x=3&v.a.y=4"), "v") == {"a": {"x": 3, "y": 4}}
    assert MATRIX.from_form(QueryDict("v="), "v") is None
    for text in ("x", "3.5", "12", "-1", "٣"):
        assert refusal(MATRIX.from_form, QueryDict(f"v.a={text}"), "v").code == "bad_value"


def test_a_form_that_mixes_both_shapes_is_refused() -> None:
    raw = MATRIX.from_form(QueryDict("v.a=3&v.a.x=4"), "v")

    assert refusal(MATRIX.parse, COMPARED, raw).code == "bad_choice"


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"rows": []}, "at least 1"),
        ({"rows": ["One", "One"]}, "two rows are the same"),
        ({"rows": ["One"], "criteria": ["Two", "Two"]}, "two criteria are the same"),
        ({"rows": ["One"], "points": 8}, "less than or equal to 7"),
        ({"rows": ["One"], "points": "5"}, "valid integer"),
        ({"rows": ["One"], "points": 3, "words": ["no", "yes"]}, "words: 2 words for 3 points"),
        ({"rows": ["One"], "words": ["no"]}, "greater than or equal to 2"),
        ({"rows": [str(number) for number in range(13)]}, "at most 12"),
    ],
)
def test_bad_configs(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        MATRIX.load(config)


def test_the_editor_says_what_is_wrong() -> None:
    many = "\n".join(str(number) for number in range(13))
    assert MATRIX.Editor({"rows": many}).errors["rows"] == ["These are too many lines: at most 12."]
    assert MATRIX.Editor({"rows": "One", "criteria": many}).errors["criteria"] == [
        "These are too many lines: at most 8."
    ]
    assert MATRIX.Editor({"rows": "One", "words": "no"}).errors["words"] == [
        "Please write from two to 7 lines, or none."
    ]


def test_rows_and_criteria_keep_their_ids() -> None:
    old = {"rows": ["Alpha", "Beta"], "criteria": ["Price", "Ease"]}
    new = MATRIX.revise(old, {"rows": ["Beta", "Gamma cloud"], "criteria": ["Ease", "Price"]})
    config = MATRIX.load(new)

    assert {row.text: row.id for row in config.rows}["Beta"] == "b"
    assert {criterion.text: criterion.id for criterion in config.criteria} == {"Ease": "b", "Price": "a"}


def test_an_answer_in_words_cells_and_one_number() -> None:
    value = {"a": {"a": 2, "b": 4}}
    assert MATRIX.in_words(PLAIN, {"a": 1, "b": 3}) == "I read it: no; I know it: 3"
    assert MATRIX.columns(COMPARED) == ["Alpha: Price", "Alpha: Ease", "Beta: Price", "Beta: Ease"]
    assert MATRIX.cells(COMPARED, value) == [2, 4, None, None]
    assert MATRIX.measure(COMPARED, value) == 3.0


def test_a_result_in_one_line() -> None:
    chart = MATRIX.chart(COMPARED, counted(COMPARED, [{"a": {"a": 2, "b": 4}, "b": {"a": 5}}]))

    assert chart is not None
    assert (chart.note, chart.figure, chart.cells) == (
        "Means from 1 to 5: Beta 5; Alpha 3",
        4.0,
        ((2.0, 4.0), (5.0, None)),
    )
