"""Options in order: what is refused, what is counted, what may be shown."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any

import pytest
from django.http import QueryDict
from pydantic import ValidationError

from tests.questions.room import refusal
from workshop.kinds import question_kinds
from workshop.questions.gate import LEAST
from workshop.questions.ranking.kind import sign

RANKING = question_kinds.get("ranking")
ALL = RANKING.load({"options": ["Tags", "Alerts", "Forecasts"]})
TOP = RANKING.load({"options": ["Tags", "Alerts", "Forecasts", "Budgets"], "top": 2})


def counted(config: Any, values: list[Any]) -> dict[str, Any]:
    tally = RANKING.tally(config)
    for value in values:
        tally.add(RANKING.parse(config, value))
    return tally.data()


def posted(**places: str) -> QueryDict:
    post = QueryDict("v=", mutable=True)
    post.update({f"v-{name}": place for name, place in places.items()})
    return post


def test_borda_points_and_mean_ranks() -> None:
    data = counted(ALL, [["a", "b", "c"], ["a", "c", "b"], ["b", "a", "c"]])

    assert data["points"] == {"a": 8, "b": 6, "c": 4}
    assert data["mean"] == {"a": 1.33, "b": 2.0, "c": 2.67}
    assert data["places"] == {"a": [2, 1, 0], "b": [1, 1, 1], "c": [0, 1, 2]}


def test_what_is_not_placed_gets_no_points_and_does_not_spoil_the_mean() -> None:
    data = counted(TOP, [["a", "b"], ["a"], ["d", "a"]])

    assert data["points"] == {"a": 5, "b": 1, "c": 0, "d": 2}
    assert data["mean"] == {"a": 1.33, "b": 2.0, "c": None, "d": 1.0}
    assert data["placed"] == {"a": 3, "b": 1, "c": 0, "d": 1}


def test_rows_stand_from_the_highest_down_and_equal_ones_share_a_rank() -> None:
    rows = RANKING.result(ALL, counted(ALL, [["b", "a", "c"], ["a", "b", "c"]]))["rows"]

    assert [(row.name, row.rank) for row in rows] == [("a", 1), ("b", 1), ("c", 3)]


def test_places_without_script() -> None:
    assert RANKING.from_form(posted(a="2", b="1", c="3"), "v") == ["b", "a", "c"]
    assert RANKING.from_form(posted(a="", b=""), "v") is None


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ({"a": "1", "b": "1", "c": "2"}, "Two of them have the place 1. Please give each place once."),
        ({"a": "1", "b": "3"}, "Nothing has the place 2. Please leave no place out."),
        ({"a": "x"}, "Nothing has the place 1. Please leave no place out."),
        ({"a": "0", "b": "1"}, "Nothing has the place 2. Please leave no place out."),
    ],
)
def test_holes_and_doubles_are_named(places: dict[str, str], sentence: str) -> None:
    assert str(refusal(RANKING.from_form, posted(**places), "v").message) == sentence


def test_who_forgets_one_is_told_how_many() -> None:
    assert str(refusal(RANKING.parse, ALL, ["a"]).message) == "Please place all of them: 2 are missing."
    assert refusal(RANKING.parse, ALL, []).code == "empty"
    assert str(refusal(RANKING.parse, TOP, ["a", "b", "c"]).message) == "Please place 2 at most."


def test_places_are_shown_only_when_none_stands_for_a_few() -> None:
    data = counted(ALL, [["a", "b", "c"]] * 6 + [["b", "a", "c"]])
    shown = RANKING.guarded(ALL, data, LEAST)
    assert "places" not in shown
    assert shown["points"] == data["points"]

    data = counted(ALL, [["a", "b", "c"]] * 6)
    assert RANKING.guarded(ALL, data, LEAST) == data


def test_what_a_few_placed_or_a_few_left_out_is_withheld() -> None:
    data = counted(TOP, [["a", "b"]] * 6 + [["a", "c"]] * 2 + [["b"]])
    shown = RANKING.guarded(TOP, data, LEAST)

    # c stands for two people; a was left out by one, b by two.
    assert shown["points"] == {"a": None, "b": None, "c": None, "d": 0}
    assert shown["mean"]["a"] is None


def test_of_two_options_points_give_the_places_away() -> None:
    config = RANKING.load({"options": ["Now", "Later"]})
    shown = RANKING.guarded(config, counted(config, [["a", "b"]] * 7 + [["b", "a"]]), LEAST)

    assert shown["points"] == {"a": None, "b": None}


def test_an_option_that_was_removed_leaves_its_place() -> None:
    config = RANKING.load({"options": [{"id": "b", "text": "Alerts"}, {"id": "c", "text": "Forecasts"}]})
    tally = RANKING.tally(config)
    tally.add(["a", "b", "c"])

    assert tally.data()["points"] == {"b": 2, "c": 1}


def test_ids_stay_when_the_list_is_pasted_anew() -> None:
    old = {"options": ["Tags", "Alerts", "Forecasts"]}
    new = RANKING.revise(old, {"options": ["Forecasts", "Alerts!", "Commitments"]})

    config = RANKING.load(new)
    assert [(option.id, option.text) for option in config.options] == [
        ("c", "Forecasts"),
        ("b", "Alerts!"),
        ("d", "Commitments"),
    ]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"options": ["One"]}, "at least 2"),
        ({"options": ["One", "One"]}, "two options are the same"),
        ({"options": ["One", "Two"], "top": 3}, "top: there are only 2 options"),
        ({"options": ["One", "Two"], "top": True}, "valid integer"),
        ({"options": ["One", "Two"], "top": "1"}, "valid integer"),
        ({"options": [str(number) for number in range(51)]}, "at most 50"),
        ({"options": ["One", "Two"], "right": ["Two"]}, "name 2 options in their right order"),
        ({"options": ["One", "Two"], "right": ["Two", "Two"]}, "each once"),
        ({"options": ["One", "Two"], "right": ["Two", "Three"]}, "there is no option “Three”"),
        ({"options": "One"}, "valid list"),
        ({}, "Field required"),
    ],
)
def test_bad_configs(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        RANKING.load(config)


def test_the_editor_says_what_is_wrong() -> None:
    form = RANKING.Editor({"options": "One\nTwo", "top": "3"})
    assert form.errors["top"] == ["There are only 2 options."]
    assert RANKING.Editor({"options": "One"}).errors["options"] == ["Please write at least two lines."]
    lines = "\n".join(str(number) for number in range(51))
    assert RANKING.Editor({"options": lines}).errors["options"] == ["These are too many lines: at most 50."]


def test_an_answer_in_words_and_cells() -> None:
    assert RANKING.in_words(TOP, ["d", "a"]) == "1. Budgets, 2. Tags"
    assert RANKING.cells(TOP, ["d", "a"]) == [2, None, None, 1]


def test_a_result_in_one_line() -> None:
    chart = RANKING.chart(TOP, counted(TOP, [["d", "a"], ["d"]]))

    assert chart is not None
    assert (chart.note, chart.labels, chart.values) == (
        "Borda points: Budgets 4; Tags 1",
        ("Tags", "Alerts", "Forecasts", "Budgets"),
        (1.0, 0.0, 0.0, 4.0),
    )


class TestRightOrder:
    ORDER = RANKING.load({"options": ["Build", "Discovery", "Design"], "right": ["Discovery", "Design", "Build"]})
    BEST = RANKING.load({"options": ["Tags", "Alerts", "Forecasts", "Budgets"], "top": 2, "right": ["Budgets", "Tags"]})

    def test_all_points_for_the_right_order_alone(self) -> None:
        assert RANKING.right(self.ORDER) == ["Discovery", "Design", "Build"]
        assert [RANKING.score(self.ORDER, value) for value in (["b", "c", "a"], ["c", "b", "a"])] == [1.0, 0.0]
        assert RANKING.score(ALL, ["a", "b", "c"]) is None
        assert RANKING.credit(ALL, ["a", "b", "c"]) is None

    @pytest.mark.parametrize(
        ("value", "credit"),
        [
            (["b", "c", "a"], 1),
            (["c", "b", "a"], 1 / 3),
            (["b", "a", "c"], 1 / 3),
            (["a", "b", "c"], 0),
            (["a", "c", "b"], 0),
        ],
    )
    def test_a_part_of_the_points_by_pairs(self, value: list[str], credit: float) -> None:
        assert RANKING.credit(self.ORDER, value) == pytest.approx(credit)

    @pytest.mark.parametrize(
        ("value", "credit"),
        # Of five pairs: the two, and each of them before the two that have no place.
        [(["d", "a"], 1), (["a", "d"], 3 / 5), (["d"], 3 / 5), (["d", "b"], 2 / 5), (["b", "c"], 0)],
    )
    def test_what_is_not_placed_stands_behind(self, value: list[str], credit: float) -> None:
        assert RANKING.credit(self.BEST, value) == pytest.approx(credit)

    def test_by_chance_the_pairs_are_worth_nothing(self) -> None:
        found = [
            sum(sign(order.index(later) - order.index(first)) for first, later in combinations(self.ORDER.right, 2))
            for order in permutations("abc")
        ]
        assert sum(found) == 0

    def test_the_editor_keeps_it_and_says_what_is_wrong(self) -> None:
        lines = {"options": "Build\nDiscovery\nDesign", "points": "2"}
        form = RANKING.Editor({**lines, "right": "Discovery\nDesign\nBuild"})
        assert form.is_valid(), form.errors
        assert RANKING.load(form.config()).right == ["b", "c", "a"]
        assert RANKING.load(form.config()).points == 2
        assert RANKING.Editor({**lines, "right": "Design"}).errors["right"] == ["Please name all 3 places."]
        assert RANKING.Editor({**lines, "right": "Tea"}).errors["right"] == ["“Tea” is not one of the options."]

    def test_it_is_told_to_nobody_before_it_is_revealed(self) -> None:
        assert "right" not in RANKING.public(self.ORDER, audience="learner")
        assert RANKING.public(self.ORDER, audience="learner", reveal=True)["right"] == ["b", "c", "a"]
