"""Catching up: what each phase could give so that the session ends as planned. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from workshop.live.timing import MINUTE_MS

if TYPE_CHECKING:
    from workshop.live.queries import PhaseView

#: These give nothing unless somebody says so: people need the break, and the end is what is always cut.
PROTECTED = ("break", "evaluate")
#: Of all other phases to come this share of the planned minutes stays.
LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Cut:
    """Minutes to take off one phase.

    Args:
        run: of the phase.
        minutes: as proposed.
        most: so many could be taken: one minute is left.
        length: what the phase has left, or takes as things stand, in whole minutes.
    """

    run: int
    title: str
    minutes: int
    most: int
    length: int


def proposal(phases: Sequence[PhaseView], late: int) -> tuple[Cut, ...]:
    """The phases that run or are to come, with the minutes that each would give to make up for ``late`` minutes.

    In proportion to their lengths. The sum is less than ``late`` when more would leave too little.
    """
    ahead = [phase for phase in phases if phase.state != "done"]
    lengths = [_length(phase) for phase in ahead]
    most = [_most(phase, length) for phase, length in zip(ahead, lengths, strict=True)]
    return tuple(
        Cut(phase.run, phase.title, minutes, max(0, length - 1), length)
        for phase, minutes, length in zip(ahead, spread(late, lengths, most), lengths, strict=True)
    )


def spread(minutes: int, weights: Sequence[int], most: Sequence[int]) -> list[int]:
    """Whole minutes in proportion to ``weights``, none above ``most``: each next one goes to whoever has had the least
    for their weight (Sainte-Laguë)."""
    given = [0] * len(weights)
    for _minute in range(min(minutes, sum(most))):
        open_ = [place for place, share in enumerate(given) if share < most[place]]
        given[max(open_, key=lambda place: weights[place] / (2 * given[place] + 1))] += 1
    return given


def _length(phase: PhaseView) -> int:
    if phase.state == "now":
        return max(0, phase.left_ms // MINUTE_MS)
    return max(0, phase.minutes + phase.extra_ms // MINUTE_MS)


def _most(phase: PhaseView, length: int) -> int:
    if phase.kind in PROTECTED:
        return 0
    return max(0, length - max(1, ceil(LEAST * (length if phase.state == "now" else phase.minutes))))
