"""Small numbers in results that are split: which parts are put together, and which numbers of a table are withheld.

Whoever sees a table also knows its sums, because the whole result stands on the same wall. So a number that is withheld
must not be what is missing from a sum: not in its row, not in its column, and not by going from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")
Place = tuple[int, int]
Cells = list[list[int]]


@dataclass(frozen=True, slots=True)
class Part(Generic[KeyT]):
    """One part of a split: a background, or all those that are too small to stand alone."""

    names: tuple[KeyT, ...]
    others: bool = False


def merged(sizes: Mapping[KeyT, int], least: int) -> list[Part[KeyT]]:
    """The parts of a split, each of ``least`` people or more, the largest first and the others last.

    Parts of fewer people are put together; while all of those are still too few, the next larger part goes with them:
    alone it would give them away as what is missing from the whole. Nothing when less than two parts are left.
    """
    by_size = sorted((name for name in sizes if sizes[name] > 0), key=lambda name: -sizes[name])
    alone = [name for name in by_size if sizes[name] >= least]
    rest = [name for name in by_size if sizes[name] < least]
    while rest and alone and sum(sizes[name] for name in rest) < least:
        rest.insert(0, alone.pop())
    if len(alone) + bool(rest) < 2 or 0 < sum(sizes[name] for name in rest) < least:  # noqa: PLR2004 - side by side
        return []
    parts = [Part((name,)) for name in alone]
    return [*parts, Part(tuple(rest), others=True)] if rest else parts


def table(cells: Sequence[Sequence[int]], least: int) -> list[list[int | None]]:
    """``cells`` (rows of options, columns of parts) with None for what nobody may read.

    Numbers of 1 to ``least`` - 1 are withheld, and as many more as it takes that in no row and no column the withheld
    ones come to fewer than ``least`` people or can be computed. A 0 stands for nobody and may be read.
    """
    known = [list(row) for row in cells]
    hidden = {place for place, value in _places(known) if 0 < value < least}
    primary = set(hidden)
    while (more := _uncovered(known, hidden, least) or _computable(known, hidden, primary)) is not None:
        hidden.add(more)
    return [[None if (r, c) in hidden else value for c, value in enumerate(row)] for r, row in enumerate(known)]


def _places(cells: Cells) -> Iterator[tuple[Place, int]]:
    for r, row in enumerate(cells):
        for c, value in enumerate(row):
            yield (r, c), value


def _lines(cells: Cells) -> Iterator[list[Place]]:
    width = len(cells[0]) if cells else 0
    yield from ([(r, c) for c in range(width)] for r in range(len(cells)))
    yield from ([(r, c) for r in range(len(cells))] for c in range(width))


def _uncovered(cells: Cells, hidden: set[Place], least: int) -> Place | None:
    """One more place to hide in a row or column whose hidden places are one alone, or too few people together."""
    for line in _lines(cells):
        within = [place for place in line if place in hidden]
        if within and (len(within) < 2 or sum(cells[r][c] for r, c in within) < least):  # noqa: PLR2004 - a pair
            found = _smallest(cells, [place for place in line if place not in hidden])
            if found is not None:
                return found
    return None


def _computable(cells: Cells, hidden: set[Place], primary: set[Place]) -> Place | None:
    """One more place to hide because a small number could be computed from several sums, taken together.

    Rows and columns are the two sides of a graph, hidden places its edges. What lies on a ring may be anything; what
    lies on none is known.
    """
    for place in sorted(primary):
        if _on_a_ring(place, hidden):
            continue
        row, column = place
        near = [
            other
            for other, _value in _places(cells)
            if other not in hidden and (other[0] == row) != (other[1] == column)
        ]
        found = _smallest(cells, near)
        if found is not None:
            return found
    return None


def _on_a_ring(place: Place, hidden: set[Place]) -> bool:
    """Whether the row of a hidden place can be left and its column be reached over other hidden places."""
    rows, columns, fresh = {place[0]}, set[int](), True
    others = hidden - {place}
    while fresh:
        reached = {c for r, c in others if r in rows} - columns
        columns |= reached
        beyond = {r for r, c in others if c in columns} - rows
        rows |= beyond
        fresh = bool(reached or beyond)
    return place[1] in columns


def _smallest(cells: Cells, places: Sequence[Place]) -> Place | None:
    return min(places, key=lambda place: (cells[place[0]][place[1]] == 0, cells[place[0]][place[1]]), default=None)
