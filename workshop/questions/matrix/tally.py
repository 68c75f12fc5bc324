"""How often each point was chosen in each cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from workshop.kinds import Json
from workshop.questions.matrix.config import ITSELF, MatrixConfig


class MatrixTally:
    """Counts by row, criterion and point."""

    def __init__(self, config: MatrixConfig) -> None:
        self.n = 0
        self._config = config
        self._counts: Counter[tuple[str, str, int]] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        for row, criterion, point in chosen(value):
            self._counts[row, criterion, point] += weight

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: MatrixTally) -> None:
        self.n += other.n
        self._counts.update(other._counts)

    def data(self) -> dict[str, Json]:
        """By row and criterion: ``counts`` of each point, how many have ``given`` one, and their ``mean``."""
        config = self._config
        points = range(1, config.points + 1)
        found = {
            row.id: {by: [self._counts[row.id, by, point] for point in points] for by in config.judged}
            for row in config.rows
        }
        return {
            "n": self.n,
            "counts": found,
            "given": {row: {by: sum(counts) for by, counts in cells.items()} for row, cells in found.items()},
            "mean": {row: {by: mean_of(counts) for by, counts in cells.items()} for row, cells in found.items()},
        }


def chosen(value: Json) -> Iterator[tuple[str, str, int]]:
    """The chosen points of a stored answer as ``(row, criterion, point)``."""
    for row, judged in (value or {}).items():
        cells = judged.items() if isinstance(judged, dict) else [(ITSELF, judged)]
        for criterion, point in cells:
            yield row, criterion, point


def mean_of(counts: Sequence[int]) -> float | None:
    """Of points from 1, to two digits; None of nothing."""
    people = sum(counts)
    return round(sum(count * point for point, count in enumerate(counts, 1)) / people, 2) if people else None
