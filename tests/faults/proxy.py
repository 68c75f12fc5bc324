"""A TCP proxy on loopback that can do to a connection whatever a network can: for Plenary, PostgreSQL and Redis alike.

It delays (with jitter, in order), drips, cuts (RST), ends (FIN), goes half-open (both ends stay open and nothing comes
through), refuses new connections, and sends new ones elsewhere. ``rule`` looks at each message on its way and may drop,
repeat or hold it, or lose it together with the connection. What a message is is told by ``framing``: a chunk of bytes
as it came, a request or frame of HTTP and WebSocket, or an answer of Redis.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Callable, Iterable
from typing import Any, Literal, Self, cast

from tests.services import free_port

#: ``up``: from the client to the server.
Direction = Literal["up", "down"]
#: A framing takes the bytes that wait and gives the complete messages and how many bytes they are.
Framing = Callable[["Link", Direction, bytes], tuple[list[bytes], int]]
#: What becomes of a message: those to pass on instead of it, or None: lost, and the connection with it.
Rule = Callable[["Link", Direction, bytes], "list[bytes] | None"]

HIGH_WATER = 65_536
DRIP_SECONDS = 0.05
#: With these socket options ``close`` sends RST.
LINGER = struct.pack("ii", 1, 0)


class End(asyncio.Protocol):
    """One of the two sockets of a link."""

    def __init__(self, proxy: Proxy, link: Link | None) -> None:
        self.proxy = proxy
        self.link = link
        self.transport: asyncio.Transport | None = None
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=HIGH_WATER)
        if self.link is None:
            self.proxy.accepted(self)
        else:
            self.link.connected()

    def data_received(self, data: bytes) -> None:
        if self.link is not None:
            self.link.take("up" if self is self.link.client else "down", data)

    def eof_received(self) -> bool:
        if self.link is not None and not self.link.lost:
            self.link.pass_eof("up" if self is self.link.client else "down")
        # Keep the other half open; the link closes both in the end.
        return True

    def connection_lost(self, error: Exception | None) -> None:
        self.closed = True
        if self.link is not None:
            self.link.end_lost(self, error)

    def pause_writing(self) -> None:
        other = self.link.other(self) if self.link is not None else None
        if other is not None and other.transport is not None:
            other.transport.pause_reading()

    def resume_writing(self) -> None:
        other = self.link.other(self) if self.link is not None else None
        if other is not None and other.transport is not None and not other.closed:
            other.transport.resume_reading()

    def reset(self) -> None:
        """Close with RST."""
        if self.transport is None or self.closed:
            return
        plain = self.transport.get_extra_info("socket")
        if plain is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
        self.transport.abort()


class Link:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, client: End) -> None:
        self.proxy = proxy
        self.client = client
        self.server = End(proxy, self)
        #: Half-open: everything that comes is thrown away, and no close is passed on.
        self.lost = False
        #: For framings and rules: what they know about this connection.
        self.memory: dict[str, Any] = {}
        self._buffers: dict[Direction, bytes] = {"up": b"", "down": b""}
        self._due: dict[Direction, float] = {"up": 0.0, "down": 0.0}
        self._early: list[bytes] = []
        self._ended: set[Direction] = set()

    def other(self, end: End) -> End:
        return self.server if end is self.client else self.client

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self.server, "127.0.0.1", self.proxy.target)
        except OSError:
            self.cut()

    def connected(self) -> None:
        """The server has taken the connection: what came meanwhile goes first."""
        if self.client.closed:
            self.server.reset()
            return
        early, self._early = self._early, []
        for data in early:
            self.take("up", data)

    def take(self, direction: Direction, data: bytes) -> None:
        if self.lost:
            return
        if direction == "up" and self.server.transport is None:
            self._early.append(data)
            return
        proxy = self.proxy
        if proxy.framing is chunks and proxy.rule is None:
            self._send(direction, data)
            return
        waiting = self._buffers[direction] + data
        messages, used = proxy.framing(self, direction, waiting)
        self._buffers[direction] = waiting[used:]
        for message in messages:
            fate = [message] if proxy.rule is None else proxy.rule(self, direction, message)
            if fate is None:
                self.cut()
                return
            for part in fate:
                self._send(direction, part)

    def pass_eof(self, direction: Direction) -> None:
        """FIN of one side goes to the other, after all that still waits; after both nothing can come any more."""
        self._ended.add(direction)
        self._later(direction, 0.0, self._write_eof, direction)
        if len(self._ended) == len(self._due):
            self._later(direction, 0.0, self.end)

    def cut(self) -> None:
        """RST to both sides."""
        self.client.reset()
        self.server.reset()

    def end(self) -> None:
        """FIN to both sides."""
        for each in (self.client, self.server):
            if each.transport is not None:
                each.transport.close()

    def end_lost(self, end: End, error: Exception | None) -> None:
        self.proxy.links.discard(self)
        other = self.other(end)
        if other.closed or other.transport is None or self.lost:
            return
        if error is not None:
            other.reset()
        else:
            self._later("up" if other is self.server else "down", 0.0, other.transport.close)

    def _send(self, direction: Direction, data: bytes) -> None:
        proxy = self.proxy
        wait = proxy.delay + proxy.random.random() * proxy.jitter
        if proxy.drip:
            size = max(1, int(proxy.drip * DRIP_SECONDS))
            for start in range(0, len(data), size):
                self._later(direction, wait + DRIP_SECONDS, self._write, direction, data[start : start + size])
                wait = 0.0
        else:
            self._later(direction, wait, self._write, direction, data)

    def _later(self, direction: Direction, wait: float, act: Callable[..., None], *args: Any) -> None:
        """Do it after ``wait``, and never before what was asked for earlier."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        if wait and self.proxy.drip:
            at = max(now, self._due[direction]) + wait
        else:
            at = max(now + wait, self._due[direction])
        if at <= now:
            act(*args)
            return
        self._due[direction] = at + 1e-6
        loop.call_at(at, act, *args)

    def _write(self, direction: Direction, data: bytes) -> None:
        end = self.server if direction == "up" else self.client
        if not self.lost and not end.closed and end.transport is not None:
            end.transport.write(data)
            self.proxy.carried[direction] += len(data)

    def _write_eof(self, direction: Direction) -> None:
        end = self.server if direction == "up" else self.client
        if not end.closed and end.transport is not None and end.transport.can_write_eof():
            end.transport.write_eof()


def chunks(link: Link, direction: Direction, data: bytes) -> tuple[list[bytes], int]:
    """Bytes as they came."""
    del link, direction
    return ([data] if data else []), len(data)


class Proxy:
    """The proxy of one server. All knobs may be turned at any time and hold from the next bytes on.

    Args:
        target: port of the server on loopback.
        framing: what a message is, for ``rule``.
        seed: of everything that happens by chance.
        host: the address to listen on.
    """

    def __init__(self, target: int, framing: Framing = chunks, seed: int = 0, host: str = "127.0.0.1") -> None:
        self.target = target
        self.host = host
        self.framing = framing
        self.random = random.Random(seed)
        self.port = free_port()
        self.links: set[Link] = set()
        #: Seconds; jitter is added to the delay, between nothing and that much.
        self.delay = self.jitter = 0.0
        #: Bytes a second, 0 for no limit.
        self.drip = 0
        #: New connections get RST.
        self.refusing = False
        #: New connections are half-open from the beginning.
        self.swallowing = False
        self.rule: Rule | None = None
        self.carried: dict[Direction, int] = {"up": 0, "down": 0}
        #: Connections that rules and acts have cut.
        self.cuts = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: End(self, None), self.host, self.port, backlog=4_096)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for link in list(self.links):
            link.cut()
        for task in self._tasks:
            task.cancel()

    def accepted(self, client: End) -> None:
        """A client has connected."""
        if self.refusing:
            client.reset()
            return
        link = client.link = Link(self, client)
        self.links.add(link)
        if self.swallowing:
            link.lost = True
            return
        self._keep(asyncio.get_running_loop().create_task(link.connect()))

    def cut(self, links: Iterable[Link] | None = None) -> int:
        """RST to both sides of these connections, or of all; how many there were."""
        chosen = list(self.links if links is None else links)
        for link in chosen:
            link.cut()
        self.cuts += len(chosen)
        return len(chosen)

    def lose(self, links: Iterable[Link] | None = None) -> int:
        """Make these connections, or all, half-open: nobody is told, and nothing comes through any more."""
        chosen = list(self.links if links is None else links)
        for link in chosen:
            link.lost = True
        return len(chosen)

    def aside(self, data: bytes) -> None:
        """Send this to the server on a connection of its own, and throw its answer away."""
        self._keep(asyncio.get_running_loop().create_task(self._aside(data)))

    def heal(self) -> None:
        """Turn all knobs back. Connections that were lost are cut: in a real network they never come back either."""
        self.delay = self.jitter = 0.0
        self.drip = 0
        self.refusing = self.swallowing = False
        self.rule = None
        self.cut([link for link in self.links if link.lost])

    async def _aside(self, data: bytes) -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.target)
            writer.write(data)
            await asyncio.wait_for(reader.read(), 10)
            writer.close()
        except (OSError, TimeoutError):
            pass

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
