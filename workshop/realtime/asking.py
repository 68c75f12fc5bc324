"""What a followed session asks the door: whether everybody may still hear what they hear, and what closes when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from workshop.kinds import Refused
from workshop.realtime import clock, door, wire
from workshop.realtime.bringing import Bringing
from workshop.realtime.connection import CLOSE_OF, NOT_JOINED, Connection

if TYPE_CHECKING:
    from workshop.realtime.door import Ticket
    from workshop.realtime.feeds import Band, Feed
    from workshop.realtime.hub import Hub
    from workshop.realtime.lanes import Lane
    from workshop.realtime.streams import StreamFeed

#: Connections served before everybody else gets a turn: an ack waits for one slice at most.
SLICE = 250


class Asking(Bringing):
    """The part of a followed session that asks the door."""

    streams: dict[str, StreamFeed]
    _deadlines: Lane

    def __init__(self, hub: Hub, session: int) -> None:
        super().__init__(hub, session)
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def connections(self) -> list[Connection]:
        """Everybody who is connected or polls."""
        raise NotImplementedError

    def remove(self, connection: Connection) -> None:
        """Forget a connection."""
        raise NotImplementedError

    def unwatch(self, connection: Connection, name: str) -> None:
        """Stop sending a watched slot."""
        raise NotImplementedError

    def _band(self, connection: Connection) -> Band:
        """The band of its audiences."""
        raise NotImplementedError

    # ── tickets ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def ticket_round(self, feeds: list[Feed]) -> tuple[float, list[Feed]]:
        """Ask the door again about everybody: groups change, people are removed.

        What all are waiting for goes out before: asking about thousands takes the interpreter for a while.
        """
        del feeds
        await self.urgent.rest()
        of_streams = [connection for stream in self.streams.values() for connection in stream.at]
        connections = [connection for connection in (*self.connections, *of_streams) if not connection.closed]
        began = time.perf_counter()
        tickets = [connection.ticket for connection in connections]
        answers = await self.hub.on_common(door.current().refresh, self.id, tickets)
        for count, (connection, answer) in enumerate(zip(connections, answers, strict=True), 1):
            if isinstance(answer, Refused):
                connection.close(CLOSE_OF.get(answer.code, NOT_JOINED))
                if connection.is_poller:
                    self.remove(connection)
            elif not connection.closed and connection.home is self:
                self._change_ticket(connection, answer)
            if count % SLICE == 0:
                await asyncio.sleep(0)
        await self._check_watched([c for c in connections if c.watched and not c.closed])
        return time.perf_counter() - began, []

    def _change_ticket(self, connection: Connection, ticket: Ticket) -> None:
        old, same_key = connection.band, ticket.actor.key == connection.ticket.actor.key
        if not same_key or old is None:
            return
        before, connection.ticket = connection.ticket, ticket
        if before.audiences == ticket.audiences and before.language == ticket.language:
            return
        band = self._band(connection)
        old.connections.pop(connection, None)
        band.connections[connection] = None
        connection.band = band
        heard = set(old.feeds.values())
        for feed in heard - set(band.feeds.values()):
            connection.marked.pop(feed, None)
            if feed.name not in band.feeds and not connection.opening:
                connection.send(wire.gone_frame(feed.name))
        connection.marked.update({feed: None for feed in band.feeds.values() if feed not in heard})
        connection.own_stale = True
        self.catch_up(connection)

    async def _check_watched(self, connections: Iterable[Connection]) -> None:
        asked = [(c, name, c.ticket.actor) for c in connections for name in c.watched]
        if not asked:
            return
        allowed = await self.hub.on_common(_may_watch, [(actor, name) for _, name, actor in asked])
        for (connection, name, _), may in zip(asked, allowed, strict=True):
            if not may:
                self.unwatch(connection, name)
                connection.send(wire.gone_frame(name))

    # ── deadlines ───────────────────────────────────────────────────────────────────────────────────────────────

    def ask_deadline(self) -> None:
        """Find out when something closes by itself."""
        self._deadlines.wake()

    async def deadline_round(self, feeds: list[Feed]) -> tuple[float, list[Feed]]:
        """Set the timer of what closes next."""
        del feeds
        due = await self.hub.on_common(door.current().deadline, self.id)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if due is not None:
            delay = max(0.0, due.timestamp() - clock.now())
            self._deadline = asyncio.get_running_loop().call_later(delay, self._close_due)
        return 0.0, []

    def _close_due(self) -> None:
        self._deadline = None
        self.hub.run_slow(door.current().due, self.id, then=self.ask_deadline)

    def stop(self) -> None:
        """Forget the timer."""
        if self._deadline is not None:
            self._deadline.cancel()


def _may_watch(asked: list[tuple[object, str]]) -> list[bool]:
    the_door = door.current()
    return [the_door.may_watch(actor, name) for actor, name in asked]
