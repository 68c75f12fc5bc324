"""P7: a database that stops, hangs, moves, is full or takes no writes is a hiccup: "saving…", never a lost answer."""

from __future__ import annotations

import asyncio
import contextlib
import signal

import psycopg
import pytest

from tests.faults import wire
from tests.faults.cluster import Cluster, begin
from tests.faults.conftest import Theatre
from tests.faults.play import Fault, Stage, until
from tests.faults.verdict import patience

pytestmark = pytest.mark.long
RECOVERY_SECONDS = 3.0


async def first_ack_after(stage: Stage, moment: float) -> float:
    """Seconds from that moment to the next acknowledgement."""
    times: list[float] = []

    def some() -> bool:
        times[:] = [sent.answered_at for sent in stage.crowd.sent if sent.acked and sent.answered_at >= moment]
        return bool(times)

    await until(some, 20)
    return min(times) - moment


async def pages_are_well(stage: Stage, count: int = 40) -> None:
    """Pages that ask now get no error, however many dead connections the pool may have had."""
    scene, ports = stage.scene, stage.cluster.ports
    for number in range(count):
        entry = scene.learners[number % len(scene.learners)]
        cookie = {"Cookie": f"p.{scene.public_id}={entry.token}"}
        answer = await wire.request(ports[number % len(ports)], "GET", f"/s/{scene.public_id}/", cookie)
        assert answer.status == 200, answer


async def stop_ten_seconds(stage: Stage) -> None:
    database = stage.cluster.database
    assert database is not None
    assert database.process is not None
    database.process.send_signal(signal.SIGQUIT)
    await asyncio.to_thread(database.process.wait)
    await asyncio.sleep(10)
    assert (await wire.request(stage.cluster.ports[0], "GET", "/healthz")).status == 200
    await begin(database)
    took = await first_ack_after(stage, asyncio.get_running_loop().time())
    stage.note(f"first ack {took:.1f} s after PostgreSQL was back")
    await asyncio.sleep(RECOVERY_SECONDS - took if took < RECOVERY_SECONDS else 0)
    await pages_are_well(stage)
    assert took <= RECOVERY_SECONDS * patience()


def test_p7_stopped_for_ten_seconds(theatre: Theatre, seed: int) -> None:
    theatre.play(Fault("P7: PostgreSQL stopped for 10 s", stop_ten_seconds, 10, quiet=True), "votes", seed).check()


async def hang_thirty_seconds(stage: Stage) -> None:
    """Longer than anybody waits: the core gives its connections up, and says busy instead of nothing."""
    database = stage.cluster.database
    assert database is not None
    database.freeze()
    try:
        await asyncio.sleep(30)
    finally:
        database.thaw()
    took = await first_ack_after(stage, asyncio.get_running_loop().time())
    stage.note(f"first ack {took:.1f} s after PostgreSQL went on")


def test_p7_frozen_for_thirty_seconds(theatre: Theatre, seed: int) -> None:
    theatre.play(Fault("P7: PostgreSQL frozen for 30 s", hang_thirty_seconds, 15), "votes", seed, people=60).check()


async def terminate_backends(stage: Stage) -> None:
    for _ in range(3):
        with psycopg.connect(stage.cluster.url, autocommit=True) as admin:
            count = admin.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchone()
        stage.note(f"{count[0] if count else 0} terminated")
        await asyncio.sleep(1)
    await pages_are_well(stage)


def test_p7_all_backends_terminated(theatre: Theatre, seed: int) -> None:
    theatre.play(Fault("P7: all backends terminated", terminate_backends, 10, quiet=True), "votes", seed).check()


async def move_away(stage: Stage) -> None:
    """The old address goes dead without a word, as a host that vanishes; three seconds later the new one is there."""
    gate = stage.cluster.database_gate
    assert gate is not None
    gate.swallowing = True
    gate.lose()
    await asyncio.sleep(3)
    gate.swallowing = False
    # What a load balancer or the kernel does in the end: those who still hang are told.
    gate.heal()
    await asyncio.sleep(1)
    await pages_are_well(stage)


def test_p7_failover_to_another_address(theatre: Theatre, seed: int) -> None:
    theatre.play(Fault("P7: another address", move_away, 10, quiet=True), "votes", seed).check()


async def take_no_writes(stage: Stage) -> None:
    """As a stand-by before its promotion, or a server whose operator pulled the brake."""
    url = stage.cluster.url
    _set(url, "default_transaction_read_only = on")
    await asyncio.sleep(3)
    _set(url, "default_transaction_read_only = off")
    await asyncio.sleep(2)


def _set(url: str, setting: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("SET default_transaction_read_only = off")
        admin.execute(f"ALTER SYSTEM SET {setting}")
        admin.execute("SELECT pg_reload_conf()")


def test_p7_read_only_for_three_seconds(theatre: Theatre, seed: int) -> None:
    theatre.play(Fault("P7: read-only", take_no_writes, 10, quiet=True), "votes", seed).check()


async def no_connection_free(stage: Stage) -> None:
    """Others take every connection that PostgreSQL has, and Plenary's own are lost meanwhile."""
    with contextlib.ExitStack() as others:
        taken = await asyncio.to_thread(_take_all, stage.cluster, others)
        gate = stage.cluster.database_gate
        assert gate is not None
        gate.cut()
        taken += await asyncio.to_thread(_take_all, stage.cluster, others)
        await asyncio.sleep(4)
    stage.note(f"{taken} connections taken")
    await asyncio.sleep(2)
    await pages_are_well(stage)


def _take_all(cluster: Cluster, others: contextlib.ExitStack) -> int:
    taken = 0
    with contextlib.suppress(psycopg.OperationalError):
        while True:
            others.enter_context(contextlib.closing(psycopg.connect(cluster.url)))
            taken += 1
    return taken


def test_b87_no_free_connection(theatre: Theatre, seed: int) -> None:
    theatre.play(Fault("B87: no free connection", no_connection_free, 10, quiet=True), "votes", seed).check()
