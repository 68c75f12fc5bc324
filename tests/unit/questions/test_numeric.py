"""Numbers as people write them, kept exactly; mean, median and a histogram that shows something."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.questions.room import refusal
from workshop.kinds import question_kinds
from workshop.questions.gate import LEAST
from workshop.questions.numeric.bins import quantile
from workshop.questions.numeric.numbers import written

NUMERIC = question_kinds.get("numeric")
ANY = NUMERIC.load({})
SHARE = NUMERIC.load({"unit": "%", "min": 0, "max": 100, "step": 1, "right": 35, "tolerance": 5})
numbers = st.decimals(-(10**11), 10**11, places=6, allow_nan=False, allow_infinity=False)


def counted(config: Any, values: list[Any]) -> dict[str, Any]:
    tally = NUMERIC.tally(config)
    for value in values:
        tally.add(NUMERIC.parse(config, value))
    return tally.data()


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.50", "12.5"),
        (" +7 ", "7"),
        ("−3", "-3"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0,125", "0.125"),
        ("3.142", "3.142"),
        ("1 000", "1000"),
        ("1\u202f000,5", "1000.5"),
        ("1'000'000", "1000000"),
        ("1.234.567", "1234567"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("١٢٫٥", "12.5"),
        ("-0", "0"),
        (0.1, "0.1"),
        (1e3, "1000"),
        (7, "7"),
    ],
)
def test_numbers_as_people_write_them(raw: Any, value: str) -> None:
    assert NUMERIC.parse(ANY, raw) == value


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("1,000", "“1,000” may mean two numbers. Please write it without a sign between thousands."),
        ("1e3", "Please write a number, for instance 12 or 12.5."),
        ("1.2.3", "Please write a number, for instance 12 or 12.5."),
        ("1 00", "Please write a number, for instance 12 or 12.5."),
        ("0.1234567", "At most 6 digits behind the point, please."),
        ("9999999999999", "This number is too large."),
        (float("nan"), "Please write a number, for instance 12 or 12.5."),
        (10**400, "Please write a number, for instance 12 or 12.5."),
    ],
)
def test_what_is_no_number_or_two_is_refused(raw: Any, sentence: str) -> None:
    assert str(refusal(NUMERIC.parse, ANY, raw).message) == sentence


def test_where_whole_numbers_are_wanted_a_comma_means_thousands() -> None:
    config = NUMERIC.load({"step": 1, "unit": "kWh"})

    assert [NUMERIC.parse(config, raw) for raw in ("1,000", "1.000", "12 kWh", "12KWH")] == ["1000", "1000", "12", "12"]
    assert str(refusal(NUMERIC.parse, config, "1.5").message) == "Please write a whole number."


def test_limits_and_steps_are_told() -> None:
    assert "from 0\u00a0% to 100\u00a0%" in str(refusal(NUMERIC.parse, SHARE, "101").message)
    assert str(refusal(NUMERIC.parse, NUMERIC.load({"min": 1}), "0").message) == "Please write a number of at least 1."
    assert str(refusal(NUMERIC.parse, NUMERIC.load({"max": 1}), "2").message) == "Please write a number of at most 1."
    steps = NUMERIC.load({"step": 0.1})
    assert NUMERIC.parse(steps, "0,3") == "0.3"
    assert str(refusal(NUMERIC.parse, steps, "0,35").message) == "Please answer in steps of 0.1."


@given(numbers)
def test_what_is_stored_is_read_back_as_the_same_number(number: Decimal) -> None:
    text = written(number)

    assert Decimal(text) == number
    assert NUMERIC.parse(ANY, text) == text


def test_sums_of_decimals_are_exact() -> None:
    data = counted(ANY, ["0.1", "0.2", "0.3"])

    assert (data["mean"], data["median"], data["lowest"], data["highest"]) == ("0.2", "0.2", "0.1", "0.3")


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=30))
def test_the_median_has_as_many_below_as_above(values: list[int]) -> None:
    counts: dict[Decimal, int] = {}
    for value in values:
        counts[Decimal(value)] = counts.get(Decimal(value), 0) + 1
    ordered = sorted(values)
    middle = (ordered[(len(values) - 1) // 2] + ordered[len(values) // 2]) / 2

    assert float(quantile(counts, Decimal("0.5"))) == middle


@given(st.lists(numbers, min_size=1, max_size=60))
def test_every_answer_lies_in_one_of_a_few_bins(values: list[Decimal]) -> None:
    bins = counted(ANY, [written(value) for value in values])["bins"]

    assert sum(count for _low, _high, count in bins) == len(values)
    assert len(bins) <= 15
    edges = [Decimal(low) for low, _high, _count in bins if low is not None]
    assert edges == sorted(edges)


def test_one_far_answer_does_not_hide_the_others() -> None:
    data = counted(ANY, [str(number) for number in range(20, 60)] + ["1000000"])

    assert data["bins"][-1] == ["60", None, 1]
    assert len(data["bins"]) == 9
    assert data["highest"] == "1000000"


def test_bins_of_a_question_with_limits_do_not_move() -> None:
    few, many = counted(SHARE, ["40"]), counted(SHARE, ["3", "40", "99"])

    assert [found[:2] for found in few["bins"]] == [found[:2] for found in many["bins"]]
    labels = [column.label for column in NUMERIC.result(SHARE, few)["columns"]]
    assert (labels[0], labels[-1], len(labels)) == ("0–9", "90–100", 10)
    assert counted(SHARE, ["100", "90", "89"])["bins"][-2:] == [["80", "90", 1], ["90", "100", 2]]


def test_single_numbers_are_named_as_such() -> None:
    config = NUMERIC.load({"min": 0, "max": 3, "step": 1})
    columns = NUMERIC.result(config, counted(config, ["0", "3", "3"]))["columns"]

    assert [(column.label, column.count, column.height) for column in columns] == [
        ("0", 1, "50%"), ("1", 0, "0%"), ("2", 0, "0%"), ("3", 2, "100%"),
    ]  # fmt: skip


def test_right_answers_within_the_tolerance() -> None:
    assert [NUMERIC.score(SHARE, value) for value in ("30", "40", "41")] == [1.0, 1.0, 0.0]
    assert NUMERIC.score(ANY, "1") is None
    assert NUMERIC.right(SHARE) == ("35\u00a0% ± 5\u00a0%",)
    assert counted(SHARE, ["35", "41"])["hits"] == 1
    assert "right" not in NUMERIC.public(SHARE, audience="learner")
    assert NUMERIC.public(SHARE, audience="learner", reveal=True)["right"] == 35


def test_numbers_of_single_people_are_withheld() -> None:
    data = counted(SHARE, ["35"] * 6 + ["90"])
    shown = NUMERIC.guarded(SHARE, data, LEAST)

    assert shown == {"n": 7, "mean": "42.9", "hits": None}
    assert NUMERIC.guarded(SHARE, counted(SHARE, ["35"] * 6), LEAST)["bins"]


def test_people_read_numbers_as_their_language_writes_them() -> None:
    with translation.override("de"):
        assert NUMERIC.in_words(SHARE, "12.5") == "12,5\u00a0%"
    assert NUMERIC.cells(SHARE, "12.5") == [12.5]
    assert NUMERIC.cells(SHARE, "12") == [12]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"min": 5, "max": 5}, "max: this must be more than min"),
        ({"step": 0}, "step: this must be more than 0"),
        ({"tolerance": 1}, "tolerance: there is no right value"),
        ({"right": 1, "tolerance": -1}, "tolerance: this must not be less than 0"),
        ({"min": 0, "max": 1, "right": 2}, "right: this does not lie between min and max"),
        ({"min": True}, "this must be a number"),
        ({"min": "NaN"}, "finite number"),
        ({"max": 1e30}, "less than or equal to"),
        ({"step": 0.0000001}, "decimal places"),
        ({"unit": "x" * 13}, "at most 12"),
    ],
)
def test_bad_configs(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        NUMERIC.load(config)


def test_the_editor_reads_numbers_as_people_write_them() -> None:
    form = NUMERIC.Editor({"min": "0", "max": "1,5", "step": "0,1", "right": "0.3", "tolerance": "0,05"})
    assert form.is_valid(), form.errors
    assert form.config() == {"min": 0, "max": 1.5, "step": 0.1, "right": 0.3, "tolerance": 0.05}
    assert NUMERIC.load(form.config()).step == Decimal("0.1")


def test_the_editor_says_what_is_wrong() -> None:
    assert NUMERIC.Editor({"min": "x"}).errors["min"] == ["Please write a number, for instance 12 or 12.5."]
    assert NUMERIC.Editor({"min": "2", "max": "1"}).errors["max"] == ["“To” must be more than “from”."]
    assert NUMERIC.Editor({"max": "1", "right": "2"}).errors["right"] == [
        "The right value does not lie between both limits."
    ]
    assert NUMERIC.Editor({"step": "0"}).errors["step"] == ["A step must be more than 0."]
    assert "tolerance" in NUMERIC.Editor({"tolerance": "1"}).errors
