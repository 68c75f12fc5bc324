"""The pool of connections to PostgreSQL: back at once when the database is, and never a dead connection for a page."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool

#: A try that fails is followed by another after a second: psycopg's own pauses double each time, up to minutes.
RECONNECT_SECONDS = 1.0
#: A view waits so long for a free connection.
WAIT_SECONDS = 10
#: What a server may have said to a connection that nobody used, in so many parts.
UNHEARD = 10


class Connection(psycopg.Connection[Any]):
    """A connection that tells without asking the server whether it is dead.

    The pool asks each one before it hands it out, by executing an empty statement. That would cost a turn to the
    server for each page, and would hang for ever with a server that hangs: a closed socket is seen from here.
    """

    def execute(self, query: Any, *args: Any, **named: Any) -> psycopg.Cursor[Any]:
        """Execute a statement; the empty one only looks at the socket. Raises OperationalError for a dead connection."""
        if query != "":
            return super().execute(query, *args, **named)
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        for _ in range(UNHEARD):
            if not poll.poll(0):
                return self.cursor()
            self.pgconn.consume_input()
        raise psycopg.OperationalError("the server has closed this connection")


def pool_of(connections: int) -> dict[str, Any]:
    """Views come and go in threads: without a pool a burst of posts runs out of connections."""
    return {
        "connection_class": Connection,
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
