"""How many placed each item where: a raster, so that a point is a place and never a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import sqrt

from workshop.kinds import Json
from workshop.questions.grid.config import MIDDLE, GridConfig

Place = tuple[int, int]
#: Names of the quarters and of the two lines between them.
QUARTERS = ("top_left", "top_right", "bottom_left", "bottom_right", "middle")


class GridTally:
    """Counts by item and place of the raster."""

    def __init__(self, config: GridConfig) -> None:
        self.n = 0
        self._ids = config.ids
        self._counts: Counter[tuple[str, int, int]] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        for name, (x, y) in value.items():
            self._counts[name, x, y] += weight

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: GridTally) -> None:
        self.n += other.n
        self._counts.update(other._counts)

    def data(self) -> dict[str, Json]:
        """By item: ``placed`` by how many, ``mean`` with its spread, ``quarters``, and the ``cells`` ``[x, y, count]``."""
        by_item: dict[str, dict[Place, int]] = {name: {} for name in self._ids}
        for (name, x, y), count in self._counts.items():
            if name in by_item and count:
                by_item[name][x, y] = count
        return {
            "n": self.n,
            "placed": {name: sum(cells.values()) for name, cells in by_item.items()},
            "mean": {name: centre(cells.items()) for name, cells in by_item.items()},
            "quarters": {name: quarters(cells.items()) for name, cells in by_item.items()},
            "cells": {name: [[x, y, c] for (x, y), c in sorted(cells.items())] for name, cells in by_item.items()},
        }


def centre(cells: Iterable[tuple[Place, int]]) -> dict[str, float] | None:
    """Mean place, and the standard deviations ``dx``, ``dy`` along the axes; None of nothing.

    Sums are whole numbers, so that the result does not depend on the order in which they were made.
    """
    found = list(cells)
    people = sum(count for _place, count in found)
    if not people:
        return None
    sums = [sum(count * place[axis] for place, count in found) for axis in (0, 1)]
    squares = [sum(count * place[axis] ** 2 for place, count in found) for axis in (0, 1)]
    mean = [total / people for total in sums]
    spread = [sqrt(max(0, people * squares[axis] - sums[axis] ** 2)) / people for axis in (0, 1)]
    return {"x": round(mean[0], 2), "y": round(mean[1], 2), "dx": round(spread[0], 2), "dy": round(spread[1], 2)}


def quarters(cells: Iterable[tuple[Place, int]]) -> dict[str, int]:
    """How many points lie in each quarter; those on a line between two of them in ``middle``."""
    found = dict.fromkeys(QUARTERS, 0)
    for (x, y), count in cells:
        found[quarter_of(x, y)] += count
    return found


def quarter_of(x: int, y: int) -> str:
    """The quarter of a place."""
    if MIDDLE in (x, y):
        return "middle"
    return f"{'top' if y > MIDDLE else 'bottom'}_{'right' if x > MIDDLE else 'left'}"
