"""Views cannot take the connections that the writer, the readers and the door need; nor does who waits keep one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from pytest_django.plugin import DjangoDbBlocker

from tests.realtime import database
from tests.realtime.fixtures import SECONDS, call, enter
from tests.realtime.tables import Counter
from tests.services import ServiceMissing, missing
from workshop.config.database import pool_of
from workshop.realtime import apart, batches, inbox
from workshop.realtime.hub import Hub

#: A thread that gets no connection for so long is told so.
WAIT_SECONDS = 2.0


@pytest.fixture
def database_url(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """PostgreSQL, and a single connection for all views."""
    pool = pool_of(1) | {"timeout": WAIT_SECONDS}
    try:
        with (
            django_db_blocker.unblock(),
            database.fresh_url("postgresql", tmp_path) as url,
            database.as_default(url, pool=pool),
        ):
            # As a view does at its end.
            connection.close()
            yield url
            connection.close_pool()  # type: ignore[attr-defined] # of PostgreSQL's alone
    except ServiceMissing as error:
        missing(error)


class View:
    """A thread that comes and goes with its connection, as views do."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "view")

    def run(self, act: Any, *args: Any) -> Future[Any]:
        return self._thread.submit(act, *args)

    def end(self) -> None:
        self._thread.submit(let_go)
        self._thread.shutdown()


@pytest.fixture
def views() -> Iterator[list[View]]:
    made = [View(), View()]
    yield made
    for view in made:
        view.end()


def take() -> None:
    """Take a connection and keep it. (``connection`` is this thread's only where it is named on this thread.)"""
    connection.ensure_connection()


def let_go() -> None:
    connection.close()


def read() -> int:
    return int(Counter.objects.count())


def terminate(url: str) -> int:
    """End all connections to this database, as a crash does."""
    with psycopg.connect(url, autocommit=True) as admin:
        found = admin.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    assert found is not None
    return int(found[0])


async def test_views_that_keep_every_connection_stop_nobody_of_the_core(hub: Hub, views: list[View]) -> None:
    slow, other = views
    await asyncio.wrap_future(slow.run(take))
    with pytest.raises(OperationalError):
        await asyncio.wrap_future(other.run(take))
    async with asyncio.timeout(SECONDS):
        ana = await enter(hub, "p:1")
        assert (await ana.do("count", by=2))["t"] == "ok"
    await ana.slot("counter", {"n": 2, "closed": False})


async def test_nor_do_they_when_the_database_has_crashed(hub: Hub, views: list[View], database_url: str) -> None:
    slow = views[0]
    ana = await enter(hub, "p:1")
    assert (await ana.do("count"))["t"] == "ok"
    assert await asyncio.to_thread(terminate, database_url)
    # It comes first to the new connection and keeps it.
    await asyncio.wrap_future(slow.run(take))
    async with asyncio.timeout(SECONDS):
        assert (await ana.do("count"))["t"] == "ok"
        ben = await enter(hub, "p:2")
    await ben.slot("counter", {"n": 2, "closed": False})


async def test_who_comes_in_when_it_crashes_is_not_sent_away(hub: Hub, database_url: str) -> None:
    ana = await enter(hub, "p:1")
    assert (await ana.do("count"))["t"] == "ok"
    assert await asyncio.to_thread(terminate, database_url)
    async with asyncio.timeout(SECONDS):
        # The door's own connection is dead, then that of the reader of another session.
        await enter(hub, "p:2")
        await enter(hub, "p:3", session=2)


async def test_who_waits_for_the_writer_keeps_no_connection(hub: Hub, views: list[View]) -> None:
    waiting, other = views
    gate, held = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold_up() -> None:
        loop.call_soon_threadsafe(held.set)
        assert gate.wait(SECONDS)

    inbox.background(hold_up)
    await held.wait()
    await asyncio.wrap_future(waiting.run(take))
    answer = waiting.run(inbox.submit, call("count"))
    try:
        # It gets the one connection while the other view waits for the writer, who is held up.
        assert await asyncio.wrap_future(other.run(read)) == 0
        assert not answer.done()
    finally:
        gate.set()
    assert "r" in await asyncio.wrap_future(answer)


async def test_the_core_has_no_more_threads_than_connections(hub: Hub) -> None:
    """Each of them keeps one: the last would wait for ever."""
    together = threading.Barrier(apart.THREADS)

    def meet() -> None:
        batches.heads.read_head(1, "session")
        together.wait(SECONDS)

    inbox.background(meet)
    met = [hub.threads.of(number, meet) for number in range(apart.READERS)]
    met += [hub.threads.common(meet), *(hub.threads.slow(meet) for _ in range(apart.DUE))]
    await asyncio.gather(*map(asyncio.wrap_future, met))
