"""T5: thousands of learners whose connections were all cut come back at once, without jitter, for the full state.

All sockets are aborted and opened again in the same moment; the last hello stops the clock. The server's queries are
counted by ``counted.py``.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import load
import machine
import servers
import stage
from servers import Made, Running
from stage import Row

#: Between two rounds the server's allowance for new sockets (500 a second) fills up again.
PAUSE_SECONDS = 5.0


@dataclass
class Returned:
    times: list[float] = field(default_factory=list)
    queries: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)
    size: int = 0
    busy: list[float] = field(default_factory=list)


async def measure(running: Running, made: Made, repeat: int) -> Returned:
    found = Returned()

    def heard(peer: load.Peer, text: bytes) -> None:
        if text.startswith(b'{"t":"hello"'):
            found.size = len(text)
            peer.ready.set_result(None)

    path, n = f"{made.path}?as=learner&view=html", len(made.tokens)
    peers = await load.connect_all(running.port, path, made.tokens, heard)
    for _ in range(repeat):
        await asyncio.sleep(PAUSE_SECONDS)
        queries, spent = running.counts()["queries"], running.cpu()
        cost, began = load.Cost(), time.perf_counter()
        for peer in peers:
            peer.transport.abort()
        tasks = [load.connect(running.port, i, path, token, heard) for i, token in enumerate(made.tokens)]
        peers = list(await asyncio.gather(*tasks))
        await asyncio.wait_for(asyncio.gather(*(peer.ready for peer in peers)), 60)
        found.times.append((time.perf_counter() - began) * 1000)
        found.busy.append(cost.share)
        found.spent.append((running.cpu() - spent) / n)
        found.queries.append((running.counts()["queries"] - queries) / n)
    for peer in peers:
        peer.transport.abort()
    return found


def rows(server: str, database: str, n: int, repeat: int, log: str) -> list[Row]:
    with servers.database(database) as url:
        (made,) = servers.make(url, n)
        with servers.server(server, servers.environment(url), application=servers.COUNTED, log=log) as running:
            got = stage.run(measure(running, made, repeat))
    limit = machine.limit_milliseconds(n, got.size)
    notes = f"{sorted(got.spent)[len(got.spent) // 2] * 1e6:.0f} µs of processor a learner; "
    notes += f"load generator busy {max(got.busy):.0%}"
    where = (server, database, n)
    return [
        Row("all come back at once", *where, got.times, "ms", "T5", limit, got.size, limit / n * 1000, notes),
        Row("… queries a learner", *where, got.queries, "queries", "T5 queries"),
    ]


def main() -> None:
    args = stage.arguments(__doc__ or "", n=2_000, repeat=3)
    found: list[Row] = []
    for database in args.databases:
        for server in args.servers:
            found += rows(server, database, args.n, args.repeat, args.log)
    stage.report("reconnect", found, as_json=args.json)


if __name__ == "__main__":
    main()
