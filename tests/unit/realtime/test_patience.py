"""A database that is slow, hangs, takes no writes, or has another clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import OperationalError, connection

from tests.realtime.fixtures import call
from tests.realtime.tables import Counter
from workshop.kinds import Refused
from workshop.realtime import batches, clock, heads, inbox, patience, reads

pytestmark = pytest.mark.usefixtures("world", "database_url")
on_postgres = pytest.mark.parametrize("database_kind", [pytest.param("postgresql", marks=pytest.mark.postgres)])


@pytest.fixture(autouse=True)
def own_clock() -> Iterator[None]:
    yield
    clock.forget()


def sleep_in_the_database(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def shut_soon() -> threading.Thread:
    """Look again and again until somebody was found who waits too long."""

    def look() -> None:
        deadline = time.monotonic() + 10
        while not patience.look(0.1) and time.monotonic() < deadline:
            time.sleep(0.02)

    thread = threading.Thread(target=look)
    thread.start()
    return thread


@on_postgres
def test_a_thread_whose_database_hangs_gets_its_connection_shut() -> None:
    looking = shut_soon()
    began = time.monotonic()
    with pytest.raises(OperationalError):
        reads._guarded(sleep_in_the_database, 30)
    looking.join()
    assert time.monotonic() - began < 10
    # The next one has a new connection.
    reads._guarded(sleep_in_the_database, 0)


@on_postgres
def test_a_batch_that_hangs_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first time the connection hangs; the second time the op is written, once."""
    hangs = iter([True])
    real = heads.lock

    def lock(*args: object) -> object:
        if next(hangs, False):
            sleep_in_the_database(9)
        return real(*args)

    inbox.submit(call("count"))
    monkeypatch.setattr(heads, "lock", lock)
    looking = shut_soon()
    assert inbox.submit(call("count")) == {"r": 2}
    looking.join()
    assert Counter.objects.get().n == 2


def test_who_does_nothing_is_left_alone() -> None:
    inbox.submit(call("count"))
    assert patience.look(0.0) == 0


@on_postgres
def test_a_database_that_takes_no_writes_is_busy(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a stand-by is until the failover has come to it: nothing is refused for good."""
    monkeypatch.setattr(batches, "FIRST_PAUSE_SECONDS", 0.0)
    inbox.submit(call("count"))
    with psycopg.connect(database_url, autocommit=True) as other:
        name = other.info.dbname
        other.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        connection.close()
        with pytest.raises(Refused) as refused:
            inbox.submit(call("count"))
        other.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert refused.value.code == "busy"
    connection.close()
    assert inbox.submit(call("count")) == {"r": 2}


def test_the_time_is_the_databases() -> None:
    inbox.submit(call("count"))
    clock._offset[:] = [-1_000.0]
    heads.sums(connection, [1])
    assert abs(clock.now() - time.time()) < 5
    assert abs((clock.instant() - datetime.now(UTC)).total_seconds()) < 5
    assert bool(clock._offset) == (connection.vendor == "postgresql")


@on_postgres
def test_a_jump_of_the_own_clock_is_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    inbox.submit(call("count"))
    heads.sums(connection, [1])
    before = clock.now_ms()
    monkeypatch.setattr(time, "time", lambda: before / 1000 + 3_600)
    assert 0 <= clock.now_ms() - before < 5_000
