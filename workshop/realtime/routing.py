"""The addresses of the sockets."""

from __future__ import annotations

from channels.routing import URLRouter
from django.urls import path, re_path

from workshop.realtime.consumer import Receive, Send, SessionConsumer
from workshop.realtime.origin import Scope
from workshop.realtime.streams import StreamConsumer


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """There is no such socket: HTTP 403, as for a wrong Origin."""
    del scope
    await receive()
    await send({"type": "websocket.close"})


sockets = URLRouter(
    [
        path("ws/session/<slug:public_id>/", SessionConsumer.as_asgi()),
        path("ws/stream/<str:name>/", StreamConsumer.as_asgi()),
        re_path(r"", nowhere),  # type: ignore[arg-type]  # Channels' router calls ASGI applications
    ]
)
