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
from dataclasses import dataclass, field
from uuid import uuid4

import load
import stage
from stage import Made, Row, Running

T2_SOCKETS, T2_QUESTIONS = 1_000, 40
T3_SECONDS = 5.0
SETTLE_SECONDS = 15.0
#: A run that takes longer is given up: it would say nothing but that the machine is busy.
GIVE_UP_SECONDS = 90.0
#: An acknowledgement, for the limit.
ACK_BYTES = 105


@dataclass
class Voters:
    """All sockets, their open answers and how long each took."""

    made: Made
    questions: int
    took: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    sent_at: dict[int, float] = field(default_factory=dict)
    asked: dict[int, int] = field(default_factory=dict)
    tally_at: dict[str, float] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    right: asyncio.Event = field(default_factory=asyncio.Event)
    expected: int = 0
    phones_right: int = 0
    panel_right: asyncio.Event = field(default_factory=asyncio.Event)

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
        elif not self.seen.get(peer.number):
            self.seen[peer.number] = 1
            self.phones_right += 1
            if self.phones_right == len(self.made.tokens):
                self.right.set()

    def vote(self, peer: load.Peer) -> None:
        """Answer the next question, if there is one."""
        number = self.asked.get(peer.number, 0)
        if number >= self.questions:
            return
        self.asked[peer.number] = number + 1
        op = f'{{"t":"do","id":"{uuid4()}","op":"respond","a":{self.made.activities[number]},'
        op += f'"q":"{self.made.questions[number]}","round":1,"n":1,"v":"{"abcde"[peer.number % 5]}"}}'
        self.sent_at[peer.number] = time.perf_counter()
        peer.send(op.encode())


async def rush(running: Running, made: Made) -> tuple[float, list[float], list[str], float]:
    """T2: answers a second, how long each took, refusals, and the server's processor seconds an answer."""
    voters = Voters(made, T2_QUESTIONS, expected=len(made.tokens) * T2_QUESTIONS)
    path = f"{made.path}?as=learner&view=html"
    peers = await load.connect_all(running.port, path, made.tokens, voters.heard)
    await asyncio.sleep(2)
    spent, began = running.cpu(), time.perf_counter()
    for peer in peers:
        voters.vote(peer)
    async with asyncio.timeout(GIVE_UP_SECONDS):
        await voters.done.wait()
    seconds = time.perf_counter() - began
    spent = running.cpu() - spent
    for peer in peers:
        peer.transport.abort()
    return voters.expected / seconds, voters.took, voters.refused, spent / voters.expected


async def wave(running: Running, made: Made) -> tuple[list[float], list[str], float, float]:
    """T3: how long each answer took, refusals, and seconds after the last one until panel and phones are right."""
    voters = Voters(made, 1, expected=len(made.tokens))
    peers = await load.connect_all(running.port, f"{made.path}?as=learner&view=html", made.tokens, voters.heard)
    panel_path = f"{made.path}?as=staff&view=html"
    panel = await load.connect(running.port, -1, panel_path, "", voters.heard, made.staff_cookie)
    await asyncio.wait_for(panel.ready, 30)
    panel.send(json.dumps({"t": "watch", "s": f"tally:{made.activity}"}).encode())
    await asyncio.sleep(2)
    loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time()
    for number, peer in enumerate(peers):
        loop.call_at(began + number * T3_SECONDS / len(peers), voters.vote, peer)
    async with asyncio.timeout(GIVE_UP_SECONDS):
        await voters.done.wait()
    last = time.perf_counter()

    async def after(event: asyncio.Event) -> float:
        try:
            await asyncio.wait_for(event.wait(), SETTLE_SECONDS)
        except TimeoutError:
            return float("inf")
        return time.perf_counter() - last

    panel_right, phones_right = await asyncio.gather(after(voters.panel_right), after(voters.right))
    for peer in (*peers, panel):
        peer.transport.abort()
    return voters.took, voters.refused, panel_right, phones_right


def t2(server: str, database: str, log: str) -> Row:
    with stage.database(database) as url:
        (made,) = stage.make(url, T2_SOCKETS, T2_QUESTIONS, show=False)
        with stage.server(server, url, log) as running:
            rate, took, refused, spent = stage.run(rush(running, made))
        stored = stage.stored_answers(url)
    assert stored == len(took) - len(refused), f"stored {stored}, acknowledged {len(took) - len(refused)}"
    notes = f"T2: p50 {statistics.median(took) * 1000:.0f} ms, p99 {stage.percentile(took, 0.99) * 1000:.0f} ms, "
    notes += f"{spent * 1e6:.0f} µs of processor an answer, {len(refused)} refused {refused[:1]}, {stored} stored"
    return Row(server, database, T2_SOCKETS, rate, "answers/s", limit_us=limit_microseconds(), notes=notes)


def t3(server: str, database: str, n: int, log: str) -> Row:
    with stage.database(database) as url:
        (made,) = stage.make(url, n)
        with stage.server(server, url, log) as running:
            took, refused, panel, phones = stage.run(wave(running, made))
        stored = stage.stored_answers(url)
    assert stored == len(took) - len(refused), f"stored {stored}, acknowledged {len(took) - len(refused)}"
    notes = f"T3: p50 {statistics.median(took) * 1000:.0f} ms, worst {max(took) * 1000:.0f} ms; after the last ack "
    notes += f"panel right in {panel * 1000:.0f} ms, phones in {phones * 1000:.0f} ms; {len(refused)} refused"
    p99 = stage.percentile(took, 0.99) * 1000
    return Row(server, database, n, p99, "ms", limit_us=limit_microseconds(), notes=notes)


def limit_microseconds() -> float:
    """What the machine takes to send one acknowledgement, to tell whether it was quiet."""
    return stage.limit_milliseconds(T2_SOCKETS, ACK_BYTES) / T2_SOCKETS * 1000


def main() -> None:
    args = stage.arguments(__doc__ or "", databases="postgresql")
    rows = []
    for database in args.databases.split(","):
        for server in args.servers.split(","):
            rows.append(t2(server, database, args.log))
            rows.append(t3(server, database, args.n if server == "uvicorn" else min(args.n, 1_000), args.log))
    stage.report("votes", rows, as_json=args.json)


if __name__ == "__main__":
    main()
