"""Small numbers where one person may stand in several cells: neither a count nor what is left of the people is small."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from workshop.questions.gate import suppress

KeyT = TypeVar("KeyT")


def covered(cells: Mapping[KeyT, int], people: int, least: int) -> dict[KeyT, int | None]:
    """``cells`` with None where a count, or the number of those who are not in it, is 1 to ``least`` - 1.

    Never one alone is hidden: whoever knows how many each person could name would compute it from the others.

    Args:
        cells: how many of the people stand in each.
        people: how many there are.
        least: fewest that a shown number may stand for.
    """
    small = {name for name, value in cells.items() if 0 < value < least or 0 < people - value < least}
    shown = {name: value for name, value in suppress(cells, least).items() if value is not None and name not in small}
    if len(cells) - len(shown) == 1:
        shown.pop(min(shown, key=lambda name: (shown[name] == 0, shown[name])), None) if shown else None
    return {name: shown.get(name) for name in cells}
