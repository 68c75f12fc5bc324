"""What Daphne leaves open in its sockets, closed here. Its version is pinned: this knows it from inside."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import endpoints
from twisted.internet.abstract import FileDescriptor
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from workshop.config.servers import FRAGMENTS, FRAME, framed

if TYPE_CHECKING:
    from autobahn.websocket.types import ConnectionRequest

#: Connections that may wait to be accepted. With Twisted's own 50, some of 2,000 who came back at once were never let in.
BACKLOG = 2048
_endpoint: Any = endpoints.serverFromString


class Sockets(WebSocketProtocol):
    """Daphne's sockets, with a brake, a shorter way out for texts and a few checks more."""

    #: Whether the transport is the bare socket: not so under TLS.
    _bare = False
    #: Whether something may wait in the transport.
    _waits = True

    def connectionMade(self) -> None:  # noqa: N802 - Autobahn's names
        """Tell clients by a close code what was wrong: Autobahn usually just drops them, and they would come again."""
        super().connectionMade()
        self.failByDrop = False

    def onConnect(self, request: ConnectionRequest) -> Any:  # noqa: N802
        """Refuse a subprotocol that is no name: Daphne itself would answer it with an error of the server."""
        if not request.headers.get("sec-websocket-protocol", "").isascii():
            self.server = self.factory.server_class
            self.server.protocol_connected(self)
            raise ConnectionDeny(ConnectionDeny.BAD_REQUEST, "This subprotocol is no name.")  # type: ignore[no-untyped-call]
        return super().onConnect(request)

    def onOpen(self) -> None:  # noqa: N802
        """From now on a client that does not read is not read from: its pings would fill the memory with answers."""
        super().onOpen()
        self._bare = isinstance(self.transport, FileDescriptor) and not getattr(self.transport, "TLS", False)
        self.transport.unregisterProducer()
        self.transport.registerProducer(Brake(self.transport), True)  # noqa: FBT003 - it streams

    def handle_reply(self, message: dict[str, Any]) -> None:
        """Send texts, nearly all there is, as a frame that is made once; leave everything else to Daphne.

        The same bytes as its own way makes, and the same waiting for a client that reads slowly: only what the system
        does not take at once goes through the reactor, which enters a socket into its poll and takes it out again.
        """
        frame = message.get(FRAME) or framed(message)
        if frame is None or not self._plain:
            super().handle_reply(message)
        elif self._waits:
            self._write_behind(frame)
        else:
            self._write(frame)

    @property
    def _plain(self) -> bool:
        """Whether a frame may go out as it is: open, no queue, no extension has a say, and a bare socket."""
        return (
            self._bare
            and self.state == self.STATE_OPEN
            and not (self.send_queue or self.websocket_extensions_in_use)
            and self.transport.connected
            and not self.transport.disconnecting
        )

    def _write(self, frame: bytes) -> None:
        """Hand a frame to the system; what it does not take now waits in the transport, which has the brake."""
        sent = self.transport.writeSomeData(frame)
        if sent != len(frame):
            self._waits = True
            # Where the connection is lost the reactor finds it so.
            self.transport.write(frame[sent:] if isinstance(sent, int) else frame)

    def _write_behind(self, frame: bytes) -> None:
        """Put a frame behind what waits, and try to send all of it."""
        self.transport.write(frame)
        self._waits = self.transport.doWrite() is not None or bool(self.transport.dataBuffer)

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:  # noqa: FBT001, FBT002, N802 - Autobahn's signature
        """Whatever else is sent, pings and closing frames: after it something may wait."""
        self._waits = True
        super().sendData(data, sync, chopsize)

    def onMessageFrameBegin(self, length: int) -> None:  # noqa: N802
        """Take a fragment, unless there are too many."""
        super().onMessageFrameBegin(length)
        if len(self.message_data) >= FRAGMENTS:
            self._max_message_size_exceeded(length, FRAGMENTS, "too many fragments")


@implementer(IPushProducer)
class Brake:
    """Told by a transport that its client reads too slowly, it stops reading from that client for a while."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's names
        """Much waits to be sent."""
        self._transport.pauseProducing()

    def resumeProducing(self) -> None:  # noqa: N802
        """It was sent."""
        self._transport.resumeProducing()

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is gone."""


def listen_at(reactor: Any, description: str) -> Any:
    """Twisted's endpoint for a description such as ``tcp:port=8000``, with room for everybody at once."""
    roomy = not description.startswith(("tcp", "ssl")) or "backlog=" in description
    return _endpoint(reactor, description if roomy else f"{description}:backlog={BACKLOG}")


def guard() -> None:
    """Let Daphne make its sockets of this class, and listen with room for many."""
    WebSocketFactory.protocol = Sockets
    # Daphne's own module may be loaded already (``python -m daphne``) or be loaded later (``manage.py demo``).
    for module in (endpoints, sys.modules.get("daphne.server")):
        if module is not None:
            module.serverFromString = listen_at  # type: ignore[attr-defined]
