"""Whether something grows: a line through many samples, drawn so that single outliers do not move it (Theil and Sen)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

#: Growth over the measured time that is taken for noise, in parts of the number itself: what is in the middle of something
#: at the quiet moment differs from one to the next. Of small numbers two pieces and a half.
SHARES = {"memory": 0.05, "tasks": 0.25, "feeds": 0.5}
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
        share = SHARES.get(self.what, 0.0) * median(self.values)
        return share if self.what == "memory" else max(PIECES, share)

    @property
    def is_flat(self) -> bool:
        return self.growth <= self.allowed


def course(what: str, times: Sequence[float], values: Sequence[float]) -> Course:
    """The course of these samples. Seconds; at least two of them."""
    points = list(zip(times, values, strict=True))
    slopes = [(later - earlier) / (t1 - t0) for (t0, earlier), (t1, later) in combinations(points, 2)]
    return Course(what, tuple(values), times[-1] - times[0], median(slopes))
