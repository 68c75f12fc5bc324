"""Pings, and what silence means: nothing heard for 20 s = frozen (marks only), 45 s = closed 4408.

Timers of a hidden tab run once a minute, but message events do not wait: so the server pings and the page answers.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from workshop.realtime import clock, patience
from workshop.realtime.connection import TOO_SLOW, Connection
from workshop.realtime.counts import counts

if TYPE_CHECKING:
    from workshop.realtime.hub import Hub

PING_SECONDS = 10.0
FROZEN_SECONDS = 20.0
CLOSED_SECONDS = 45.0
POLLER_SECONDS = 60.0
#: Pings are spread over the ten seconds: thousands at once would be a fan-out of their own.
STEPS = 100


class Heartbeat:
    """All sockets of the process, spread over a ring that turns once in ten seconds."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._ring: list[dict[Connection, None]] = [{} for _ in range(STEPS)]
        self._step = 0
        #: Socket → its place in the ring.
        self.connections: dict[Connection, int] = {}

    def add(self, connection: Connection) -> None:
        """A new socket; its first ping comes after nearly ten seconds."""
        place = (self._step - 1) % STEPS
        self._ring[place][connection] = None
        self.connections[connection] = place

    def remove(self, connection: Connection) -> None:
        """A socket is gone."""
        place = self.connections.pop(connection, None)
        if place is not None:
            self._ring[place].pop(connection, None)

    async def run(self) -> None:
        """Turn the ring for ever; once a second look for the silent."""
        pause = PING_SECONDS / STEPS
        while True:
            due = time.perf_counter() + pause
            await asyncio.sleep(pause)
            counts.lag.add(max(0.0, time.perf_counter() - due))
            self._step = (self._step + 1) % STEPS
            self.ping(list(self._ring[self._step]))
            if self._step % (STEPS // 10) == 0:
                self.look(time.monotonic())
                patience.look()

    def ping(self, connections: list[Connection]) -> None:
        """Ask these for a sign of life."""
        message = {"type": "websocket.send", "text": f'{{"t":"ping","now":{clock.now_ms()}}}'}
        sent = sum(connection.ping(message) for connection in connections)
        counts.frames += sent
        counts.bytes += sent * len(message["text"])

    def look(self, now: float) -> None:
        """Freeze and close who was silent for too long, forget who polls no more."""
        for connection in list(self.connections):
            silent = now - connection.heard_at
            if silent > CLOSED_SECONDS:
                connection.close(TOO_SLOW)
            elif silent > FROZEN_SECONDS:
                connection.frozen = True
        for home in list(self._hub.sessions.values()):
            for connection in home.connections if home.polled else ():
                if connection.polls and now - connection.heard_at > POLLER_SECONDS:
                    home.remove(connection)

    @staticmethod
    def heard(connection: Connection) -> None:
        """A client spoke; what it missed while it was frozen is sent now."""
        connection.heard_at = time.monotonic()
        if connection.frozen:
            connection.frozen = False
            if connection.home is not None:
                connection.home.catch_up(connection)
