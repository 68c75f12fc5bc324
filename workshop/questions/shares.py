"""Counts as rows of a bar chart: numbers as text, widths in per cent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BarRow:
    """One bar. ``count`` and ``percent`` are None where the number is too small to be shown.

    ``highest``: the count that fills the whole width; 0: the width is the share.
    """

    name: str
    label: str
    count: int | None
    percent: int | None
    highest: int = 0

    @property
    def width(self) -> str:
        """Of the SVG rectangle."""
        if self.highest:
            return f"{round(100 * (self.count or 0) / self.highest, 1):g}%"
        return f"{self.percent or 0}%"


def bar_rows(
    counted: Iterable[tuple[str, str, int | None]], total: int, *, against_highest: bool = False
) -> list[BarRow]:
    """Rows of ``(name, label, count)``; shares are of ``total`` people, rounded half up.

    ``against_highest``: the longest bar fills the width, for so many rows that all shares are small.
    """
    found = list(counted)
    highest = max((count or 0 for _name, _label, count in found), default=0) if against_highest else 0
    return [BarRow(name, label, count, _percent(count, total), highest) for name, label, count in found]


def _percent(count: int | None, total: int) -> int | None:
    if count is None:
        return None
    return (200 * count + total) // (2 * total) if total > 0 else 0
