"""The running clock of a plan, and its ribbon."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: When a plan is drawn from unless somebody says otherwise.
BEGINS = 9 * 60
HOUR = 60
DAY = 24 * HOUR
#: Per cent of the ribbon that a number of three digits needs on a phone.
NARROW = 7
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One phase in the ribbon, in per cent of the whole width."""

    start: float
    length: float

    @property
    def x(self) -> str:
        """Its beginning, as an attribute."""
        return f"{self.start:.2f}%"

    @property
    def width(self) -> str:
        """Its width, as an attribute."""
        return f"{self.length:.2f}%"

    @property
    def middle(self) -> str:
        """Where its number stands."""
        return f"{self.start + self.length / 2:.2f}%"

    @property
    def wide(self) -> bool:
        """Whether a number fits into it."""
        return self.length >= NARROW


def minute_of_day(text: str) -> int:
    """The minute of the day of ``9:30``; ``BEGINS`` for anything else."""
    found = _TIME.fullmatch(text.strip())
    return int(found[1]) * 60 + int(found[2]) if found else BEGINS


def clock_text(minute: int) -> str:
    """``9:30``, counted from midnight; it begins again after a day."""
    hours, minutes = divmod(minute % DAY, 60)
    return f"{hours}:{minutes:02}"


def running_clock(minutes: Sequence[int], begins: int = BEGINS) -> list[str]:
    """When each phase begins, and when the last one ends: one time more than there are phases."""
    times, now = [clock_text(begins)], begins
    for length in minutes:
        now += length
        times.append(clock_text(now))
    return times


def ribbon(minutes: Sequence[int]) -> list[Stretch]:
    """Where the phases lie in the ribbon. A plan without minutes has phases of the same width."""
    lengths = list(minutes) if sum(minutes) else [1] * len(minutes)
    total, at, stretches = sum(lengths), 0, []
    for length in lengths:
        # The gap between two phases is taken from the phase, so that all of them end at 100 %.
        width = max(length / total * 100 - 0.8, 0.2)
        stretches.append(Stretch(at / total * 100 + 0.4, width))
        at += length
    return stretches


def length_text(minutes: int) -> str:
    """A length as people say it: ``45 min``, ``3 h``, ``2 h 30``."""
    if minutes < 2 * HOUR and minutes != HOUR:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, HOUR)
    return _("%(h)d h %(m)02d") % {"h": hours, "m": rest} if rest else _("%(h)d h") % {"h": hours}
