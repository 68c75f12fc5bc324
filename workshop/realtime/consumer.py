"""The socket of a session: ``/ws/session/<public id>/``, subprotocol ``plenary.v1`` (docs/protocol.md)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from channels.consumer import AsyncConsumer

from workshop.kinds import Refused
from workshop.realtime import hub as hubs
from workshop.realtime import limits, origin, wire
from workshop.realtime.admission import Visitor
from workshop.realtime.connection import BUSY, CLOSE_OF, MALFORMED, NOT_JOINED, RESTART, Connection
from workshop.realtime.counts import counts
from workshop.realtime.dialogue import Dialogue
from workshop.realtime.door import Handshake
from workshop.realtime.origin import Scope

SUBPROTOCOL = "plenary.v1"
RIGHTS = ("learner", "staff", "screen")
VIEWS = ("html", "data")
#: Messages of one socket handled before others get a turn: a full queue would never let go of the loop.
TURN = 20
BUSY_MILLISECONDS = 10_000
FLUSH_SECONDS = 0.05

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
security = logging.getLogger("plenary.security")


class SessionConsumer(AsyncConsumer):
    """A thin consumer: Channels' own loop makes a task and a hop to a thread for every message, so it has its own.

    It has no channel layer: with one, nobody could connect while Redis is away (reliability notes, F10b).
    """

    channel_layer_alias = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection from handshake to close."""
        await receive()
        if not origin.allowed(scope):
            await refuse_handshake(scope, send)
            return
        offered = SUBPROTOCOL in scope.get("subprotocols", ())
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL if offered else None})
        hub = hubs.current()
        try:
            if not offered:
                raise Refused("bad_shape", "The subprotocol is plenary.v1.")  # noqa: TRY301 - one way out
            visitor = visitor_of(scope, scope["url_route"]["kwargs"]["public_id"])
            visitor.send, visitor.task = send, asyncio.current_task()
            connection = await hub.admission.enter(visitor)
        except Refused as refusal:
            await turn_away(send, refusal)
            return
        dialogue = Dialogue(hub, connection)
        try:
            await self._listen(dialogue, receive)
        except asyncio.CancelledError:
            await self._cancelled(connection)
        finally:
            hub.leave(connection)

    async def _listen(self, dialogue: Dialogue, receive: Receive) -> None:
        count = 0
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            self.dispatch(dialogue, message)
            count += 1
            if count % TURN == 0:
                await asyncio.sleep(0)

    def dispatch(self, dialogue: Dialogue, message: dict[str, Any]) -> None:
        """Hand on a frame. Only ``websocket.receive`` comes here: no message chooses a method by its name."""
        dialogue.hear(message.get("text"))

    @staticmethod
    async def _cancelled(connection: Connection) -> None:
        """Ended from outside: by ``close`` for a client that does not read, or by a server that shuts down (Daphne)."""
        if not connection.closed:
            connection.say_bye(RESTART, BUSY_MILLISECONDS)
            await asyncio.sleep(FLUSH_SECONDS)


async def refuse_handshake(scope: Scope, send: Send) -> None:
    """A wrong Origin is the one thing that is refused before the accept (HTTP 403; 400 for two Origins)."""
    security.warning("a handshake of another origin was refused")
    doubled = len(origin.headers_of(scope, b"origin")) > 1
    if doubled and "websocket.http.response" in scope.get("extensions", {}):
        await send({"type": "websocket.http.response.start", "status": 400, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close"})


async def turn_away(send: Send, refusal: Refused) -> None:
    """Close with the code of the refusal; when the server is busy the client is told when to come back."""
    counts.refused(refusal.code)
    code = MALFORMED if refusal.code == "bad_shape" else CLOSE_OF.get(refusal.code, NOT_JOINED)
    if code == BUSY:
        text = wire.text_of({"t": "bye", "code": code, "within": BUSY_MILLISECONDS})
        await send({"type": "websocket.send", "text": text})
    await send({"type": "websocket.close", "code": code, "reason": ""})


def visitor_of(scope: Scope, public_id: str) -> Visitor:
    """What a handshake or a fallback request brings. Raises Refused ``bad_shape`` for parameters that are odd."""
    given = parameters(scope)
    right, view = given.get("as", "learner"), given.get("view", "html")
    have = given.get("have", "")
    if right not in RIGHTS or view not in VIEWS or len(have) > limits.HAVE_LENGTH:
        raise Refused("bad_shape", "This address is not as it must be.")
    client = scope.get("client")
    handshake = Handshake(
        public_id=public_id,
        right=right,
        cookies=cookies_of(scope),
        bearer=origin.bearer_of(scope),
        languages=origin.header_of(scope, b"accept-language")[:200],
        address=str(client[0]) if client else "",
    )
    return Visitor(handshake, view, wire.parse_have(have))


def parameters(scope: Scope) -> dict[str, str]:
    """The URL's parameters. Raises Refused ``bad_shape`` when one is given twice."""
    try:
        pairs = parse_qsl(scope.get("query_string", b"").decode("ascii"), max_num_fields=20)
    except ValueError:
        raise Refused("bad_shape", "This address is not as it must be.") from None
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("bad_shape", "This address has a parameter twice.")
    return found


def cookies_of(scope: Scope) -> Mapping[str, str]:
    """The cookies by name; none when the header is broken."""
    jar = SimpleCookie()
    for value in origin.headers_of(scope, b"cookie"):
        try:
            jar.load(value)
        except CookieError:
            return {}
    return {name: morsel.value for name, morsel in jar.items()}
