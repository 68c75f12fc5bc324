"""The pool of connections to PostgreSQL: back at once when the database is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

#: A try that fails is followed by another after a second: psycopg's own pauses double each time, up to minutes.
RECONNECT_SECONDS = 1.0
#: A view waits so long for a free connection.
WAIT_SECONDS = 10


def pool_of(connections: int) -> dict[str, Any]:
    """Views come and go in threads: without a pool a burst of posts runs out of connections."""
    return {
        "min_size": 1,
        "max_size": connections,
        "timeout": WAIT_SECONDS,
        "reconnect_timeout": RECONNECT_SECONDS,
        "reconnect_failed": try_again,
    }


def try_again(pool: ConnectionPool[Any]) -> None:
    """The pool has given a connection up. Who waits for one already would not make it try again; this does."""
    if pool.get_stats().get("requests_waiting"):
        pool.check()
