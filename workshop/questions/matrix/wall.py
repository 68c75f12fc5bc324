"""How a matrix stands on the projector: all rows in one picture, or page after page where words would be cut off there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from workshop.questions.fitting import LEAST, ROOM, WIDTH, width
from workshop.questions.matrix.config import MatrixConfig

#: As drawn by matrix.css: up to so many rows, the size of their letters, most lines of a label.
PICTURES = (("t1", 5, 4.4, 2), ("t2", 8, 3.4, 2), ("t3", 12, LEAST, 1))
#: The picture that cuts nothing off.
WHOLE = "t4"
#: What labels take of the width, with and without criteria; the column of means, the gap behind a label, and the lines
#: of a head; of a line of text its height, of a row what it has at least.
LABELS, COUNTED_LABELS, MEAN, GAP, HEAD_LINES, LEADING, ROW = 0.32, 0.4, 13.0, 2.6, 2, 1.12, 4.0
#: What stands between the words of two rows, in rem.
BETWEEN = 2.1


def picture(rows: int) -> str:
    """The picture that holds so many rows at once."""
    return next((name for name, most, _size, _lines in PICTURES if rows <= most), PICTURES[-1][0])


def pages(config: MatrixConfig) -> list[list[str]]:
    """Ids of rows, page by page, so that all words stand there whole; none where one picture holds them whole."""
    heads = _lines(_heads(config), _head_room(config), LEAST)
    name = picture(len(config.rows))
    [(size, most)] = [(size, lines) for each, _rows, size, lines in PICTURES if each == name]
    labels = [row.text for row in config.rows]
    if max(_lines(labels, _label_room(config), size)) <= most and max(heads) <= HEAD_LINES:
        return []
    heights = [max(ROW, count * LEAST * LEADING) + BETWEEN for count in _lines(labels, _label_room(config), LEAST)]
    ends = _ends(heights, ROOM - max(heads) * LEAST * LEADING - GAP)
    return [[row.id for row in config.rows[begin:end]] for begin, end in pairwise(ends)]


def _ends(heights: Sequence[float], room: float) -> list[int]:
    """Where each page begins, and the end of the last one."""
    found, used = [0], 0.0
    for place, height in enumerate(heights):
        if used and used + height > room:
            found.append(place)
            used = 0.0
        used += height
    return [*found, len(heights)]


def _heads(config: MatrixConfig) -> list[str]:
    return [criterion.text for criterion in config.criteria] or [words or str(number) for number, words in config.steps]


def _label_room(config: MatrixConfig) -> float:
    return WIDTH * (LABELS if config.criteria else COUNTED_LABELS) - GAP


def _head_room(config: MatrixConfig) -> float:
    mean = 0.0 if config.criteria else MEAN
    return (WIDTH - _label_room(config) - GAP - mean) / len(_heads(config)) - 1.0


def _lines(texts: Sequence[str], room: float, size: float) -> list[int]:
    """Lines of each; whole words leave some room at the end of a line."""
    return [max(1, -int(-width(text) * size * (1.1 if width(text) * size > room else 1.0) // room)) for text in texts]
