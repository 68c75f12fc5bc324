"""The pool: what dies in it is noticed before a page gets it, without asking a server that may hang."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psutil
import psycopg
import pytest
from psycopg_pool import ConnectionPool

from tests.services import Service, own, start_postgres
from workshop.config.database import RECONNECT_SECONDS, WAIT_SECONDS, pool_of

#: A server that hangs does so for long enough to tell it from a machine that is busy.
HANGING = 8.0


@pytest.fixture(scope="module")
def postgres() -> Iterator[Service]:
    with own(start_postgres) as service:
        yield service


@pytest.fixture
def pool(postgres: Service) -> Iterator[ConnectionPool[psycopg.Connection]]:
    """As Django makes it."""
    options = pool_of(4) | {"min_size": 3, "timeout": 6 * WAIT_SECONDS}
    kwargs = {"autocommit": True, "connect_timeout": 2}
    with ConnectionPool(postgres.url, kwargs=kwargs, check=ConnectionPool.check_connection, **options) as made:
        made.wait()
        yield made


def ask(pool: ConnectionPool[psycopg.Connection]) -> int:
    with pool.connection() as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        return int(row[0])


def test_connections_that_were_terminated_are_never_handed_out(
    postgres: Service, pool: ConnectionPool[psycopg.Connection]
) -> None:
    before = {ask(pool) for _ in range(10)}
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
    assert {ask(pool) for _ in range(10)}.isdisjoint(before)


def test_what_the_server_says_by_itself_is_no_death(
    postgres: Service, pool: ConnectionPool[psycopg.Connection]
) -> None:
    before = {ask(pool) for _ in range(10)}
    with psycopg.connect(postgres.url, autocommit=True) as admin:
        # Every connection is told the new value at once.
        admin.execute("ALTER SYSTEM SET timezone = 'Asia/Tokyo'")
        admin.execute("SELECT pg_reload_conf()")
    deadline = time.monotonic() + 10
    while ask_zone(pool) != "Asia/Tokyo" and time.monotonic() < deadline:
        pass
    assert {ask(pool) for _ in range(10)} <= before


def ask_zone(pool: ConnectionPool[psycopg.Connection]) -> str:
    with pool.connection() as connection:
        row = connection.execute("SHOW timezone").fetchone()
        assert row is not None
        return str(row[0])


def test_a_server_that_hangs_does_not_hold_up_the_pool(
    postgres: Service, pool: ConnectionPool[psycopg.Connection]
) -> None:
    postgres.freeze()
    # Who asks the server gets no answer before this.
    rescue = threading.Timer(HANGING, postgres.thaw)
    rescue.start()
    try:
        with pool.connection():
            was_hanging = rescue.is_alive()
            # Before the block ends, which would ask the server to roll back.
            postgres.thaw()
    finally:
        rescue.cancel()
        postgres.thaw()
    assert was_hanging


def test_who_waits_gets_a_connection_soon_after_the_server_is_back(
    postgres: Service, pool: ConnectionPool[psycopg.Connection]
) -> None:
    with psycopg.connect(postgres.url) as asking:
        pids = asking.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'").fetchall()
    backends = [psutil.Process(pid) for (pid,) in pids if psutil.pid_exists(pid)]
    postgres.kill()
    # Until the last of them is gone, its connection is as good as any.
    _gone, alive = psutil.wait_procs(backends, timeout=WAIT_SECONDS)
    assert alive == []
    got: list[int] = []
    waiting = threading.Thread(target=lambda: got.append(ask(pool)))
    waiting.start()
    # Longer than the pool goes on trying by itself.
    waiting.join(3 * RECONNECT_SECONDS)
    assert got == []
    postgres.start()
    # By itself the pool would not try again, however long anybody waits.
    waiting.join(WAIT_SECONDS)
    assert got
