"""P15, P24, P31: a class behind one address, people who send nonsense, and more people than there is room for."""

from __future__ import annotations

import asyncio
import os
import random
import socket
from collections.abc import Iterator

import pytest

from tests.faults import wire
from tests.faults.conftest import Theatre
from tests.faults.people import Page, Poller
from tests.faults.play import Stage, _join, finish, until
from tests.faults.scene import CHOICES

pytestmark = pytest.mark.long


async def guess_codes(stage: Stage, over: asyncio.Event, told: list[int]) -> None:
    """Fifty wrong codes a second."""
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    while not over.is_set():
        body = f"code={stage.random.randrange(100_000, 999_999)}&name=Mallory".encode()
        tries = [wire.request(port, "POST", "/join/", headers, body) for port in stage.cluster.ports * 5]
        found = await asyncio.gather(*tries, return_exceptions=True)
        told += [each.status for each in found if isinstance(each, wire.Answer)]
        await asyncio.sleep(0.2)


async def flood(stage: Stage, mallory: Page, over: asyncio.Event) -> None:
    """A thousand frames a second on one socket after the other."""
    while not over.is_set():
        for _ in range(100):
            mallory.say({"t": "ping", "at": 1})
        await asyncio.sleep(0.1)
        if mallory.stopped_with:
            mallory.start()
            mallory.stopped_with = 0
            mallory.closes.clear()


def test_p15_a_class_behind_one_address(theatre: Theatre, seed: int) -> None:
    """All come from 127.0.0.1, with somebody among them who guesses, floods and keeps idle connections."""

    async def story() -> None:
        async with theatre.opened("one address", seed, 20) as stage:
            loop, over, told = asyncio.get_running_loop(), asyncio.Event(), list[int]()
            idle = [socket.create_connection(("127.0.0.1", port)) for port in stage.cluster.ports * 250]
            mallory = Page(9_000, stage.scene.learners[0], stage.cluster.ports, seed)
            mallory.start()
            attack = [
                asyncio.create_task(guess_codes(stage, over, told)),
                asyncio.create_task(flood(stage, mallory, over)),
            ]
            took: list[float] = []

            async def arrive(number: int) -> None:
                await asyncio.sleep(stage.random.uniform(0, 30))
                began = loop.time()
                entry = await _join(stage, number)
                took.append(loop.time() - began)
                page = Page(10_000 + number, entry, stage.cluster.ports, seed)
                stage.crowd.add(page)
                page.answer(stage.scene.polls[0], "q1", 1, stage.random.choice(CHOICES))

            await asyncio.gather(*(arrive(number) for number in range(300)))
            over.set()
            await asyncio.gather(*attack)
            await mallory.stop()
            for each in idle:
                each.close()
            verdict = await finish(stage)
            took.sort()
            print(
                f"one address: joins p95 {took[285]:.2f} s, worst {took[-1]:.2f} s; guesses got {set(told)}", flush=True
            )
            verdict.check(least=0)
            honest = [page for page in stage.crowd.pages if page.number >= 10_000]
            assert len(honest) == 300
            assert not any(page.closes for page in honest)
            assert not any(sent.refused for page in honest for sent in page.history)
            assert took[285] <= 2.0 * verdict.patience
            assert set(told) <= {403, 429, 503}
            assert 429 in told

    theatre.run(story())


def nonsense(chance: random.Random) -> bytes:
    """A frame that nobody should send; some are well-formed WebSocket, some not even that."""
    texts = [
        b"{", b"[" * 20_000, b"null", b'"x"', b"{}", b'{"t":1}', b'{"t":"do"}', b'{"t":"do","id":"x","op":"respond"}',
        b'{"t":"__init__"}', b'{"t":"websocket.close"}', b'{"t":"do","t":"do"}', b'{"t":"ping","at":1e999}',
        b'{"t":"ping","at":' + b"9" * 5_000 + b"}", b'{"t":"watch","s":"' + b"x" * 9_000 + b'"}', b"\xff\xfe",
        b'{"t":"do","id":"00000000-0000-4000-8000-000000000000","op":"respond","a":1,"q":"\\u0000","round":1,"n":1}',
        chance.randbytes(chance.randint(1, 500)),
    ]  # fmt: skip
    return chance.choice(texts)


def test_p24_bad_input_hurts_only_its_sender(theatre: Theatre, seed: int) -> None:
    async def story() -> None:
        async with theatre.opened("nonsense", seed, 50) as stage:
            over = asyncio.Event()
            codes: set[int] = set()
            sent = 0

            async def attack(number: int) -> None:
                nonlocal sent
                chance = random.Random(seed * 1_000 + number)
                while not over.is_set():
                    entry = stage.scene.learners[number]
                    mallory = Page(8_000 + number, entry, stage.cluster.ports, seed)
                    mallory.start()
                    await asyncio.wait([asyncio.create_task(mallory.ready.wait())], timeout=5)
                    for _ in range(6):
                        transport = mallory.socket.transport if mallory.socket else None
                        if mallory.socket is None or transport is None or transport.is_closing():
                            break
                        raw = nonsense(chance)
                        if chance.random() < 0.2:
                            transport.write(raw)
                        else:
                            mallory.socket._write(chance.choice((0, 1, 1, 1, 2, 9, 3)), raw)
                        sent += 1
                        await asyncio.sleep(0.01)
                    codes.update(code for _, code in mallory.closes)
                    await mallory.stop()

            attackers = [asyncio.create_task(attack(number)) for number in range(8)]
            # Those whose seats Mallory uses lose a socket to each fifth one; they only watch.
            honest = [page for page in stage.crowd.pages if page.entry.right == "learner" and page.number >= 10]
            processes = [worker.process.pid for worker in stage.cluster.workers if worker.process]
            for _ in range(40):
                for page in stage.random.sample(honest, 10):
                    page.answer(stage.scene.polls[0], "q1", 1, stage.random.choice(CHOICES))
                await asyncio.sleep(0.3)
            over.set()
            await asyncio.gather(*attackers)
            assert not any(page.closes for page in honest)
            assert processes == [worker.process.pid for worker in stage.cluster.workers if worker.process]
            stage.crowd.people = [p for p in stage.crowd.people if p.number >= 10]
            verdict = await finish(stage)
            print(f"nonsense: {sent} frames, closed with {sorted(codes)}", flush=True)
            verdict.check(least=0)
            assert 1011 not in codes
            assert 4400 in codes

    theatre.run(story())


@pytest.fixture
def small(theatre: Theatre) -> Iterator[Theatre]:
    """Servers with room for sixty sockets each."""

    async def restart(application: str) -> None:
        for worker in theatre.cluster.workers:
            worker.application = application
            await worker.kill()
            await worker.start()

    usual = theatre.cluster.workers[0].application
    theatre.run(restart("tests.faults.small:application"))
    yield theatre
    theatre.run(restart(usual))


def test_p31_full_is_said_honestly(small: Theatre, seed: int) -> None:
    """Those inside go on; those outside are told when to come again, lose nothing, and get in when there is room."""

    async def story() -> None:
        async with small.opened("full", seed, 100) as stage:
            made, ports = stage.scene, stage.cluster.ports
            inside = stage.crowd.pages
            late = [Page(4_000 + n, made.learners[n], ports, seed) for n in range(60)]
            outside = [Poller(7_000 + n, made.learners[n + 60], ports, seed) for n in range(5)]
            stage.crowd.add(*late, *outside)
            for number in range(60):
                for page in (*stage.random.sample(inside, 15), late[number]):
                    if page.entry.right == "learner":
                        page.answer(made.polls[0], "q1", 1, stage.random.choice(CHOICES))
                await asyncio.sleep(0.2)
            waiting = [page for page in late if not page.ready.is_set()]
            codes = {code for page in late for _, code in page.closes}
            byes = sum(page.byes for page in late)
            print(f"full: {len(waiting)} wait outside, {byes} were told when to come again, {codes}", flush=True)
            assert len(waiting) >= 20
            assert codes <= {4413, 4409}
            assert byes >= len(waiting)
            assert not any(page.closes for page in inside if page.entry.right != "learner")
            # Some go home, and those who wait find their way in with what they had to say.
            for page in inside[:70]:
                await page.stop()
            stage.crowd.people = [person for person in stage.crowd.people if person not in inside[:70]]
            await until(lambda: all(page.ready.is_set() for page in late), 40)
            stage.verdict.limit = 15
            verdict = await finish(stage)
            assert not [sent for sent in stage.crowd.sent if sent.answer is None]
            assert verdict.unequal == 0

    small.run(story())


def test_p31_full_over_http_is_503_with_a_time(small: Theatre, seed: int) -> None:
    async def story() -> None:
        async with small.opened("full over http", seed, 20) as stage:
            entry, port = stage.scene.learners[0], stage.cluster.ports[0]
            path = f"/live/{entry.public_id}/slots/?as=learner&view=data&x={os.getpid()}"
            asked = [
                wire.request(port, "GET", path, {**other.headers(port), "Accept-Language": f"x{n}"})
                for n, other in enumerate(stage.scene.learners * 15)
            ]
            answers = await asyncio.gather(*asked)
            refused = [answer for answer in answers if answer.status == 503]
            assert {answer.status for answer in answers} <= {200, 204, 503}
            assert refused
            assert all(1 <= int(answer.headers["retry-after"]) <= 30 for answer in refused)

    small.run(story())
