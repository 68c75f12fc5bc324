"""Connections of the core's own threads come out of a pool of their own: no number of views can take them.

Each of these threads keeps its connection. After a crash of the database all want new ones at once, and a view may hold
its own while it waits for the writer, or for a slow client: in one pool the writer could come too late to the last one.
"""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

#: Threads that read slots, and threads for deadlines.
READERS, DUE = 3, 2
#: All threads of the core: those, the writer and the door.
THREADS = READERS + DUE + 2

#: Where Django looks for the pool of a connection, by its alias.
_pools: dict[str, Any] = {}


def take() -> None:
    """Let this thread have its connection out of the core's pool. Called by each thread of the core as it begins."""
    pool = _pool_of_this_thread()
    if pool is None:
        return
    mine = connections.create_connection(DEFAULT_DB_ALIAS)
    options = {**mine.settings_dict["OPTIONS"], "pool": {**pool, "max_size": THREADS}}
    mine.settings_dict = {**mine.settings_dict, "OPTIONS": options}
    mine._connection_pools = _pools  # type: ignore[attr-defined] # noqa: SLF001 - of PostgreSQL's alone
    connections[DEFAULT_DB_ALIAS] = mine


def give_back() -> None:
    """Give this thread's connection back to its pool, while it waits for something else than the database."""
    if _pool_of_this_thread() is not None:
        connections[DEFAULT_DB_ALIAS].close()


def close() -> None:
    """Close the core's pool, once its threads have ended."""
    while _pools:
        _pools.popitem()[1].close()


def _pool_of_this_thread() -> dict[str, Any] | None:
    found: dict[str, Any] | None = connections[DEFAULT_DB_ALIAS].settings_dict.get("OPTIONS", {}).get("pool")
    return found
