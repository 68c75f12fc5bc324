"""Answers in people's own words on the projector: as many as fit, in letters as large as their number allows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from workshop.kinds import Json
from workshop.questions.fitting import GAP, ROOM, WIDTH, Step, width

#: A card's padding and gap above and below, and at its sides, are in ``row`` and ``side``.
STEPS = (
    Step(1, 7.2, 5.0, 12.0, 5),
    Step(1, 5.4, 4.6, 10.0, 6),
    Step(2, 4.6, 4.4, 8.0, 6),
    Step(2, 3.8, 4.0, 7.0, 7),
    Step(3, 3.4, 3.6, 6.0, 7),
    Step(3, 3.2, 3.2, 5.6, 5),
)
MOST = 60


def on_the_wall(texts: Sequence[Json]) -> tuple[list[Json], int]:
    """The texts that fit, of ``[text, count]`` in order, and the number of the step, from 1.

    The first step that holds all of them whole; else the last one with those that fit, long ones cut.
    """
    # More than so many never fit: they are not measured.
    ems = [_ems(f"{text} × {count}") for text, count in texts[:MOST]]
    for number, step in enumerate(STEPS if len(texts) <= MOST else (), 1):
        lines = [_lines(each, step) for each in ems]
        if all(count <= step.lines for count in lines) and _filled(lines, step) == len(texts):
            return list(texts), number
    step = STEPS[-1]
    return list(texts[: _filled([min(_lines(each, step), step.lines) for each in ems], step)]), len(STEPS)


@lru_cache(maxsize=4_096)
def _ems(text: str) -> tuple[float, ...]:
    """The width of each line. Of many texts each is measured once, however many pages they fill."""
    return tuple(width(line) for line in text.split("\n"))


def _lines(paragraphs: Sequence[float], step: Step) -> int:
    room = (WIDTH - GAP * (step.columns - 1)) / step.columns - step.side
    return sum(max(1, -int(-em * step.size // room)) for em in paragraphs)


def _filled(lines: Sequence[int], step: Step) -> int:
    """How many cards of so many lines fit, column after column."""
    column, height = 1, 0.0
    for place, count in enumerate(lines):
        tall = count * step.size * 1.25 + step.row
        if height + tall > ROOM:
            column, height = column + 1, 0.0
        if column > step.columns:
            return place
        height += tall
    return len(lines)
