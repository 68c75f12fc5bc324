"""The application as it is served, and beside it ``/gauges/``: what a process holds that nothing outside can see."""

from __future__ import annotations

import asyncio
import gc
import json
import threading

from workshop.config.asgi import application as plenary
from workshop.realtime import hub as hubs
from workshop.realtime.consumer import Receive, Send
from workshop.realtime.origin import Scope


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """One connection or request."""
    if scope["type"] != "http" or scope["path"] != "/gauges/":
        await plenary(scope, receive, send)
        return
    body = json.dumps(gauges()).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})


def gauges() -> dict[str, int]:
    """Counted after a collection, so that only what is really held counts."""
    gc.collect()
    hub = hubs.running()
    homes = list(hub.sessions.values()) if hub is not None else []
    return {
        "tasks": len(asyncio.all_tasks()),
        "threads": threading.active_count(),
        "sockets": len(hub.heartbeat.connections) if hub is not None else 0,
        "sessions": len(homes),
        "feeds": sum(len(home._feeds) for home in homes),
    }
