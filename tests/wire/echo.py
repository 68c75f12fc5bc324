"""An endpoint that sends back what it gets, for programs that judge WebSocket servers. Our limits stand around it."""

from __future__ import annotations

from typing import Any

import django

django.setup(set_prefix=False)

from workshop.config.servers import daphne  # noqa: E402
from workshop.realtime import limits  # noqa: E402 - Django must be ready
from workshop.realtime.connection import TOO_BIG  # noqa: E402
from workshop.realtime.consumer import Receive, Send  # noqa: E402

daphne.guard()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """One connection."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await _echo(receive, send)


async def _echo(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "websocket.disconnect":
        text, data = message.get("text"), message.get("bytes") or b""
        if len(data) > limits.STREAM_BYTES or (text and len(text.encode()) > limits.TEXT_BYTES):
            await send({"type": "websocket.close", "code": TOO_BIG})
            return
        await send({"type": "websocket.send", **({"bytes": data} if text is None else {"text": text})})


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})
