"""Results of one question side by side: rounds, phases, backgrounds. What they have in common is lined up.

Bars and histograms are laid beside each other label by label, with the shift from the first to the last; words, lists
and whatever has no labels in common stand as they are, one beside the other. Nothing here knows a kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workshop.kinds import Chart, Json
from workshop.questions.catalogue import Asked
from workshop.questions.gate import Reason

#: Shapes whose labels are the same from one result to the next.
LINED_UP = ("bars", "histogram")
#: Height that the projector has for question and bars, in its rem (108 are its height); of a line of the question, the
#: letters that fit in it, and the most that a long question takes, because its letters get smaller; of a line of text.
ROOM, TITLE_LINE, TITLE, LONG_TITLE, TEXT_LINE = 74.0, 9.0, 46, 21.0, 5.5


@dataclass(frozen=True, slots=True)
class Step:
    """One size in which the projector draws labels and bars; see static/questions/beside.css. Heights in its rem."""

    columns: int
    letters: int
    most_lines: int
    line: float
    bar: float
    apart: float

    def height(self, labels: Sequence[str], bars: int) -> float:
        """How high so many bars for each of these labels stand in its columns."""
        each = [min(self.most_lines, self.lines(label)) * self.line + bars * self.bar + self.apart for label in labels]
        if self.columns == 1 or not each:
            return sum(each)
        # Columns are as high as each other, but for the last label that goes into one of them.
        return min(sum(each) / self.columns + max(each), -(-len(each) // self.columns) * max(each))

    def lines(self, label: str) -> int:
        """How many lines all of it takes."""
        return -(-len(label) // self.letters)

    def cuts(self, labels: Sequence[str]) -> bool:
        """Whether some of these labels are cut off."""
        return any(self.lines(label) > self.most_lines for label in labels)


STEPS = (
    Step(1, 75, 2, 5.4, 5.2, 3.0),
    Step(1, 88, 2, 4.3, 4.2, 1.8),
    Step(1, 100, 1, 4.0, 3.5, 1.2),
    Step(2, 46, 2, 4.0, 3.5, 1.2),
    Step(3, 29, 1, 4.0, 3.4, 1.0),
    Step(4, 20, 1, 4.0, 3.4, 0.6),
)
#: How pages are drawn on which the longest label stands whole.
WHOLE = Step(1, 80, 4, 4.3, 4.2, 1.8)


@dataclass(frozen=True, slots=True)
class Column:
    """One of the results. ``data`` and ``chart`` are None where nothing may be shown, for ``reason``."""

    name: str
    people: int | None
    asked: Asked
    data: Mapping[str, Json] | None
    chart: Chart | None
    reason: Reason = ""

    @property
    def leaves(self) -> Sequence[Mapping[str, Json] | None]:
        """What of it the projector shows, page after page."""
        kind, config = self.asked.kind, self.asked.config
        return kind.leaves(config, self.data) if self.data is not None and kind.turns(config) else [self.data]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number with its bar. ``value`` None: not to be shown."""

    value: float | None
    percent: int | None
    width: str

    @property
    def text(self) -> str:
        """As it stands beside the bar; '' where it may not be shown."""
        if self.value is None:
            return ""
        return f"{self.percent}%" if self.percent is not None else f"{self.value:g}"


@dataclass(frozen=True, slots=True)
class Line:
    """One label with a cell for each column; ``change`` in percentage points or in what the values are."""

    label: str
    cells: tuple[Cell, ...]
    change: float | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """How people's own answers moved from the first to the last: who answered both, and is it more or less."""

    up: int
    same: int
    down: int

    @property
    def pairs(self) -> int:
        """People who answered both."""
        return self.up + self.same + self.down


@dataclass(frozen=True, slots=True)
class Beside:
    """Results side by side. Without ``lines`` they have no labels in common and stand as they are."""

    view: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...] = ()
    figures: tuple[float | None, ...] = ()
    change: float | None = None
    shift: Shift | None = None
    #: Two columns are so alike in kind that the way from one to the other means something.
    moves: bool = False
    #: They stand as they are, one beside the other: they have no labels in common.
    panes: bool = False
    #: Some of its labels, whole; others stand on other pages of the projector.
    is_page: bool = False

    def fit(self, below: float = 0.0) -> int:
        """How small the projector must draw it: 1 (large) to 6, and 7 for a page on which every label stands whole.

        ``below``: what else stands there, in its rem.
        """
        if self.is_page:
            return len(STEPS) + 1
        labels, room = [line.label for line in self.lines], self._room(below)
        fitting = (place for place, step in enumerate(STEPS, 1) if step.height(labels, len(self.columns)) <= room)
        return next(fitting, len(STEPS))

    def pages(self, below: float = 0.0) -> list[Beside]:
        """Itself, and where the projector cuts labels off, or has no room for all of them, some after the other.

        Panes turn together: each of them as its kind does.
        """
        if self.panes:
            return self._pages_of_panes()
        labels, room = [line.label for line in self.lines], self._room(below)
        step = STEPS[self.fit(below) - 1]
        has_room = step.height(labels, len(self.columns)) <= room
        if has_room and not step.cuts(labels):
            return [self]
        parts = [replace(self, lines=part, is_page=True) for part in self._parts(room)]
        return [self, *parts] if has_room else parts

    def _parts(self, room: float) -> Iterator[tuple[Line, ...]]:
        """As many labels as find room whole, then the next ones."""
        part: tuple[Line, ...] = ()
        for line in self.lines:
            if part and WHOLE.height([each.label for each in (*part, line)], len(self.columns)) > room:
                yield part
                part = ()
            part += (line,)
        if part:
            yield part

    def _pages_of_panes(self) -> list[Beside]:
        leaves = [column.leaves for column in self.columns]
        return [
            replace(self, columns=tuple(
                replace(column, data=each[min(place, len(each) - 1)])
                for column, each in zip(self.columns, leaves, strict=True)
            ))
            for place in range(max(len(each) for each in leaves))
        ]  # fmt: skip

    def _room(self, below: float) -> float:
        """What the projector has in height for labels and bars."""
        title = min(LONG_TITLE, TITLE_LINE * (1 + len(self.columns[-1].asked.prompt) // TITLE))
        return ROOM - title - below - (TEXT_LINE if self.shift else 0)

    @property
    def in_points(self) -> bool:
        """Whether changes are differences of per cents."""
        return any(cell.percent is not None for line in self.lines for cell in line.cells)

    @property
    def has_figures(self) -> bool:
        """Whether any of the results is summed up by one number."""
        return any(figure is not None for figure in self.figures)

    @property
    def figured(self) -> list[tuple[Column, float | None]]:
        """The columns, each with that number."""
        return list(zip(self.columns, self.figures or (None,) * len(self.columns), strict=True))

    def data(self) -> dict[str, Json]:
        """For programs."""
        found: dict[str, Json] = {
            "view": self.view,
            "columns": [{"name": column.name, "n": column.people} for column in self.columns],
            "rows": [{"label": line.label, "values": [cell.value for cell in line.cells]} for line in self.lines],
        }
        if self.has_figures:
            found["figures"] = list(self.figures)
        if self.shift is not None:
            found["shift"] = {"up": self.shift.up, "same": self.shift.same, "down": self.shift.down}
        return found


def lined_up(
    view: str,
    columns: Sequence[Column],
    *,
    moves: bool,
    shift: Shift | None = None,
    labels: Sequence[str] | None = None,
) -> Beside:
    """Results side by side, label by label where they have labels in common.

    Args:
        view: what the columns are, see ``display.View``.
        columns: from the first to the last.
        moves: whether the last is what became of the first, so that the difference is told.
        shift: how single people moved.
        labels: all of them in order, also those of which nothing may be shown; None: those that are shown.
    """
    charts = [column.chart for column in columns]
    figures = tuple(chart.figure if chart else None for chart in charts)
    change = _difference(figures[0], figures[-1]) if moves else None
    listed = _labels([chart for chart in charts if chart is not None]) if labels is None else labels
    if not can_be_lined_up(columns):
        return Beside(view, tuple(columns), (), figures, change, shift, moves, panes=True)
    lines = tuple(_line(label, columns, moves=moves) for label in listed)
    return Beside(view, tuple(columns), lines, figures, change, shift, moves)


def can_be_lined_up(columns: Sequence[Column]) -> bool:
    """Whether all that is shown is bars whose labels do not come from the answers, as those of words and of bins do."""
    charts = [column.chart for column in columns if column.chart is not None]
    fixed = {label for column in columns for label in labels_of(column.asked)}
    return bool(charts) and all(chart.shape in LINED_UP and fixed.issuperset(chart.labels) for chart in charts)


def column(name: str, asked: Asked, data: Mapping[str, Json] | None, reason: Reason = "") -> Column:
    """One result that has been through the gate."""
    if data is None:
        return Column(name, None, asked, None, None, reason)
    return Column(name, int(data["n"]), asked, data, asked.kind.chart(asked.config, data))


def alike(one: Asked, other: Asked) -> bool:
    """Whether two questions are the same one, asked twice.

    They are of one kind, and have a key of their own in common (``q1`` is nobody's own) or the same words; and what
    one can answer is the same. Never open text: what is hidden must be gone at once, from every result.
    """
    if one.kind.slug != other.kind.slug or one.kind.held:
        return False
    own = one.key == other.key and not _by_place(one.key)
    labels = [set(labels_of(each)) for each in (one, other)]
    return (own or _folded(one.prompt) == _folded(other.prompt)) and (bool(labels[0] & labels[1]) or not any(labels))


def labels_of(asked: Asked) -> tuple[str, ...]:
    """The labels that its result has before anybody has answered; none where people say them."""
    chart = asked.kind.chart(asked.config, asked.kind.tally(asked.config).data())
    return chart.labels if chart is not None and chart.shape in LINED_UP else ()


def shift_of(asked: Asked, before: Mapping[str, Json], now: Mapping[str, Json], least: int) -> Shift | None:
    """How the people of whom both answers are known moved; None when they are fewer than ``least``."""
    moved = [0, 0, 0]
    for author in before.keys() & now.keys():
        first, last = (asked.kind.measure(asked.config, said[author]) for said in (before, now))
        if first is not None and last is not None:
            moved[0 if last > first else 1 if last == first else 2] += 1
    return Shift(*moved) if sum(moved) >= least else None


def _line(label: str, columns: Sequence[Column], *, moves: bool) -> Line:
    cells = tuple(_cell(label, each) for each in columns)
    first, last = cells[0], cells[-1]
    told: tuple[Any, Any] = (first.percent, last.percent) if first.percent is not None else (first.value, last.value)
    return Line(label, cells, _difference(*told) if moves else None)


def _cell(label: str, of: Column) -> Cell:
    chart = of.chart
    if chart is None or label not in chart.labels:
        return Cell(None, None, "0%")
    value = chart.values[chart.labels.index(label)]
    if chart.counts:
        percent = round(100 * value / of.people) if of.people else 0
        return Cell(value, percent, f"{min(percent, 100)}%")
    most = max(chart.values, default=0)
    return Cell(value, None, f"{round(100 * value / most) if most > 0 else 0}%")


def _labels(charts: Sequence[Chart]) -> list[str]:
    """Those of the last result first: what it has stands in its order, what only earlier ones had comes after it."""
    return list(dict.fromkeys(label for chart in reversed(charts) for label in chart.labels))


def _difference(first: float | None, last: float | None) -> float | None:
    return None if first is None or last is None else round(last - first, 2)


def _by_place(key: str) -> bool:
    return key[:1] == "q" and key[1:].isdecimal()


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
