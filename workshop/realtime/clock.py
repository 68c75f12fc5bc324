"""The one time that everybody is told: the database's, whatever the clocks of the processes say.

A process learns how far it is away from the database's clock every time the hub compares heads, and goes on from there
by its monotonic clock, so that no jump of its own clock is ever seen. SQLite runs in this process: there both are one.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

#: The database's time in SQL, for ``compare``.
POSTGRES = "extract(epoch FROM clock_timestamp())::float8"
#: The database's seconds since 1970 minus this process's monotonic ones, once they were compared.
_offset: list[float] = []


def now() -> float:
    """Seconds since 1970."""
    return time.monotonic() + _offset[0] if _offset else time.time()


def now_ms() -> int:
    """Milliseconds since 1970, as clients are told."""
    return int(now() * 1000)


def instant() -> datetime:
    """The time as a date."""
    return datetime.fromtimestamp(now(), UTC)


def compare(database: float | None) -> None:
    """Note what the database's time is, as ``POSTGRES`` has just told it; None for a database in this process."""
    _offset[:] = [] if database is None else [database - time.monotonic()]


def forget() -> None:
    """Trust the process's own clock again."""
    _offset.clear()
