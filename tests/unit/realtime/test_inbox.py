"""The inbox and its batches, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.realtime.fixtures import call
from tests.realtime.tables import Card, Counter, Stage
from workshop.kinds import Refused
from workshop.realtime import batches, heads, inbox, signals
from workshop.realtime.models import Head, Op
from workshop.realtime.ops import Call

pytestmark = pytest.mark.usefixtures("world", "database_url")


def codes(results: Sequence[object]) -> list[str]:
    return [result.code if isinstance(result, Refused) else "ok" for result in results]


def test_an_op_is_written_and_raises_its_head() -> None:
    assert inbox.submit(call("count", by=2)) == {"r": 1}
    assert inbox.submit(call("count", by=3)) == {"r": 2}
    assert Counter.objects.get().n == 5
    assert heads.read_head(1, "activity:1") == (1, 2)


def test_a_head_that_did_not_move_is_not_raised() -> None:
    assert codes(batches.write([call("count", by=14)])) == ["unwanted"]
    assert heads.read_head(1, "activity:1") == (1, 0)


def test_a_repeat_gets_the_stored_result_and_no_second_effect() -> None:
    op_id = uuid4()
    first = inbox.submit(call("card.put", op_id=op_id, card=1, text="a"))
    inbox.submit(call("card.put", card=1, text="b"))
    assert inbox.submit(call("card.put", op_id=op_id, card=1, text="a")) == first
    assert Card.objects.get().text == "b"
    assert Op.objects.count() == 2


def test_a_reused_id_is_refused() -> None:
    op_id = uuid4()
    inbox.submit(call("card.put", op_id=op_id, card=1, text="a"))
    with pytest.raises(Refused) as refused:
        inbox.submit(call("card.put", op_id=op_id, card=1, text="other"))
    assert refused.value.code == "op_reused"


def test_the_same_id_of_two_people_is_two_ops() -> None:
    op_id = uuid4()
    results = batches.write(
        [call("card.put", "p:1", op_id=op_id, card=1, text="a"), call("card.put", "p:2", op_id=op_id, card=2, text="b")]
    )
    assert codes(results) == ["ok", "ok"]
    assert Card.objects.count() == 2


def test_a_repeat_within_one_batch_is_written_once() -> None:
    op_id = uuid4()
    again = [call("card.put", op_id=op_id, card=1, text="a") for _ in range(3)]
    results = batches.write([*again, call("card.put", op_id=op_id, card=1, text="z")])
    assert codes(results) == ["ok", "ok", "ok", "op_reused"]
    assert results[0] == results[1] == results[2]
    assert Op.objects.count() == 1


def test_the_culprit_alone_is_refused() -> None:
    calls = [call("count", f"p:{i}", by=13 if i in (37, 80) else 1) for i in range(100)]
    results = codes(batches.write(calls))
    assert [i for i, code in enumerate(results) if code == "bad_value"] == [37, 80]
    assert Counter.objects.get().n == 98


def test_a_writer_that_refuses_after_writing_leaves_nothing() -> None:
    calls = [call("say", "u:1", text="kept"), call("half", "p:1", text="x"), call("count", "p:2")]
    assert codes(batches.write(calls)) == ["ok", "too_late", "ok"]
    assert Stage.objects.get().text == "kept"
    assert Counter.objects.get().n == 1


def test_removed_people_are_refused_inside_the_batch() -> None:
    inbox.submit(call("place", "u:1", key="p:2", removed=True))
    assert codes(batches.write([call("count", "p:1"), call("count", "p:2")])) == ["ok", "removed"]


def test_who_may_not_is_refused_before_any_writer() -> None:
    with pytest.raises(Refused) as refused:
        inbox.submit(call("say", "p:1", text="mine"))
    assert refused.value.code == "not_allowed"
    assert not Stage.objects.exists()


def test_the_order_of_one_author_is_kept() -> None:
    calls = []
    for i in range(20):
        calls += [call("card.put", "p:1", card=1, text=str(i)), call("count", "p:1"), call("count", "p:2")]
    assert set(codes(batches.write(calls))) == {"ok"}
    assert Card.objects.get().text == "19"
    assert Counter.objects.get().n == 40


def test_a_batch_costs_a_constant_number_of_statements() -> None:
    def statements(calls: list[Call[Any]]) -> int:
        with CaptureQueriesContext(connection) as queries:
            batches.write(calls)
        return len([q for q in queries.captured_queries if "realtime_head" in q["sql"]])

    batches.write([call("both", session=s) for s in range(1, 40)])
    assert statements([call("both", session=1)]) == statements([call("both", session=s) for s in range(1, 40)]) == 2


def test_heads_are_locked_by_level_then_id(database_kind: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        batches.write([call("both", session=2), call("both", session=1)])
    (lock,) = [q["sql"] for q in queries.captured_queries if "ORDER BY" in q["sql"] and "level" in q["sql"]][-1:]
    assert ("FOR NO KEY UPDATE" in lock) == (database_kind == "postgresql")
    with transaction.atomic():
        places = [(2, "group:1:1"), (1, "group:1:1"), (2, "session"), (1, "session"), (1, "activity:1")]
        locked = list(heads.lock(connection, places))
    assert [heads.level_of(name) for _, name in locked] == [0, 0, 1, 2, 2]
    levels = dict(Head.objects.values_list("id", "level"))
    ids = [Head.objects.get(session=s, name=n).pk for s, n in locked]
    assert ids == sorted(ids, key=lambda pk: (levels[pk], pk))


def test_many_threads_lose_nothing_and_number_without_gaps() -> None:
    """Real threads on real connections, taking heads in opposite orders."""
    revisions: list[int] = []
    errors: list[BaseException] = []

    def work(who: str) -> None:
        try:
            for _ in range(25):
                result = batches.write([call("both", who), call("both", who)])
                assert codes(result) == ["ok", "ok"], result
                revisions.append(result[0]["activity:1"])
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(f"p:{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors
    assert sorted(revisions) == list(range(1, 101))
    assert Counter.objects.get().n == 200


def test_a_failing_database_is_tried_again_and_then_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = iter([True, True, False])
    real = heads.lock

    def lock(*args: object) -> object:
        if next(failures, True):
            raise OperationalError
        return real(*args)

    monkeypatch.setattr(batches, "FIRST_PAUSE_SECONDS", 0.0)
    inbox.submit(call("count"))
    monkeypatch.setattr(heads, "lock", lock)
    assert inbox.submit(call("count")) == {"r": 2}
    with pytest.raises(Refused) as refused:
        inbox.submit(call("count"))
    assert refused.value.code == "busy"


def test_a_new_epoch_is_stored_and_told() -> None:
    told: list[object] = []
    signals.listen(lambda moved, people, calm: told.append(dict(moved)))
    try:
        inbox.submit(call("card.put", card=1, text="a"))
        inbox.submit(call("rewrite", "u:1"))
    finally:
        signals.listen(None)
    assert heads.read_head(1, "group:1:1") == (2, 2)
    assert told == [{(1, "group:1:1"): (1, 1)}, {(1, "group:1:1"): (2, 2)}]


def test_inside_a_transaction_nothing_is_told_before_its_commit() -> None:
    told: list[object] = []
    signals.listen(lambda moved, people, calm: told.append((dict(moved), set(people))))
    try:
        with transaction.atomic():
            inbox.submit(call("mine", text="x"))
            assert told == []
        assert told == [({(1, "people"): (1, 1)}, {(1, "p:1")})]
    finally:
        signals.listen(None)


def test_the_writer_thread_collects_ops_of_many_threads() -> None:
    answered: list[object] = []
    running = inbox.start(answered.extend)
    try:
        threads = [threading.Thread(target=lambda: inbox.submit(call("count"))) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        for _ in range(200):
            inbox.put(call("count"), answered.append)
        assert inbox.wait_idle()
    finally:
        inbox.stop()
    assert not running.thread.is_alive()
    assert len(answered) == 200
    assert Counter.objects.get().n == 250


def test_a_full_queue_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "QUEUE_LENGTH", 3)
    going, held = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        going.wait(10)

    inbox.start(lambda answers: None)
    try:
        inbox.background(hold)
        assert held.wait(10)
        for _ in range(3):
            inbox.put(call("count"), print)
        with pytest.raises(Refused) as refused:
            inbox.put(call("count"), print)
        assert refused.value.code == "busy"
    finally:
        going.set()
        inbox.stop()
    assert Counter.objects.get().n == 3


@pytest.mark.parametrize("database_kind", [pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_lock_that_another_process_keeps_is_not_waited_for_for_ever(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_PATIENCE", batches._PATIENCE.replace("'5s'", "'50ms'"))
    monkeypatch.setattr(batches, "FIRST_PAUSE_SECONDS", 0.0)
    inbox.submit(call("count"))
    with psycopg.connect(database_url) as other:
        other.execute("SELECT * FROM realtime_head WHERE name = 'activity:1' FOR UPDATE")
        with pytest.raises(Refused) as refused:
            inbox.submit(call("count"))
    assert refused.value.code == "busy"
    assert inbox.submit(call("count")) == {"r": 2}


@pytest.mark.parametrize("database_kind", [pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_process_that_stops_inside_a_batch_loses_its_locks(database_url: str) -> None:
    inbox.submit(call("count"))
    with psycopg.connect(database_url) as frozen:
        frozen.execute(batches._PATIENCE.replace("'5s'", "'50ms'"))
        frozen.execute("SELECT * FROM realtime_head WHERE name = 'activity:1' FOR UPDATE")
        assert inbox.submit(call("count")) == {"r": 2}
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            frozen.execute("SELECT 1")


@pytest.mark.parametrize("database_kind", [pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_patience_of_a_batch_ends_with_it(database_url: str) -> None:
    inbox.submit(call("count"))
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
