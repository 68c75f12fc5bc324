"""P6: Redis is optional for what is right; only signals are late while it is away."""

from __future__ import annotations

import asyncio

import pytest

from tests.faults.cluster import begin
from tests.faults.conftest import Theatre
from tests.faults.harm import FAULTS
from tests.faults.people import Page
from tests.faults.play import Fault, Stage, finish, until
from tests.faults.scene import Pass

pytestmark = pytest.mark.long
LATE_SECONDS = 5.0
ACK_SECONDS = 1.0


async def everybody_sees(stage: Stage, phase: str) -> float:
    """Seconds until every page with a socket shows that phase."""

    def shows(page: Page) -> bool:
        shown = page.slots.get("stage", {}).get("d") or {}
        return bool((shown.get("phase") or {}).get("title") == phase)

    return await until(lambda: all(map(shows, stage.crowd.pages)), 20)


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
    assert max(late) <= LATE_SECONDS
    await asyncio.sleep(5)
    await begin(redis)
    await asyncio.sleep(5)
    back = stage.scene.phases[4]
    await stage.staff.do("session.next", **{"from": back}).done.wait()
    normal = await everybody_sees(stage, "Phase 5")
    stage.note(f"{normal:.2f} s when Redis was back for 5 s")
    assert normal <= 1.5


def test_p6_thirty_seconds_without_redis(theatre: Theatre, seed: int) -> None:
    verdict = theatre.play(Fault("no-redis", thirty_seconds_without, 10, quiet=True), "votes", seed)
    verdict.check()
    assert verdict.ack_p95 <= ACK_SECONDS


@pytest.mark.parametrize("fault", ["kill-redis", "restart-redis", "freeze-redis"])
def test_an_ack_never_waits_for_redis(theatre: Theatre, seed: int, fault: str) -> None:
    verdict = theatre.play(FAULTS[fault], "votes", seed)
    verdict.check()
    assert verdict.ack_max <= ACK_SECONDS, verdict.line()


def test_an_idle_socket_stays_for_more_than_a_minute(theatre: Theatre, seed: int) -> None:
    """redis-py's own time limits would cut an idle subscription, and a stock channel layer every socket."""

    async def story() -> None:
        async with theatre.opened("idle", seed, 30) as stage:
            await asyncio.sleep(65)
            assert [page for page in stage.crowd.pages if page.closes] == []
            # The subscription of both servers is there too: a step reaches everybody at once.
            await stage.staff.do("session.next", **{"from": stage.scene.phases[0]}).done.wait()
            assert await everybody_sees(stage, "Phase 1") <= 1.0
            (await finish(stage)).check(least=0)

    theatre.run(story())
