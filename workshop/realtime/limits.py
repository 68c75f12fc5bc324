"""All limits of the wire in one place, and the token buckets that keep them.

Limits are per person, never per address: a class is one address (reliability notes, 6.2).
"""

from __future__ import annotations

import contextlib
import resource
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from workshop.kinds import Refused

if TYPE_CHECKING:
    from workshop.realtime.ops import Rate

TEXT_BYTES = 65_536
STREAM_BYTES = 262_144
JSON_DEPTH = 20
HAVE_LENGTH = 16_384
SOCKETS_PER_PERSON = 4
#: Screens share one key; a hall may have several projectors.
SOCKETS_PER_SCREEN = 50
SOCKETS_PER_PROCESS = 12_000
#: Open files that are no sockets of clients: database, Redis, static files, requests under way.
OTHER_FILES = 200
WATCHED_SLOTS = 20
#: Malformed frames within this time close the socket.
MALFORMED = 3
MALFORMED_SECONDS = 10.0
#: ``slow_down`` answers, at most one counted every half second; one more within this time closes the socket.
WARNINGS = 3
WARNING_SECONDS = 10.0
WARNING_GAP_SECONDS = 0.5
#: Saves as typed and moves that wait for their turn, per person.
SLOWED_WAITING = 50
#: Answers that a connection which does not read may leave unread.
UNREAD_ANSWERS = 1_000

#: (per second, burst) of each class of op.
RATES: dict[Rate, tuple[float, float]] = {
    "answer": (10.0, 60.0),
    "save": (10.0, 60.0),
    "create": (1.0, 20.0),
    "act": (10.0, 60.0),
}
#: Frames of any sort on one socket.
FRAMES = (100.0, 500.0)
#: New sockets of a process.
HANDSHAKES = (500.0, 5_000.0)


def raise_file_limit() -> None:
    """Take as many open files as the system grants: its first offer is often 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems name a limit that they do not grant.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def most_sockets() -> int:
    """Sockets that this process may have: fewer when the system grants few files.

    Who comes too much is told so while there is still a file for the telling; a server that has run out of files can
    neither answer nor reach its database.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return SOCKETS_PER_PROCESS
    return max(1, min(SOCKETS_PER_PROCESS, files - OTHER_FILES))


@dataclass(slots=True)
class Bucket:
    """A token bucket: ``burst`` tokens, refilled at ``rate`` a second."""

    rate: float
    burst: float
    tokens: float
    at: float

    def take(self, now: float) -> bool:
        """Take a token if there is one."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1.0:
            return False
        self.tokens -= 1.0
        return True

    def wait(self, now: float) -> float:
        """Take the next token in advance; seconds until it is there."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate) - 1.0
        self.at = now
        return max(0.0, -self.tokens / self.rate)


def bucket(limit: tuple[float, float]) -> Bucket:
    """A full bucket of that (rate, burst)."""
    rate, burst = limit
    return Bucket(rate, burst, burst, time.monotonic())


class Limiter:
    """The buckets of all persons of a process, by (session, key, class of op)."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[int, str, Rate], Bucket] = {}

    def take(self, session: int, key: str, rate: Rate) -> float:
        """Let one op pass; seconds that it must wait (saves only).

        Raises:
            Refused: ``slow_down``.
        """
        now = time.monotonic()
        place = (session, key, rate)
        found = self._buckets.get(place)
        if found is None:
            found = self._buckets[place] = bucket(RATES[rate])
        if rate == "save":
            delay = found.wait(now)
            if delay * found.rate <= SLOWED_WAITING:
                return delay
            found.tokens += 1.0
        elif found.take(now):
            return 0.0
        raise slow_down()

    def tidy(self) -> None:
        """Forget buckets that are full again."""
        now = time.monotonic()
        full = [p for p, b in self._buckets.items() if b.tokens + (now - b.at) * b.rate >= b.burst]
        for place in full:
            del self._buckets[place]


def slow_down() -> Refused:
    """The refusal of what came too fast."""
    return Refused("slow_down", _("That was too fast. Please wait a moment."))
