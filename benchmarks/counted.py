"""The application as it ships, with a count of its queries, requests and batches, read from ``/benchmark/``."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created

from workshop.config.asgi import application as shipped
from workshop.realtime import batches, heads

#: Deques: appending to one is safe between threads and costs nothing to speak of.
_queries: deque[int] = deque()
_requests: deque[int] = deque()
_transactions: deque[int] = deque()
_sizes: deque[int] = deque()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        if scope["path"] == "/benchmark/":
            await _tell(send)
            return
        _requests.append(1)
    await shipped(scope, receive, send)


async def _tell(send: Any) -> None:
    found = {
        "queries": len(_queries),
        "requests": len(_requests),
        "transactions": len(_transactions),
        "batches": list(_sizes),
    }
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(found).encode()})


def _count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
    _queries.append(1)
    return execute(sql, params, many, context)


def _watch(connection: Any, **_kwargs: Any) -> None:
    if _count not in connection.execute_wrappers:
        connection.execute_wrappers.append(_count)


def _counting(act: Any, counted: deque[int], size: Any = None) -> Any:
    def counts(*args: Any) -> Any:
        counted.append(size(args) if size else 1)
        return act(*args)

    return counts


connection_created.connect(_watch, weak=False)
for _connection in connections.all(initialized_only=True):
    _watch(_connection)
# Every transaction of the inbox locks its heads once.
heads.lock = _counting(heads.lock, _transactions)
batches.write = _counting(batches.write, _sizes, lambda args: len(args[0]))
