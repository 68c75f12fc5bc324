"""The hemicycle of the panel: exactly as many seats as people, in rows as close as the seats in a row."""

from __future__ import annotations

from math import pi

from workshop.live.hemicycle import Look

#: Seats drawn for an empty room.
EMPTY = 24
INNER, STEP, SEAT = 42.0, 16.8, 4.6
#: Distance of two seats of a row, at least.
APART = 13.0
FEWEST_ROWS = 3


def look_for(count: int) -> Look:
    """As few rows as hold ``count`` seats, and three at least, so that it looks like a room."""
    rows, room = 0, 0
    while room < count or rows < FEWEST_ROWS:
        room += int(pi * (INNER + STEP * rows) / APART) + 1
        rows += 1
    return Look(inner=INNER, step=STEP, seat=SEAT, rows=rows)


def share(people: int, joined: int, seats: int) -> int:
    """How many of the seats stand for these people."""
    return round(min(people, joined) * seats / joined) if joined else 0
