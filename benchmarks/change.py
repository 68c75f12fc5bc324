"""T6: the facilitator moves on, or opens a poll; the last learner's page has it, and no page asked for anything.

The op goes by a panel's socket. A phase change has arrived with its ``stage`` frame, a poll with its ``activity``
frame, which carries the HTML. HTTP requests are counted by ``counted.py``.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from uuid import uuid4

import load
import machine
import servers
import stage
from servers import Made, Running
from stage import Row

PAUSE_SECONDS = 1.0
GIVE_UP_SECONDS = 30.0
#: Opening a poll is promised for as many phones as this; a phase change for all.
PHONES = 1_000


@dataclass
class Pages:
    """Everybody's pages, and how many still wait for a frame with these words."""

    beginning: bytes = b"-"
    words: bytes = b"-"
    missing: set[int] = field(default_factory=set)
    size: int = 0
    acks: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue)
    all: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self, peer: load.Peer, text: bytes) -> None:
        if text.startswith(self.beginning) and self.words in text:
            self.size = len(text)
            self.missing.discard(peer.number)
            if not self.missing:
                self.all.set()
        elif text.startswith(b'{"t":"hello"'):
            peer.ready.set_result(None)
        elif text.startswith((b'{"t":"ok"', b'{"t":"no"')):
            self.acks.put_nowait(text)

    async def after(self, panel: load.Peer, learners: int, op: dict[str, object], slot: str, words: str) -> float:
        """Milliseconds from the facilitator's op to the last page."""
        self.beginning, self.words = f'{{"t":"slot","s":"{slot}"'.encode(), words.encode()
        self.missing = set(range(learners))
        self.all.clear()
        began = time.perf_counter()
        panel.send(json.dumps({"t": "do", "id": str(uuid4()), **op}).encode())
        try:
            await asyncio.wait_for(self.all.wait(), GIVE_UP_SECONDS)
        except TimeoutError:
            raise SystemExit(f"{len(self.missing)} pages did not get {slot}: {self.acks}") from None
        took = (time.perf_counter() - began) * 1000
        answer = json.loads(await self.acks.get())
        assert answer["t"] == "ok", answer
        return took


@dataclass
class Changed:
    phases: list[float] = field(default_factory=list)
    polls: list[float] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    requests: int = 0


async def measure(running: Running, made: Made, repeat: int) -> Changed:
    """Go through the phases and open the poll of each; the first one warms up."""
    pages, found = Pages(), Changed()
    path = made.path
    peers = await load.connect_all(running.port, f"{path}?as=learner&view=html", made.tokens, pages.heard)
    panel = await load.connect(running.port, -1, f"{path}?as=staff&view=html", "", pages.heard, made.staff_cookie)
    await asyncio.wait_for(panel.ready, 30)
    await asyncio.sleep(2)
    requests, n = running.counts()["requests"], len(peers)
    for number in range(repeat + 1):
        op: dict[str, object] = {"op": "session.next", "from": made.phases[number]}
        found.phases.append(await pages.after(panel, n, op, "stage", f"Phase {number + 2}"))
        found.sizes["phase"] = pages.size
        await asyncio.sleep(PAUSE_SECONDS)
        activity = made.activities[number + 1]
        op = {"op": "activity.open", "a": activity, "minutes": 0}
        found.polls.append(await pages.after(panel, n, op, f"activity:{activity}", '"h":'))
        found.sizes["poll"] = pages.size
        await asyncio.sleep(PAUSE_SECONDS)
    found.requests = running.counts()["requests"] - requests
    for peer in (*peers, panel):
        peer.transport.abort()
    del found.phases[0], found.polls[0]
    return found


def changed(server: str, database: str, n: int, repeat: int, log: str) -> Changed:
    with servers.database(database) as url:
        (made,) = servers.make(url, n, phases=[["poll"]] * (repeat + 2))
        with servers.server(server, servers.environment(url), application=servers.COUNTED, log=log) as running:
            return stage.run(measure(running, made, repeat))


def rows(server: str, database: str, n: int, repeat: int, log: str) -> list[Row]:
    many, few = changed(server, database, n, repeat, log), changed(server, database, PHONES, repeat, log)
    found = []
    for what, target, people, got, values in (
        ("phase change on the last page", "T6 phase", n, many, many.phases),
        ("poll opened on the last page", "", n, many, many.polls),
        ("poll opened on the last page", "T6 poll", PHONES, few, few.polls),
    ):
        size = got.sizes["phase" if "phase" in what else "poll"]
        limit = machine.limit_milliseconds(people, size)
        each = limit / people * 1000
        found.append(Row(what, server, database, people, values, "ms", target, limit, size, each))
    asked = many.requests + few.requests
    found.append(Row("… HTTP requests by all pages", server, database, n, [asked], "requests", "T6 requests"))
    return found


def main() -> None:
    args = stage.arguments(__doc__ or "", repeat=3)
    found: list[Row] = []
    for database in args.databases:
        for server in args.servers:
            found += rows(server, database, args.n, args.repeat, args.log)
    stage.report("change", found, as_json=args.json)


if __name__ == "__main__":
    main()
