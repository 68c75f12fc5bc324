"""What a client says on its socket, and the answers: ops, watching, pings; and what happens to who says too much."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from workshop.kinds import Refused
from workshop.realtime import clock, door, inbox, limits, slots, wire
from workshop.realtime.connection import FLOODING, MALFORMED, TOO_BIG, Connection, keep
from workshop.realtime.counts import counts
from workshop.realtime.followed import Followed
from workshop.realtime.heartbeat import Heartbeat
from workshop.realtime.ops import Call, Result
from workshop.realtime.wire import Malformed

if TYPE_CHECKING:
    from workshop.realtime.hub import Hub

security = logging.getLogger("plenary.security")


class Dialogue:
    """The hearing half of one socket. Runs on the event loop; nothing here waits."""

    def __init__(self, hub: Hub, connection: Connection) -> None:
        self._hub = hub
        self._connection = connection
        self._frames = limits.bucket(limits.FRAMES)
        self._malformed: list[float] = []
        self._warnings: list[float] = []

    def hear(self, text: str | None) -> None:
        """One frame (None: it was binary)."""
        connection = self._connection
        if connection.closed:
            return
        Heartbeat.heard(connection)
        counts.heard += 1
        if not self._frames.take(connection.heard_at):
            self._warn(None, limits.slow_down())
            return
        try:
            if text is None:
                raise Malformed("not_text", "Frames are text.")  # noqa: TRY301 - one way out
            if len(text) * 4 > limits.TEXT_BYTES and len(text.encode(errors="replace")) > limits.TEXT_BYTES:
                connection.close(TOO_BIG)
                return
            self._act(wire.parse(text))
        except Malformed as refusal:
            self._answer_malformed(refusal)

    def _act(self, frame: dict[str, Any]) -> None:
        match frame["t"]:
            case "do":
                self._do(frame)
            case "ping":
                self._pong(frame)
            case "watch":
                self._watch(wire.slot_name(frame))
            case "unwatch":
                name, home = wire.slot_name(frame), self._home()
                if home is not None:
                    home.unwatch(self._connection, name)
            case "resync":
                self._resync(wire.slot_name(frame))

    # ── ops ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _do(self, frame: dict[str, Any]) -> None:
        op_id = wire.op_id(frame)
        ticket = self._connection.ticket
        try:
            spec, payload = wire.payload(frame)
            delay = self._hub.limiter.take(ticket.session, self._connection.key, spec.rate)
        except Malformed:
            raise
        except Refused as refusal:
            self._refuse(op_id, refusal)
            return
        call = Call(ticket.session, ticket.actor, spec.name, op_id, payload, ticket.language)
        if delay:
            self._hub.later(delay, self._put, call)
        else:
            self._put(call)

    def _put(self, call: Call[Any]) -> None:
        op_id, heard_at = call.id, time.monotonic()
        try:
            inbox.put(call, lambda result: self._answer(op_id, heard_at, result))
        except Refused as refusal:
            self._refuse(op_id, refusal)

    def _answer(self, op_id: UUID, heard_at: float, result: Result) -> None:
        counts.acks.add(time.monotonic() - heard_at)
        if isinstance(result, Refused):
            self._no(str(op_id), result)
        else:
            self._connection.send(wire.ok(str(op_id), result))

    def _no(self, op_id: str | None, refusal: Refused) -> None:
        counts.refused(refusal.code)
        if refusal.code == "not_allowed":
            ticket = self._connection.ticket
            security.warning("not allowed", extra={"session": ticket.session, "right": ticket.audiences[0]})
        self._connection.send(wire.no(op_id, refusal, self._connection.ticket.language))

    def _refuse(self, op_id: UUID, refusal: Refused) -> None:
        if refusal.code == "slow_down":
            self._warn(str(op_id), refusal)
        else:
            self._no(str(op_id), refusal)

    # ── slots ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _watch(self, name: str) -> None:
        connection = self._connection
        try:
            self._hub.limiter.take(connection.ticket.session, connection.key, "act")
            reader = slots.reader_for(name)
            family = connection.ticket.audiences[0].partition(":")[0]
            if reader.personal or family not in reader.audiences:
                raise Refused("not_allowed", "You may not see this.", s=name)  # noqa: TRY301 - one way out
            if len(connection.watched) >= limits.WATCHED_SLOTS:
                raise Refused("too_many", "That is too much to watch at once.", s=name)  # noqa: TRY301 - the same
        except Refused as refusal:
            self._no(None, refusal)
            return
        keep(self._hub.spawn(self._watch_if_allowed(name)))

    async def _watch_if_allowed(self, name: str) -> None:
        connection = self._connection
        allowed = await self._hub.on_common(door.current().may_watch, connection.ticket.actor, name)
        home = self._home()
        if home is None or connection.closed:
            return
        if allowed:
            home.watch(connection, name)
        else:
            self._no(None, Refused("not_allowed", "You may not see this.", s=name))

    def _resync(self, name: str) -> None:
        connection = self._connection
        home = self._home()
        if home is None:
            return
        try:
            self._hub.limiter.take(connection.ticket.session, connection.key, "act")
        except Refused as refusal:
            self._warn(None, refusal)
            return
        feed = home.feed_heard_by(connection, name)
        if feed is not None:
            connection.marked[feed] = None
        elif name in connection.own:
            del connection.own[name]
            connection.own_stale = True
        home.catch_up(connection)

    def _home(self) -> Followed | None:
        """The session, unless the connection has just left it."""
        home = self._connection.home
        return home if isinstance(home, Followed) else None

    def _pong(self, frame: dict[str, Any]) -> None:
        at = frame.get("at")
        if type(at) is not int:
            raise Malformed("bad_shape", "A ping carries the client's milliseconds.")
        self._connection.send(f'{{"t":"pong","at":{at},"now":{clock.now_ms()}}}')

    # ── too much, and nonsense ──────────────────────────────────────────────────────────────────────────────────

    def _answer_malformed(self, refusal: Malformed) -> None:
        now = time.monotonic()
        self._malformed = [at for at in self._malformed if now - at < limits.MALFORMED_SECONDS]
        self._malformed.append(now)
        counts.refused(refusal.code)
        self._connection.send(wire.no(None, refusal))
        if len(self._malformed) >= limits.MALFORMED:
            self._connection.close(MALFORMED)

    def _warn(self, op_id: str | None, refusal: Refused) -> None:
        """Answer ``slow_down``; who goes on after three warnings is closed. Frames without an id share one answer."""
        now = time.monotonic()
        fresh = not self._warnings or now - self._warnings[-1] >= limits.WARNING_GAP_SECONDS
        if fresh:
            self._warnings = [at for at in self._warnings if now - at < limits.WARNING_SECONDS]
            self._warnings.append(now)
        if len(self._warnings) > limits.WARNINGS:
            self._connection.close(FLOODING)
        elif op_id is not None or fresh:
            self._no(op_id, refusal)
