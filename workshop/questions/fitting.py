"""How large the labels of a result stand on the projector, so that 2 to 50 of them fit, of 5 or of 200 characters.

The projector is 192 × 108 rem. Sizes are steps that the kind's style sheet draws (``fit-1`` is the largest), because no
element has a style of its own. Widths are estimated from the letters: the page never waits for a font.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

#: The width of the projector inside its margins, in rem, and what a result has in height below two lines of question.
WIDTH = 178.0
ROOM = 68.0
GAP = 5.0
_NARROW = frozenset("iljtfrI.,:;'’|!()[]/ ")
_WIDE = frozenset("mwMWÆŒ@%—…")


@dataclass(frozen=True, slots=True)
class Step:
    """One way to lay out rows.

    Args:
        columns: side by side.
        size: of the letters, in rem.
        row: what a row takes beside its lines of text: bar and gap, in rem.
        side: what numbers and signs take in width.
        lines: most lines of a label; the rest is cut.
    """

    columns: int
    size: float
    row: float
    side: float
    lines: int


def width(text: str) -> float:
    """In letters' heights (em) of a sans-serif face, a little more rather than less."""
    return sum(_em(letter) for letter in text)


@lru_cache(maxsize=4_096)
def _em(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if letter in _NARROW:
        return 0.32
    if letter in _WIDE:
        return 0.92
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    return 0.7 if letter.isupper() else 0.58


def fit(labels: Sequence[str], steps: Sequence[Step], room: float = ROOM) -> int:
    """The number (from 1) of the first step in which all labels fit whole, else in which they fit cut, else the last.

    A label is only cut where the letters are as small as they get.
    """
    ems = [width(label) for label in labels]
    least = min(step.size for step in steps)
    for cut in (False, True):
        for number, step in enumerate(steps, 1):
            if (not cut or step.size == least) and _height(ems, step, cut=cut) <= room:
                return number
    return len(steps)


def whole_pages(labels: Sequence[str], steps: Sequence[Step], room: float = ROOM) -> list[range]:
    """Places of labels, page by page, so that all of them stand there whole; none where one picture holds them whole."""
    return list(_whole_pages(tuple(labels), tuple(steps), room))


@lru_cache(maxsize=256)
def _whole_pages(labels: tuple[str, ...], steps: tuple[Step, ...], room: float) -> tuple[range, ...]:
    ems = [width(label) for label in labels]
    drawn = steps[fit(labels, steps, room) - 1]
    if all(count <= drawn.lines for count in _lines(ems, drawn)):
        return ()
    pages: list[range] = []
    begin = 0
    while begin < len(ems):
        end = begin + 1
        while end < len(ems) and any(_height(ems[begin : end + 1], step, cut=False) <= room for step in steps):
            end += 1
        pages.append(range(begin, end))
        begin = end
    return tuple(pages)


def _lines(ems: Sequence[float], step: Step) -> list[int]:
    room = (WIDTH - GAP * (step.columns - 1)) / step.columns - step.side
    return [max(1, -int(-em * step.size // room)) for em in ems]


def _height(ems: Sequence[float], step: Step, *, cut: bool) -> float:
    """Of the tallest column, infinite where a label would have to be cut and must not."""
    lines = _lines(ems, step)
    if not cut and any(count > step.lines for count in lines):
        return float("inf")
    heights = [min(count, step.lines) * step.size * 1.2 + step.row for count in lines]
    per_column = -(-len(heights) // step.columns)
    columns = [heights[start : start + per_column] for start in range(0, len(heights), per_column)]
    return max((sum(column) for column in columns), default=0.0)


#: Letters that are still read in the last row, in rem: three hundredths of the picture's height. Nothing is smaller.
LEAST = 3.2
#: Bars below their labels.
BARS = (
    Step(1, 4.8, 11.0, 28.0, 2),
    Step(1, 4.2, 7.2, 24.0, 3),
    Step(1, 3.6, 4.4, 21.0, 3),
    Step(2, 3.6, 4.4, 19.0, 3),
    Step(2, LEAST, 3.0, 17.0, 6),
    Step(2, LEAST, 3.0, 17.0, 4),
    Step(2, LEAST, 3.0, 17.0, 2),
    Step(3, LEAST, 2.4, 15.0, 2),
    Step(4, LEAST, 1.5, 11.0, 1),
)
#: What one may answer, each with its sign.
OFFERED = (
    Step(1, 5.4, 3.4, 10.0, 2),
    Step(1, 4.2, 2.4, 9.0, 3),
    Step(2, 4.0, 2.2, 8.0, 3),
    Step(2, 3.4, 1.6, 7.0, 3),
    Step(2, LEAST, 1.6, 6.4, 6),
    Step(2, LEAST, 1.6, 6.4, 4),
    Step(3, LEAST, 1.4, 6.4, 2),
    Step(4, LEAST, 1.1, 6.0, 1),
)
