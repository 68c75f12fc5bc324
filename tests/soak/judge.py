"""Whether something grows: a line through many samples, drawn so that single outliers do not move it (Theil and Sen)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

#: Growth over the measured time that is taken for noise: of memory in parts of its size, of all else in pieces.
MEMORY_SHARE = 0.05
PIECES = 2.5


@dataclass(frozen=True)
class Course:
    """How one number went after the warm-up."""

    what: str
    values: tuple[float, ...]
    seconds: float
    slope: float

    @property
    def growth(self) -> float:
        """What the line rises over the measured time."""
        return self.slope * self.seconds

    @property
    def allowed(self) -> float:
        return MEMORY_SHARE * median(self.values) if self.what == "memory" else PIECES

    @property
    def is_flat(self) -> bool:
        return self.growth <= self.allowed


def course(what: str, times: Sequence[float], values: Sequence[float]) -> Course:
    """The course of these samples. Seconds; at least two of them."""
    points = list(zip(times, values, strict=True))
    slopes = [(later - earlier) / (t1 - t0) for (t0, earlier), (t1, later) in combinations(points, 2)]
    return Course(what, tuple(values), times[-1] - times[0], median(slopes))
