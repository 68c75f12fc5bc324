"""Counts of which one person may be in several: neither they nor the rest are a few, and none alone is hidden."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workshop.questions.covered import covered
from workshop.questions.gate import LEAST


@given(st.integers(0, 60), st.lists(st.integers(0, 60), min_size=1, max_size=12))
def test_nothing_shown_stands_for_a_few(people: int, drawn: list[int]) -> None:
    cells = {place: min(value, people) for place, value in enumerate(drawn)}
    shown = covered(cells, people, LEAST)

    assert set(shown) == set(cells)
    known = {place: value for place, value in shown.items() if value is not None}
    assert all(value == cells[place] for place, value in known.items())
    assert all(value == 0 or value >= LEAST for value in known.values())
    assert all(people - value == 0 or people - value >= LEAST for value in known.values())
    assert len(cells) == 1 or len(cells) - len(known) != 1


def test_where_all_counts_are_large_all_are_shown() -> None:
    assert covered({"a": 20, "b": 10, "c": 0}, 20, LEAST) == {"a": 20, "b": 10, "c": 0}


def test_who_left_one_out_is_covered_too() -> None:
    assert covered({"a": 19, "b": 10, "c": 6}, 20, LEAST) == {"a": None, "b": 10, "c": None}
