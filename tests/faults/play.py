"""One run: people do something, a fault happens meanwhile and heals, and then the verdict is given."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson
from django.db import InterfaceError, OperationalError, connection, connections

from tests.faults import scene as scenes
from tests.faults import wire
from tests.faults.cluster import Cluster
from tests.faults.crowd import Crowd
from tests.faults.people import Page, Pass, Person, Poller
from tests.faults.scene import CHOICES, Scene
from tests.faults.truth import Truth
from tests.faults.verdict import Verdict

T = TypeVar("T")
#: Acks count as given in the fault until so long after it: then the last of what it held up has come.
WINDOW_AFTER = 3.0
LOOK_SECONDS = 0.2
MOMENT = 0.05
#: Every tenth learner has no socket.
POLLERS = 10
SETTLE_SECONDS = 30.0


class Records:
    """A thread with the default database: what the tests ask it themselves."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "faults-records")

    async def ask(self, act: Callable[..., T], *args: Any, **named: Any) -> T:
        """Run on the thread; with a new connection when the old one died with the database."""
        return await asyncio.wrap_future(self._thread.submit(self._guarded, act, *args, **named))

    @staticmethod
    def _guarded(act: Callable[..., T], *args: Any, **named: Any) -> T:
        try:
            return act(*args, **named)
        except (OperationalError, InterfaceError):
            connection.close()
            return act(*args, **named)

    def close(self) -> None:
        self._thread.submit(connections.close_all)
        self._thread.shutdown()


@dataclass
class Stage:
    """Everything that a scenario and a fault may touch."""

    cluster: Cluster
    scene: Scene
    crowd: Crowd
    records: Records
    seed: int
    random: random.Random
    verdict: Verdict
    #: Set when the scenario shall come to its end.
    over: asyncio.Event = field(default_factory=asyncio.Event)
    seats: list[int] = field(default_factory=list)
    staff: Page = field(init=False)
    #: When the fault had healed.
    ended: float = 0.0

    def note(self, text: str) -> None:
        self.verdict.notes += f"{'; ' if self.verdict.notes else ''}{text}"

    async def pause(self, seconds: float) -> bool:
        """Wait; False when the scenario shall end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.over.wait(), seconds)
        return not self.over.is_set()


async def until(holds: Callable[[], object], seconds: float) -> float:
    """Wait until it holds; how many seconds that took. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for _ in range(round(seconds / MOMENT)):
        if holds():
            return loop.time() - began
        await asyncio.sleep(MOMENT)
    raise TimeoutError


async def everybody_sees(stage: Stage, phase: str) -> float:
    """Seconds until every page with a socket shows that phase."""

    def shows(page: Page) -> bool:
        shown = page.slots.get("stage", {}).get("d") or {}
        return bool((shown.get("phase") or {}).get("title") == phase)

    return await until(lambda: all(map(shows, stage.crowd.pages)), 20)


Scenario = Callable[[Stage], Awaitable[None]]
Harm = Callable[[Stage], Awaitable[None]]


async def burst_of_votes(stage: Stage) -> None:
    """Everybody answers the open poll again and again, about three times a second each."""
    poll = stage.scene.polls[0]

    async def vote(person: Person) -> None:
        while await stage.pause(stage.random.uniform(0.2, 0.5)):
            if len(person.outbox) < 3:
                person.answer(poll, "q1", 1, stage.random.choice(CHOICES))

    await asyncio.gather(*(vote(person) for person in stage.crowd.learners))


async def phase_changes(stage: Stage) -> None:
    """The facilitator goes on from phase to phase and opens the next poll; people answer whatever they see open."""
    scene, staff = stage.scene, stage.staff

    async def lead() -> None:
        for number in range(1, len(scene.phases)):
            if not await stage.pause(1.5):
                return
            step = staff.do("session.next", **{"from": scene.phases[number - 1]})
            await step.done.wait()
            staff.do("activity.open", a=scene.polls[number], minutes=0)
            staff.do("activity.show", a=scene.polls[number], where="phones", on=True)

    async def follow(person: Person) -> None:
        while await stage.pause(stage.random.uniform(0.4, 0.8)):
            shown = person.slots.get("stage", {}).get("d") or {}
            for activity in shown.get("activities", ()):
                if activity["state"] == "open" and activity["kind"] == "poll" and len(person.outbox) < 3:
                    person.answer(activity["id"], "q1", activity["round"], stage.random.choice(CHOICES))

    await asyncio.gather(lead(), *(follow(person) for person in stage.crowd.learners))


async def join_wave(stage: Stage) -> None:
    """New people come all the time, by the way of programs, and vote at once; those who are in vote now and then."""
    scene = stage.scene
    arrivals: list[asyncio.Task[None]] = []

    async def arrive(number: int) -> None:
        entry = await _join(stage, number)
        page = Page(10_000 + number, entry, stage.cluster.ports, stage.seed)
        stage.crowd.add(page)
        for _ in range(2):
            page.answer(scene.polls[0], "q1", 1, stage.random.choice(CHOICES))
            await asyncio.sleep(stage.random.uniform(0.2, 0.6))

    async def vote(person: Person) -> None:
        while await stage.pause(stage.random.uniform(0.5, 1.5)):
            if len(person.outbox) < 3:
                person.answer(scene.polls[0], "q1", 1, stage.random.choice(CHOICES))

    voters = [asyncio.create_task(vote(person)) for person in stage.crowd.learners]
    number = 0
    while number < 400 and await stage.pause(0.06):
        arrivals.append(asyncio.create_task(arrive(number)))
        number += 1
    await asyncio.gather(*arrivals, *voters)
    stage.note(f"{number} joined")


async def _join(stage: Stage, number: int) -> Pass:
    """Join as a program does, with one attempt until there is an answer."""
    ports = stage.cluster.ports
    attempt = wire.base64.urlsafe_b64encode(stage.random.randbytes(32)).decode()
    body = urlencode({"token": stage.scene.join_token, "name": f"Late {number}", "attempt": attempt}).encode()
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    turn = number
    while True:
        try:
            answer = await wire.request(ports[turn % len(ports)], "POST", "/join/", headers, body)
            if answer.status == 200:
                break
            assert answer.status in (429, 503), f"joining was answered {answer.status}: {answer.body!r}"
        except (OSError, TimeoutError):
            pass
        turn += 1
        await asyncio.sleep(stage.random.uniform(0.3, 1.0))
    token = orjson.loads(answer.body)["token"]
    seat = int(token.split(":")[1])
    stage.seats.append(seat)
    return Pass(stage.scene.public_id, token=token, key=f"p:{seat}")


async def card_moves(stage: Stage) -> None:
    """Everybody adds cards to the board of their group and moves their own."""
    scene = stage.scene

    async def work(person: Person) -> None:
        place = {"a": scene.board, "g": scene.groups[person.entry.key]}
        mine: list[Any] = []
        while await stage.pause(stage.random.uniform(0.6, 1.8)):
            if len(person.outbox) >= 3:
                continue
            done = [sent for sent in mine if sent.acked]
            if len(mine) < 4 or not done:
                if len(mine) < 6:
                    text = f"card {person.number}.{len(mine)}"
                    mine.append(person.do("card.add", **place, column=1, text=text, colour="a"))
            else:
                card = stage.random.choice(done).answer["d"]["card"]
                person.do("card.move", **place, card=card, column=stage.random.randint(1, 3), before=None)

    await asyncio.gather(*(work(person) for person in stage.crowd.learners))


SCENARIOS: dict[str, Scenario] = {
    "votes": burst_of_votes,
    "phases": phase_changes,
    "joins": join_wave,
    "cards": card_moves,
}


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong. ``harm`` returns when it has healed.

    Args:
        limit: seconds after that within which everybody must be right (docs/reliability.md).
        quiet: no connection may end because of it.
        acks: seconds within which 95 of 100 acknowledgements must come, 0 for no limit.
    """

    name: str
    harm: Harm
    limit: float = 10.0
    quiet: bool = False
    acks: float = 0.0


async def play(
    cluster: Cluster, records: Records, fault: Fault, scenario: str, seed: int, *, people: int = 150, name: str = ""
) -> Verdict:
    """One run from the first hello to the verdict."""
    async with opened(cluster, records, name or f"{fault.name}/{scenario}", seed, people, scenario == "cards") as stage:
        stage.verdict.limit = fault.limit
        await _act(stage, fault, SCENARIOS[scenario])
        await settle(stage)
        await judge(stage)
    verdict = stage.verdict
    if fault.acks and verdict.ack_p95 > fault.acks * verdict.patience:
        verdict.findings.append(f"acknowledgements took {verdict.ack_p95:.2f} s")
    if fault.quiet and verdict.closes:
        verdict.findings.append(f"{verdict.closes} connections ended")
    return verdict


@contextlib.asynccontextmanager
async def opened(
    cluster: Cluster,
    records: Records,
    name: str,
    seed: int,
    people: int,
    on_board: bool = False,
) -> AsyncIterator[Stage]:
    """A session of its own with everybody in it; all are gone at the end."""
    await cluster.whole()
    print(f"{name}: seed {seed}", flush=True)
    scene = await records.ask(scenes.make, people, on_board=on_board)
    crowd = Crowd()
    stage = Stage(cluster, scene, crowd, records, seed, random.Random(seed), Verdict(name, seed, limit=10.0))
    try:
        await fill(stage)
        yield stage
    finally:
        await crowd.go()


async def fill(stage: Stage) -> None:
    """Let everybody in: learners with sockets and without, two pages of the facilitator, two screens."""
    scene, ports = stage.scene, stage.cluster.ports
    for number, entry in enumerate(scene.learners):
        kind = Poller if number % POLLERS == POLLERS - 1 else Page
        stage.crowd.add(kind(number, entry, ports, stage.seed))
    entries = [scene.staff, scene.staff_as("html"), scene.screen, scene.screen_as("html")]
    pages = [Page(1_000 + number, entry, ports, stage.seed) for number, entry in enumerate(entries)]
    stage.staff = pages[0]
    stage.crowd.add(*pages)
    await stage.crowd.all_there()


async def finish(stage: Stage) -> Verdict:
    """Nothing more is done: wait until everything is answered and everybody right, and judge."""
    stage.ended = asyncio.get_running_loop().time()
    await stage.crowd.answered(SETTLE_SECONDS)
    await settle(stage)
    await judge(stage)
    return stage.verdict


async def _act(stage: Stage, fault: Fault, scenario: Scenario) -> None:
    loop = asyncio.get_running_loop()
    acting = asyncio.ensure_future(scenario(stage))
    await asyncio.sleep(1.0)
    before = sum(len(page.closes) for page in stage.crowd.pages)
    began = loop.time()
    try:
        await fault.harm(stage)
        ended = loop.time()
        await asyncio.sleep(1.5)
    finally:
        stage.over.set()
    stage.ended = ended
    await acting
    await stage.crowd.answered(SETTLE_SECONDS)
    verdict = stage.verdict
    verdict.window = ended - began + WINDOW_AFTER
    verdict.in_window = sum(
        began <= sent.answered_at <= ended + WINDOW_AFTER for sent in stage.crowd.sent if sent.acked
    )
    verdict.closes = sum(len(page.closes) for page in stage.crowd.pages) - before


async def settle(stage: Stage) -> None:
    """Wait until everybody shows what the database says, and note how long that took."""
    loop = asyncio.get_running_loop()
    ended = stage.ended
    deadline = loop.time() + SETTLE_SECONDS
    truth: Truth | None = None
    while True:
        if truth is None or len(truth.people) != len(stage.crowd.people):
            truth = Truth(stage.scene.session, stage.crowd.people)
        at = loop.time()
        if await stage.records.ask(truth.moved):
            await stage.records.ask(truth.read)
        there = all(page.ready.is_set() for page in stage.crowd.pages)
        if there and truth.all_right:
            break
        if loop.time() > deadline:
            stage.verdict.unequal = max(truth.unequal(), 1)
            stage.verdict.findings += truth.differences()
            stage.verdict.findings += [f"{page} is away" for page in stage.crowd.pages if not page.ready.is_set()][:5]
            break
        await asyncio.sleep(LOOK_SECONDS)
    last = max((sent.answered_at for sent in stage.crowd.sent), default=ended)
    # Nobody can be right before the last answer is given; what comes later than the fault's end is the load's.
    stage.verdict.seconds = max(0.0, at - max(ended, min(last, ended + 1.5)))


async def right(stage: Stage, people: Sequence[Person], seconds: float) -> float:
    """Wait until these show what the database says; how long that took."""
    truth = Truth(stage.scene.session, people)
    await stage.records.ask(truth.read)
    return await until(lambda: truth.all_right, seconds)


async def judge(stage: Stage) -> None:
    """Everything that was said against everything that is stored."""
    verdict, scene = stage.verdict, stage.scene
    await stage.records.ask(verdict.judge, scene, stage.crowd)
    await stage.records.ask(verdict.judge_tally, scene, stage.staff)
    if stage.seats:
        await stage.records.ask(verdict.judge_seats, scene, stage.seats)
