"""The proxy itself: what it does to a connection is what it says."""

from __future__ import annotations

import asyncio
import contextlib
import random
import struct
from collections.abc import AsyncIterator

import pytest

from tests.faults import framing
from tests.faults.play import until
from tests.faults.proxy import Direction, Link, Proxy

SECONDS = 5.0


class Echo:
    """A server that says what it hears, and remembers it."""

    def __init__(self) -> None:
        self.heard = b""
        self.connections = 0
        self.ended = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(4_096):
                self.heard += data
                writer.write(data)
            writer.close()
        self.ended.set()


@pytest.fixture
async def echo() -> AsyncIterator[tuple[Echo, int]]:
    told = Echo()
    server = await asyncio.start_server(told.serve, "127.0.0.1", 0)
    yield told, server.sockets[0].getsockname()[1]
    server.close()


async def ask(proxy: Proxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", proxy.port)


async def say(proxy: Proxy, data: bytes) -> bytes:
    """Connect, say this and hear the first byte of an answer."""
    reader, writer = await ask(proxy)
    writer.write(data)
    return await said(reader, 1)


async def flood(writer: asyncio.StreamWriter, data: bytes) -> None:
    for _ in range(200):
        writer.write(data)
        await writer.drain()


async def said(reader: asyncio.StreamReader, size: int) -> bytes:
    async with asyncio.timeout(SECONDS):
        return await reader.readexactly(size)


async def test_bytes_come_through_in_order(echo: tuple[Echo, int]) -> None:
    async with Proxy(echo[1]) as proxy:
        reader, writer = await ask(proxy)
        data = random.Random(1).randbytes(2_000_000)
        writer.write(data)
        assert await said(reader, len(data)) == data
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), SECONDS) == b""
        assert proxy.carried == {"up": len(data), "down": len(data)}
        writer.close()
        await until(lambda: not proxy.links, SECONDS)


async def test_delay_and_jitter_keep_the_order(echo: tuple[Echo, int]) -> None:
    async with Proxy(echo[1], seed=3) as proxy:
        proxy.delay, proxy.jitter = 0.05, 0.05
        reader, writer = await ask(proxy)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number in range(20):
            writer.write(struct.pack(">H", number))
            await asyncio.sleep(0)
        assert await said(reader, 40) == b"".join(struct.pack(">H", n) for n in range(20))
        # Twice the delay: there and back.
        assert loop.time() - began >= 0.1
        writer.close()


async def test_dripping_is_slow(echo: tuple[Echo, int]) -> None:
    async with Proxy(echo[1]) as proxy:
        reader, writer = await ask(proxy)
        proxy.drip = 2_000
        began = asyncio.get_running_loop().time()
        writer.write(b"x" * 500)
        assert await said(reader, 500) == b"x" * 500
        assert asyncio.get_running_loop().time() - began >= 0.25
        writer.close()


async def test_a_cut_resets_both_sides(echo: tuple[Echo, int]) -> None:
    async with Proxy(echo[1]) as proxy:
        reader, writer = await ask(proxy)
        writer.write(b"a")
        await said(reader, 1)
        assert proxy.cut() == 1
        with pytest.raises(ConnectionResetError):
            await said(reader, 1)
        await asyncio.wait_for(echo[0].ended.wait(), SECONDS)
        writer.close()


async def test_half_open_says_nothing_to_anybody(echo: tuple[Echo, int]) -> None:
    async with Proxy(echo[1]) as proxy:
        reader, writer = await ask(proxy)
        writer.write(b"a")
        await said(reader, 1)
        assert proxy.lose() == 1
        writer.write(b"b")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.3)
        assert echo[0].heard == b"a"
        assert not echo[0].ended.is_set()
        # Others come through meanwhile, and healing ends what was lost.
        other, its_writer = await ask(proxy)
        its_writer.write(b"c")
        assert await said(other, 1) == b"c"
        proxy.heal()
        with pytest.raises(ConnectionResetError):
            await said(reader, 1)
        its_writer.close()
        writer.close()


async def test_refusing_new_connections(echo: tuple[Echo, int]) -> None:
    async with Proxy(echo[1]) as proxy:
        reader, writer = await ask(proxy)
        proxy.refusing = True
        with pytest.raises(ConnectionError):
            await say(proxy, b"x")
        writer.write(b"old")
        assert await said(reader, 3) == b"old"
        proxy.heal()
        other, its_writer = await ask(proxy)
        its_writer.write(b"new")
        assert await said(other, 3) == b"new"
        for each in (writer, its_writer):
            each.close()


async def test_retargeting_moves_new_connections(echo: tuple[Echo, int]) -> None:
    second = Echo()
    server = await asyncio.start_server(second.serve, "127.0.0.1", 0)
    async with Proxy(echo[1]) as proxy:
        proxy.target = server.sockets[0].getsockname()[1]
        reader, writer = await ask(proxy)
        writer.write(b"x")
        await said(reader, 1)
        assert (echo[0].connections, second.connections) == (0, 1)
        writer.close()
    server.close()


async def test_nobody_listening_is_a_reset() -> None:
    async with Proxy(1) as proxy:
        with pytest.raises(ConnectionError):
            await say(proxy, b"x")


async def test_a_reader_that_stops_holds_the_writer_up(echo: tuple[Echo, int]) -> None:
    """Back-pressure goes through: the proxy is no endless buffer between a frozen phone and the server."""
    async with Proxy(echo[1]) as proxy:
        _, writer = await ask(proxy)
        writer.transport.set_write_buffer_limits(high=1)
        data = b"x" * 1_000_000
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(flood(writer, data), 1)
        assert proxy.carried["up"] < 100_000_000
        writer.transport.abort()


def frame(text: bytes) -> bytes:
    """A client's frame, masked with zeros."""
    length = bytes((0x80 | len(text),)) if len(text) < 126 else b"\xfe" + struct.pack(">H", len(text))
    return b"\x81" + length + b"\0\0\0\0" + text


def cut_into(data: bytes, chance: random.Random) -> list[bytes]:
    parts = []
    while data:
        size = chance.randint(1, 200)
        parts.append(data[:size])
        data = data[size:]
    return parts


class Quiet(Link):
    """A link that keeps what it would send."""

    def __init__(self, proxy: Proxy) -> None:
        super().__init__(proxy, proxy_end(proxy))
        self.server.transport = self.client.transport = asyncio.Transport()
        self.sent: dict[Direction, list[bytes]] = {"up": [], "down": []}
        self.was_cut = False

    def _send(self, direction: Direction, data: bytes) -> None:
        self.sent[direction].append(data)

    def cut(self) -> None:
        self.was_cut = True


def proxy_end(proxy: Proxy):
    from tests.faults.proxy import End

    return End(proxy, None)


UPGRADE = b"GET /ws/session/s1/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n"
SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
POST = b"POST /live/s1/do/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"


@pytest.mark.parametrize("seed", range(5))
def test_messages_are_told_apart_however_they_are_cut(seed: int) -> None:
    chance = random.Random(seed)
    link = Quiet(Proxy(1, framing.web))
    frames = [frame(b'{"t":"do","id":"%d"}' % n + b"x" * chance.randint(0, 300)) for n in range(20)]
    for part in cut_into(UPGRADE + b"".join(frames), chance):
        link.take("up", part)
    assert link.sent["up"] == [UPGRADE, *frames]
    answers = [b"\x81\x05hello", b"\x81\x7e" + struct.pack(">H", 200) + b"y" * 200]
    for part in (SWITCHED, *cut_into(b"".join(answers), chance)):
        link.take("down", part)
    assert link.sent["down"] == [SWITCHED, *answers]


def test_posts_are_whole_messages() -> None:
    link = Quiet(Proxy(1, framing.web))
    for part in cut_into(POST + POST, random.Random(2)):
        link.take("up", part)
    assert link.sent["up"] == [POST, POST]


def test_lost_answers_end_the_connection() -> None:
    link = Quiet(Proxy(1, framing.web))
    link.proxy.rule = framing.losing_answers(1.0, random.Random(1))
    link.take("up", UPGRADE)
    link.take("down", SWITCHED + b"\x81\x0a" + b'{"t":"no"}')
    assert not link.was_cut
    link.take("down", b"\x81\x0a" + b'{"t":"ok"}')
    assert link.was_cut
    assert len(link.sent["down"]) == 2


def test_doubled_requests() -> None:
    link = Quiet(Proxy(1, framing.web))
    link.proxy.rule = framing.doubling(1.0, random.Random(1))
    asides: list[bytes] = []
    link.proxy.aside = asides.append
    op, pong = frame(b'{"t":"do","id":"1"}'), frame(b'{"t":"pong"}')
    link.take("up", UPGRADE + op + pong)
    assert link.sent["up"] == [UPGRADE, op, op, pong]
    other = Quiet(link.proxy)
    other.take("up", POST)
    assert (other.sent["up"], asides) == ([POST], [POST])


def signal(number: int) -> bytes:
    body = b"%03d" % number
    return b"*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$3\r\n" + body + b"\r\n"


def test_signals_are_dropped_doubled_and_swapped() -> None:
    chance = random.Random(5)
    link = Quiet(Proxy(1, framing.redis))
    link.proxy.rule = framing.spoiling_signals(0.2, 0.05, 0.05, chance)
    subscribed = b"*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n"
    for part in cut_into(subscribed + b"".join(map(signal, range(1_000))), chance):
        link.take("down", part)
    sent = link.sent["down"]
    numbers = [int(message[-5:-2]) for message in sent[1:]]
    assert sent[0] == subscribed
    assert 150 < 1_000 - len(set(numbers)) < 250
    assert 20 < len(numbers) - len(set(numbers)) < 80
    assert numbers != sorted(numbers)


def test_lost_commits() -> None:
    link = Quiet(Proxy(1))
    link.proxy.rule = framing.losing_commits(1)
    link.take("up", b"Q\0\0\0\x0bCOMMIT\0")
    link.take("down", b"C\0\0\0\x0bCOMMIT\0Z\0\0\0\x05I")
    assert link.was_cut
    assert link.sent["down"] == []
