"""The ASGI entry: HTTP without a socket is answered by the hub, the rest by Django; WebSockets by the consumers.

uvicorn runs the lifespan; Daphne does not know it, so there the hub begins with the first request or socket.
"""

from __future__ import annotations

import asyncio
import os
import signal
from types import FrameType
from typing import Any

import django
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop.config.settings")
django.setup(set_prefix=False)

from workshop.realtime import http, hub, memory, routing  # noqa: E402 - the apps must be ready
from workshop.realtime.consumer import Receive, Send  # noqa: E402
from workshop.realtime.origin import Scope  # noqa: E402

pages = ASGIHandler()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """One connection or request."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    _begin()
    if scope["type"] == "websocket":
        await routing.sockets(scope, receive, send)
    elif http.matches(scope):
        await http.answer(scope, receive, send)
    else:
        await pages(scope, receive, send)


def _begin() -> None:
    if hub.running() is None:
        hub.current()
        memory.tune()


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message: dict[str, Any] = await receive()
        if message["type"] == "lifespan.startup":
            _begin()
            _say_bye_on_sigterm()
            await send({"type": "lifespan.startup.complete"})
        else:
            await hub.shutdown()
            await send({"type": "lifespan.shutdown.complete"})
            return


def _say_bye_on_sigterm() -> None:
    """Say goodbye before the server does: uvicorn closes all sockets with a bare 1012 a moment after the signal."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        if not callable(before):
            continue

        def ended(signum: int, frame: FrameType | None, before: Any = before) -> None:
            loop.call_soon_threadsafe(_say_bye)
            before(signum, frame)

        try:
            signal.signal(number, ended)
        except ValueError:
            # Not the main thread: a server inside a test.
            return


def _say_bye() -> None:
    running = hub.running()
    if running is not None and not running.leaving:
        running.say_bye()
