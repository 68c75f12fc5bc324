"""The faults. Each returns when it has healed; the run goes on meanwhile."""

from __future__ import annotations

import asyncio
import random
import signal

from tests.faults import framing
from tests.faults.cluster import begin
from tests.faults.people import Page
from tests.faults.play import Fault, Stage

#: A fault that only happened a few times proves little.
ENOUGH = 20


async def nothing(stage: Stage) -> None:
    """No fault at all: what the others are compared with."""
    await asyncio.sleep(3)


async def kill_worker(stage: Stage) -> None:
    """SIGKILL of a server; another is started two seconds later."""
    worker = stage.random.choice(stage.cluster.workers)
    await worker.kill()
    await asyncio.sleep(2)
    await worker.start()


async def deploy(stage: Stage) -> None:
    """SIGTERM for each server in turn, the next when the one before is back."""
    goodbyes = 0
    for number, worker in enumerate(stage.cluster.workers):
        port = stage.cluster.ports[number]
        there = [page for page in stage.crowd.pages if page.ready.is_set() and page.port == port]
        before = {page: (page.byes, len(page.closes)) for page in there}
        await worker.terminate()
        await worker.start()
        rude = [page for page in there if page.byes == before[page][0] or page.closes[before[page][1]][1] != 4412]
        stage.verdict.findings += [f"{page} was sent away without a goodbye: {page.closes[-1:]}" for page in rude[:3]]
        goodbyes += len(there) - len(rude)
    stage.note(f"{goodbyes} goodbyes")


async def freeze_worker(stage: Stage) -> None:
    """A server stops for seven seconds, perhaps in the middle of a batch, and goes on as if nothing had been."""
    worker = stage.random.choice(stage.cluster.workers)
    worker.freeze()
    try:
        await asyncio.sleep(7)
    finally:
        worker.thaw()


async def kill_redis(stage: Stage) -> None:
    """Redis is gone for five seconds and comes back empty."""
    redis = stage.cluster.redis
    assert redis is not None
    await asyncio.to_thread(redis.kill)
    await asyncio.sleep(5)
    await begin(redis)


async def restart_redis(stage: Stage) -> None:
    """Redis is killed and at once there again, empty."""
    redis = stage.cluster.redis
    assert redis is not None
    await asyncio.to_thread(redis.kill)
    await begin(redis)
    await asyncio.sleep(2)


async def freeze_redis(stage: Stage) -> None:
    """Redis takes everything and answers nothing for five seconds."""
    redis = stage.cluster.redis
    assert redis is not None
    redis.freeze()
    try:
        await asyncio.sleep(5)
    finally:
        redis.thaw()


async def restart_database(stage: Stage) -> None:
    """PostgreSQL's immediate shutdown, as a crash, and its recovery."""
    database = stage.cluster.database
    assert database is not None
    assert database.process is not None
    database.process.send_signal(signal.SIGQUIT)
    await asyncio.to_thread(database.process.wait)
    await asyncio.sleep(1)
    await begin(database)
    await asyncio.sleep(1)


async def freeze_database(stage: Stage) -> None:
    """PostgreSQL takes everything and answers nothing for four seconds."""
    database = stage.cluster.database
    assert database is not None
    database.freeze()
    try:
        await asyncio.sleep(4)
    finally:
        database.thaw()


async def cut_all(stage: Stage) -> None:
    """All connections of all clients are reset at once, and nobody comes in for a second."""
    for gate in stage.cluster.gates:
        gate.refusing = True
        gate.cut()
    await asyncio.sleep(1)
    for gate in stage.cluster.gates:
        gate.refusing = False
    await asyncio.sleep(2)


async def half_open(stage: Stage) -> None:
    """Half of the connections go dead without a word: clients notice by their silence, after 20 seconds."""
    lost = 0
    for gate in stage.cluster.gates:
        chosen = [link for link in gate.links if stage.random.random() < 0.5]
        lost += gate.lose(chosen)
    stage.note(f"{lost} half-open")
    await asyncio.sleep(22)


async def freeze_clients(stage: Stage) -> None:
    """Five in a hundred phones go into a pocket for eight seconds: they read nothing."""
    pages = [page for page in stage.crowd.pages if page.entry.right == "learner"]
    chosen: list[Page] = stage.random.sample(pages, max(5, len(pages) // 20))
    for page in chosen:
        page.freeze()
    await asyncio.sleep(8)
    for page in chosen:
        page.thaw()


async def spoil_signals(stage: Stage) -> None:
    """A fifth of the signals between the servers is lost, some come twice, some late."""
    gate = stage.cluster.redis_gate
    assert gate is not None
    gate.rule = framing.spoiling_signals(0.2, 0.05, 0.05, random.Random(stage.seed))
    for _ in range(3):
        await asyncio.sleep(5)
        dropped = sum(link.memory.get("dropped", 0) for link in gate.links)
        if dropped >= ENOUGH:
            break
    stage.note(f"{dropped} signals dropped")
    gate.rule = None


async def lose_answers(stage: Stage) -> None:
    """A tenth of the answers to clients is lost after the commit, together with the connection."""
    before = sum(gate.cuts for gate in stage.cluster.gates)
    for gate in stage.cluster.gates:
        gate.rule = framing.losing_answers(0.1, random.Random(stage.seed))
    for _ in range(4):
        await asyncio.sleep(4)
        lost = sum(gate.cuts for gate in stage.cluster.gates) - before
        if lost >= ENOUGH:
            break
    for gate in stage.cluster.gates:
        gate.rule = None
    stage.note(f"{lost} answers lost")


async def double_requests(stage: Stage) -> None:
    """Half of the requests come twice."""
    for gate in stage.cluster.gates:
        gate.rule = framing.doubling(0.5, random.Random(stage.seed))
    await asyncio.sleep(4)
    doubled = sum(link.memory.get("doubled", 0) for gate in stage.cluster.gates for link in gate.links)
    stage.note(f"{doubled} doubled")
    for gate in stage.cluster.gates:
        gate.rule = None


async def lose_commits(stage: Stage) -> None:
    """PostgreSQL commits and its answers to that are lost, five times: the server cannot know what is stored."""
    gate = stage.cluster.database_gate
    assert gate is not None
    before = gate.cuts
    for _ in range(5):
        gate.rule = framing.losing_commits(1)
        await asyncio.sleep(0.8)
    gate.rule = None
    stage.note(f"{gate.cuts - before} answers to commits lost")


async def slow_network(stage: Stage) -> None:
    """Everything between clients and servers takes up to half a second longer."""
    for gate in stage.cluster.gates:
        gate.delay, gate.jitter = 0.1, 0.4
    await asyncio.sleep(4)
    for gate in stage.cluster.gates:
        gate.delay = gate.jitter = 0.0


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("nothing", nothing, 5, quiet=True),
        Fault("kill-worker", kill_worker, 15),
        Fault("freeze-worker", freeze_worker, 10, quiet=True),
        Fault("deploy", deploy, 15),
        Fault("kill-redis", kill_redis, 10, quiet=True, acks=1.0),
        Fault("restart-redis", restart_redis, 10, quiet=True, acks=1.0),
        Fault("freeze-redis", freeze_redis, 10, quiet=True, acks=1.0),
        Fault("spoil-signals", spoil_signals, 10, quiet=True, acks=1.0),
        Fault("restart-database", restart_database, 10, quiet=True),
        Fault("freeze-database", freeze_database, 10, quiet=True),
        Fault("lose-commits", lose_commits, 10, quiet=True),
        Fault("cut-all", cut_all, 15),
        Fault("half-open", half_open, 10),
        Fault("freeze-clients", freeze_clients, 10, quiet=True),
        Fault("lose-answers", lose_answers, 10),
        Fault("double-requests", double_requests, 10, quiet=True),
        Fault("slow-network", slow_network, 10, quiet=True),
    )
}
