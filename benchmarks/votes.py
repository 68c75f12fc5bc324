"""T2 and T3: answers committed and acknowledged by one process, and how long they take while the tally moves.

T2: every learner answers question after question, each one once, the next as soon as the last is acknowledged.
T3: all learners answer one question within five seconds while panel and phones see the tally move.
Acknowledged answers are compared with the rows in the database. ``--databases postgresql,sqlite`` measures both.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import load
import machine
import servers
import stage
from servers import Made, Running
from stage import Row

T2_SOCKETS, T2_QUESTIONS = 1_000, 20
T3_SECONDS = 5.0
#: Sessions whose people come in together.
CROWDS_AT_ONCE = 5
SETTLE_SECONDS = 15.0
#: A run that takes longer is given up: it would say nothing but that the machine is busy.
GIVE_UP_SECONDS = 90.0
#: An acknowledgement, for the limit.
ACK_BYTES = 105


@dataclass
class Voters:
    """All sockets, their open answers and how long each took."""

    made: Made
    first: int
    questions: int
    took: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    sent_at: dict[int, float] = field(default_factory=dict)
    asked: dict[int, int] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    phones_right: asyncio.Event = field(default_factory=asyncio.Event)
    panel_right: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def expected(self) -> int:
        return len(self.made.tokens) * self.questions

    def heard(self, peer: load.Peer, text: bytes) -> None:
        if text.startswith((b'{"t":"ok"', b'{"t":"no"')):
            self.took.append(time.perf_counter() - self.sent_at[peer.number])
            if text.startswith(b'{"t":"no"'):
                self.refused.append(text.decode())
            self.vote(peer)
            if len(self.took) == self.expected:
                self.done.set()
        elif text.startswith(b'{"t":"slot","s":"tally:'):
            self._see(peer, text)
        elif text.startswith(b'{"t":"hello"'):
            peer.ready.set_result(None)

    def _see(self, peer: load.Peer, text: bytes) -> None:
        """Whether this tally is complete: its data are ``{"round":1,"answered":N,…``."""
        start = text.find(b'"answered":')
        answered = int(text[start + 11 : text.index(b",", start)]) if start > 0 else 0
        if answered < len(self.made.tokens):
            return
        if peer.number < 0:
            self.panel_right.set()
        else:
            self.seen.add(peer.number)
            if len(self.seen) == len(self.made.tokens):
                self.phones_right.set()

    def vote(self, peer: load.Peer) -> None:
        """Answer the next question, if there is one."""
        asked = self.asked.get(peer.number, 0)
        if asked >= self.questions:
            return
        self.asked[peer.number] = asked + 1
        number = self.first + asked
        op = f'{{"t":"do","id":"{uuid4()}","op":"respond","a":{self.made.activities[number]},'
        op += f'"q":"{self.made.questions[number]}","round":1,"n":1,"v":"{"abcde"[peer.number % 5]}"}}'
        self.sent_at[peer.number] = time.perf_counter()
        peer.send(op.encode())


@dataclass
class Rush:
    """What one or more rounds of T2 came to."""

    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    #: Server's processor seconds an answer, by round.
    spent: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)


async def rush(running: list[Running], made: Made, rounds: int = 1, questions: int = T2_QUESTIONS) -> Rush:
    """T2, with the sockets spread evenly over the servers."""
    voters = [Voters(made, number * questions, questions) for number in range(rounds)]
    peers: list[load.Peer] = []
    for number, one in enumerate(running):
        tokens = made.tokens[number :: len(running)]
        new = await load.connect_all(one.port, f"{made.path}?as=learner&view=html", tokens, voters[0].heard)
        for peer in new:
            peer.number += len(peers)
        peers += new
    found = Rush()
    for round_ in voters:
        await asyncio.sleep(2)
        for peer in peers:
            peer.heard = round_.heard
        spent, began, cost = sum(one.cpu() for one in running), time.perf_counter(), load.Cost()
        for peer in peers:
            round_.vote(peer)
        async with asyncio.timeout(GIVE_UP_SECONDS):
            await round_.done.wait()
        found.rates.append(round_.expected / (time.perf_counter() - began))
        found.spent.append((sum(one.cpu() for one in running) - spent) / round_.expected)
        found.busy.append(cost.share)
        found.took += round_.took
        found.refused += round_.refused
    for peer in peers:
        peer.transport.abort()
    return found


@dataclass
class Wave:
    """What one round of T3 came to, in seconds."""

    took: list[float]
    refused: list[str]
    panel: float
    phones: float
    cost: load.Cost


async def arrive(running: Running, crowd: Voters) -> list[tuple[Voters, load.Peer]]:
    """Let everybody of a session in."""
    path = f"{crowd.made.path}?as=learner&view=html"
    return [(crowd, peer) for peer in await load.connect_all(running.port, path, crowd.made.tokens, crowd.heard)]


async def panel_of(running: Running, crowd: Voters) -> load.Peer:
    """A panel that looks at the result."""
    path = f"{crowd.made.path}?as=staff&view=html"
    panel = await load.connect(running.port, -1, path, "", crowd.heard, crowd.made.staff_cookie)
    await asyncio.wait_for(panel.ready, 30)
    panel.send(json.dumps({"t": "watch", "s": f"tally:{crowd.made.activity}"}).encode())
    return panel


async def wave(running: Running, made: Sequence[Made]) -> Wave:
    """T3, for one session or many."""
    crowds = [Voters(one, 0, 1) for one in made]
    peers: list[tuple[Voters, load.Peer]] = []
    for start in range(0, len(crowds), CROWDS_AT_ONCE):
        for new in await asyncio.gather(*(arrive(running, crowd) for crowd in crowds[start : start + CROWDS_AT_ONCE])):
            peers += new
    panel = await panel_of(running, crowds[0])
    await asyncio.sleep(2)
    cost = load.Cost()
    loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time()
    for number, (crowd, peer) in enumerate(peers):
        # People of different sessions take turns.
        place = number if len(crowds) == 1 else (number * 7919) % len(peers)
        loop.call_at(began + place * T3_SECONDS / len(peers), crowd.vote, peer)
    async with asyncio.timeout(GIVE_UP_SECONDS):
        await asyncio.gather(*(crowd.done.wait() for crowd in crowds))
    last = time.perf_counter()

    async def after(event: asyncio.Event) -> float:
        try:
            await asyncio.wait_for(event.wait(), SETTLE_SECONDS)
        except TimeoutError:
            return SETTLE_SECONDS
        return time.perf_counter() - last

    panel_right, *phones = await asyncio.gather(after(crowds[0].panel_right), *(after(c.phones_right) for c in crowds))
    for peer in (*(peer for _, peer in peers), panel):
        peer.transport.abort()
    took = [seconds for crowd in crowds for seconds in crowd.took]
    return Wave(took, [no for crowd in crowds for no in crowd.refused], panel_right, max(phones), cost)


def t2(server: str, database: str, rounds: int, log: str) -> Row:
    """Answers a second. The last of the rounds are counted by the server too: batches and transactions."""
    with servers.database(database) as url:
        (made,) = servers.make(url, T2_SOCKETS, phases=[["poll"] * T2_QUESTIONS * rounds], show=False)
        with servers.server(server, servers.environment(url), application=servers.COUNTED, log=log) as running:
            before = running.counts()
            got = stage.run(rush([running], made, rounds))
            counts = running.counts()
        stored = servers.stored_answers(url)
    check(stored, got.took, got.refused)
    limit_us = machine.limit_microseconds(T2_SOCKETS, ACK_BYTES)
    details = {**batches(before, counts, len(got.took)), "acked": len(got.took) - len(got.refused), "stored": stored}
    notes = (
        f"ack p50 {statistics.median(got.took) * 1000:.0f} ms, p99 {stage.percentile(got.took, 0.99) * 1000:.0f} ms; "
    )
    notes += f"{statistics.median(got.spent) * 1e6:.0f} µs of processor an answer; {details['acked']} acked, {stored} stored, "
    notes += f"{len(got.refused)} refused; batches of {details['batch']:.0f} (1 to {details['largest batch']}), "
    notes += f"{details['transactions an answer']:.4f} transactions and {details['queries an answer']:.3f} queries an answer; "
    notes += f"load generator busy {statistics.median(got.busy):.0%}"
    what = "answers committed and acknowledged"
    return Row(
        what, server, database, T2_SOCKETS, got.rates, "/s", "T2", 1e6 / limit_us, ACK_BYTES, limit_us, notes, details
    )


def batches(before: dict[str, Any], after: dict[str, Any], answers: int) -> dict[str, Any]:
    """Sizes of batches, transactions and queries per answer."""
    sizes = after["batches"][len(before["batches"]) :]
    return {
        "batch": statistics.median(sizes),
        "largest batch": max(sizes),
        "transactions an answer": (after["transactions"] - before["transactions"]) / answers,
        "queries an answer": (after["queries"] - before["queries"]) / answers,
    }


def check(stored: int, took: list[float], refused: list[str]) -> None:
    """What was acknowledged must be there."""
    assert stored == len(took) - len(refused), f"stored {stored}, acked {len(took) - len(refused)}: {refused[:1]}"


def t3(server: str, database: str, n: int, log: str) -> list[Row]:
    """How long an answer takes, and how soon everybody sees the result."""
    with servers.database(database) as url:
        (made,) = servers.make(url, n)
        with servers.server(server, servers.environment(url), log=log) as running:
            got = stage.run(wave(running, [made]))
        stored = servers.stored_answers(url)
    check(stored, got.took, got.refused)
    limit_us = machine.limit_microseconds(T2_SOCKETS, ACK_BYTES)
    # What the machine takes to give everybody one such frame.
    limit, p99 = limit_us * n / 1000, stage.percentile(got.took, 0.99) * 1000
    notes = f"p50 {statistics.median(got.took) * 1000:.0f} ms, worst {max(got.took) * 1000:.0f} ms; {stored} stored, "
    notes += f"{len(got.refused)} refused; {got.cost}"
    where = (server, database, n)
    return [
        Row("ack p99 while all vote within 5 s", *where, [p99], "ms", "T3 ack", limit, ACK_BYTES, limit_us, notes),
        Row("… panel right after the last ack", *where, [got.panel * 1000], "ms", "T3 panel", limit_us=limit_us),
        Row("… phones right after the last ack", *where, [got.phones * 1000], "ms", "T3 phones", limit_us=limit_us),
    ]


def main() -> None:
    args = stage.arguments(__doc__ or "", databases="postgresql,sqlite", repeat=3)
    rows: list[Row] = []
    for server in args.servers:
        rows += [t2(server, database, args.repeat, args.log) for database in args.databases]
    for server in args.servers:
        # Daphne is promised to be good to a thousand learners.
        n = args.n if server == "uvicorn" else min(args.n, 1_000)
        for database in args.databases:
            rows += t3(server, database, n, args.log)
    stage.report("votes", rows, as_json=args.json)


if __name__ == "__main__":
    main()
