"""A cheap WebSocket client for thousands of sockets in one process, on asyncio with uvloop.

It knows just enough of RFC 6455 for a well-behaved server on loopback: it masks with zeros, answers pings of the
protocol and of Plenary, and hands every text to a callback. It parses no JSON unless the callback does. What it costs
itself is told by ``Cost``: a load generator that is busy all the time measures itself.
"""

from __future__ import annotations

import asyncio
import base64
import os
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

Heard = Callable[["Peer", bytes], None]


@dataclass
class Cost:
    """The load generator's own processor time since this was made."""

    _began: float = field(default_factory=time.perf_counter)
    _spent: float = field(default_factory=time.process_time)

    @property
    def seconds(self) -> float:
        return time.process_time() - self._spent

    @property
    def share(self) -> float:
        """Part of the time in which it was busy, from 0 to 1."""
        return self.seconds / max(1e-9, time.perf_counter() - self._began)

    def __str__(self) -> str:
        return f"load generator busy {self.share:.0%}"


class Peer(asyncio.Protocol):
    """One socket."""

    def __init__(self, number: int, request: bytes, heard: Heard) -> None:
        self.number = number
        self.heard = heard
        self.transport: asyncio.Transport
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed_with: int | None = None
        self._request = request
        self._buffer = b""
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not derive from asyncio's.
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=1 << 20)
        self.transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        del error
        if self.closed_with is None:
            self.closed_with = 1006
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(f"socket {self.number} was closed: {self.closed_with}"))

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data if self._buffer else data
        if not self._open:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.ready.set_exception(ConnectionError(head.decode(errors="replace")))
                return
            self._open = True
        position, size = 0, len(data)
        while size - position >= 2:
            length, start = data[position + 1], position + 2
            if length == 126:
                if size - start < 2:
                    break
                length, start = struct.unpack_from(">H", data, start)[0], start + 2
            elif length == 127:
                if size - start < 8:
                    break
                length, start = struct.unpack_from(">Q", data, start)[0], start + 8
            if size - start < length:
                break
            self._take(data[position] & 15, data[start : start + length])
            position = start + length
        self._buffer = data[position:]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 1:
            if payload.startswith(b'{"t":"ping"'):
                self.send(b'{"t":"pong"}')
            else:
                self.heard(self, payload)
        elif opcode == 8:
            self.closed_with = struct.unpack_from(">H", payload)[0] if len(payload) >= 2 else 1005
            self.transport.close()
        elif opcode == 9:
            self.transport.write(frame(payload, 10))

    def send(self, payload: bytes) -> None:
        self.transport.write(frame(payload, 1))


def frame(payload: bytes, opcode: int) -> bytes:
    """A client's frame, masked with zeros."""
    length = len(payload)
    if length < 126:
        return bytes((0x80 | opcode, 0x80 | length)) + b"\0\0\0\0" + payload
    return bytes((0x80 | opcode, 0x80 | 126)) + struct.pack(">H", length) + b"\0\0\0\0" + payload


async def connect(port: int, number: int, path: str, token: str, heard: Heard, cookie: str = "") -> Peer:
    """Open one socket as a program with a bearer token, or as a page with a cookie."""
    who = f"Authorization: Bearer {token}" if token else f"Origin: http://127.0.0.1:{port}\r\nCookie: {cookie}"
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: plenary.v1\r\n"
        f"{who}\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    _, peer = await loop.create_connection(lambda: Peer(number, request, heard), "127.0.0.1", port)
    return peer


async def connect_all(port: int, path: str, tokens: list[str], heard: Heard, at_once: int = 200) -> list[Peer]:
    """Open one socket per token and wait until each got its hello (the callback sets ``peer.ready``)."""
    peers: list[Peer] = []
    for start in range(0, len(tokens), at_once):
        part = tokens[start : start + at_once]
        new = await asyncio.gather(*(connect(port, start + i, path, token, heard) for i, token in enumerate(part)))
        async with asyncio.timeout(60):
            await asyncio.gather(*(peer.ready for peer in new))
        peers += new
    return peers


class Poster(asyncio.Protocol):
    """One kept-alive HTTP connection that posts one body after another; ``heard`` gets status and body."""

    def __init__(self, number: int, head: str, heard: Callable[[Poster, int, bytes], None]) -> None:
        self.number = number
        self.heard = heard
        self.transport: asyncio.Transport
        self._head = head
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def post(self, body: bytes) -> None:
        self.transport.write(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def connection_lost(self, error: Exception | None) -> None:
        self.heard(self, 0, str(error or "closed").encode())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) >= length:
            self._buffer = body[length:]
            self.heard(self, int(head.split(b" ", 2)[1]), body[:length])


async def post_all(port: int, path: str, count: int, heard: Callable[[Poster, int, bytes], None]) -> list[Poster]:
    """So many HTTP connections to one address."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    loop = asyncio.get_running_loop()
    found = []
    for number in range(count):
        _, poster = await loop.create_connection(lambda n=number: Poster(n, head, heard), "127.0.0.1", port)  # type: ignore[misc]
        found.append(poster)
    return found
