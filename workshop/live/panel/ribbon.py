"""The timeline of a session: planned above, actual below, one line for now. Pure arithmetic, drawn by a template.

Positions are ready-made strings in per cent, so that no language writes them with a comma.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from django.utils import timezone

from workshop.live.timing import Line

#: Room to the right of the last end, as a share of the whole, for the label and for a little lateness.
MARGIN = 0.05
#: A tick every so many minutes, the first that gives at most 8 of them.
STEPS = (5, 10, 15, 30, 60, 120, 240)
MAX_TICKS = 8
#: Before the start, so much of the wait is drawn at most.
AHEAD = timedelta(hours=1)
#: Narrower bars than this carry no text.
NARROW = 4.0
#: On a phone: pixels of one per cent, of a letter, and before the text of a bar. What does not fit is left out there.
PHONE, LETTER, BEFORE = 3.5, 7.0, 8.0
#: A running phase with less than this behind it, in per cent, has its text after the dark part.
SHORT = 45.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: position and width in per cent, its text, and for the browser its times in milliseconds."""

    x: str
    width: str
    text: str = ""
    label: str = ""
    begin: int = 0
    end: int = 0
    inner: str = "0%"
    used: str = ""
    whole: str = ""
    #: So little is behind that the text stands better after it.
    short: bool = False
    #: Its text does not fit on a phone.
    tight: bool = False


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
    lines: Sequence[Line], titles: Sequence[str], *, now: datetime, paused: bool = False, over: bool = False
) -> Ribbon:
    """Lay the phases out.

    Args:
        lines: of ``timing.timeline``, at least one.
        titles: of the same phases.
        now: the database's time.
        paused: the session's clock stands.
        over: the session has ended: what never began is not drawn below.
    """
    begun = any(line.state != "to_come" for line in lines)
    shown = [(line, title) for line, title in zip(lines, titles, strict=True) if not (over and line.state == "to_come")]
    planned_end = lines[-1].planned_until
    end = max((line.actual_until for line, _title in shown), default=planned_end) if begun else planned_end
    first = min(lines[0].planned_from, *(line.actual_from for line, _title in shown or [(lines[0], "")]))
    if not begun and timedelta() < first - now < AHEAD:
        # In the lobby the line for now stands before the first phase.
        first = now
    axis = _Axis(first, max(planned_end, *(line.actual_until for line, _title in shown or [(lines[0], "")])))

    def actual(state: str) -> tuple[Bar, ...]:
        return tuple(axis.actual(line, title, now) for line, title in shown if line.state == state)

    return Ribbon(
        ticks=axis.ticks(),
        planned=tuple(
            axis.bar(line.planned_from, line.planned_until, title, title)
            for line, title in zip(lines, titles, strict=True)
        ),
        done=actual("done"),
        current=next(iter(actual("now")), None),
        to_come=actual("to_come"),
        now=axis.at(now),
        now_text=clock_text(now),
        late=round((end - planned_end).total_seconds() / 60),
        ends=clock_text(end),
        planned_end=clock_text(planned_end),
        begin=_ms(axis.begin),
        length=_ms(axis.finish) - _ms(axis.begin),
        end=_ms(end),
        planned_end_ms=_ms(planned_end),
        at=_ms(now),
        held=paused or over or not begun,
        offset=int((timezone.localtime(now).utcoffset() or timedelta()).total_seconds() // 60),
    )


def minutes_text(length: timedelta) -> str:
    """The number of whole minutes, as text."""
    return str(round(length.total_seconds() / 60))


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

    def bar(self, begin: datetime, end: datetime, text: str, label: str) -> Bar:
        width = max(self.share(end) - self.share(begin), 0)
        shown = text if width >= NARROW else ""
        # Used minutes stand there with their unit.
        letters = len(text) + (4 if text.isdecimal() else 0)
        tight = BEFORE + LETTER * letters > PHONE * width
        return Bar(self.at(begin), percent(width), shown, label, _ms(begin), _ms(end), tight=tight)

    def actual(self, line: Line, title: str, now: datetime) -> Bar:
        begin, end = line.actual_from, line.actual_until
        if line.state == "to_come":
            return self.bar(begin, end, clock_text(begin), title)
        bar = self.bar(begin, end, minutes_text(end - begin), title)
        if line.state == "done":
            return bar
        inner = min(100 * (now - begin) / (end - begin), 100.0) if end > begin else 100.0
        used, whole = str((now - begin) // timedelta(minutes=1)), minutes_text(end - begin)
        return replace(bar, inner=percent(inner), used=used, whole=whole, short=inner < SHORT)

    def ticks(self) -> tuple[Tick, ...]:
        minutes = self._seconds / 60
        whole = STEPS[-1] * ceil(minutes / STEPS[-1] / MAX_TICKS)
        step = next((step for step in STEPS if minutes / step <= MAX_TICKS), whole)
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
