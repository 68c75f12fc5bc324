"""P26: no clock but the database's matters, neither the phones' nor the servers'."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import Theatre
from tests.faults.people import Page, Person
from tests.faults.play import Stage, finish, until
from tests.faults.scene import CHOICES
from tests.faults.verdict import patience
from workshop.live.models import ActivityRun

pytestmark = pytest.mark.long
#: After the end of a timer (docs/protocol.md; ``live.timing.GRACE``).
GRACE_MS = 1_500


@pytest.fixture
def clocks(theatre: Theatre) -> Iterator[list[Path]]:
    """For each server a file with how far its clock is off; writing to it makes the clock jump."""
    workers = theatre.cluster.workers
    files = [theatre.cluster.folder / f"clock-{worker.number}" for worker in workers]
    usual = workers[0].application

    async def restart(application: str) -> None:
        for worker, file in zip(workers, files, strict=True):
            file.write_text("0")
            worker.application, worker.more = application, {"ODD_CLOCK": str(file)}
            await worker.kill()
            await worker.start()

    theatre.run(restart("tests.faults.odd_clock:application"))
    yield files
    theatre.run(restart(usual))


async def vote_through(stage: Stage, over: asyncio.Event) -> None:
    poll = stage.scene.polls[0]

    async def vote(person: Person) -> None:
        while not over.is_set():
            person.answer(poll, "q1", 1, stage.random.choice(CHOICES))
            await asyncio.sleep(stage.random.uniform(0.3, 0.8))

    await asyncio.gather(*(vote(person) for person in stage.crowd.learners))


def test_p26_servers_whose_clocks_jump(theatre: Theatre, seed: int, clocks: list[Path]) -> None:
    async def story() -> None:
        async with theatre.opened("clocks", seed, 60) as stage:
            made, loop, over = stage.scene, asyncio.get_running_loop(), asyncio.Event()
            await stage.staff.do("activity.timer", a=made.polls[0], minutes=1).done.wait()
            voting = asyncio.create_task(vote_through(stage, over))
            await asyncio.sleep(2)
            clocks[0].write_text("3600")
            clocks[1].write_text("-3600")

            def closed() -> bool:
                activities = stage.staff.slots["stage"]["d"]["activities"]
                return any(each["id"] == made.polls[0] and each["state"] == "closed" for each in activities)

            await until(closed, 75)
            seen_at = time.time()
            late = Page(3_000, made.learners[0], [theatre.cluster.ports[0]], seed)
            later = Page(3_001, made.learners[1], [theatre.cluster.ports[1]], seed)
            stage.crowd.add(late, later)
            await stage.crowd.all_there()
            await asyncio.sleep(2)
            over.set()
            await voting
            verdict = await finish(stage)
            run = await stage.records.ask(ActivityRun.objects.get, session=made.session, activity=made.polls[0])
            assert run.closes_at is not None
            end = run.closes_at.timestamp() * 1000
            _judge_deadline(stage, end)
            assert seen_at * 1000 <= end + GRACE_MS + 2_500 * patience()
            # What pages are told of the time: the same by both servers, and the tests' own (here is one machine).
            off = loop.time() - time.time()
            for page in stage.crowd.pages:
                for heard_at, now in page.told:
                    assert abs(now / 1000 - (heard_at - off)) <= 1.0
            verdict.check(least=0)

    theatre.run(story())


def _judge_deadline(stage: Stage, end: float) -> None:
    """Whatever was saved was saved in time; whatever was refused came too late."""
    votes = [sent for person in stage.crowd.learners for sent in person.history if sent.op == "respond"]
    acked = [sent.answer["d"]["saved"] for sent in votes if sent.acked and sent.answer]
    refused = [sent for sent in votes if sent.refused and sent.answer and sent.answer["code"] == "closed"]
    print(f"clocks: {len(acked)} votes in time, {len(refused)} too late", flush=True)
    assert len(acked) >= 50
    assert len(refused) >= 50
    assert max(acked) <= end + GRACE_MS
    offset = time.time() - asyncio.get_running_loop().time()
    assert min((sent.answered_at + offset) * 1000 for sent in refused) >= end
