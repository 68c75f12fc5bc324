"""No thread of the core waits for ever for a database that takes everything and answers nothing.

PostgreSQL's own time limits end what a living server does for too long. A server that hangs as a whole (or a proxy
before it) keeps none of them, and its connections stay open: so whoever waits longer than that has its connection shut
from outside. The thread then fails as with any lost connection: a batch is tried again and in the end refused as
``busy``, a slot is read again later.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

#: Longer than any limit that the server itself keeps (settings: DATABASE_TIMEOUT).
SECONDS = 20.0

logger = logging.getLogger(__name__)
#: Thread → what it is connected with, and since when it is at work.
_waiting: dict[int, tuple[BaseDatabaseWrapper, float]] = {}


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Watch what the thread does with its connection. Not for SQLite; inside another it changes nothing."""
    me, mine = threading.get_ident(), connections[DEFAULT_DB_ALIAS]
    if mine.vendor != "postgresql" or me in _waiting:
        yield
        return
    _waiting[me] = (mine, time.monotonic())
    try:
        yield
    finally:
        del _waiting[me]


def look(seconds: float = SECONDS) -> int:
    """Shut the connections of those who wait too long; how many there were. Called now and then by the hub."""
    horizon = time.monotonic() - seconds
    late = [theirs for theirs, since in list(_waiting.values()) if since < horizon]
    shut = sum(_shut(theirs.connection) for theirs in late)
    if shut:
        logger.error("the database did not answer for %d s: %d connections were shut", seconds, shut)
    return shut


def _shut(raw: Any) -> bool:
    """Shut a connection of psycopg under the thread that waits for it; whether it was open."""
    if raw is None or raw.closed:
        return False
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(raw.fileno())) as ours:
        ours.shutdown(socket.SHUT_RDWR)
    return True
