"""The timeline of a session: planned above, actual below, one line for now. Pure arithmetic, drawn by a template.

Positions are ready-made strings in per cent, so that no language writes them with a comma.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

#: Room to the right of the last end, as a share of the whole, for the label and for a little lateness.
MARGIN = 0.05
#: A tick every so many minutes, the first that gives at most 8 of them.
STEPS = (5, 10, 15, 30, 60, 120, 240)
MAX_TICKS = 8
#: Narrower bars than this carry no text.
NARROW = 4.0


@dataclass(frozen=True, slots=True)
class Leg:
    """One phase as the ribbon needs it.

    Args:
        minutes: planned length.
        allowed: length now, with what was added by hand and by pauses before this one.
    """

    key: str
    title: str
    minutes: int
    allowed: timedelta
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: position and width in per cent, its text, and for the browser its times in milliseconds."""

    x: str
    width: str
    text: str = ""
    label: str = ""
    key: str = ""
    begin: int = 0
    end: int = 0
    inner: str = "0%"


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis; every second one may be left out on a narrow page."""

    x: str
    text: str
    alternate: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Ribbon:
    """All that the template draws.

    Args:
        late: whole minutes behind the plan, negative when ahead.
        begin, length: of the axis, in milliseconds.
        held: the clock stands (paused, or not begun): nothing moves by itself.
        offset: of the server's time zone, in minutes, so that the browser writes the same times.
    """

    ticks: tuple[Tick, ...]
    planned: tuple[Bar, ...]
    done: tuple[Bar, ...]
    current: Bar | None
    to_come: tuple[Bar, ...]
    now: str
    now_text: str
    late: int
    ends: str
    planned_end: str
    begin: int
    length: int
    end: int
    planned_end_ms: int
    at: int
    held: bool
    offset: int

    @property
    def early(self) -> int:
        """Minutes ahead of the plan."""
        return -self.late


def clock_text(moment: datetime) -> str:
    """A time of the day in the server's zone: ``9:05``."""
    local = timezone.localtime(moment)
    return f"{local.hour}:{local.minute:02d}"


def draw(
    legs: Sequence[Leg], *, now: datetime, planned_start: datetime | None, paused_at: datetime | None, over: bool
) -> Ribbon:
    """Lay the phases out.

    Args:
        legs: in the order of the plan.
        planned_start: None: when the first phase began, or now.
        paused_at: since when the clock stands.
        over: the session has ended.
    """
    starts = [leg.started_at for leg in legs if leg.started_at]
    begun = min(starts, default=None)
    start = planned_start or begun or now
    planned = _planned(legs, start)
    actual = _actual(legs, now=now, start=start, paused_at=paused_at, over=over)
    planned_end = planned[-1][1] if planned else start
    end = max((stop for _leg, _kind, _begin, stop in actual), default=planned_end)
    axis = _Axis(min(start, begun or start), max(planned_end, end, now if begun and not over else start))
    reference = end if begun else planned_end
    return Ribbon(
        ticks=axis.ticks(),
        planned=tuple(axis.bar(leg, a, b, text=leg.title) for leg, (a, b) in zip(legs, planned, strict=True)),
        done=tuple(axis.bar(leg, a, b, text=minutes_text(b - a)) for leg, kind, a, b in actual if kind == "done"),
        current=next((axis.current(leg, a, b, now) for leg, kind, a, b in actual if kind == "current"), None),
        to_come=tuple(axis.bar(leg, a, b, text=clock_text(a)) for leg, kind, a, b in actual if kind == "to_come"),
        now=axis.at(now),
        now_text=clock_text(now),
        late=round((reference - planned_end).total_seconds() / 60),
        ends=clock_text(reference),
        planned_end=clock_text(planned_end),
        begin=_ms(axis.begin),
        length=_ms(axis.finish) - _ms(axis.begin),
        end=_ms(end),
        planned_end_ms=_ms(planned_end),
        at=_ms(now),
        held=paused_at is not None or not begun or over,
        offset=int((timezone.localtime(now).utcoffset() or timedelta()).total_seconds() // 60),
    )


def minutes_text(length: timedelta) -> str:
    """The number of whole minutes, as text."""
    return str(round(length.total_seconds() / 60))


def _planned(legs: Sequence[Leg], start: datetime) -> list[tuple[datetime, datetime]]:
    spans = []
    for leg in legs:
        stop = start + timedelta(minutes=leg.minutes)
        spans.append((start, stop))
        start = stop
    return spans


def _actual(
    legs: Sequence[Leg], *, now: datetime, start: datetime, paused_at: datetime | None, over: bool
) -> list[tuple[Leg, str, datetime, datetime]]:
    """Each phase with what it is (done, current, to come) and from when to when."""
    spans: list[tuple[Leg, str, datetime, datetime]] = []
    running = any(leg.started_at and not leg.ended_at for leg in legs)
    cursor = start if running or any(leg.started_at for leg in legs) else max(start, now)
    for leg in legs:
        if leg.started_at and (leg.ended_at or over):
            cursor = leg.ended_at or now
            spans.append((leg, "done", leg.started_at, cursor))
        elif leg.started_at:
            # A pause pushes the end ahead of it; a phase that is over its time ends now at the earliest.
            stop = leg.started_at + leg.allowed + (now - paused_at if paused_at else timedelta())
            cursor = max(stop, now)
            spans.append((leg, "current", leg.started_at, cursor))
        elif not over:
            spans.append((leg, "to_come", cursor, cursor + leg.allowed))
            cursor += leg.allowed
    return spans


class _Axis:
    """Maps times to per cent."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self.begin = begin
        self.finish = end + max((end - begin) * MARGIN, timedelta(minutes=1))
        self._seconds = (self.finish - begin).total_seconds()

    def share(self, moment: datetime) -> float:
        return 100 * (moment - self.begin).total_seconds() / self._seconds

    def at(self, moment: datetime) -> str:
        return percent(min(max(self.share(moment), 0), 100))

    def bar(self, leg: Leg, begin: datetime, end: datetime, text: str) -> Bar:
        width = max(self.share(end) - self.share(begin), 0)
        shown = text if width >= NARROW else ""
        return Bar(self.at(begin), percent(width), shown, leg.title, leg.key, _ms(begin), _ms(end))

    def current(self, leg: Leg, begin: datetime, end: datetime, now: datetime) -> Bar:
        inner = percent(100 * (now - begin) / (end - begin)) if end > begin else "100%"
        base = self.bar(leg, begin, end, "")
        used, whole = minutes_text(now - begin), minutes_text(end - begin)
        return Bar(base.x, base.width, f"{used}/{whole}", leg.title, leg.key, base.begin, base.end, inner)

    def ticks(self) -> tuple[Tick, ...]:
        minutes = self._seconds / 60
        step = next((step for step in STEPS if minutes / step <= MAX_TICKS), STEPS[-1])
        first = timezone.localtime(self.begin).replace(second=0, microsecond=0)
        past = (first.hour * 60 + first.minute) % step
        if past or first < self.begin:
            first += timedelta(minutes=step - past)
        count = int((self.finish - first).total_seconds() // 60 // step) + 1
        times = [first + timedelta(minutes=step * number) for number in range(count)]
        return tuple(
            Tick(self.at(time), clock_text(time), alternate=number % 2 == 1, last=self.share(time) > 100 - 100 * MARGIN)
            for number, time in enumerate(times)
        )


def percent(value: float) -> str:
    """``12.3%``, whatever the language."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
