"""The lines around a mistake, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass

#: Longer lines are cut in the excerpt.
WIDEST = 160


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text that was sent; ``wrong`` marks the one that is meant."""

    number: int
    text: str
    wrong: bool


def excerpt(text: str, line: int, around: int = 2) -> list[Line]:
    """The line and its neighbours; numbers count from 1, as the reader of plans counts them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first, last = max(line - around, 1), min(line + around, len(lines))
    return [Line(number, lines[number - 1][:WIDEST], number == line) for number in range(first, last + 1)]
