"""Counts as rows of a bar chart: numbers as text, widths in per cent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BarRow:
    """One bar. ``count`` and ``percent`` are None where the number is too small to be shown."""

    name: str
    label: str
    count: int | None
    percent: int | None

    @property
    def width(self) -> str:
        """Of the SVG rectangle."""
        return f"{self.percent or 0}%"


def bar_rows(counted: Iterable[tuple[str, str, int | None]], total: int) -> list[BarRow]:
    """Rows of ``(name, label, count)``; shares are of ``total`` people, rounded half up."""
    return [BarRow(name, label, count, _percent(count, total)) for name, label, count in counted]


def _percent(count: int | None, total: int) -> int | None:
    if count is None:
        return None
    return (200 * count + total) // (2 * total) if total > 0 else 0
