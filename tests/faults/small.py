"""The application with room for few: what happens when it is full, without thousands of sockets."""

from __future__ import annotations

from workshop.config.asgi import application
from workshop.realtime import limits

limits.SOCKETS_PER_PROCESS = 60
limits.HANDSHAKES = (100.0, 200.0)

__all__ = ["application"]
