"""How the cost grows with the number of processes: 1, 2, 4 and 8 of them on one PostgreSQL and one Redis.

Many processes with few sockets each, so that what is measured is what processes cost each other, and not sending. For
each number: the cost of being there (idle), of a change that everybody sees (signals, processor time, time to the last),
and of a vote of everybody (acknowledgements, transactions, what a batch holds). Then the check of heads over 10,000
sessions, and what the proxy costs. All numbers but the times come from the processes' own /metrics. docs/scaling.md
explains them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import ssl
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import load
import machine
import psycopg
import servers
import stage
from servers import Made, Running
from stage import Row

PROCESSES = (1, 2, 4, 8)
IDLE_SECONDS = 12.0
CHANGES = 20
PAUSE_SECONDS = 0.4
VOTE_SECONDS = 4.0
SESSIONS, HEADS = 10_000, 6
PROXIED = 400
TOKEN = "metrics-of-the-benchmark"
PAGE = Path(__file__).resolve().parent.parent / "docs" / "scaling.md"
WHERE = ("uvicorn", "postgresql+redis")


def numbers(running: Running) -> dict[str, float]:
    """What a process tells of itself."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{running.port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        lines = (line.rpartition(" ") for line in answer.read().decode().splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in lines}


@dataclass
class Sum:
    """The numbers of all processes together, and their processor time."""

    all: list[dict[str, float]]
    spent: list[float]

    @classmethod
    def of(cls, running: list[Running]) -> Sum:
        return cls([numbers(one) for one in running], [one.cpu() for one in running])

    def rise(self, before: Sum, name: str) -> float:
        return sum(now.get(name, 0) - then.get(name, 0) for now, then in zip(self.all, before.all, strict=True))

    def cpu(self, before: Sum) -> float:
        return sum(self.spent) - sum(before.spent)


@dataclass
class Crowd:
    """All sockets, spread over the processes; who has seen a tally with at least so many answers."""

    activity: int
    answered: dict[int, int] = field(default_factory=dict)
    acks: dict[int, float] = field(default_factory=dict)
    sent: dict[int, float] = field(default_factory=dict)
    refused: list[bytes] = field(default_factory=list)
    last: asyncio.Event = field(default_factory=asyncio.Event)
    acked: asyncio.Event = field(default_factory=asyncio.Event)
    wanted: int = 0
    missing: int = 0
    expected: int = 0

    def heard(self, peer: load.Peer, text: bytes) -> None:
        if text.startswith(b'{"t":"slot","s":"tally:'):
            start = text.find(b'"answered":')
            count = int(text[start + 11 : text.index(b",", start)]) if start > 0 else 0
            before, self.answered[peer.number] = self.answered.get(peer.number, 0), count
            if before < self.wanted <= count:
                self.missing -= 1
                if not self.missing:
                    self.last.set()
        elif text.startswith((b'{"t":"ok"', b'{"t":"no"')):
            self.acks[peer.number] = time.perf_counter() - self.sent[peer.number]
            if text.startswith(b'{"t":"no"'):
                self.refused.append(text)
            if len(self.acks) >= self.expected:
                self.acked.set()
        elif text.startswith(b'{"t":"hello"'):
            peer.ready.set_result(None)

    def expect(self, peers: list[load.Peer], count: int) -> None:
        """Wait from now on until everybody has seen so many answers."""
        self.wanted, self.missing = count, sum(self.answered.get(peer.number, 0) < count for peer in peers)
        self.last.clear()

    def vote(self, peer: load.Peer, made: Made) -> None:
        op = {
            "t": "do",
            "id": str(uuid4()),
            "op": "respond",
            "a": made.activity,
            "q": made.question,
            "round": 1,
            "n": 1,
        }
        self.sent[peer.number] = time.perf_counter()
        peer.send(json.dumps({**op, "v": "abcde"[peer.number % 5]}).encode())


@contextlib.contextmanager
def several(count: int, environ: dict[str, str], log: str) -> Iterator[list[Running]]:
    """So many server processes."""
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context
        yield [enter(servers.server("uvicorn", environ, log=log, number=number)) for number in range(count)]


@dataclass
class Measured:
    """One number of processes."""

    idle: float
    signals: float
    heard: float
    change: float
    last: list[float]
    acks: list[float]
    vote: float
    batches: float
    batch_ms: float
    lost: float
    resident: float


async def measure(running: list[Running], made: Made) -> Measured:
    crowd = Crowd(made.activity)
    peers: list[load.Peer] = []
    for number, token in enumerate(made.tokens):
        where = running[number % len(running)].port
        peers.append(await load.connect(where, number, f"{made.path}?as=learner&view=html", token, crowd.heard))
    await asyncio.wait_for(asyncio.gather(*(peer.ready for peer in peers)), 60)
    await asyncio.sleep(3)

    before = Sum.of(running)
    await asyncio.sleep(IDLE_SECONDS)
    after = Sum.of(running)
    idle = after.cpu(before) / IDLE_SECONDS / len(running)

    times = []
    before = Sum.of(running)
    for number in range(CHANGES):
        crowd.expect(peers, number + 1)
        began = time.perf_counter()
        crowd.vote(peers[number], made)
        await asyncio.wait_for(crowd.last.wait(), 30)
        times.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(PAUSE_SECONDS)
    after = Sum.of(running)
    signals, heard = (
        after.rise(before, "plenary_signals_sent_total"),
        after.rise(before, "plenary_signals_received_total"),
    )
    change = after.cpu(before) / CHANGES - idle * len(running) * PAUSE_SECONDS

    crowd.expected, voters = len(peers), peers[CHANGES:]
    crowd.expect(peers, len(peers))
    before, loop = Sum.of(running), asyncio.get_running_loop()
    for number, peer in enumerate(voters):
        loop.call_later(number * VOTE_SECONDS / len(voters), crowd.vote, peer, made)
    await asyncio.wait_for(crowd.acked.wait(), 60)
    await asyncio.wait_for(crowd.last.wait(), 30)
    after = Sum.of(running)
    for peer in peers:
        peer.transport.abort()
    assert not crowd.refused, crowd.refused[:3]
    batches = after.rise(before, "plenary_batch_ops_count")
    return Measured(
        idle=idle,
        signals=signals / CHANGES,
        heard=heard / CHANGES,
        change=change,
        last=times,
        acks=[crowd.acks[peer.number] * 1000 for peer in voters],
        vote=after.cpu(before) / len(voters),
        batches=len(voters) / max(1, batches),
        batch_ms=after.rise(before, "plenary_batch_seconds_sum") / max(1, batches) * 1000,
        lost=sum(now["plenary_signals_lost_total"] for now in after.all),
        resident=statistics.median(now["process_resident_memory_bytes"] for now in after.all) / 1e6,
    )


def rows_of(count: int, each: int, log: str) -> list[Row]:
    """The lines of one number of processes."""
    with servers.database("postgresql") as url, servers.redis(wanted=True) as redis:
        (made,) = servers.make(url, each * count)
        environ = servers.environment(url, redis, METRICS_TOKEN=TOKEN, PROCESSES=str(count), DATABASE_POOL="8")
        with several(count, environ, log) as running:
            got = stage.run(measure(running, made))
        stored = servers.stored_answers(url)
    assert stored == len(made.tokens), f"stored {stored} of {len(made.tokens)}"
    what, n = f"{count} processes" if count > 1 else "1 process", len(made.tokens)
    return [
        Row(f"{what}: idle, each", *WHERE, n, [got.idle * 100], "% of a core", notes=f"{got.resident:.0f} MB each"),
        Row(f"{what}: a change, all", *WHERE, n, [got.change * 1000], "ms of processor",
            notes=f"{got.signals:.2f} signals sent and {got.heard:.1f} heard a change, {got.lost:.0f} lost"),
        Row(f"{what}: a change, to the last", *WHERE, n, got.last, "ms"),
        Row(f"{what}: a vote, to its ack", *WHERE, n, got.acks, "ms",
            notes=f"p99 {stage.percentile(got.acks, 0.99):.0f} ms, {got.vote * 1e6:.0f} µs of processor a vote, "
            f"{got.batches:.1f} votes a transaction of {got.batch_ms:.1f} ms"),
    ]  # fmt: skip


def check_of_heads() -> list[Row]:
    """The query that every process asks every two seconds, over ten thousand sessions."""
    made = "INSERT INTO realtime_head (session, name, level, revision, epoch)"
    made += (
        " SELECT s, 'activity:' || h, 1, mod(s, 1000), 1 FROM generate_series(1000001, %s) s, generate_series(1, %s) h"
    )
    asked = "SELECT session, SUM(revision) + SUM(epoch) FROM realtime_head WHERE session = ANY(%s) GROUP BY session"
    rows = []
    with servers.database("postgresql") as url:
        servers.make(url, 1)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(made, [1_000_000 + SESSIONS, HEADS])
            connection.execute("VACUUM ANALYZE realtime_head")
            for count in (100, 1_000, SESSIONS):
                sessions, times = list(range(1_000_001, 1_000_001 + count)), []
                for _ in range(12):
                    began = time.perf_counter()
                    connection.execute(asked, [sessions]).fetchall()
                    times.append((time.perf_counter() - began) * 1000)
                notes = f"{HEADS} heads each"
                rows.append(
                    Row(f"check of heads, {count} sessions", "-", "postgresql", count, times[2:], "ms", notes=notes)
                )
    return rows


def proxied() -> list[Row]:
    """What nginx costs: memory of a socket with TLS, processor time of a frame."""
    from tests.stack import Stack

    # What session.py signs must be known there.
    key = {"SECRET_KEY": servers.environment("")["SECRET_KEY"]}
    with (
        tempfile.TemporaryDirectory(prefix="plenary-scale-", dir="/tmp") as folder,
        Stack(Path(folder), **key) as stack,
    ):
        url = stack.web[0].environment["DATABASE_URL"]
        (made,) = servers.make(url, PROXIED)
        workers = nginx_workers(stack.proxy.process.pid if stack.proxy.process else 0)
        spent, before, resident, size = stage.run(through(stack.tls_port, stack.trust(), made, workers))
    notes = f"{size} bytes a frame, {before:.0f} MB before"
    return [
        Row(
            "nginx: memory a socket",
            "nginx",
            "-",
            PROXIED,
            [resident],
            "kB",
            notes="TLS, HTTP/1.1, without the kernel's part",
        ),
        Row("nginx: processor a frame", "nginx", "-", PROXIED, [spent], "µs", notes=notes, payload_bytes=size),
    ]


def nginx_workers(master: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


async def through(port: int, trust: ssl.SSLContext, made: Made, workers: list[int]) -> tuple[float, float, float, int]:
    """Microseconds of nginx a frame, its memory before in MB, kilobytes a socket, and bytes of a frame."""
    crowd, sizes = Crowd(made.activity), []

    def heard(peer: load.Peer, text: bytes) -> None:
        sizes.append(len(text))
        crowd.heard(peer, text)

    before = memory(workers)
    peers = []
    for number, token in enumerate(made.tokens):
        request = (
            f"GET {made.path}?as=learner&view=html HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: plenary.v1\r\nAuthorization: Bearer {token}\r\n\r\n"
        ).encode()
        _, peer = await asyncio.get_running_loop().create_connection(
            lambda n=number, r=request: load.Peer(n, r, heard),
            "127.0.0.1",
            port,
            ssl=trust,
            server_hostname="localhost",
        )
        peers.append(peer)
    await asyncio.wait_for(asyncio.gather(*(peer.ready for peer in peers)), 60)
    await asyncio.sleep(2)
    resident = (memory(workers) - before) / len(peers) / 1024
    sizes.clear()
    began = processor(workers)
    for number in range(CHANGES):
        crowd.expect(peers, number + 1)
        crowd.vote(peers[number], made)
        await asyncio.wait_for(crowd.last.wait(), 30)
        await asyncio.sleep(PAUSE_SECONDS)
    spent = (processor(workers) - began) / len(sizes) * 1e6
    for peer in peers:
        peer.transport.abort()
    return spent, before / 1e6, resident, round(statistics.median(sizes))


def memory(processes: list[int]) -> int:
    page = os.sysconf("SC_PAGE_SIZE")
    return sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) * page for one in processes)


def processor(processes: list[int]) -> float:
    """Seconds so far, in the kernel too."""
    fields = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in processes]
    return sum(int(part[11]) + int(part[12]) for part in fields) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    args = stage.arguments(__doc__ or "", n=60)
    rows = [row for count in PROCESSES for row in rows_of(count, args.n, args.log)]
    rows += [*check_of_heads(), *proxied()]
    stage.report("scale", rows, as_json=args.json)
    if not args.json:
        write(rows)


def write(rows: list[Row]) -> None:
    """Put the table into docs/scaling.md, between its marks."""
    lines = ["| what | n | median (least to most) | beside it |", "| --- | --- | --- | --- |"]
    for row in rows:
        spread = f" ({min(row.values):.1f} to {max(row.values):.1f})" if len(row.values) > 1 else ""
        lines.append(f"| {row.what} | {row.n} | {row.value:.1f} {row.unit}{spread} | {row.notes} |")
    told = f"Measured on {machine.describe()}, load {rows[0].load} to {rows[-1].load}."
    head, mark, rest = PAGE.read_text().partition("<!-- measured: scale -->\n")
    end = rest[rest.index("<!-- end: scale -->") :]
    PAGE.write_text(head + mark + told + "\n\n" + "\n".join(lines) + "\n" + end)


if __name__ == "__main__":
    main()
