"""P1, P2, P3, P8, P9: servers that die, ops that come several times, results that are the answers."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from typing import Any

import pytest

from tests.faults import framing, play, scene
from tests.faults.cluster import begin
from tests.faults.conftest import Theatre
from tests.faults.people import Page, Person, Sent
from tests.faults.play import Fault, Stage, finish, until
from tests.faults.scene import CHOICES
from tests.faults.verdict import patience
from tests.unit.questions.test_once import walk

pytestmark = pytest.mark.long
WORST_SECONDS = 5.0


async def two_votes_each(stage: Stage) -> None:
    """Everybody answers once and changes their mind once, within twelve seconds."""
    poll = stage.scene.polls[0]

    async def vote(person: Person) -> None:
        for _ in range(2):
            await asyncio.sleep(stage.random.uniform(0, 6))
            person.answer(poll, "q1", 1, stage.random.choice(CHOICES))

    await asyncio.gather(*(vote(person) for person in stage.crowd.learners))


async def three_crashes(stage: Stage) -> None:
    """A server at 2 s, PostgreSQL at 5 s, Redis at 8 s."""
    cluster = stage.cluster
    worker, database, redis = cluster.workers[0], cluster.database, cluster.redis
    assert database is not None
    assert database.process is not None
    assert redis is not None
    await asyncio.sleep(1)
    await worker.kill()
    restarted = asyncio.create_task(worker.start())
    await asyncio.sleep(3)
    database.process.send_signal(signal.SIGQUIT)
    await asyncio.to_thread(database.process.wait)
    await begin(database)
    await asyncio.sleep(2)
    await asyncio.to_thread(redis.kill)
    await begin(redis)
    await restarted
    await asyncio.sleep(1)


def test_p1_a_thousand_voters_and_three_crashes(theatre: Theatre, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(play.SCENARIOS, "two votes", two_votes_each)
    verdict = theatre.play(Fault("P1: crashes of all three", three_crashes, 15), "two votes", seed, people=1_000)
    verdict.check(least=1_000)
    assert verdict.sent == 2_000
    assert verdict.ack_max <= WORST_SECONDS * verdict.patience, verdict.line()


async def stuttering_votes(stage: Stage) -> None:
    """Everybody sends each of their answers up to five times, some of them again after the acknowledgement."""
    poll = stage.scene.polls[0]
    loop = asyncio.get_running_loop()

    def again(person: Person, sent: Sent) -> None:
        if person.ready.is_set():
            person.send(sent)

    async def vote(person: Person) -> None:
        while await stage.pause(stage.random.uniform(0.4, 1.2)):
            sent = person.answer(poll, "q1", 1, stage.random.choice(CHOICES))
            for _ in range(stage.random.randint(0, 4)):
                loop.call_later(stage.random.uniform(0, 1.5), again, person, sent)

    await asyncio.gather(*(vote(person) for person in stage.crowd.learners))


async def losing_a_fifth(stage: Stage) -> None:
    for gate in stage.cluster.gates:
        gate.rule = framing.losing_answers(0.2, stage.random)
    await asyncio.sleep(6)
    for gate in stage.cluster.gates:
        gate.rule = None


def test_p2_every_op_counts_once(theatre: Theatre, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(play.SCENARIOS, "stutter", stuttering_votes)
    theatre.play(Fault("P2: a fifth of the answers lost", losing_a_fifth, 10), "stutter", seed, people=100).check()


def test_p2_five_thousand_steps_on_postgresql(theatre: Theatre) -> None:
    """The model of tests/unit/questions/test_once.py, with real transactions."""
    theatre.run(theatre.records.ask(walk, 100, 50))


class Recorder(Page):
    """A screen that keeps every frame of the results."""

    def take_slots(self, frames):
        self.kept = [*getattr(self, "kept", []), *(f for f in frames if f["s"].startswith("tally:") and "d" in f)]
        return super().take_slots(frames)


def _answered(page: Page, poll: int) -> int:
    """How many answers a page shows."""
    return int(page.slots.get(f"tally:{poll}", {}).get("d", {}).get("answered", 0))


_ANSWERS = "SELECT revision, value FROM questions_response WHERE activity_id = %s ORDER BY revision"


def _moments(rows: list[tuple[Any, ...]]) -> dict[int, dict[str, int]]:
    """The counts after each revision."""
    found: dict[int, dict[str, int]] = {0: {}}
    counts: Counter[str] = Counter()
    for revision, value in rows:
        counts[str(value).strip('"')] += 1
        found[int(revision)] = dict(counts)
    # Steps have numbers too, before, between and after the answers.
    whole, last = {}, found[0]
    for revision in range(max(found) + 100):
        last = whole[revision] = found.get(revision, last)
    return whole


def test_p3_every_tally_shown_is_the_answers_of_one_moment(theatre: Theatre, seed: int) -> None:
    """Each person answers once and nobody changes their mind, so the rows tell every moment of the past. No frame shows
    a moment before its number, or one that never was."""

    async def story() -> None:
        async with theatre.opened("tallies", seed, 400) as stage:
            made, ports = stage.scene, theatre.cluster.ports
            screens = [Recorder(2_000 + n, made.screen, [ports[n % 2]], seed) for n in range(3)]
            stage.crowd.add(*screens)
            await stage.crowd.all_there()
            poll = made.polls[0]

            async def vote(person: Person) -> None:
                await asyncio.sleep(stage.random.uniform(0, 3))
                person.answer(poll, "q1", 1, stage.random.choice(CHOICES))

            await asyncio.gather(*(vote(person) for person in stage.crowd.learners))
            await stage.crowd.answered(10)
            late = await until(lambda: all(_answered(screen, poll) == 400 for screen in screens), 10)
            print(f"tallies: screens are right {late:.2f} s after the last answer", flush=True)
            (await finish(stage)).check(least=0)
            assert late <= 1.0 * patience()
            moments = _moments(await stage.records.ask(scene.rows, _ANSWERS, [poll]))
            sampled = 0
            for screen in screens:
                for frame in screen.kept:
                    shown = frame["d"]["questions"].get("q1", {"counts": {}})["counts"]
                    counts = {key: count for key, count in shown.items() if count}
                    # A reader reads the number first and the answers after it: some newer ones may be among them.
                    assert any(counts == moment for r, moment in moments.items() if r >= frame["r"]), frame["r"]
                    sampled += 1
            print(f"tallies: {sampled} frames were recounted", flush=True)
            assert sampled >= 20

    theatre.run(story())


async def kill_one_after_another(stage: Stage) -> None:
    """A server chosen by chance is killed every eight seconds."""
    for _ in range(4):
        worker = stage.random.choice(stage.cluster.workers)
        await worker.kill()
        await asyncio.sleep(1)
        await worker.start()
        await asyncio.sleep(7)


def test_p8_a_server_is_killed_again_and_again(theatre: Theatre, seed: int) -> None:
    verdict = theatre.play(Fault("P8: killed again and again", kill_one_after_another, 15), "votes", seed)
    verdict.check()
    assert verdict.ack_max <= 15 * verdict.patience, verdict.line()
