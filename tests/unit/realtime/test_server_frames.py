"""Frames that Plenary's uvicorn sockets make themselves are those of the library, byte for byte."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.protocol import CLOSING, OPEN

from workshop.config.servers import FRAME, text_frame
from workshop.config.servers.uvicorn import Sockets


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return False


def library(text: str) -> bytes:
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False, extensions=[])


def open_socket() -> tuple[Sockets, Wire]:
    config = Config(app="unused:app", ws_per_message_deflate=False)
    config.load_app = lambda: None  # type: ignore[method-assign,assignment]
    config.load()
    socket, wire = Sockets(config, ServerState(), {}), Wire()
    socket.transport = wire  # type: ignore[assignment]
    socket.handshake_complete = True
    socket.conn._state = OPEN
    return socket, wire


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_every_length_is_as_the_library_has_it(length: int) -> None:
    assert text_frame("x" * length) == library("x" * length)


def test_letters_of_two_bytes_count_as_two() -> None:
    assert text_frame("ä" * 63) == library("ä" * 63)


def test_one_message_to_two_sockets_is_made_once() -> None:
    async def main() -> None:
        message: dict[str, Any] = {"type": "websocket.send", "text": "hello"}
        wires = []
        for _ in range(2):
            socket, wire = open_socket()
            await socket.send(message)
            wires.append(wire.written)
        assert wires == [library("hello")] * 2
        assert message[FRAME] == library("hello")

    asyncio.run(main())


def test_who_reads_slowly_is_waited_for() -> None:
    async def main() -> None:
        socket, wire = open_socket()
        socket.pause_writing()
        sending = asyncio.ensure_future(socket.send({"type": "websocket.send", "text": "hello"}))
        await asyncio.sleep(0)
        assert not sending.done()
        assert wire.written == b""
        socket.resume_writing()
        await sending
        assert wire.written == library("hello")

    asyncio.run(main())


def test_nothing_goes_out_once_the_connection_closes() -> None:
    async def main() -> None:
        socket, wire = open_socket()
        socket.conn._state = CLOSING
        with pytest.raises(ClientDisconnected):
            await socket.send({"type": "websocket.send", "text": "hello"})
        assert wire.written == b""

    asyncio.run(main())
