"""A WebSocket client that may say anything: it builds handshakes and frames byte by byte, and only blocks."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

SECONDS = 10.0
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
#: The code of a socket that ended without a close frame.
ABNORMAL = 1006
#: The code of a close frame without a code.
NO_CODE = 1005


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """One frame."""
    return header(opcode, len(payload), fin=fin, rsv=rsv, masked=masked) + (_mask(payload) if masked else payload)


def header(opcode: int, length: int, *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """The beginning of a frame, which may announce what never comes. The mask is four zeros."""
    first, bit = fin << 7 | rsv << 4 | opcode, masked << 7
    if length < 126:
        head = struct.pack("!BB", first, bit | length)
    elif length < 2**16:
        head = struct.pack("!BBH", first, bit | 126, length)
    else:
        head = struct.pack("!BBQ", first, bit | 127, length)
    return head + (b"\0\0\0\0" if masked else b"")


def _mask(payload: bytes) -> bytes:
    return payload  # masked with zeros


def text(value: str | bytes | Mapping[str, Any]) -> bytes:
    """A text frame; a mapping is sent as JSON."""
    if isinstance(value, Mapping):
        value = json.dumps(value)
    return frame(TEXT, value.encode() if isinstance(value, str) else value)


@dataclass(frozen=True)
class Event:
    """What the server said: a text, some bytes, a pong, a close with its code, or the bare end."""

    what: str
    text: str = ""
    code: int = 0
    data: bytes = b""

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found


class Raw:
    """One connection. ``status`` is 0 until the server has answered the request."""

    def __init__(self, port: int, *, receive_buffer: int = 0) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(SECONDS)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.status = 0
        self.headers: dict[str, str] = {}
        self._buffer = bytearray()
        self._ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave without a word."""
        self.socket.close()

    def send(self, *data: bytes) -> bool:
        """Send bytes; False when the server has gone away meanwhile."""
        try:
            self.socket.sendall(b"".join(data))
        except OSError:
            return False
        return True

    def ask(self, request: bytes, seconds: float = SECONDS) -> int:
        """Send a request and read the head of the answer; the status, 0 when there was none."""
        self.send(request)
        return self.answered(seconds)

    def answered(self, seconds: float = SECONDS) -> int:
        """Read the head of an answer; its status."""
        deadline = time.monotonic() + seconds
        while b"\r\n\r\n" not in self._buffer:
            if not self._more(deadline):
                return 0
        head, _, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        parts = first.split(" ", 2)
        self.status = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
        pairs = (line.partition(":") for line in lines)
        self.headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        self._buffer = bytearray(rest)
        return self.status

    def events(self, seconds: float = SECONDS) -> Iterator[Event]:
        """What comes within the time; the last one is a close, or the end."""
        deadline = time.monotonic() + seconds
        while True:
            found = self._frame()
            if found is None:
                if self._more(deadline):
                    continue
                if self._ended:
                    yield Event("end", code=ABNORMAL)
                return
            opcode, payload = found
            if opcode == CLOSE:
                yield Event("close", code=struct.unpack("!H", payload[:2])[0] if payload else NO_CODE)
                return
            if opcode == TEXT:
                yield Event("text", text=payload.decode())
            else:
                yield Event({BINARY: "bytes", PING: "ping", PONG: "pong"}.get(opcode, f"opcode {opcode}"), data=payload)

    def code(self, seconds: float = SECONDS) -> int:
        """Wait for the close: its code. 0 when the connection is still there after the time."""
        for event in self.events(seconds):
            if event.what in ("close", "end"):
                return event.code
        return 0

    def _frame(self) -> tuple[int, bytes] | None:
        data = self._buffer
        if len(data) < 2:
            return None
        length, at = data[1] & 127, 2
        if length >= 126:
            at = 4 if length == 126 else 10
            if len(data) < at:
                return None
            length = int.from_bytes(data[2:at], "big")
        if len(data) < at + length:
            return None
        opcode, payload = data[0] & 15, bytes(data[at : at + length])
        del data[: at + length]
        return opcode, payload

    def _more(self, deadline: float) -> bool:
        left = deadline - time.monotonic()
        if left <= 0 or self._ended:
            return False
        self.socket.settimeout(left)
        try:
            data = self.socket.recv(65_536)
        except TimeoutError:
            return False
        except OSError:
            data = b""
        self._ended = not data
        self._buffer += data
        return bool(data)

    def quit(self) -> None:
        """Close as a browser does."""
        with contextlib.suppress(OSError):
            self.send(frame(CLOSE, struct.pack("!H", 1000)))
            self.socket.shutdown(socket.SHUT_WR)


def request(
    port: int, path: str, headers: Mapping[str, str] | None = None, *more: bytes, without: tuple[str, ...] = ()
) -> bytes:
    """A handshake with these headers over the usual ones; ``more`` are lines as they are."""
    usual = {
        "Host": f"127.0.0.1:{port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "plenary.v1",
    }
    lines = {**usual, **(headers or {})}
    head = [f"GET {path} HTTP/1.1".encode()]
    head += [f"{name}: {value}".encode("latin-1") for name, value in lines.items() if name not in without]
    return b"\r\n".join([*head, *more, b"", b""])


def nonce() -> str:
    """A name that is nobody else's."""
    return secrets.token_hex(6)
