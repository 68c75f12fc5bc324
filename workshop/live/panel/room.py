"""The room on the panel: exactly as many seats as people."""

from __future__ import annotations

#: Seats drawn for an empty room.
EMPTY = 24


def share(people: int, joined: int, seats: int) -> int:
    """How many of the seats stand for these people."""
    return round(min(people, joined) * seats / joined) if joined else 0
