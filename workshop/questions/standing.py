"""Results as rows from the highest down: how they stand on the projector, so that all of them find room."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.questions.fitting import LEAST, ROOM, Step, fit, whole_pages

#: What the line below the rows takes, in rem.
NOTE = 5.5
#: As drawn by standing.css: ``fit-1`` first.
STANDING = (
    Step(1, 4.6, 6.9, 46.0, 2),
    Step(1, 3.8, 4.1, 44.0, 2),
    Step(2, 3.6, 3.4, 19.0, 3),
    Step(2, LEAST, 1.6, 15.0, 6),
    Step(2, LEAST, 3.0, 17.0, 4),
    Step(2, LEAST, 3.0, 17.0, 2),
    Step(3, LEAST, 2.6, 16.0, 2),
    Step(4, LEAST, 1.7, 14.0, 1),
)


def standing_fit(labels: Sequence[str]) -> int:
    """The number of the style in which rows with these labels fit."""
    return fit(labels, STANDING, ROOM - NOTE)


def standing_turns(labels: Sequence[str]) -> bool:
    """Whether one picture cuts some of these labels off."""
    return bool(standing_pages(labels))


def standing_pages(labels: Sequence[str]) -> list[range]:
    """Places of labels, page by page, whole; none where one picture holds them all."""
    return whole_pages(labels, STANDING, ROOM - NOTE)
