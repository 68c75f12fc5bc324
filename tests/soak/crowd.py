"""A workshop that never sits still: people join, leave and come back, vote, lay cards, and sleep with open sockets."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import orjson

from tests.faults import wire
from tests.faults.people import Page, Pass, Person, Poller
from tests.faults.scene import CHOICES, Scene

PAUSE_SECONDS = 0.03
PATIENCE = 60.0
#: Every so many acts somebody's connection is cut, somebody new joins, somebody leaves for good.
CUT, JOIN, LEAVE = 15, 40, 60


@dataclass
class Tally:
    """What happened in all sessions together."""

    done: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def count(self, people: Sequence[Person]) -> None:
        for person in people:
            for sent in person.history:
                self.done["acked" if sent.acked else "refused" if sent.refused else "unanswered"] += 1
            self.problems += person.problems
            if isinstance(person, Page):
                self.done["connections"] += len(person.hellos)


class Round:
    """One session from its first minute until it is erased."""

    def __init__(self, scene: Scene, ports: Sequence[int], seed: int) -> None:
        self._scene = scene
        self._ports = ports
        self._seed = seed
        self._chance = random.Random(seed)
        self._fay = Page(0, scene.staff, ports, seed)
        self._others: list[Person] = [Page(1, scene.screen, ports, seed), Page(2, scene.staff_as("html"), ports, seed)]
        self._learners: list[Person] = [
            (Poller if number % 12 == 0 else Page)(10 + number, entry, ports, seed)
            for number, entry in enumerate(scene.learners)
        ]
        self._gone: list[Person] = []
        self._open, self._round, self._at = 0, 1, 0

    async def play(self, seconds: float, tally: Tally) -> None:
        """All of it; afterwards nobody is connected and the session is erased."""
        for person in (self._fay, *self._others, *self._learners):
            person.start()
        await asyncio.wait_for(self._fay.ready.wait(), PATIENCE)
        ends_at = time.monotonic() + seconds
        acts = 0
        while time.monotonic() < ends_at:
            acts += 1
            await self._act(acts)
            await asyncio.sleep(PAUSE_SECONDS)
        await self._end()
        everybody = [self._fay, *self._others, *self._learners, *self._gone]
        tally.count(everybody)
        await asyncio.gather(*(person.stop() for person in everybody))

    async def _act(self, number: int) -> None:
        somebody = self._chance.choice(self._learners)
        if number % CUT == 0 and isinstance(somebody, Page) and somebody.socket is not None:
            somebody.socket.abort()
        elif number % JOIN == 0:
            await self._join(number)
        elif number % LEAVE == 0:
            await self._leave(somebody)
        elif number % 20 == 7:
            self._drive()
        else:
            self._do_something(somebody)

    def _do_something(self, person: Person) -> None:
        chance, a = self._chance, self._scene.polls[self._open]
        match chance.randrange(8):
            case 0:
                person.do("hand", up=chance.random() < 0.5)
            case 1:
                person.do("note", text="x" * chance.randrange(200), n=len(person.history) + 1)
            case 2 if person.entry.key in self._scene.groups:
                group = self._scene.groups[person.entry.key]
                person.do("card.add", a=self._scene.board, g=group, text="A card", column=chance.randrange(3))
            case 3:
                person.do("profile", name=f"Name {chance.randrange(1_000)}")
            case _:
                person.answer(a, "q1", self._round, chance.choice(CHOICES))

    def _drive(self) -> None:
        """Fay goes on, opens, closes, shows, asks again and says something."""
        fay, scene = self._fay, self._scene
        steps = [
            ("session.next", {"from": scene.phases[self._at]}), ("activity.open", {"a": scene.polls[0], "minutes": 0}),
            ("activity.show", {"a": scene.polls[0], "where": "phones", "on": True}),
            ("activity.close", {"a": scene.polls[0]}), ("activity.round", {"a": scene.polls[0]}),
            ("session.notice", {"text": "Ten minutes left"}), ("screen.show", {"scene": "clock"}),
            ("session.pause", {}), ("session.go", {}), ("session.back", {"from": scene.phases[self._at]}),
            ("board.show", {"a": scene.board, "g": next(iter(scene.groups.values()), None)}),
        ]  # fmt: skip
        for op, payload in self._chance.sample(steps, 3):
            fay.do(op, **payload)

    async def _join(self, number: int) -> None:
        """Somebody comes by the door, as a program does."""
        session = await asyncio.to_thread(lambda: self._scene.workshop.fresh)
        body = urlencode({"code": session.code, "name": f"Late {number}"}).encode()
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        answer = await wire.request(self._ports[number % len(self._ports)], "POST", "/join/", headers, body)
        if answer.status == 200:
            entry = Pass(self._scene.public_id, token=orjson.loads(answer.body)["token"])
            self._learners.append(Page(1_000 + number, entry, self._ports, self._seed))
            self._learners[-1].start()

    async def _leave(self, person: Person) -> None:
        person.do("leave", erase=True)
        self._learners.remove(person)
        self._gone.append(person)

    async def _end(self) -> None:
        ended = self._fay.do("session.end")
        await asyncio.wait_for(ended.done.wait(), PATIENCE)
        assert ended.acked, ended.answer
        erased = self._fay.do("session.erase")
        assert self._fay._task is not None
        # The session is gone: that closes Fay's own socket too, perhaps before the answer is out.
        heard = asyncio.ensure_future(erased.done.wait())
        done, _waiting = await asyncio.wait({heard, self._fay._task}, timeout=PATIENCE, return_when="FIRST_COMPLETED")
        heard.cancel()
        assert done, "it was not erased"
        assert not erased.refused, erased.answer


class Sleepers:
    """Sockets that never read, and sockets that say nothing, in a session that goes on for the whole time."""

    def __init__(self, scene: Scene, ports: Sequence[int], count: int) -> None:
        self._scene = scene
        self._ports = ports
        #: (what it did, seconds until it was closed, code).
        self.ends: list[tuple[str, float, int]] = []
        self._count = count
        self._tasks: list[asyncio.Task[None]] = []
        self._fay = Page(0, scene.staff, ports)

    def start(self) -> None:
        self._fay.start()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._talk())]
        for number, entry in enumerate(self._scene.learners[: 2 * self._count]):
            habit = "never reads" if number % 2 else "says nothing"
            self._tasks.append(loop.create_task(self._sleep(entry, self._ports[number // 2 % len(self._ports)], habit)))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._fay.stop()

    async def _talk(self) -> None:
        """Something long for them to hear, once a second."""
        while True:
            self._fay.do("session.notice", text=f"{time.monotonic()} " + "y" * 150)
            self._fay.history.clear()
            await asyncio.sleep(1)

    async def _sleep(self, entry: Pass, port: int, habit: str) -> None:
        loop = asyncio.get_running_loop()
        while True:
            closed: asyncio.Future[int] = loop.create_future()
            path = f"/ws/session/{entry.public_id}/?as=learner&view=html"

            def ended(code: int, closed: asyncio.Future[int] = closed) -> None:
                if not closed.done():
                    closed.set_result(code)

            request = wire.upgrade(port, path, entry.headers(port))
            transport, _socket = await loop.create_connection(
                lambda request=request, ended=ended: wire.WebSocket(request, _deaf, ended), "127.0.0.1", port
            )
            began = time.monotonic()
            if habit == "never reads":
                await asyncio.sleep(1)
                transport.pause_reading()
                await self._gone(port, transport)
            code = await closed
            self.ends.append((habit, time.monotonic() - began, code))

    @staticmethod
    async def _gone(port: int, transport: asyncio.Transport) -> None:
        """Wait until the server has let go of a connection from which nothing is read."""
        import psutil

        own = transport.get_extra_info("sockname")[1]
        while True:
            await asyncio.sleep(1)
            pairs = await asyncio.to_thread(psutil.net_connections, "tcp")
            if not any(c.laddr.port == port and c.raddr and c.raddr.port == own and c.pid for c in pairs):
                transport.resume_reading()
                return


def _deaf(text: bytes) -> None:
    """Heard, and not answered."""
