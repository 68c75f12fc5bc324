"""The hemicycle: where each seat stands. Rows of equal spacing, filled from the start of the arc to its end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

#: More people than this share seats; the number beside the drawing stays exact.
MOST = 200
#: Distance between two seats, and between two rows.
STEP = 13.0
ROW = 16.8
INNER = 42.0


@dataclass(frozen=True, slots=True)
class Hemicycle:
    """Places of the seats, in the order in which they are taken, with the drawing's extent."""

    view_box: str
    radius: str
    places: tuple[tuple[str, str], ...]


@lru_cache(maxsize=MOST + 1)
def _drawn(count: int) -> Hemicycle:
    radii = _rows(count)
    shares = _shares(count, radii)
    outer = radii[-1] + 6.6
    seats = sorted(
        (at / max(share - 1, 1), radius) for radius, share in zip(radii, shares, strict=True) for at in range(share)
    )
    places = tuple(
        (f"{outer - radius * cos(pi * turn):.1f}", f"{outer - radius * sin(pi * turn):.1f}") for turn, radius in seats
    )
    return Hemicycle(f"0 0 {2 * outer:.1f} {outer + 6.6:.1f}", "4.6", places)


def circles(count: int) -> Hemicycle:
    """The drawing for so many people."""
    return _drawn(min(max(count, 1), MOST)) if count else _empty()


def _empty() -> Hemicycle:
    return Hemicycle(_drawn(24).view_box, "4.6", _drawn(24).places)


def _rows(count: int) -> list[float]:
    """As few rows as hold everybody; three at least, so that it looks like a room."""
    radii = [INNER + ROW * row for row in range(3)]
    while sum(int(pi * radius / STEP) + 1 for radius in radii) < count:
        radii.append(radii[-1] + ROW)
    return radii


def _shares(count: int, radii: list[float]) -> list[int]:
    """Seats a row, in proportion to its length, adding up to ``count``."""
    whole = sum(radii)
    shares = [int(count * radius / whole) for radius in radii]
    # The outer rows take what rounding left over.
    for extra in range(count - sum(shares)):
        shares[-1 - extra % len(shares)] += 1
    return shares
