"""Texts of Plenary's Daphne sockets go straight to the system; what it does not take waits in order, with a brake."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from autobahn.exception import Disconnected
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory
from twisted.internet.abstract import FileDescriptor
from twisted.internet.address import IPv4Address
from twisted.internet.main import CONNECTION_LOST
from twisted.internet.testing import MemoryReactor
from websockets.frames import Frame, Opcode

from workshop.config.servers import FRAME, text_frame
from workshop.config.servers.daphne import Brake, Sockets


class Wire(FileDescriptor):
    """A socket that takes so many bytes."""

    connected = 1

    def __init__(self, room: int = 1_000_000) -> None:
        super().__init__(MemoryReactor())  # type: ignore[arg-type,no-untyped-call]
        self.room = room
        self.written = b""
        self.calls = 0
        self.lost = False
        self.reading = True

    def writeSomeData(self, data: bytes) -> int | BaseException:
        self.calls += 1
        if self.lost:
            return CONNECTION_LOST
        taken = data[: self.room]
        self.written += bytes(taken)
        self.room -= len(taken)
        return len(taken)

    def polled(self) -> bool:
        """Whether the reactor waits for it to take more."""
        return self in self.reactor.writers

    def read_on(self, room: int) -> None:
        """Its client reads, and the reactor notices."""
        self.room += room
        while self.polled() and self.room:
            self.doWrite()  # type: ignore[no-untyped-call]

    def getPeer(self) -> IPv4Address:
        return IPv4Address("TCP", "127.0.0.1", 1)

    def getHost(self) -> IPv4Address:
        return IPv4Address("TCP", "127.0.0.1", 2)

    def pauseProducing(self) -> None:
        self.reading = False

    def resumeProducing(self) -> None:
        self.reading = True


def open_socket(room: int = 1_000_000) -> tuple[Sockets, Wire]:
    factory = WebSocketFactory(Server(application=None, endpoints=["tcp:0"]))
    factory.setProtocolOptions(openHandshakeTimeout=0)
    factory.protocol = Sockets
    socket, wire = factory.buildProtocol(None), Wire(room)
    socket.server, socket.client_addr = factory.server_class, None
    socket.request, socket.path = SimpleNamespace(path="/ws/"), "/ws/"
    socket.makeConnection(wire)
    socket.websocket_extensions_in_use = []
    socket.state = socket.STATE_OPEN
    socket.onOpen()
    return socket, wire


def message(text: str) -> dict[str, Any]:
    return {"type": "websocket.send", "text": text}


def test_one_message_to_two_sockets_is_framed_once_and_needs_no_reactor() -> None:
    shared = message("hello")
    for _each in range(2):
        socket, wire = open_socket()
        socket.handle_reply(shared)
        assert wire.written == Frame(Opcode.TEXT, b"hello").serialize(mask=False, extensions=[])
        assert not wire.polled()
        first = wire.calls
        socket.handle_reply(shared)
        assert (wire.calls - first, wire.polled()) == (1, False)
    assert shared[FRAME] == text_frame("hello")


def test_what_the_system_does_not_take_waits_in_order() -> None:
    socket, wire = open_socket(room=10)
    texts = [f"number {number}" for number in range(5)]
    for text in texts:
        socket.handle_reply(message(text))
    assert len(wire.written) == 10
    assert wire.polled()
    socket.sendPing(b"?")
    socket.handle_reply(message("after the ping"))
    wire.read_on(1_000)
    ping = Frame(Opcode.PING, b"?").serialize(mask=False, extensions=[])
    assert wire.written == b"".join([*map(text_frame, texts), ping, text_frame("after the ping")])
    assert not wire.polled()
    socket.handle_reply(message("and on"))
    assert wire.written.endswith(text_frame("and on"))
    assert not wire.polled()


@pytest.mark.parametrize("size", [1_000, 200_000])
def test_who_does_not_read_is_not_read_from(size: int) -> None:
    socket, wire = open_socket(room=0)
    for _each in range(300_000 // size + 1):
        socket.handle_reply(message("x" * size))
    assert isinstance(wire.producer, Brake)
    assert (wire.reading, wire.written) == (False, b"")
    wire.read_on(1_000_000)
    assert (wire.reading, wire.polled()) == (True, False)
    assert wire.written == text_frame("x" * size) * (300_000 // size + 1)


def test_of_a_lost_connection_the_reactor_is_told() -> None:
    socket, wire = open_socket()
    socket.handle_reply(message("hello"))
    wire.lost = True
    socket.handle_reply(message("is anybody there?"))
    socket.handle_reply(message("no"))
    assert wire.polled()
    assert wire.doWrite() is CONNECTION_LOST  # type: ignore[no-untyped-call]


def test_nothing_goes_out_once_the_connection_closes() -> None:
    socket, wire = open_socket()
    socket.sendClose(1000)
    wire.read_on(0)
    closed = wire.written
    with pytest.raises(Disconnected):
        socket.handle_reply(message("hello"))
    wire.read_on(1)
    assert wire.written == closed


def test_bytes_and_closes_go_daphnes_own_way() -> None:
    socket, wire = open_socket()
    socket.handle_reply({"type": "websocket.send", "bytes": b"raw"})
    socket.handle_reply(message("text"))
    socket.handle_reply({"type": "websocket.close", "code": 4400})
    wire.read_on(1)
    raw = Frame(Opcode.BINARY, b"raw").serialize(mask=False, extensions=[])
    assert wire.written.startswith(raw + text_frame("text") + b"\x88\x02")
