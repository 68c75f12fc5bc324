"""The ASGI entry: HTTP without a socket is answered by the hub, the rest by Django; WebSockets by the consumers.

uvicorn runs the lifespan; Daphne does not know it, so there the hub begins with the first request or socket.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, cast

import django
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop.config.settings")
django.setup(set_prefix=False)

from workshop.config import checks, metrics
from workshop.realtime import http, hub, memory, routing
from workshop.realtime.consumer import Receive, Send
from workshop.realtime.origin import Scope

if refused := checks.refusals():
    raise SystemExit("\n".join(f"plenary: {reason}" for reason in refused))

FLUSH_SECONDS = 0.2
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
        await pages(cast("Any", metrics.asked_by_address(scope)), receive, cast("Any", send))


def _begin() -> None:
    if hub.running() is None:
        memory.tune()
        hub.current()
        _say_bye_on_signals()


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message: dict[str, Any] = await receive()
        if message["type"] == "lifespan.startup":
            _begin()
            await send({"type": "lifespan.startup.complete"})
        else:
            await hub.shutdown()
            await send({"type": "lifespan.shutdown.complete"})
            return


def _say_bye_on_signals() -> None:
    """Say goodbye before the server ends: uvicorn closes all sockets with a bare 1012, Daphne just drops them.

    The server's own handler runs a moment later, when the frames are out; a second signal reaches it at once.
    """
    loop = asyncio.get_running_loop()
    if threading.current_thread() is not threading.main_thread():
        # A server inside a test: signals are not its own.
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        if callable(before):
            signal.signal(number, _Goodbye(loop, before))


class _Goodbye:
    """A signal handler in front of the server's own."""

    def __init__(self, loop: asyncio.AbstractEventLoop, before: Callable[[int, FrameType | None], Any]) -> None:
        self._loop = loop
        self._before = before
        self._said = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._said:
            self._before(number, frame)
        else:
            self._said = True
            self._loop.call_soon_threadsafe(self._drain, number)

    def _drain(self, number: int) -> None:
        """Say no at ``/readyz`` first: a balancer that asks there sends nobody here who would be sent away at once."""
        running = hub.running()
        if running is not None:
            running.draining = True
        self._loop.call_later(settings.DRAIN_SECONDS if running else 0.0, self._say, number)

    def _say(self, number: int) -> None:
        running = hub.running()
        if running is not None:
            running.say_bye()
        self._loop.call_later(FLUSH_SECONDS, self._before, number, None)
