"""T1: one tally to thousands of sockets of one process, the whole real way.

One ``respond`` from a phone's socket starts the clock; the last phone's frame of that revision stops it.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from dataclasses import dataclass
from uuid import uuid4

import load
import machine
import servers
import stage
from servers import Made, Running
from stage import Row

WARM_UP = 2
PAUSE_SECONDS = 1.2
GIVE_UP_SECONDS = 30.0


class Phones:
    """All sockets, and how many of them have the frame that is waited for."""

    def __init__(self, activity: int) -> None:
        self._tally = f'{{"t":"slot","s":"tally:{activity}","e":1,"r":'.encode()
        self.size = 0
        self.revision = 0
        self._missing = 0
        self._all = asyncio.Event()
        self._acks: asyncio.Queue[bytes] = asyncio.Queue()
        self._least = 0

    def heard(self, peer: load.Peer, text: bytes) -> None:
        if text.startswith(self._tally):
            end = text.index(b",", len(self._tally))
            revision = int(text[len(self._tally) : end])
            if revision >= self._least:
                self.revision, self.size = revision, len(text)
                self._missing -= 1
                if self._missing == 0:
                    self._all.set()
        elif text.startswith(b'{"t":"hello"'):
            peer.ready.set_result(None)
        elif text.startswith((b'{"t":"ok"', b'{"t":"no"')):
            self._acks.put_nowait(text)

    async def vote(self, listeners: int, voter: load.Peer, text: bytes) -> float:
        """Milliseconds from the vote to the last phone."""
        self._missing, self._least = listeners, self.revision + 1
        self._all.clear()
        began = time.perf_counter()
        voter.send(text)
        try:
            await asyncio.wait_for(self._all.wait(), GIVE_UP_SECONDS)
        except TimeoutError:
            raise SystemExit(f"{self._missing} of {listeners} phones have not got revision {self._least}") from None
        took = (time.perf_counter() - began) * 1000
        answer = json.loads(await self._acks.get())
        assert answer["t"] == "ok", answer
        return took


@dataclass
class Measured:
    times: list[float]
    size: int
    #: Server's processor seconds, all in all.
    spent: float
    kilobytes: float
    cost: load.Cost


async def measure(running: list[Running], made: Made, repeat: int) -> Measured:
    """So many votes, each heard by everybody; the sockets are spread evenly over the servers."""
    phones = Phones(made.activity)
    before = sum(one.resident() for one in running)
    peers: list[load.Peer] = []
    for number, one in enumerate(running):
        tokens = made.tokens[number :: len(running)]
        peers += await load.connect_all(one.port, f"{made.path}?as=learner&view=html", tokens, phones.heard)
    await asyncio.sleep(2)
    kilobytes = (sum(one.resident() for one in running) - before) / len(peers) / 1024
    times, spent, cost = [], 0.0, load.Cost()
    for number in range(repeat + WARM_UP):
        if number == WARM_UP:
            spent, cost = sum(one.cpu() for one in running), load.Cost()
        op = {"t": "do", "id": str(uuid4()), "op": "respond", "a": made.activity, "q": made.question, "round": 1}
        vote = json.dumps({**op, "n": 1, "v": "abcde"[number % 5]}).encode()
        times.append(await phones.vote(len(peers), peers[number * 7], vote))
        await asyncio.sleep(PAUSE_SECONDS)
    spent = sum(one.cpu() for one in running) - spent
    for peer in peers:
        peer.transport.abort()
    return Measured(times[WARM_UP:], phones.size, spent, kilobytes, cost)


def row(server: str, database: str, n: int, repeat: int, *, with_redis: bool = False, log: str = "") -> Row:
    """T1 on one server and database."""
    with servers.database(database) as url, servers.redis(wanted=with_redis) as redis:
        (made,) = servers.make(url, n)
        with servers.server(server, servers.environment(url, redis), log=log) as running:
            got = stage.run(measure([running], made, repeat))
    limit = machine.limit_milliseconds(n, got.size)
    value = statistics.median(got.times)
    notes = (
        f"{value / n * 1000:.1f} µs a recipient; {got.spent / n / repeat * 1e6:.1f} µs of processor, commit, reading "
    )
    notes += f"and pauses included; {got.cost}"
    where = f"{database}+redis" if with_redis else database
    each = limit / n * 1000
    return Row("one tally to all", server, where, n, got.times, "ms", "T1", limit, got.size, each, notes)


def main() -> None:
    args = stage.arguments(__doc__ or "")
    rows = [row(s, d, args.n, args.repeat, log=args.log) for d in args.databases for s in args.servers]
    if args.redis:
        rows.append(row("uvicorn", "postgresql", args.n, args.repeat, with_redis=True, log=args.log))
    stage.report("fanout", rows, as_json=args.json)


if __name__ == "__main__":
    main()
