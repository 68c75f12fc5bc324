"""The cheapest clients that speak the real protocol: a WebSocket on an asyncio protocol, and one HTTP request."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

SUBPROTOCOL = "plenary.v1"
HTTP_SECONDS = 20.0
#: Where the servers are, as clients see it.
HOST = "127.0.0.1"


class WebSocket(asyncio.Protocol):
    """One socket: hands on every text and the close. It masks with zeros, so that the proxy can read what it says."""

    def __init__(self, request: bytes, heard: Callable[[bytes], None], ended: Callable[[int], None]) -> None:
        self.transport: asyncio.Transport | None = None
        self.code: int | None = None
        self.open = False
        self._request = request
        self._heard = heard
        self._ended = ended
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports do not derive from asyncio's.
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        del error
        self.open = False
        self._ended(self.code or 1006)

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data
        if not self.open:
            head, found, rest = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = data
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.code = 1002
                self.abort()
                return
            self.open, data = True, rest
        self._buffer = data[self._take_frames(data) :]

    def _take_frames(self, data: bytes) -> int:
        position, size = 0, len(data)
        while size - position >= 2:
            length, start = data[position + 1] & 127, position + 2
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
        return position

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == 1:
            self._heard(payload)
        elif opcode == 9:
            self._write(10, payload)
        elif opcode == 8:
            self.code = struct.unpack_from(">H", payload)[0] if len(payload) >= 2 else 1005
            self._write(8, payload[:2])
            if self.transport is not None:
                self.transport.close()

    def send(self, text: bytes) -> None:
        """Send a text; nothing happens when the connection is gone."""
        self._write(1, text)

    def abort(self) -> None:
        """Go without a word."""
        if self.transport is not None:
            self.transport.abort()

    def _write(self, opcode: int, payload: bytes) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        length = len(payload)
        head = (
            struct.pack(">BB", 0x80 | opcode, 0x80 | length) if length < 126 else struct.pack(">BBH", 0x81, 254, length)
        )
        self.transport.write(head + b"\0\0\0\0" + payload)


def upgrade(port: int, path: str, headers: dict[str, str]) -> bytes:
    """The request that begins a WebSocket."""
    key = base64.b64encode(os.urandom(16)).decode()
    return _head("GET", port, path, {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": key, "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": SUBPROTOCOL, **headers,
    })  # fmt: skip


def _head(method: str, port: int, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{port}", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; names of headers in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


async def request(
    port: int, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> Answer:
    """One HTTP request on a connection of its own. Raises OSError or TimeoutError when no whole answer came."""
    given = {"Connection": "close", **(headers or {})}
    if method == "POST":
        given["Content-Length"] = str(len(body))
    async with asyncio.timeout(HTTP_SECONDS):
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            writer.write(_head(method, port, path, given) + body)
            raw = await reader.read()
        finally:
            with contextlib.suppress(OSError):
                writer.close()
    return _parse(raw)


def _parse(raw: bytes) -> Answer:
    head, found, body = raw.partition(b"\r\n\r\n")
    if not found:
        raise ConnectionError("the answer is not whole")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = _unchunked(body)
    elif len(body) != int(headers.get("content-length", len(body))):
        raise ConnectionError("the answer is not whole")
    return Answer(int(first.split()[1]), headers, body)


def _unchunked(data: bytes) -> bytes:
    found = b""
    while True:
        size, line, rest = data.partition(b"\r\n")
        length = int(size, 16) if line else -1
        if length < 0 or len(rest) < length + 2:
            raise ConnectionError("the answer is not whole")
        if not length:
            return found
        found, data = found + rest[:length], rest[length + 2 :]
