"""The same work by the ways that tutorials teach, beside Plenary's own, in one run (``peers/plain.py``).

A tally to everybody by Channels' ``group_send`` over its Redis pub/sub layer; votes by socket and one transaction each;
votes by one POST each. All on uvicorn and PostgreSQL, with the load generator and the limits of the other benchmarks.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import statistics
import time
from collections.abc import Iterator
from uuid import uuid4

import fanout
import load
import machine
import servers
import stage
import votes
from servers import Running
from stage import Row

APPLICATION = "benchmarks.peers.plain:application"
VOTERS = 1_000
GIVE_UP_SECONDS = 120.0


@contextlib.contextmanager
def plain(log: str) -> Iterator[tuple[Running, str]]:
    """The tutorial's server, and its database."""
    with servers.database("postgresql") as url, servers.redis(wanted=True) as redis:
        environ = servers.environment("sqlite://:memory:", redis, PEER_DATABASE=url)
        with servers.server("uvicorn", environ, application=APPLICATION, log=log, ws="websockets-sansio") as running:
            yield running, url


async def tell(running: Running, n: int, size: int, repeat: int) -> list[float]:
    """T1 by ``group_send``; the frame has as many bytes as Plenary's."""
    phones = fanout.Phones(1)
    peers = await load.connect_all(running.port, "/ws/", ["x"] * n, phones.heard)
    await asyncio.sleep(2)
    times = []
    for number in range(repeat + 1):
        vote = {"t": "do", "id": str(uuid4()), "a": 1, "voter": number, "v": "abcde"[number % 5], "tell": True}
        text = json.dumps({**vote, "n": phones.revision + 1, "pad": "x" * max(0, size - 90)}).encode()
        times.append(await phones.vote(n, peers[number], text))
        await asyncio.sleep(0.5)
    for peer in peers:
        peer.transport.abort()
    return times[1:]


async def by_socket(running: Running, questions: int) -> float:
    """Votes a second by socket, one transaction each, each acknowledged."""
    done, left, asked = asyncio.Event(), VOTERS * questions, [0] * VOTERS

    def vote(peer: load.Peer) -> None:
        if asked[peer.number] < questions:
            asked[peer.number] += 1
            said = {"t": "do", "id": str(uuid4()), "a": asked[peer.number], "voter": peer.number, "v": "a"}
            peer.send(json.dumps(said).encode())

    def heard(peer: load.Peer, text: bytes) -> None:
        nonlocal left
        if text.startswith(b'{"t":"hello"'):
            peer.ready.set_result(None)
            return
        left -= 1
        vote(peer)
        if not left:
            done.set()

    peers = await load.connect_all(running.port, "/ws/", ["x"] * VOTERS, heard)
    began = time.perf_counter()
    for peer in peers:
        vote(peer)
    await asyncio.wait_for(done.wait(), GIVE_UP_SECONDS)
    seconds = time.perf_counter() - began
    for peer in peers:
        peer.transport.abort()
    return VOTERS * questions / seconds


async def by_post(running: Running, posters: int, questions: int) -> tuple[float, int]:
    """Votes a second by POST over kept connections, and how many were not answered with 200."""
    done, left, failed, asked = asyncio.Event(), posters * questions, 0, [0] * posters

    def vote(poster: load.Poster) -> None:
        if asked[poster.number] < questions:
            asked[poster.number] += 1
            poster.post(json.dumps({"a": asked[poster.number], "voter": poster.number, "v": "a"}).encode())

    def heard(poster: load.Poster, status: int, body: bytes) -> None:
        nonlocal left, failed
        del body
        left -= 1
        failed += status != 200
        if status:
            vote(poster)
        if left <= 0:
            done.set()

    connections = await load.post_all(running.port, "/vote/", posters, heard)
    began = time.perf_counter()
    for poster in connections:
        vote(poster)
    await asyncio.wait_for(done.wait(), GIVE_UP_SECONDS)
    seconds = time.perf_counter() - began
    for poster in connections:
        poster.transport.abort()
    return posters * questions / seconds, failed


def rows(n: int, repeat: int, log: str) -> list[Row]:
    ours = fanout.row("uvicorn", "postgresql", n, repeat, with_redis=True, log=log)
    ours.what, ours.target = "one tally to all, Plenary", ""
    size = ours.payload_bytes or 0
    where = ("uvicorn", "postgresql+redis")
    with plain(log) as (running, url):
        told = stage.run(tell(running, n, size, repeat))
        spent = running.cpu()
        socket_rate = stage.run(by_socket(running, 2))
        each = (running.cpu() - spent) / VOTERS / 2
        stored = int(servers.ask(url, "SELECT COUNT(*) FROM peers_vote WHERE question <= 2")[0][0])
    with plain(log) as (running, url):
        spent = running.cpu()
        post_rate, failed = stage.run(by_post(running, VOTERS, 1))
        post_each = (running.cpu() - spent) / VOTERS
        posted = int(servers.ask(url, "SELECT COUNT(*) FROM peers_vote")[0][0])
    limit = machine.limit_milliseconds(n, size)
    limit_us = machine.limit_microseconds(VOTERS, votes.ACK_BYTES)
    own = votes.t2("uvicorn", "postgresql", 1, log)
    own.what, own.target = "votes by socket, Plenary", ""
    times = f"{statistics.median(told) / ours.value:.0f} times Plenary's"
    return [
        ours,
        Row("one tally to all, group_send", *where, n, told, "ms", "", limit, size, limit / n * 1000, times),
        own,
        Row("votes by socket, a transaction each", *where, VOTERS, [socket_rate], "/s", "", 1e6 / limit_us,
            votes.ACK_BYTES, limit_us, f"{each * 1e6:.0f} µs of processor a vote; {stored} of {VOTERS * 2} stored"),
        Row("votes by one POST each", "uvicorn", "postgresql", VOTERS, [post_rate], "/s", "", 1e6 / limit_us,
            votes.ACK_BYTES, limit_us,
            f"{post_each * 1e6:.0f} µs of processor a vote; {posted} of {VOTERS} stored, {failed} not answered with 200"),
    ]  # fmt: skip


def main() -> None:
    args = stage.arguments(__doc__ or "", n=1_000, repeat=3)
    stage.report("compare", rows(args.n, args.repeat, args.log), as_json=args.json)


if __name__ == "__main__":
    main()
