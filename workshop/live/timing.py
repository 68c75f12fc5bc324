"""The shared clock: pure functions over instants, minutes and milliseconds.

A deadline is a column; whether something is open is always its state *and* the time, so that all processes agree
without a writer. While the session is paused its clock stands still: the instant of the pause counts as now, and a
timer has no deadline but the milliseconds that are left of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.utils import timezone

#: An answer sent just before a timer ends may arrive this much later. None for a facilitator's Close.
GRACE = timedelta(seconds=1.5)
#: Learners with extra time have a quarter more.
EXTRA_TIME = 0.25
RESUME = timedelta(minutes=2)
UNDO = timedelta(seconds=10)
#: A planned start further away from the real one than this is taken for another day's.
SAME_OCCASION = timedelta(hours=3)
MINUTE_MS = 60_000


class Timed(Protocol):
    """What ``accepts`` looks at: an ``ActivityRun``."""

    state: str
    frozen: bool
    opened_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class PhaseTime:
    """The times of one phase; ``minutes`` as planned, ``extra_ms`` added by hand, ``paused_ms`` of pauses so far."""

    minutes: int
    extra_ms: int = 0
    paused_ms: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def length(self) -> timedelta:
        """How long it is meant to take now."""
        return timedelta(milliseconds=self.minutes * MINUTE_MS + self.extra_ms)


@dataclass(frozen=True, slots=True)
class Line:
    """A phase on both lines of the timeline. The actual times of a phase to come are the forecast."""

    planned_from: datetime
    planned_until: datetime
    actual_from: datetime
    actual_until: datetime
    state: str


def clock(now: datetime, paused_at: datetime | None) -> datetime:
    """The session's own time: it stands still during a pause."""
    return min(now, paused_at) if paused_at else now


def accepts(run: Timed, now: datetime, *, extra_time: bool = False) -> bool:
    """Whether the run takes answers now: open, not frozen, and before its deadline and the grace."""
    if run.state != "open" or run.frozen:
        return False
    return run.closes_at is None or now < last_moment(run, extra_time=extra_time)


def last_moment(run: Timed, *, extra_time: bool = False) -> datetime:
    """The instant from which a run with a timer takes nothing more, grace and extra time included."""
    assert run.closes_at is not None  # callers look first
    end = run.closes_at
    if extra_time and run.opened_at:
        end += (run.closes_at - run.opened_at) * EXTRA_TIME
    return end + GRACE


def elapsed_ms(phase: PhaseTime, now: datetime, paused_at: datetime | None = None) -> int:
    """Milliseconds that the phase has run, pauses not counted; 0 before its start."""
    if phase.started_at is None:
        return 0
    end = phase.ended_at or clock(now, paused_at)
    return max(0, _ms(end - phase.started_at) - phase.paused_ms)


def left_ms(phase: PhaseTime, now: datetime, paused_at: datetime | None = None) -> int:
    """Milliseconds left of the phase; negative when it is over its time."""
    return _ms(phase.length) - elapsed_ms(phase, now, paused_at)


def ends_at(phase: PhaseTime, now: datetime, paused_at: datetime | None = None) -> datetime:
    """When the phase ends as things stand; a pause pushes it on. ``phase`` has started."""
    assert phase.started_at is not None  # callers look first
    paused = max(timedelta(), now - paused_at) if paused_at else timedelta()
    return phase.started_at + phase.length + timedelta(milliseconds=phase.paused_ms) + paused


def timeline(
    phases: Sequence[PhaseTime],
    now: datetime,
    *,
    planned_start: datetime | None = None,
    paused_at: datetime | None = None,
) -> list[Line]:
    """Planned above, actual below. Phases that are over have their real times, those to come are forecast."""
    started = next((each.started_at for each in phases if each.started_at), None)
    planned = plan_begin(planned_start, started, now)
    actual = started or max(planned, now)
    lines: list[Line] = []
    for phase in phases:
        planned_until = planned + timedelta(minutes=phase.minutes)
        state, begin, end = _actual(phase, actual, now, paused_at)
        lines.append(Line(planned, planned_until, begin, end, state))
        planned, actual = planned_until, max(actual, end)
    return lines


def plan_begin(planned_start: datetime | None, started: datetime | None, now: datetime) -> datetime:
    """When the plan begins: as agreed, unless the session really began on another occasion."""
    if planned_start and abs((started or now) - planned_start) <= SAME_OCCASION:
        return planned_start
    if planned_start and not started and planned_start > now:
        return planned_start
    return started or now


def drift_ms(lines: Sequence[Line]) -> int:
    """How much later (positive) or earlier than planned the last phase ends, by the forecast."""
    return _ms(lines[-1].actual_until - lines[-1].planned_until) if lines else 0


def in_words(at: datetime) -> str:
    """An instant as people say it: ``9:05``, in the server's time zone."""
    local = timezone.localtime(at)
    return f"{local.hour}:{local:%M}"


def epoch_ms(at: datetime) -> int:
    """An instant as milliseconds since 1970, as in the wire protocol."""
    return round(at.timestamp() * 1000)


def _actual(
    phase: PhaseTime, before: datetime, now: datetime, paused_at: datetime | None
) -> tuple[str, datetime, datetime]:
    if phase.started_at is None:
        return "to_come", before, before + max(phase.length, timedelta())
    if phase.ended_at is not None:
        return "done", phase.started_at, phase.ended_at
    return "now", phase.started_at, max(ends_at(phase, now, paused_at), now)


def _ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)
