"""T1: one tally to thousands of sockets of one process, the whole real way.

One ``respond`` from a phone's socket starts the clock; the last phone's frame of that revision stops it.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from uuid import uuid4

import load
import stage
from stage import Made, Row, Running


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

    async def vote(self, peers: list[load.Peer], voter: load.Peer, text: bytes) -> float:
        """Milliseconds from the vote to the last phone."""
        self._missing, self._least = len(peers), self.revision + 1
        self._all.clear()
        began = time.perf_counter()
        voter.send(text)
        async with asyncio.timeout(60):
            await self._all.wait()
        took = (time.perf_counter() - began) * 1000
        answer = json.loads(await self._acks.get())
        assert answer["t"] == "ok", answer
        return took


async def measure(running: Running, made: Made, repeat: int) -> tuple[list[float], int, float]:
    phones = Phones(made.activity)
    peers = await load.connect_all(running.port, f"{made.path}?as=learner&view=html", made.tokens, phones.heard)
    await asyncio.sleep(2)
    times = []
    spent = running.cpu()
    for number in range(repeat + 2):
        if number == 2:
            spent = running.cpu()
        op = {"t": "do", "id": str(uuid4()), "op": "respond", "a": made.activity, "q": made.question, "round": 1}
        vote = json.dumps({**op, "n": 1, "v": "abcde"[number % 5]}).encode()
        times.append(await phones.vote(peers, peers[number * 7], vote))
        await asyncio.sleep(1.5)
    spent = running.cpu() - spent
    for peer in peers:
        peer.transport.abort()
    # The first ones warm the server up.
    return times[2:], phones.size, spent


def main() -> None:
    args = stage.arguments(__doc__ or "")
    rows = []
    for database in args.databases.split(","):
        with stage.database(database) as url:
            for server in args.servers.split(","):
                (made,) = stage.make(url, args.n)
                with stage.server(server, url, args.log) as running:
                    before = running.resident()
                    times, size, spent = stage.run(measure(running, made, args.repeat))
                    kilobytes = (running.resident() - before) / args.n / 1024
                limit = stage.limit_milliseconds(args.n, size)
                value = statistics.median(times)
                each = limit / args.n * 1000
                notes = f"T1: {value / args.n * 1000:.1f} µs a recipient, worst {max(times):.0f} ms"
                notes += f"; {spent / args.n / args.repeat * 1e6:.1f} µs of processor a recipient, commit, reading "
                notes += f"and pauses included; {kilobytes:.0f} kB a socket"
                rows.append(Row(server, database, args.n, value, "ms", limit, value / limit, size, each, notes=notes))
    stage.report("fanout", rows, as_json=args.json)


if __name__ == "__main__":
    main()
