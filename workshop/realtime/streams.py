"""Streams: ordered bytes with a number each, over an append-only table (documents, whiteboards). Never conflated.

The socket is ``/ws/stream/<public id>:<name>/``, subprotocol ``plenary.stream.v1`` (docs/protocol.md). An entry goes
through the inbox as the op ``stream.append``; whoever cannot keep up is closed and resumes from the number it has.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from channels.consumer import AsyncConsumer
from pydantic import Field

from workshop import numbers
from workshop.kinds import Refused
from workshop.realtime import door, inbox, limits, ops, origin, wire
from workshop.realtime import hub as hubs
from workshop.realtime.admission import admit
from workshop.realtime.batches import Batch
from workshop.realtime.connection import TOO_BIG, Connection
from workshop.realtime.consumer import Receive, Send, parameters, refuse_handshake, turn_away, visitor_of
from workshop.realtime.heartbeat import Heartbeat
from workshop.realtime.lanes import Lane
from workshop.realtime.models import Stream, StreamEntry
from workshop.realtime.ops import Call, Payload, Result
from workshop.realtime.origin import Scope

if TYPE_CHECKING:
    from workshop.realtime.feeds import Feed
    from workshop.realtime.followed import Followed

SUBPROTOCOL = "plenary.stream.v1"
NUMBER = struct.Struct(">Q")
ID_BYTES = 16
#: Entries read and sent in one round.
PAGE = 500


class Append(Payload):
    """One entry of a stream."""

    name: str = Field(max_length=120)
    data: bytes = Field(max_length=limits.STREAM_BYTES)


def _stream_head(call: Call[Append]) -> tuple[str, ...]:
    return (head_of(call.payload.name),)


def head_of(name: str) -> str:
    """The head of a stream."""
    return f"stream:{name}"


@ops.op(
    "stream.append",
    Append,
    permission="stream.append",
    heads=_stream_head,
    rate="save",
    once=False,
    many=True,
    public=False,
)
def append(batch: Batch, calls: Sequence[Call[Append]]) -> list[Result]:
    """Append entries. The same id again is the same entry; a frozen stream takes none (``closed``)."""
    results: list[Result] = []
    streams: dict[tuple[int, str], Stream] = {}
    for call in calls:
        place = (call.session, call.payload.name)
        if place not in streams:
            streams[place], _ = Stream.objects.get_or_create(session=place[0], name=place[1])
        results.append(_append(batch, streams[place], call))
    for stream in streams.values():
        stream.save(update_fields=("seq",))
    return results


def _append(batch: Batch, stream: Stream, call: Call[Append]) -> Result:
    known = StreamEntry.objects.filter(stream=stream, op_id=call.id).values_list("seq", flat=True).first()
    if known is not None:
        return {"number": known}
    if stream.frozen:
        return Refused("closed", "This is closed.")
    stream.seq += 1
    StreamEntry.objects.create(
        stream=stream, seq=stream.seq, op_id=call.id, author=call.author, bytes=call.payload.data
    )
    batch.move(call.session, head_of(call.payload.name))
    return {"number": stream.seq}


def last_number(session: int, name: str) -> int:
    """The number of the newest entry, 0 when there is none."""
    return Stream.objects.filter(session=session, name=name).values_list("seq", flat=True).first() or 0


def entries_after(session: int, name: str, number: int) -> list[tuple[int, bytes]]:
    """The next entries, at most a page of them."""
    rows = StreamEntry.objects.filter(stream__session=session, stream__name=name, seq__gt=number).order_by("seq")
    return [(seq, bytes(data)) for seq, data in rows.values_list("seq", "bytes")[:PAGE]]


class StreamFeed:
    """Those who hear one stream, each with the number it has."""

    def __init__(self, home: Followed, name: str) -> None:
        self._home = home
        self.name = name
        self.at: dict[Connection, int] = {}
        self._lane = Lane(home.hub.urgent_pacer, self._round)

    def add(self, connection: Connection, after: int) -> None:
        """Begin to send what comes after this number."""
        connection.home = self
        connection.opening = False
        self.at[connection] = after
        self.wake()

    def remove(self, connection: Connection) -> None:
        """Forget a connection."""
        self.at.pop(connection, None)
        connection.forget()
        if not self.at:
            self._home.streams.pop(self.name, None)

    def catch_up(self, connection: Connection) -> None:
        """A connection can take entries again."""
        del connection
        self.wake()

    def wake(self) -> None:
        """There may be new entries."""
        self._lane.wake()

    async def _round(self, feeds: list[Feed]) -> tuple[float, list[Feed]]:
        del feeds
        able = [(connection, at) for connection, at in self.at.items() if connection.ready]
        if not able:
            return 0.0, []
        least = min(at for _, at in able)
        found = await self._home.hub.on_thread(self._home.id, entries_after, self._home.id, self.name, least)
        frames = [(number, NUMBER.pack(number) + data) for number, data in found]
        more = len(found) == PAGE
        for connection, at in able:
            for number, frame in frames:
                # Where it waits it is left where it is, and goes on from there: nothing is skipped.
                if number > at and connection.ready and connection in self.at:
                    connection.send_bytes(frame)
                    self.at[connection] = number
        if more:
            self.wake()
        return 0.0, []


class StreamConsumer(AsyncConsumer):
    """One client of a stream."""

    channel_layer_alias = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection from handshake to close."""
        await receive()
        if not origin.allowed(scope) or SUBPROTOCOL not in scope.get("subprotocols", ()):
            await refuse_handshake(scope, send)
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        hub = hubs.current()
        try:
            connection, feed = await self._enter(scope, send)
        except Refused as refusal:
            await turn_away(send, refusal)
            return
        hub.heartbeat.add(connection)
        try:
            while (message := await receive())["type"] != "websocket.disconnect":
                self.dispatch(connection, feed, message)
        except asyncio.CancelledError:
            if not connection.closed:
                raise
        finally:
            hub.leave(connection)

    async def _enter(self, scope: Scope, send: Send) -> tuple[Connection, StreamFeed]:
        public_id, _, name = scope["url_route"]["kwargs"]["name"].partition(":")
        after = parameters(scope).get("after", "0")
        if not (numbers.is_row(after) and name):
            raise Refused("bad_shape", "This address is not as it must be.")
        visitor = visitor_of(scope, public_id)
        hub = hubs.current()
        (ticket,) = await hub.on_common(admit, [visitor.handshake])
        if isinstance(ticket, Refused):
            raise ticket
        if not await hub.on_common(door.current().may_watch, ticket.actor, f"stream:{name}"):
            raise Refused("no_session", "There is no such stream.")
        home = await hub.follow(ticket.session)
        last = await hub.on_thread(home.id, last_number, home.id, name)
        connection = Connection(ticket, "data", send, asyncio.current_task())
        connection.send_bytes(NUMBER.pack(last))
        feed = home.streams.setdefault(name, StreamFeed(home, name))
        feed.add(connection, int(after))
        return connection, feed

    def dispatch(self, connection: Connection, feed: StreamFeed, message: dict[str, Any]) -> None:
        """One frame: an entry, or (text) a sign of life."""
        if connection.closed:
            return
        Heartbeat.heard(connection)
        data = message.get("bytes")
        if not data:
            return
        if len(data) > limits.STREAM_BYTES + ID_BYTES:
            connection.close(TOO_BIG)
        elif len(data) > ID_BYTES:
            self._append(connection, feed.name, UUID(bytes=data[:ID_BYTES]), data[ID_BYTES:])

    @staticmethod
    def _append(connection: Connection, name: str, op_id: UUID, data: bytes) -> None:
        ticket = connection.ticket

        def answer(result: Result) -> None:
            if isinstance(result, Refused):
                connection.send(wire.no(str(op_id), result))
            else:
                connection.send_bytes(op_id.bytes + NUMBER.pack(result["number"]))

        try:
            hubs.current().limiter.take(ticket.session, connection.key, "save")
            inbox.put(Call(ticket.session, ticket.actor, "stream.append", op_id, Append(name=name, data=data)), answer)
        except Refused as refusal:
            connection.send(wire.no(str(op_id), refusal))
