"""Stars and the Net Promoter Score."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from workshop.kinds import question_kinds
from workshop.questions.gate import LEAST

RATING = question_kinds.get("rating")
STARS = RATING.load({})
NPS = RATING.load({"show": "nps"})


def counted(config: Any, values: list[int]) -> dict[str, Any]:
    tally = RATING.tally(config)
    for value in values:
        tally.add(RATING.parse(config, value))
    return tally.data()


def test_the_mean_fills_stars() -> None:
    result = RATING.result(STARS, counted(STARS, [5, 4, 2, 2]))

    assert result["mean"] == 3.25
    assert result["filled"] == ["100%", "100%", "100%", "25%", "0%"]
    assert [(row.name, row.count, row.percent) for row in result["rows"]] == [
        ("5", 1, 25), ("4", 1, 25), ("3", 0, 0), ("2", 2, 50), ("1", 0, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "score"),
    [
        ([10, 9, 8, 7, 6, 0], "0"),
        ([9, 10, 10], "+100"),
        ([0, 6, 6], "−100"),
        ([7, 8], "0"),
        ([10, 8, 8], "+33"),
        ([], None),
    ],
)
def test_promoters_less_detractors(values: list[int], score: str | None) -> None:
    assert RATING.result(NPS, counted(NPS, values))["score"] == score


def test_groups_are_parts_of_one_bar() -> None:
    groups = RATING.result(NPS, counted(NPS, [10, 9, 8, 6]))["groups"]

    assert [(group.name, group.count, group.start, group.width) for group in groups] == [
        ("detractors", 1, "0.00%", "25.00%"),
        ("passives", 1, "25.00%", "25.00%"),
        ("promoters", 2, "50.00%", "50.00%"),
    ]


def test_small_steps_and_small_groups_are_withheld() -> None:
    data = counted(NPS, [10] * 9 + [8] * 6 + [3] * 2)
    shown = RATING.guarded(NPS, data, LEAST)

    assert "counts" not in shown
    assert shown["groups"] == {"detractors": None, "passives": None, "promoters": 9}
    assert RATING.result(NPS, shown)["score"] is None
    assert RATING.guarded(STARS, counted(STARS, [5] * 6), LEAST)["counts"]["5"] == 6
    assert RATING.guarded(STARS, counted(STARS, [5] * 6 + [1]), LEAST) == {"n": 7, "mean": 4.43}


def test_two_ratings_of_one_person_can_be_compared() -> None:
    assert RATING.measure(STARS, 4) == 4.0
    assert RATING.chart(NPS, counted(NPS, [10, 10, 0])).figure == 33.0
    assert RATING.chart(STARS, counted(STARS, [4, 5])).figure == 4.5


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"points": 2}, "greater than or equal to 3"),
        ({"points": 11}, "less than or equal to 10"),
        ({"points": "5"}, "valid integer"),
        ({"show": "hearts"}, "'stars' or 'nps'"),
        ({"show": "nps", "points": 5}, "this score always goes from 0 to 10"),
        ({"ends": ["x" * 61, ""]}, "at most 60"),
    ],
)
def test_bad_configs(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        RATING.load(config)
