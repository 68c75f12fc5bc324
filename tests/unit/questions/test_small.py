"""Small numbers of a split: backgrounds put together, numbers withheld, and no way to compute one of them."""

from __future__ import annotations

from itertools import product
from random import Random

from workshop.questions.small import Part, merged, table

LEAST = 5


def test_large_backgrounds_stand_alone_largest_first() -> None:
    assert merged({"Finance": 7, "Data": 9}, LEAST) == [Part(("Data",)), Part(("Finance",))]


def test_small_ones_are_put_together_and_not_left_out() -> None:
    parts = merged({"Finance": 9, "Data": 3, "": 2}, LEAST)
    assert parts == [Part(("Finance",)), Part(("Data", ""), others=True)]


def test_one_small_one_takes_the_next_larger_with_it() -> None:
    parts = merged({"Finance": 9, "Data": 6, "Law": 1}, LEAST)
    assert parts == [Part(("Finance",)), Part(("Data", "Law"), others=True)]


def test_nothing_is_split_when_the_rest_would_be_too_few() -> None:
    assert merged({"Finance": 28, "Law": 2}, LEAST) == []
    assert merged({"Finance": 4, "Law": 4}, LEAST) == []
    assert merged({"Finance": 30}, LEAST) == []
    assert merged({}, LEAST) == []


def test_backgrounds_of_nobody_are_no_part() -> None:
    assert merged({"Finance": 6, "Data": 6, "Law": 0}, LEAST) == [Part(("Finance",)), Part(("Data",))]


def test_large_numbers_and_nobody_are_shown() -> None:
    assert table([[5, 0], [7, 9]], LEAST) == [[5, 0], [7, 9]]


def test_a_small_number_is_not_what_is_missing_from_its_row_or_column() -> None:
    shown = table([[2, 8, 9], [9, 8, 7], [9, 9, 9]], LEAST)
    assert shown[0][0] is None
    for line in (*shown, *zip(*shown, strict=True)):
        assert sum(cell is None for cell in line) != 1


def test_no_small_number_follows_from_what_is_shown() -> None:
    """Every table of the size is a world that fits what is shown: a small number that is the same in all is known."""
    chance = Random(7)
    for _turn in range(60):
        cells = [[chance.choice((0, 1, 2, 4, 6, 9)) for _column in range(2)] for _row in range(3)]
        shown = table(cells, LEAST)
        worlds = list(_worlds(cells, shown))
        for r, c in product(range(3), range(2)):
            if 0 < cells[r][c] < LEAST:
                possible = {world[r][c] for world in worlds}
                assert shown[r][c] is None
                assert len(possible) > 1 or _all_hidden(shown), (cells, shown)


def _all_hidden(shown: list[list[int | None]]) -> bool:
    return all(cell is None for row in shown for cell in row)


def _worlds(cells: list[list[int]], shown: list[list[int | None]]) -> list[list[list[int]]]:
    """All tables with the sums of ``cells`` and the numbers that are shown."""
    rows = [sum(row) for row in cells]
    columns = [sum(row[c] for row in cells) for c in range(2)]
    found = []
    for first in product(*(range(total + 1) for total in rows)):
        world = [[value, total - value] for value, total in zip(first, rows, strict=True)]
        if [sum(row[c] for row in world) for c in range(2)] != columns:
            continue
        if all(shown[r][c] in (None, world[r][c]) for r, c in product(range(3), range(2))):
            found.append(world)
    return found
