"""Fractional indexes keep any sequence of moves in order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from breakouts.board import order


def put(positions: list[str], index: int) -> None:
    """Insert a new position before ``index``, as a board does."""
    if not positions:
        positions.append(order.first())
    elif index == len(positions):
        positions.append(order.after(positions[-1]))
    elif index == 0:
        positions.insert(0, order.ahead(positions[0]))
    else:
        positions.insert(index, order.between(positions[index - 1], positions[index]))


@given(st.lists(st.integers(min_value=0, max_value=10_000), max_size=300))
def test_positions_stay_sorted_and_distinct(places: list[int]) -> None:
    positions: list[str] = []
    for place in places:
        put(positions, place % (len(positions) + 1))

    assert positions == sorted(set(positions))
    assert all(not position.endswith("0") for position in positions)


def test_five_hundred_cards_at_the_end_keep_short_positions() -> None:
    positions: list[str] = []
    for _ in range(500):
        put(positions, len(positions))

    assert max(map(len, positions)) <= order.WIDTH


def test_inserting_at_one_place_grows_slowly() -> None:
    positions = [order.first(), order.after(order.first())]
    for _ in range(60):
        put(positions, 1)

    assert positions == sorted(positions)
    assert max(map(len, positions)) <= order.LONGEST


@given(st.integers(min_value=0, max_value=500))
def test_a_column_numbered_anew_is_in_order(count: int) -> None:
    positions = list(order.fresh(count))

    assert positions == sorted(set(positions))
