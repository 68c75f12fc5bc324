"""Letting in: handshakes are collected into waves, so that 2,000 who come back at once cost a few queries."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from workshop.kinds import Refused
from workshop.realtime import door, limits, staff
from workshop.realtime.connection import FIFTH_SOCKET, Connection, Send, keep
from workshop.realtime.counts import counts
from workshop.realtime.door import Handshake, Ticket
from workshop.realtime.reads import at_once

if TYPE_CHECKING:
    from workshop.realtime.hub import Hub

WAVE = 500
#: After a wave of more than a few the next one is collected for so long: each wave costs the same few queries. Somebody
#: who comes alone is let in at once.
COLLECT_FROM = 4
COLLECT_SECONDS = 0.4


@dataclass(slots=True)
class Visitor:
    """Somebody at the door."""

    handshake: Handshake
    view: str
    have: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: None for somebody who polls.
    send: Send | None = None
    task: asyncio.Task[Any] | None = None


class Admission:
    """The waiting line at the door, let in by waves."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._waiting: list[tuple[Visitor, asyncio.Future[Connection]]] = []
        self._running = False
        self._full = asyncio.Event()
        self._bucket = limits.bucket(limits.HANDSHAKES)
        self._most = limits.most_sockets()

    async def enter(self, visitor: Visitor) -> Connection:
        """Let a visitor in; returns when the hello was sent.

        Raises:
            Refused: as the door says, or ``busy``.
        """
        if self._hub.full or not self._bucket.take(time.monotonic()):
            raise Refused("busy", _("The server is full. Please wait a moment."))
        answer: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()
        self._waiting.append((visitor, answer))
        if len(self._waiting) >= WAVE:
            self._full.set()
        if not self._running:
            self._running = True
            keep(asyncio.get_running_loop().create_task(self._run()))
        return await answer

    @property
    def full(self) -> bool:
        """Whether this process has as many sockets as it can have."""
        return len(self._hub.heartbeat.connections) >= self._most

    async def _run(self) -> None:
        try:
            while self._waiting:
                wave, self._waiting = self._waiting[:WAVE], self._waiting[WAVE:]
                try:
                    await self._admit(wave)
                except Exception as error:  # noqa: BLE001 - told to each of them
                    _fail(wave, error)
                if len(wave) > COLLECT_FROM:
                    await self._collect()
        finally:
            self._running = False

    async def _collect(self) -> None:
        """Let more come: where many came many are coming."""
        self._full.clear()
        if len(self._waiting) < WAVE:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._full.wait(), COLLECT_SECONDS)

    async def _admit(self, wave: list[tuple[Visitor, asyncio.Future[Connection]]]) -> None:
        answers = await self._hub.on_common(admit, [visitor.handshake for visitor, _ in wave])
        by_session: dict[int, list[tuple[Visitor, Ticket, asyncio.Future[Connection]]]] = {}
        for (visitor, answer), ticket in zip(wave, answers, strict=True):
            if answer.done():
                continue
            if isinstance(ticket, Refused):
                answer.set_exception(ticket)
            else:
                by_session.setdefault(ticket.session, []).append((visitor, ticket, answer))
        for session, group in by_session.items():
            # The next wave is asked about while this one gets its hellos.
            keep(asyncio.get_running_loop().create_task(self._welcome(session, group)))

    async def _welcome(self, session: int, group: list[tuple[Visitor, Ticket, asyncio.Future[Connection]]]) -> None:
        try:
            home = await self._hub.follow(session)
            connections = []
            for visitor, ticket, answer in group:
                if answer.done():
                    continue
                connection = Connection(ticket, visitor.view, visitor.send, visitor.task)
                connection.have = visitor.have
                home.add(connection)
                connections.append((connection, answer))
                if visitor.send is not None:
                    self._hub.heartbeat.add(connection)
                self._close_oldest(home.people[connection.key], connection)
            await home.bring([connection for connection, _ in connections])
        except Exception as error:  # noqa: BLE001 - told to each of them
            _fail([(visitor, answer) for visitor, _, answer in group], error)
            return
        for connection, answer in connections:
            if answer.done():
                self._hub.leave(connection)
            else:
                counts.admitted += 1
                answer.set_result(connection)

    def _close_oldest(self, of_one: set[Connection], newest: Connection) -> None:
        most = limits.SOCKETS_PER_SCREEN if newest.key == "screen" else limits.SOCKETS_PER_PERSON
        others = [c for c in of_one if c.is_poller == newest.is_poller and not c.closed and c is not newest]
        if len(others) >= most:
            oldest = min(others, key=lambda c: c.opened_at)
            oldest.close(FIFTH_SOCKET)
            if oldest.is_poller:
                # There is no socket whose end would take it out.
                self._hub.leave(oldest)


def _fail(wave: Sequence[tuple[Visitor, asyncio.Future[Connection]]], error: Exception) -> None:
    busy = error if isinstance(error, Refused) else Refused("busy", _("The server is busy. Please wait a moment."))
    if busy is not error:
        import logging

        logging.getLogger(__name__).error("a wave could not be let in", exc_info=error)
    for _visitor, answer in wave:
        if not answer.done():
            answer.set_exception(busy)


def admit(handshakes: list[Handshake]) -> list[Ticket | Refused]:
    """Ask the door, with the staff users of the session cookies looked up before. On a thread."""
    with at_once(len(handshakes)):
        return _admitted(handshakes)


def _admitted(handshakes: list[Handshake]) -> list[Ticket | Refused]:
    cookie = settings.SESSION_COOKIE_NAME
    keys = {h.cookies.get(cookie, "") for h in handshakes if h.right == "staff"}
    users = staff.users_of(keys)
    known = [replace(h, user_id=users.get(h.cookies.get(cookie, ""))) if h.right == "staff" else h for h in handshakes]
    return door.current().admit(known)
