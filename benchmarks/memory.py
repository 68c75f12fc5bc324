"""T4: what one more connected learner costs in memory, with the real consumer and its hello.

Learners come in equal steps; after each the resident memory is read when it has settled. The value is the slope.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics

import load
import machine
import servers
import stage
from servers import Made, Running
from stage import Row

STEPS = 5
SETTLE_SECONDS = 2.0
HELLO_BYTES = 4_000


async def measure(running: Running, made: Made) -> list[float]:
    """Kilobytes a learner, for each step after the first, which also pays for what all share."""

    def heard(peer: load.Peer, text: bytes) -> None:
        if text.startswith(b'{"t":"hello"'):
            peer.ready.set_result(None)

    size = len(made.tokens) // STEPS
    peers: list[load.Peer] = []
    sizes: list[int] = []
    for step in range(STEPS):
        tokens = made.tokens[step * size : (step + 1) * size]
        peers += await load.connect_all(running.port, f"{made.path}?as=learner&view=html", tokens, heard)
        await asyncio.sleep(SETTLE_SECONDS)
        sizes.append(running.resident())
    for peer in peers:
        peer.transport.abort()
    return [(after - before) / size / 1024 for before, after in itertools.pairwise(sizes)]


def row(server: str, database: str, n: int, log: str) -> Row:
    with servers.database(database) as url:
        (made,) = servers.make(url, n)
        with servers.server(server, servers.environment(url), log=log) as running:
            steps = stage.run(measure(running, made))
            whole = running.resident() / 1e6
    mean = statistics.mean(steps)
    notes = f"steps of {n // STEPS}; mean {mean:.1f} kB; the whole process with all of them {whole:.0f} MB"
    limit_us = machine.limit_microseconds(1_000, HELLO_BYTES)
    # Memory does not depend on how busy the machine is, so the limit is only told.
    details = {"limit_us": limit_us}
    return Row(
        "memory a connected learner", server, database, n, [mean, *steps], "kB", "T4", notes=notes, details=details
    )


def main() -> None:
    args = stage.arguments(__doc__ or "")
    rows = [row(server, database, args.n, args.log) for database in args.databases for server in args.servers]
    stage.report("memory", rows, as_json=args.json)


if __name__ == "__main__":
    main()
