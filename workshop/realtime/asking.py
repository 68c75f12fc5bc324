"""What a followed session asks the door: whether everybody may still hear what they hear, and what closes when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from workshop.kinds import Refused
from workshop.realtime import clock, door, wire
from workshop.realtime.connection import CLOSE_OF, NOT_JOINED, Connection
from workshop.realtime.lanes import Lane
from workshop.realtime.pace import in_slices

if TYPE_CHECKING:
    from workshop.realtime.door import Ticket
    from workshop.realtime.feeds import Feed
    from workshop.realtime.followed import Followed


class Asking:
    """What a followed session asks the door, each in a lane of its own."""

    def __init__(self, home: Followed) -> None:
        self._home = home
        self.tickets = Lane(home.hub.ticket_pacer, self._ticket_round)
        self.deadlines = Lane(home.hub.deadline_pacer, self._deadline_round)
        self._deadline: asyncio.TimerHandle | None = None

    # ── tickets ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _ticket_round(self, feeds: list[Feed]) -> tuple[float, list[Feed]]:
        """Ask the door again about everybody: groups change, people are removed.

        What all are waiting for goes out before: asking about thousands takes the interpreter for a while.
        """
        del feeds
        home = self._home
        await home.urgent.rest()
        of_streams = [connection for stream in home.streams.values() for connection in stream.at]
        connections = [connection for connection in (*home.connections, *of_streams) if not connection.closed]
        began = time.perf_counter()
        tickets = [connection.ticket for connection in connections]
        answers = await home.hub.on_common(door.current().refresh, home.id, tickets)
        async for some in in_slices(zip(connections, answers, strict=True)):
            for connection, answer in some:
                self._take_answer(connection, answer)
        await self._check_watched([c for c in connections if c.watched and not c.closed])
        return time.perf_counter() - began, []

    def _take_answer(self, connection: Connection, answer: Ticket | Refused) -> None:
        if isinstance(answer, Refused):
            connection.close(CLOSE_OF.get(answer.code, NOT_JOINED))
            if connection.is_poller:
                self._home.remove(connection)
        elif not connection.closed and connection.home is self._home:
            self._change_ticket(connection, answer)

    def _change_ticket(self, connection: Connection, ticket: Ticket) -> None:
        old, same_key = connection.band, ticket.actor.key == connection.ticket.actor.key
        if not same_key or old is None:
            return
        before, connection.ticket = connection.ticket, ticket
        if before.audiences == ticket.audiences and before.language == ticket.language:
            return
        band = self._home.band_of(connection)
        old.connections.pop(connection, None)
        band.connections[connection] = None
        connection.band = band
        heard = set(old.feeds.values())
        for feed in heard - set(band.feeds.values()):
            connection.marked.pop(feed, None)
            if feed.name not in band.feeds and not connection.opening:
                connection.send(wire.gone_frame(feed.name))
        new = [feed for feed in band.feeds.values() if feed not in heard]
        connection.swapped |= {feed.name for feed in new} & {feed.name for feed in heard}
        connection.marked.update(dict.fromkeys(new))
        connection.own_stale = True
        self._home.catch_up(connection)

    async def _check_watched(self, connections: Iterable[Connection]) -> None:
        asked = [(c, name, c.ticket.actor) for c in connections for name in c.watched]
        if not asked:
            return
        allowed = await self._home.hub.on_common(_may_watch, [(actor, name) for _, name, actor in asked])
        for (connection, name, _), may in zip(asked, allowed, strict=True):
            if not may:
                self._home.unwatch(connection, name)
                connection.send(wire.gone_frame(name))

    # ── deadlines ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _deadline_round(self, feeds: list[Feed]) -> tuple[float, list[Feed]]:
        """Set the timer of what closes next."""
        del feeds
        due = await self._home.hub.on_common(door.current().deadline, self._home.id)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        if due is not None:
            delay = max(0.0, due.timestamp() - clock.now())
            self._deadline = asyncio.get_running_loop().call_later(delay, self._close_due)
        return 0.0, []

    def _close_due(self) -> None:
        self._deadline = None
        self._home.hub.run_slow(door.current().due, self._home.id, then=self.deadlines.wake)

    def stop(self) -> None:
        """Forget the timer."""
        if self._deadline is not None:
            self._deadline.cancel()


def _may_watch(asked: list[tuple[object, str]]) -> list[bool]:
    the_door = door.current()
    return [the_door.may_watch(actor, name) for actor, name in asked]
