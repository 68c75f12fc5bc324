"""Points on a plane: a raster of places, means and spread, and nothing that shows one person."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from pydantic import ValidationError

from tests.questions.room import refusal
from workshop.kinds import question_kinds
from workshop.questions.gate import LEAST

GRID = question_kinds.get("grid")
ONE = GRID.load({"x": "Effort", "y": "Benefit"})
ITEMS = GRID.load({"x": "Effort", "y": "Benefit", "items": ["Tags", "Alerts"]})


def counted(config: Any, values: list[Any]) -> dict[str, Any]:
    tally = GRID.tally(config)
    for value in values:
        tally.add(GRID.parse(config, value))
    return tally.data()


def posted(**numbers: str) -> QueryDict:
    post = QueryDict("v=", mutable=True)
    post.update({f"v-{name.replace('_', '-')}": number for name, number in numbers.items()})
    return post


def test_mean_and_spread_of_each_item() -> None:
    data = counted(ITEMS, [{"a": [0, 10]}, {"a": [20, 10], "b": [3, 4]}])

    assert data["placed"] == {"a": 2, "b": 1}
    assert data["mean"] == {
        "a": {"x": 10.0, "y": 10.0, "dx": 10.0, "dy": 0.0},
        "b": {"x": 3.0, "y": 4.0, "dx": 0.0, "dy": 0.0},
    }
    assert data["cells"] == {"a": [[0, 10, 1], [20, 10, 1]], "b": [[3, 4, 1]]}


def test_points_on_the_lines_belong_to_no_quarter() -> None:
    places = [[0, 20], [20, 20], [9, 9], [11, 9], [10, 20], [0, 10]]
    data = counted(ONE, [{"point": place} for place in places])

    assert data["quarters"]["point"] == {
        "top_left": 1, "top_right": 1, "bottom_left": 1, "bottom_right": 1, "middle": 2,
    }  # fmt: skip


def test_places_are_drawn_from_the_lower_left() -> None:
    [row] = GRID.result(ONE, counted(ONE, [{"point": [0, 20]}]))["rows"]

    assert row.dots == [(4, "M3 3h0")]
    assert (row.at["x"], row.at["y"]) == ("3%", "3%")


def test_confidential_means_stand_for_enough_people_and_single_places_are_never_shown() -> None:
    values: list[Any] = [{"a": [5, 15], "b": [1, 1]}] * 6 + [{"a": [15, 15]}] * 6 + [{"a": [5, 5]}]
    shown = GRID.guarded(ITEMS, counted(ITEMS, values), LEAST)

    assert "cells" not in shown
    assert shown["placed"] == {"a": 13, "b": 6}
    assert shown["mean"]["a"]["y"] == 14.23
    # One is alone at the bottom left: so one more quarter is withheld with it.
    quarters = shown["quarters"]["a"]
    assert quarters["bottom_left"] is None
    assert sum(count is None for count in quarters.values()) == 2


def test_an_item_that_a_few_placed_has_no_mean() -> None:
    values: list[Any] = [{"a": [5, 15]}] * 6 + [{"a": [5, 15], "b": [1, 1]}] * 2
    shown = GRID.guarded(ITEMS, counted(ITEMS, values), LEAST)

    assert shown["mean"]["b"] is None
    assert "b" not in shown["quarters"]
    html_rows = GRID.result(ITEMS, shown)["rows"]
    assert [row.placed for row in html_rows][1] is None


def test_numbers_without_script() -> None:
    assert GRID.from_form(posted(point_x="3", point_y="17"), "v") == {"point": [3, 17]}
    assert GRID.from_form(posted(a_x="0", a_y="0", b_x="", b_y=""), "v") == {"a": [0, 0]}
    assert GRID.from_form(QueryDict("v="), "v") is None
    assert str(refusal(GRID.from_form, posted(a_x="3"), "v").message) == "A point needs both numbers."
    for text in ("2.5", "-1", "٣", "999", "x"):
        assert refusal(GRID.from_form, posted(a_x=text, a_y="1"), "v").code == "bad_value"


def test_ids_with_dashes_survive_a_form() -> None:
    config = GRID.load({"x": "E", "y": "B", "items": [{"id": "one-x", "text": "One"}, {"id": "two", "text": "Two"}]})
    post = QueryDict("v-one-x-x=1&v-one-x-y=2")

    assert GRID.parse(config, GRID.from_form(post, "v")) == {"one-x": [1, 2]}


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"x": "Effort"}, "Field required"),
        ({"x": "", "y": "Benefit"}, "at least 1 character"),
        ({"x": "x" * 61, "y": "Benefit"}, "at most 60 characters"),
        ({"x": "E", "y": "B", "x_ends": ["only one"]}, "Field required"),
        ({"x": "E", "y": "B", "corners": ["1", "2", "3"]}, "Field required"),
        ({"x": "E", "y": "B", "items": ["One", "One"]}, "two items are the same"),
        ({"x": "E", "y": "B", "items": [str(number) for number in range(13)]}, "at most 12"),
    ],
)
def test_bad_configs(config: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        GRID.load(config)


def test_the_editor_says_what_is_wrong() -> None:
    axes = {"x": "Effort", "y": "Benefit"}
    assert GRID.Editor({**axes, "corners": "One\nTwo"}).errors["corners"] == ["Please write four lines, or none."]
    items = "\n".join(str(number) for number in range(13))
    assert GRID.Editor({**axes, "items": items}).errors["items"] == ["At most 12 fit on one plane."]
    assert set(GRID.Editor({}).errors) == {"x", "y"}


def test_items_keep_their_ids() -> None:
    new = GRID.revise({"x": "E", "y": "B", "items": ["Tags", "Alerts"]}, {"x": "E", "y": "B", "items": ["Alerts"]})

    config = GRID.load(new)
    assert [(item.id, item.text) for item in config.items] == [("b", "Alerts")]
    assert config.retired == ["a"]


def test_an_answer_in_words_and_cells() -> None:
    assert GRID.in_words(ONE, {"point": [3, 17]}) == "Effort 3, Benefit 17"
    assert GRID.in_words(ITEMS, {"b": [3, 17]}) == "Alerts: Effort 3, Benefit 17"
    assert GRID.columns(ITEMS) == ["Tags: Effort", "Tags: Benefit", "Alerts: Effort", "Alerts: Benefit"]
    assert GRID.cells(ITEMS, {"b": [3, 17]}) == [None, None, 3, 17]
