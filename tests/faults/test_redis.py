"""P6: Redis is optional for what is right; only signals are late while it is away."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.cluster import begin
from tests.faults.conftest import Theatre
from tests.faults.people import Page
from tests.faults.play import Fault, Stage, everybody_sees
from tests.faults.scene import Pass
from tests.faults.verdict import patience

pytestmark = pytest.mark.long
LATE_SECONDS = 5.0
ACK_SECONDS = 1.0


async def thirty_seconds_without(stage: Stage) -> None:
    redis = stage.cluster.redis
    assert redis is not None
    await asyncio.to_thread(redis.kill)
    await asyncio.sleep(5)
    late: list[float] = []
    for number in range(1, 5):
        step = stage.staff.do("session.next", **{"from": stage.scene.phases[number - 1]})
        await step.done.wait()
        stage.staff.do("activity.open", a=stage.scene.polls[number], minutes=0)
        late.append(await everybody_sees(stage, f"Phase {number}"))
        await asyncio.sleep(3)
    # Nobody who comes now is turned away.
    for number, entry in enumerate(stage.scene.learners[:20]):
        page = Page(
            5_000 + number, Pass(entry.public_id, "learner", "data", entry.token, key=entry.key), stage.cluster.ports
        )
        stage.crowd.add(page)
        await asyncio.wait_for(page.ready.wait(), 5)
    stage.note(f"a step is seen after {max(late):.1f} s at the latest")
    assert max(late) <= LATE_SECONDS * patience()
    await asyncio.sleep(5)
    await begin(redis)
    await asyncio.sleep(5)
    back = stage.scene.phases[4]
    await stage.staff.do("session.next", **{"from": back}).done.wait()
    normal = await everybody_sees(stage, "Phase 5")
    stage.note(f"{normal:.2f} s when Redis was back for 5 s")
    assert normal <= 1.5 * patience()


def test_p6_thirty_seconds_without_redis(theatre: Theatre, seed: int) -> None:
    verdict = theatre.play(Fault("P6: 30 s without Redis", thirty_seconds_without, 10, quiet=True), "votes", seed)
    verdict.check()
    assert verdict.ack_p95 <= ACK_SECONDS * verdict.patience
