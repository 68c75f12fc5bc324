"""Results side by side as a picture: SVG with its own colours, like ``charts``."""

from __future__ import annotations

from workshop.questions.beside import Beside, Line
from workshop.questions.templatetags.questions import signed
from workshop.reports import charts

#: The series in the order of the pages, light theme.
COLOURS = ("#1f36c7", "#985504", "#167e72", "#d54db7", "#aa841d", "#1880f0", "#510b0d", "#4a4a50")
_TRACK, _INK, _DIM = "#ebe9e2", "#17181b", "#56575d"
_BAR, _STEP = 10, 16
_NUMBERS = 66


def svg(beside: Beside, title: str) -> str:
    """The results as an SVG document with a title for screen readers; '' where they have no labels in common."""
    if beside.panes or not (beside.lines or beside.has_figures):
        return ""
    parts, y = _legend(beside)
    for line in beside.lines:
        more, y = _line(line, y)
        parts += more
    if beside.change is not None:
        parts.append(charts.text(0, y + 14, f"⌀ {signed(beside.change)}", 16, _INK, bold=True))
        y += 26
    return charts.document("".join(parts), y, title)


def _legend(beside: Beside) -> tuple[list[str], int]:
    """One line for each column: its colour, its name, how many people, and the figure that sums it up."""
    parts: list[str] = []
    figures = beside.figures or (None,) * len(beside.columns)
    y = 0
    for number, (column, figure) in enumerate(zip(beside.columns, figures, strict=True)):
        words = " · ".join(
            str(each) for each in (column.name, column.people, _mean(figure)) if each is not None and each != ""
        )
        parts.append(f'<rect x="0" y="{y + 3}" width="12" height="12" rx="3" fill="{_colour(number)}"/>')
        for each in charts.wrap(words):
            parts.append(charts.text(20, y + 14, each, 14, _DIM))
            y += 20
    return parts, y + 12


def _mean(figure: float | None) -> str:
    return "" if figure is None else f"⌀ {figure:g}"


def _line(line: Line, y: int) -> tuple[list[str], int]:
    parts: list[str] = []
    if line.change is not None:
        parts.append(charts.text(charts.WIDTH, y + 14, signed(line.change), 15, _INK, anchor="end", bold=True))
    for words in charts.wrap(line.label, 40):
        parts.append(charts.text(0, y + 14, words, 15, _INK))
        y += 19
    room = charts.WIDTH - _NUMBERS
    for number, cell in enumerate(line.cells):
        width = room * float(cell.width.rstrip("%")) / 100
        parts.append(f'<rect x="0" y="{y + 2}" width="{room}" height="{_BAR}" rx="5" fill="{_TRACK}"/>')
        if width:
            parts.append(
                f'<rect x="0" y="{y + 2}" width="{max(6.0, width):.1f}" height="{_BAR}" rx="5" fill="{_colour(number)}"/>'
            )
        parts.append(charts.text(charts.WIDTH, y + 12, cell.text or "–", 14, _INK, anchor="end"))
        y += _STEP
    return parts, y + 10


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]
