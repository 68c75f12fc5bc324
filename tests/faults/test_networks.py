"""P5, P9 to P12: absence, deploys, storms, frozen phones, and connections that only seem to be there."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from tests.faults.conftest import Theatre
from tests.faults.people import Page, Person
from tests.faults.play import Stage, everybody_sees, finish, right, until
from tests.faults.proxy import Link
from tests.faults.scene import CHOICES
from tests.faults.verdict import patience

pytestmark = pytest.mark.long
#: Transactions a second of two servers with people, whoever comes and goes.
EVERYDAY = 30


def links_of(stage: Stage, pages: list[Page]) -> list[Link]:
    """The connections of these pages, by the port that they come from."""
    ours = {
        page.socket.transport.get_extra_info("sockname")[1] for page in pages if page.socket and page.socket.transport
    }
    found = []
    for gate in stage.cluster.gates:
        for link in gate.links:
            assert link.client.transport is not None
            if link.client.transport.get_extra_info("peername")[1] in ours:
                found.append(link)
    return found


def test_p5_a_minute_of_silence(theatre: Theatre, seed: int) -> None:
    """Half of the people go away, for longer than a session is followed without them, the others say nothing.

    Redis clients with the usual time limits would cut the idle subscription, and a stock channel layer all sockets.
    Two steps are taken: who stayed sees them at once, who comes back is right at once, with the own answers.
    """

    async def story() -> None:
        async with theatre.opened("silence", seed, 60) as stage:
            made, loop = stage.scene, asyncio.get_running_loop()
            for person in stage.crowd.learners:
                person.answer(made.polls[0], "q1", 1, stage.random.choice(CHOICES))
            assert await stage.crowd.answered(10)
            away = [page for page in stage.crowd.pages if page.entry.right == "learner"][:30]
            stage.crowd.people = [person for person in stage.crowd.people if person not in away]
            for page in away:
                await page.stop()
            await asyncio.sleep(65)
            assert not any(page.closes for page in stage.crowd.pages)
            for number in (0, 1):
                await stage.staff.do("session.next", **{"from": made.phases[number]}).done.wait()
                assert await everybody_sees(stage, f"Phase {number + 1}") <= 1.0 * patience()
            await stage.staff.do("activity.open", a=made.polls[2], minutes=0).done.wait()
            began = loop.time()
            stage.crowd.add(*away)
            await right(stage, away, 20)
            took = loop.time() - began
            print(f"silence: everybody right {took:.2f} s after coming back", flush=True)
            (await finish(stage)).check(least=0)
            assert took <= 2.0 * patience()

    theatre.run(story())


def test_p9_a_deploy_says_goodbye_to_everybody(theatre: Theatre, seed: int) -> None:
    async def story() -> None:
        async with theatre.opened("deploy", seed, 300) as stage:
            loop = asyncio.get_running_loop()
            for worker in stage.cluster.workers:
                began = loop.time()
                await worker.terminate()
                await worker.start()
                await stage.crowd.all_there()
                closes = [code for page in stage.crowd.pages for at, code in page.closes if at >= began]
                assert set(closes) == {4412}
                back = [page.hellos[-1] for page in stage.crowd.pages if page.hellos[-1] >= began]
                print(f"deploy: {len(closes)} goodbyes, back within {max(back) - began:.1f} s", flush=True)
                for page in (page for page in stage.crowd.pages if page.entry.right == "staff" and page.closes):
                    blind = page.hellos[-1] - page.closes[-1][0]
                    assert blind <= 3.0 * patience()
            (await finish(stage)).check(least=0)

    theatre.run(story())


def test_p10_a_storm_of_reconnects(theatre: Theatre, seed: int) -> None:
    """All connections are reset at once; the database hardly notices that everybody comes back."""

    async def story() -> None:
        async with theatre.opened("storm", seed, 1_200) as stage:
            pages = stage.crowd.pages
            await stage.pause(3)
            loop = asyncio.get_running_loop()
            before, began = _transactions(stage), loop.time()
            for gate in stage.cluster.gates:
                gate.cut()
            await until(lambda: all(page.closes and page.hellos[-1] > began for page in pages), 30)
            took = max(page.hellos[-1] for page in pages) - began
            # Each backend tells its counts once a second.
            await asyncio.sleep(1.5)
            asked = _transactions(stage) - before
            print(f"storm: {len(pages)} back after {took:.1f} s, {asked} transactions", flush=True)
            assert took <= 15 * patience()
            # A wave is let in with two transactions; the others belong to the seconds and not to the people: the check of
            # heads, presence, and who is there counted anew for panels and screens.
            assert asked <= 0.05 * len(pages) + EVERYDAY * (loop.time() - began)
            (await finish(stage)).check(least=0)

    theatre.run(story())


def _transactions(stage: Stage) -> int:
    with psycopg.connect(stage.cluster.url, autocommit=True) as admin:
        admin.execute("SELECT pg_stat_force_next_flush()")
        row = admin.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()").fetchone()
        return int(row[0]) if row else 0


def test_p11_frozen_phones_cost_nothing(theatre: Theatre, seed: int) -> None:
    """25 phones read nothing for a minute while ten notices and many votes a second are sent to everybody."""

    async def story() -> None:
        async with theatre.opened("frozen", seed, 250) as stage:
            made, loop = stage.scene, asyncio.get_running_loop()
            frozen = [page for page in stage.crowd.pages if page.entry.right == "learner"][:25]
            awake: list[Person] = [person for person in stage.crowd.learners if person not in frozen]
            ports = {link.server.transport.get_extra_info("sockname")[1] for link in links_of(stage, frozen)}  # type: ignore[union-attr]
            assert len(ports) == 25
            for page in frozen:
                page.freeze()
            sizes = [worker.measures.memory_info().rss for worker in stage.cluster.workers]
            began, number = loop.time(), 0
            cut_after = 0.0
            while loop.time() - began < 62:
                number += 1
                stage.staff.do("session.notice", text=f"{number} " + "x" * 290)
                for person in stage.random.sample(awake, 12):
                    person.answer(made.polls[0], "q1", 1, stage.random.choice(CHOICES))
                await asyncio.sleep(0.1)
                if not cut_after and number % 10 == 0 and not _held(stage, ports):
                    cut_after = loop.time() - began
            grown = [
                worker.measures.memory_info().rss - size
                for worker, size in zip(stage.cluster.workers, sizes, strict=True)
            ]
            for page in frozen:
                page.thaw()
            await stage.crowd.all_there()
            verdict = await finish(stage)
            print(
                f"frozen: cut after {cut_after:.0f} s, memory {[each // 2**20 for each in grown]} MiB more", flush=True
            )
            verdict.check(least=0)
            assert 40 <= cut_after <= 60 * patience()
            assert sum(grown) <= 50 * 2**20
            assert verdict.ack_p95 <= 0.5 * verdict.patience, verdict.line()

    theatre.run(story())


def _held(stage: Stage, ports: set[int]) -> int:
    """How many of these connections the servers still hold; what the kernel has left of them does not count."""
    found = [each for worker in stage.cluster.workers for each in worker.measures.net_connections("tcp")]
    return sum(bool(each.raddr) and each.raddr.port in ports and each.status == "ESTABLISHED" for each in found)


def online(stage: Stage) -> int:
    return int(stage.staff.slots["room"]["d"]["online"])


def test_p12_presence_notices_half_open_connections(theatre: Theatre, seed: int) -> None:
    """They are counted no more after 45 seconds; the phones themselves notice after 20."""

    async def story() -> None:
        async with theatre.opened("presence", seed, 60) as stage:
            loop = asyncio.get_running_loop()
            everybody = len(stage.scene.learners)
            await until(lambda: online(stage) == everybody, 15)
            pages = [page for page in stage.crowd.pages if page.entry.right == "learner"][:10]
            for gate in stage.cluster.gates:
                gate.lose([link for link in links_of(stage, pages) if link in gate.links])
            began = loop.time()
            for page in pages:
                # They find nobody when they come back: only what the server notices by itself counts here.
                page.gates = [1]
            took = await until(lambda: online(stage) == everybody - 10, 45)
            print(f"presence: right after {took:.1f} s", flush=True)
            await until(lambda: all(page.closes for page in pages), 25)
            assert max(page.closes[0][0] for page in pages) - began <= 21.5

    theatre.run(story())


def test_p12_presence_notices_a_dead_server(theatre: Theatre, seed: int) -> None:
    """Its people stay away, nothing else happens: the panel on the other server counts right all the same."""

    async def story() -> None:
        async with theatre.opened("dead server", seed, 40) as stage:
            await until(lambda: online(stage) == len(stage.scene.learners), 15)
            worker = next(w for w in stage.cluster.workers if w.port != stage.cluster.gates[_gate(stage)].target)
            port = stage.cluster.ports[stage.cluster.workers.index(worker)]
            gone = [person for person in stage.crowd.learners if person.port == port]
            for person in gone:
                await person.stop()
            stage.crowd.people = [person for person in stage.crowd.people if person not in gone]
            await worker.kill()
            took = await until(lambda: online(stage) == len(stage.scene.learners) - len(gone), 45)
            print(f"dead server: {len(gone)} are counted no more after {took:.1f} s", flush=True)
            await worker.start()

    theatre.run(story())


def _gate(stage: Stage) -> int:
    """The number of the gate through which the panel came in."""
    return stage.cluster.ports.index(stage.staff.port)
