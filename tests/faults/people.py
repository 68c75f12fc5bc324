"""People in a session as their pages behave: they keep what they sent until it is answered, send it again after a lost
connection, come back with what they have, and remember every acknowledgement and every slot they show.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson

from tests.faults import wire
from tests.realtime.client import Frame, apply

#: docs/protocol.md, "Close codes" and "Without a socket".
SILENT_SECONDS = 20.0
BACK_OFF = (0.3, 10.0)
HELLO_SECONDS = 10.0
AGAIN_SECONDS = {"busy": (0.5, 2.0), "slow_down": (1.0, 2.0)}
STOP_CODES = {4400, 4401, 4403, 4404, 4409, 4419, 4429}
LOOK_SECONDS = 0.5
_places = itertools.count()


@dataclass(slots=True, eq=False)
class Sent:
    """One op of one person, from the first time it was sent to its final answer."""

    id: str
    op: str
    payload: dict[str, Any]
    sent_at: float
    answer: Frame | None = None
    answered_at: float = 0.0
    #: The how-manieth of all answers it was: two of one frame came at the same time.
    place: int = 0
    #: How often it was answered; more than once when it was sent more than once.
    answers: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acked(self) -> bool:
        return self.answer is not None and self.answer["t"] == "ok"

    @property
    def refused(self) -> bool:
        return self.answer is not None and self.answer["t"] == "no"

    @property
    def text(self) -> bytes:
        return orjson.dumps({"t": "do", "id": self.id, "op": self.op, **self.payload})


@dataclass(slots=True)
class Pass:
    """With what somebody comes in: a bearer token, or (with Origin) a cookie; ``right`` and ``view`` as in the address."""

    public_id: str
    right: str = "learner"
    view: str = "data"
    token: str = ""
    cookie: str = ""
    key: str = ""

    def headers(self, port: int) -> dict[str, str]:
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        return {"Origin": f"http://{wire.HOST}:{port}", "Cookie": self.cookie, "X-Requested-With": "plenary"}


class Person:
    """What all ways of being there have in common. ``gates`` are the ports of the servers, tried in turn."""

    def __init__(self, number: int, entry: Pass, gates: Sequence[int], seed: int = 0) -> None:
        self.number = number
        self.entry = entry
        self.gates = gates
        self.random = random.Random(seed * 100_003 + number)
        self.history: list[Sent] = []
        self.outbox: dict[str, Sent] = {}
        self.slots: dict[str, Frame] = {}
        #: When each slot last changed, to tell how late somebody was.
        self.counters: dict[tuple[int, str, int], int] = {}
        self.problems: list[str] = []
        #: Set while there is a connection with its hello; of who polls: after the first answer.
        self.ready = asyncio.Event()
        self._known: dict[str, Sent] = {}
        self._task: asyncio.Task[None] | None = None
        self._turn = number

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.number} {self.entry.right}>"

    @property
    def port(self) -> int:
        return self.gates[self._turn % len(self.gates)]

    @property
    def have(self) -> str:
        return ",".join(f"{name}.{slot['e']}.{slot['r']}" for name, slot in self.slots.items())

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self.run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def run(self) -> None:
        raise NotImplementedError

    def send(self, sent: Sent) -> None:
        raise NotImplementedError

    def do(self, op: str, **payload: Any) -> Sent:
        """Send an op now, or as soon as there is a connection."""
        sent = Sent(str(uuid4()), op, payload, asyncio.get_running_loop().time())
        self.history.append(sent)
        self._known[sent.id] = self.outbox[sent.id] = sent
        self.send(sent)
        return sent

    def answer(self, activity: int, question: str, round_: int, value: Any) -> Sent:
        """Answer a question with the counter of this answer's own."""
        place = (activity, question, round_)
        n = self.counters[place] = self.counters.get(place, 0) + 1
        return self.do("respond", a=activity, q=question, round=round_, n=n, v=value)

    def take_answer(self, frame: Frame) -> None:
        """``ok`` or ``no`` came. Busy and too fast are no answers yet."""
        sent = self._known.get(frame["id"] or "")
        if sent is None:
            self.problems.append(f"an answer to nothing: {frame}")
            return
        sent.answers += 1
        again = AGAIN_SECONDS.get(frame.get("code", ""))
        if sent.id not in self.outbox:
            self._compare(sent, frame)
        elif again:
            asyncio.get_running_loop().call_later(self.random.uniform(*again), self._again, sent)
        else:
            del self.outbox[sent.id]
            sent.answer, sent.answered_at = frame, asyncio.get_running_loop().time()
            sent.place = next(_places)
            sent.done.set()

    def _compare(self, sent: Sent, frame: Frame) -> None:
        """A second answer to the same op says the same, or that something newer is there."""
        assert sent.answer is not None
        if frame["t"] == "no" and frame["code"] in (*AGAIN_SECONDS, "stale"):
            return
        if frame["t"] != sent.answer["t"]:
            self.problems.append(f"{sent.op} was answered {sent.answer} and then {frame}")

    def _again(self, sent: Sent) -> None:
        if sent.id in self.outbox:
            self.send(sent)

    def take_slots(self, frames: Sequence[Frame]) -> list[str]:
        """Show these; the names of those that cannot be applied."""
        return [frame["s"] for frame in frames if not apply(self.slots, frame)]


class Page(Person):
    """Somebody with a socket."""

    def __init__(self, number: int, entry: Pass, gates: Sequence[int], seed: int = 0) -> None:
        super().__init__(number, entry, gates, seed)
        self.socket: wire.WebSocket | None = None
        self.heard_at = 0.0
        self.frozen = False
        self.frozen_at = 0.0
        #: (time, code) of each close, (time) of each hello.
        self.closes: list[tuple[float, int]] = []
        self.hellos: list[float] = []
        #: What the server said what time it is, and when it came.
        self.told: list[tuple[float, int]] = []
        self.byes = 0
        self.bytes = 0
        self.stopped_with = 0
        self._within: float | None = None
        self._closed = asyncio.Event()

    async def run(self) -> None:
        failures = 0
        while True:
            if await self._be_there():
                failures = 0
            if self.closes and self.closes[-1][1] in STOP_CODES:
                self.stopped_with = self.closes[-1][1]
                return
            await asyncio.sleep(self._pause(failures))
            failures += 1
            self._turn += 1

    def _pause(self, failures: int) -> float:
        """At once, then with full jitter from 0.3 s to 10 s; after a goodbye within the time it said."""
        if self._within is not None:
            within, self._within = self._within, None
            return self.random.uniform(0, within)
        least, most = BACK_OFF
        return self.random.uniform(0, min(most, least * 2**failures)) if failures else 0.0

    async def _be_there(self) -> bool:
        """One connection from its beginning to its end; whether it got its hello."""
        loop = asyncio.get_running_loop()
        entry, port = self.entry, self.port
        path = f"/ws/session/{entry.public_id}/?as={entry.right}&view={entry.view}&have={self.have}"
        self._closed = closed = asyncio.Event()
        request = wire.upgrade(port, path, entry.headers(port))

        def ended(code: int) -> None:
            self.closes.append((loop.time(), code))
            closed.set()

        try:
            async with asyncio.timeout(5.0):
                _, self.socket = await loop.create_connection(
                    lambda: wire.WebSocket(request, self._hear, ended), wire.HOST, port
                )
        except (OSError, TimeoutError):
            return False
        self.heard_at = loop.time()
        hello, goodbye = loop.create_task(self.ready.wait()), loop.create_task(closed.wait())
        try:
            await asyncio.wait({hello, goodbye}, timeout=HELLO_SECONDS, return_when="FIRST_COMPLETED")
            got = self.ready.is_set()
            while not closed.is_set() and self._alive():
                await asyncio.wait({goodbye}, timeout=LOOK_SECONDS)
        finally:
            hello.cancel()
            goodbye.cancel()
            self.ready.clear()
            self.socket.abort()
        return got

    def _alive(self) -> bool:
        silent = asyncio.get_running_loop().time() - self.heard_at
        return self.frozen or silent < (SILENT_SECONDS if self.ready.is_set() else HELLO_SECONDS)

    def send(self, sent: Sent) -> None:
        if self.ready.is_set() and not self.frozen and self.socket is not None:
            self.socket.send(sent.text)

    def say(self, frame: Frame) -> None:
        if self.socket is not None:
            self.socket.send(json.dumps(frame).encode())

    def freeze(self) -> None:
        """A phone in a pocket: it reads nothing and says nothing."""
        self.frozen, self.frozen_at = True, asyncio.get_running_loop().time()
        if self.socket is not None and self.socket.transport is not None and not self.socket.transport.is_closing():
            self.socket.transport.pause_reading()

    def thaw(self) -> None:
        """Out of the pocket: after a long sleep the old connection is given up at once, as a page does."""
        self.frozen = False
        now = asyncio.get_running_loop().time()
        if self.socket is None or self.socket.transport is None or self.socket.transport.is_closing():
            return
        if now - self.frozen_at > SILENT_SECONDS:
            self.socket.abort()
            return
        self.socket.transport.resume_reading()
        for sent in list(self.outbox.values()):
            self.send(sent)

    def _hear(self, text: bytes) -> None:
        self.bytes += len(text)
        self.heard_at = asyncio.get_running_loop().time()
        frame = orjson.loads(text)
        kind = frame["t"]
        if kind == "slot":
            self._resync(self.take_slots([frame]))
        elif kind in ("ok", "no"):
            if frame["id"] is None:
                self.problems.append(f"refused: {frame}")
            else:
                self.take_answer(frame)
        elif kind == "ping":
            self.told.append((self.heard_at, frame["now"]))
            self.say({"t": "pong"})
        elif kind == "hello":
            self._begin(frame)
        elif kind == "bye":
            self.byes += 1
            self._within = frame["within"] / 1000

    def _begin(self, hello: Frame) -> None:
        self.hellos.append(self.heard_at)
        self.told.append((self.heard_at, hello["now"]))
        self.ready.set()
        self._resync(self.take_slots(hello["slots"]))
        for sent in list(self.outbox.values()):
            self.send(sent)

    def _resync(self, names: Sequence[str]) -> None:
        for name in names:
            self.say({"t": "resync", "s": name})


class Poller(Person):
    """Somebody whose socket is blocked: polls the slots and posts ops, one after the other."""

    def __init__(self, number: int, entry: Pass, gates: Sequence[int], seed: int = 0) -> None:
        super().__init__(number, entry, gates, seed)
        self._some = asyncio.Event()
        self._again_after = 1.0

    def send(self, sent: Sent) -> None:
        del sent
        self._some.set()

    async def run(self) -> None:
        await asyncio.gather(self._poll(), self._post())

    async def _poll(self) -> None:
        while True:
            self._again_after = await self._fetch()
            await asyncio.sleep(self._again_after)

    async def _fetch(self) -> float:
        entry, port = self.entry, self.port
        path = f"/live/{entry.public_id}/slots/?as={entry.right}&view={entry.view}&have={self.have}"
        try:
            answer = await wire.request(port, "GET", path, entry.headers(port))
        except (OSError, TimeoutError):
            self._turn += 1
            return self.random.uniform(*BACK_OFF) / 4
        if answer.status == 200:
            found = orjson.loads(answer.body)
            for name in self.take_slots(found["slots"]):
                # Fetched whole the next time.
                self.slots.pop(name, None)
            self.ready.set()
            return float(found["again"])
        return max(self._again_after, 3.0) if answer.status == 204 else float(answer.headers.get("retry-after", 2))

    async def _post(self) -> None:
        while True:
            if not self.outbox:
                self._some.clear()
                await self._some.wait()
            for sent in list(self.outbox.values()):
                await self._deliver(sent)

    async def _deliver(self, sent: Sent) -> None:
        entry, port = self.entry, self.port
        path = f"/live/{entry.public_id}/do/?as={entry.right}&view={entry.view}"
        try:
            answer = await wire.request(port, "POST", path, entry.headers(port), sent.text)
            frame = orjson.loads(answer.body)
        except (OSError, TimeoutError, orjson.JSONDecodeError):
            self._turn += 1
            await asyncio.sleep(self.random.uniform(0.1, 1.0))
            return
        if frame.get("id") is None:
            # Refused at the door: nobody has read the op yet.
            await asyncio.sleep(self.random.uniform(0.5, 1.5))
            return
        self.take_answer(frame)
        if sent.id in self.outbox:
            await asyncio.sleep(self.random.uniform(0.5, 1.5))
