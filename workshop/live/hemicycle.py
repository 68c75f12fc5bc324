"""The room drawn as a hemicycle: where each seat stands. Seats are taken from the start of the arc to its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin

from django.utils.safestring import SafeString, mark_safe

#: More people than this share seats; the number beside the drawing stays exact.
MOST = 200
#: Rooms are drawn with this many seats, so that there is always a free one to see.
ROOMS = (60, 90, 120, 150, MOST)


@dataclass(frozen=True, slots=True)
class Seat:
    """The middle of a seat, as attributes of a circle."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Hemicycle:
    """Seats in the order in which they are taken, and the drawing's extent; ``places`` are the seats as SVG says them."""

    width: float
    height: float
    radius: float
    seats: tuple[Seat, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """Measures of a drawing: radius of the inner row, distance of rows, radius of a seat, distance of two seats of a
    row at least, number of rows of a room that is not crowded.
    """

    inner: float
    step: float
    seat: float
    apart: float
    rows: int


#: On a phone; on the panel; around the QR code of the projector; minutes around a clock.
PHONE = Look(inner=52, step=15, seat=5, apart=12.5, rows=5)
PANEL = Look(inner=42, step=16.8, seat=4.6, apart=13, rows=3)
SCREEN = Look(inner=512, step=48, seat=15, apart=36, rows=3)
TIMER = Look(inner=352, step=46, seat=15, apart=36, rows=2)


def room_for(people: int) -> int:
    """How many seats to draw for so many people."""
    return next((room for room in ROOMS if people < room), MOST)


def taken(people: int, seats: int) -> int:
    """How many of the seats are taken: one each, and a share of them in a full hall."""
    if people <= 0:
        return 0
    return min(people, seats) if people < MOST else seats


@lru_cache(maxsize=256)
def hemicycle(count: int, look: Look) -> Hemicycle:
    """``count`` seats, more in the outer rows, in as many rows as hold them and as the look has, or fewer for a few."""
    most = _rows_for(count, look)
    rows = min(most, max(1, count // 6))
    radii = [look.inner + look.step * row for row in range(most - rows, most)]
    margin = look.seat + max(1.0, look.seat / 4)
    middle = radii[-1] + margin
    placed = sorted(
        (at / max(share - 1, 1), -radius)
        for radius, share in zip(radii, _shares(count, radii), strict=True)
        for at in range(share)
    )
    seats = tuple(
        Seat(f"{middle + radius * cos(pi * turn):.1f}", f"{middle + radius * sin(pi * turn):.1f}")
        for turn, radius in placed
    )
    places = tuple(f' cx="{seat.x}" cy="{seat.y}" r="{look.seat:g}"/>' for seat in seats)
    return Hemicycle(2 * middle, middle + margin, look.seat, seats, places)


def _rows_for(count: int, look: Look) -> int:
    rows, room = 0, 0
    while room < count or rows < look.rows:
        room += int(pi * (look.inner + look.step * rows) / look.apart) + 1
        rows += 1
    return rows


def _shares(count: int, radii: list[float]) -> list[int]:
    """Seats a row in proportion to its length; what rounding leaves over goes to the longest rows."""
    whole = sum(radii)
    shares = [int(count * radius / whole) for radius in radii]
    for extra in range(count - sum(shares)):
        shares[-1 - extra % len(shares)] += 1
    return shares


def circles(drawn: Hemicycle, marks: Iterable[str]) -> SafeString:
    """The seats as SVG, each with its mark as class; a template with a turn for each of 200 seats takes 3 ms."""
    looks = {mark: f' class="{mark}"' if mark else "" for mark in ("", "free", "in", "yes", "you")}
    seats = zip(drawn.places, marks, strict=True)
    return mark_safe("".join(f"<circle{looks[mark]}{place}" for place, mark in seats))  # noqa: S308 - numbers and words of ours
