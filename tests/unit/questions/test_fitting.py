"""Labels on the projector: larger where there is room, never more than fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.kinds import question_kinds
from workshop.questions.fitting import BARS, GAP, LEAST, OFFERED, ROOM, WIDTH, Step, fit, width
from workshop.questions.standing import NOTE, STANDING
from workshop.questions.text.wall import STEPS, on_the_wall

labels = st.lists(st.text("abcdefghij klm WÄ漢", min_size=1, max_size=200), min_size=1, max_size=50)


@pytest.mark.parametrize("steps", [BARS, OFFERED])
def test_two_to_fifty_labels_of_five_to_two_hundred_letters_have_a_step(steps: tuple[object, ...]) -> None:
    found = [fit(["word " * (length // 5)] * count, steps) for count in (2, 6, 12, 24, 50) for length in (5, 50, 200)]  # type: ignore[arg-type]

    assert min(found) == 1
    assert all(1 <= step <= len(steps) for step in found)


def test_four_short_options_stand_in_the_largest_letters_and_fifty_in_the_smallest() -> None:
    assert fit(["Forecast", "Alerts", "Cost", "Advice"], BARS) == 1
    assert fit([f"City {number}" for number in range(50)], BARS) == len(BARS)


@given(labels)
def test_one_label_more_is_never_larger(found: list[str]) -> None:
    assert fit([*found, "and one more"], BARS) >= fit(found, BARS)


def test_wide_letters_need_more_room_and_marks_none() -> None:
    assert width("MMM") > width("aaa") > width("iii")
    assert width("漢字") > width("ab")
    assert width("e\u0301") == width("e")


def test_few_texts_are_large_and_of_many_as_many_as_fit_are_shown() -> None:
    assert on_the_wall([["Switch it off.", 3]]) == ([["Switch it off.", 3]], 1)
    many = [[f"An answer of usual length, which is number {number}.", 1] for number in range(300)]
    shown, size = on_the_wall(many)

    assert size == len(STEPS)
    assert 12 <= len(shown) < 300
    assert shown == many[: len(shown)]


def test_bars_of_many_options_are_drawn_against_the_longest() -> None:
    kind = question_kinds.get("choice")
    config = kind.load({"options": [f"City {number}" for number in range(20)]})
    counts = dict.fromkeys(config.ids, 1) | {config.ids[0]: 4}
    rows = kind.result(config, {"n": 23, "counts": counts})["rows"]

    assert [rows[0].width, rows[1].width] == ["100%", "25%"]


@pytest.mark.parametrize("steps", [BARS, OFFERED, STANDING])
def test_nothing_is_smaller_than_the_last_row_can_read(steps: tuple[Step, ...]) -> None:
    assert min(step.size for step in steps) >= LEAST


@pytest.mark.parametrize(("steps", "height"), [(BARS, ROOM), (OFFERED, ROOM), (STANDING, ROOM - NOTE)])
def test_five_labels_of_two_hundred_letters_are_not_cut(steps: tuple[Step, ...], height: float) -> None:
    label = ("lorem ipsum dolor sit amet " * 8)[:200]
    step = steps[fit([label] * 5, steps, height) - 1]
    room = (WIDTH - GAP * (step.columns - 1)) / step.columns - step.side

    assert width(label) * step.size / room <= step.lines
