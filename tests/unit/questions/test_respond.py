"""An answer counts once, in the round it was meant for, and the newest of an author wins."""

from __future__ import annotations

import gc
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.questions.room import BEGIN, Room, make, refusal
from workshop.kinds import Refused
from workshop.live.models import Group, GroupSet, Membership
from workshop.questions.models import Response
from workshop.realtime import batches
from workshop.realtime.models import Op

OPTIONS = {"options": ["Training", "Inference", "Idle machines"]}


def test_an_answer_is_stored_and_acked(room: Room) -> None:
    run = room.ask("choice", OPTIONS)

    acked = room.say("Ana", run, "b")

    row = Response.objects.get()
    assert (acked["n"], acked["status"]) == (1, "given")
    assert acked["saved"] == round(row.answered_at.timestamp() * 1000)
    assert (row.author, row.value, row.n, row.status, row.round) == (room.people["Ana"].row.key, "b", 1, "given", 1)


def test_a_later_answer_takes_the_place_of_the_earlier(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    room.say("Ana", run, "b", n=1)
    room.say("Ana", run, "c", n=2)

    assert list(Response.objects.values_list("value", "n")) == [("c", 2)]
    assert room.counts(run)["counts"] == {"a": 0, "b": 0, "c": 1}


def test_a_repeat_is_acked_and_changes_nothing(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    op = uuid4()
    first = room.say("Ana", run, "b", n=1, op_id=op)
    before = Response.objects.values().get()
    again = room.say("Ana", run, "b", n=1, op_id=op)

    assert (first["n"], again["n"]) == (1, 1)
    assert Response.objects.values().get() == before


def test_an_older_answer_is_stale_and_hears_what_is_stored(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    room.say("Ana", run, "c", n=5)

    no = refusal(room.say, "Ana", run, "a", n=4)

    assert (no.code, no.details) == ("stale", {"n": 5, "v": "c"})


def test_the_same_counter_from_another_device_is_stale(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    room.say("Ana", run, "c", n=1)

    assert refusal(room.say, "Ana", run, "a", n=1).code == "stale"


def test_the_same_op_with_another_body_is_refused(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    op = uuid4()
    room.say("Ana", run, "c", n=1, op_id=op)

    assert refusal(room.say, "Ana", run, "a", n=1, op_id=op).code == "op_reused"


def test_an_anonymous_repeat_is_acked_by_its_value(room: Room) -> None:
    run = room.ask("choice", OPTIONS, "anonymous")
    room.say("Ana", run, "b", n=1)

    assert room.say("Ana", run, "b", n=1)["n"] == 1
    assert refusal(room.say, "Ana", run, "c", n=1).code == "stale"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"state": "ready"}, "not_open"),
        ({"state": "closed"}, "closed"),
        ({"frozen": True}, "frozen"),
        ({"closes_at": timezone.now() - timedelta(seconds=2)}, "closed"),
    ],
)
def test_no_answer_while_it_is_not_open(room: Room, columns: dict[str, Any], code: str) -> None:
    run = room.ask("choice", OPTIONS, **columns)

    assert refusal(room.say, "Ana", run, "b").code == code
    assert refusal(room.say, "Ana", run, "junk").code == code
    assert not Response.objects.exists()


def test_an_answer_within_the_grace_of_a_timer_counts(room: Room) -> None:
    run = room.ask("choice", OPTIONS, closes_at=timezone.now() - timedelta(seconds=0.2))

    assert room.say("Ana", run, "b")["n"] == 1


def test_extra_time_is_a_quarter_more(room: Room) -> None:
    opened = timezone.now() - timedelta(minutes=11)
    run = room.ask("choice", OPTIONS, opened_at=opened, closes_at=opened + timedelta(minutes=10))
    room.join("Cem", extra_time=True)

    assert refusal(room.say, "Ana", run, "b").code == "closed"
    assert room.say("Cem", run, "b")["n"] == 1


def test_the_repeat_of_a_stored_answer_is_acked_after_the_close(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    room.say("Ana", run, "b", n=2)
    room.set(run, state="closed")

    assert room.say("Ana", run, "b", n=2)["n"] == 2
    assert refusal(room.say, "Ana", run, "c", n=3).code == "closed"
    assert refusal(room.say, "Ben", run, "b", n=1).code == "closed"


def test_an_answer_kept_through_a_close_is_refused_in_the_next_round(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    room.set(run, state="closed")
    again = type(run).objects.create(session=room.session, activity=run.activity, round=2, state="open")

    no = refusal(room.say, "Ana", run, "b")

    assert (no.code, no.details) == ("old_round", {"state": "open", "round": 2})
    assert room.say("Ana", again, "b")["n"] == 1


def test_unknown_things_are_named(room: Room) -> None:
    run = room.ask("choice", OPTIONS)

    assert refusal(room.say, "Ana", run, "b", q="q9").code == "no_question"
    assert refusal(room.say, "Ana", run, "b", a=run.activity_id + 1000).code == "no_activity"
    assert refusal(room.say, "Ana", run, "b", round=7).code == "old_round"


def test_an_activity_of_another_session_is_not_there(room: Room) -> None:
    theirs = make(("Mallory",))
    run = room.ask("choice", OPTIONS)

    assert refusal(theirs.say, "Mallory", run, "b").code == "no_activity"


def test_removed_people_are_refused(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    room.people["Ana"].row.removed_at = timezone.now()
    room.people["Ana"].row.save()

    assert refusal(room.say, "Ana", run, "b").code == "removed"


def test_staff_do_not_answer(room: Room) -> None:
    run = room.ask("choice", OPTIONS)

    assert refusal(room.staff, "respond", a=run.activity_id, q="q1", round=1, n=1, v="a").code == "not_allowed"


def test_a_withdrawn_answer_is_forgotten_but_not_its_counter(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    room.say("Ana", run, "b", n=1)
    room.withdraw("Ana", run, n=2)

    assert list(Response.objects.values_list("value", "status", "n")) == [(None, "withdrawn", 2)]
    assert room.counts(run)["n"] == 0
    assert refusal(room.say, "Ana", run, "a", n=1).code == "stale"
    room.say("Ana", run, "a", n=3)
    assert room.counts(run)["counts"]["a"] == 1


def test_a_draft_is_kept_but_not_counted(room: Room) -> None:
    run = room.ask("text")
    room.say("Ana", run, "Half a sen", draft=True)

    assert Response.objects.get().status == "draft"
    assert room.tally(run).data["answered"] == 0


def test_background_and_group_are_copied(room: Room) -> None:
    cem = room.join("Cem", profile="Finance")
    tables = GroupSet.objects.create(session=room.session, key="tables")
    group = Group.objects.create(group_set=tables, number=3)
    Membership.objects.create(group=group, group_set=tables, participant=cem.row, since=BEGIN)
    run = room.ask("choice", OPTIONS)
    run.activity.group_set = "tables"
    run.activity.save()

    room.say("Cem", run, "b")
    room.say("Ana", run, "b")

    assert sorted(Response.objects.values_list("profile", "group")) == [("", ""), ("Finance", "3")]


def test_an_anonymous_answer_has_no_trace_of_its_author(room: Room) -> None:
    cem = room.join("Cem", profile="Finance")
    run = room.ask("choice", OPTIONS, "anonymous")
    room.say("Cem", run, "b")

    row = Response.objects.get()
    assert row.author.startswith("x:")
    assert str(cem.row.pk) != row.author
    assert (row.op, row.profile, row.group) == ("", "", "")
    assert row.answered_at == BEGIN + timedelta(minutes=30)
    assert not Op.objects.exists()


def test_without_a_secret_there_is_no_anonymous_answer(room: Room) -> None:
    run = room.ask("choice", OPTIONS, "confidential")
    room.people["Ana"].secret = b"short"

    assert refusal(room.say, "Ana", run, "b").code == "no_secret"


def test_one_author_twice_in_a_batch_the_last_wins_and_both_are_acked(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    calls = [room.call("Ana", run, "a", 1), room.call("Ben", run, "b", 1), room.call("Ana", run, "c", 2)]

    results = batches.write(calls)

    assert [result["n"] for result in results if not isinstance(result, Refused)] == [1, 1, 2]
    assert room.counts(run)["counts"] == {"a": 0, "b": 1, "c": 1}


def test_of_many_quick_answers_in_a_batch_the_last_wins_and_all_are_acked(room: Room) -> None:
    run = room.ask("choice", {"options": ["A", "B", "C"]})
    values = ["a", "b", "c", "a", "b"]

    results = batches.write([room.call("Ana", run, value, n) for n, value in enumerate(values, 1)])

    assert [result["n"] for result in results if isinstance(result, dict)] == [1, 2, 3, 4, 5]
    assert Response.objects.values_list("value", "n").get() == ("b", 5)


def test_an_older_answer_after_a_newer_one_in_a_batch_is_stale(room: Room) -> None:
    run = room.ask("choice", OPTIONS)

    first, second = batches.write([room.call("Ana", run, "a", 2), room.call("Ana", run, "c", 1)])

    assert not isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert (second.code, second.details) == ("stale", {"n": 2, "v": "a"})


def test_bad_answers_do_not_harm_their_batch(room: Room) -> None:
    run = room.ask("choice", OPTIONS)

    results = batches.write([room.call("Ana", run, "junk", 1), room.call("Ben", run, "b", 1)])

    assert isinstance(results[0], Refused)
    assert results[0].code == "bad_choice"
    assert room.counts(run)["n"] == 1


def test_a_batch_reads_a_constant_number_of_times(room: Room) -> None:
    runs = [room.ask("choice", OPTIONS, privacy) for privacy in ("pseudonymous", "anonymous", "named")]
    for index in range(20):
        room.join(f"p{index}")
    for run in runs:
        room.say("Ana", run, "a")
    seen = []
    for some in (2, 20):
        calls = [room.call(f"p{i}", run, "b", n=some) for i in range(some) for run in runs]
        with CaptureQueriesContext(connection) as captured:
            batches.write(calls)
        seen.append(len(captured))

    assert seen[0] == seen[1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(
        st.tuples(st.sampled_from(["Ana", "Ben"]), st.integers(1, 6), st.sampled_from(["a", "b", "c"])), max_size=12
    ),
    cuts=st.lists(st.integers(1, 5), max_size=5),
)
def test_however_answers_are_batched_the_highest_counter_wins(
    room: Room, said: list[tuple[str, int, str]], cuts: list[int]
) -> None:
    run = room.ask("choice", OPTIONS)
    calls = [room.call(name, run, value, n) for name, n, value in said]
    expected: dict[str, tuple[int, str]] = {}
    for name, n, value in said:
        if n > expected.get(name, (0, ""))[0]:
            expected[name] = (n, value)
    results = []
    while calls:
        size = cuts.pop() if cuts else 3
        results += batches.write(calls[:size])
        calls = calls[size:]

    stored = {
        name: tuple(
            Response.objects.filter(activity=run.activity, author=room.people[name].row.key).values_list("n", "value")
        )
        for name in expected
    }
    assert stored == {name: (answer,) for name, answer in expected.items()}
    for (name, n, value), result in zip(said, results, strict=True):
        if isinstance(result, Refused):
            assert result.code == "stale"
            assert (n, value) != expected[name]


def test_a_batch_leaves_no_garbage_to_collect(room: Room) -> None:
    """Whatever is left in a cycle stays until all threads are stopped to look for it, in the middle of a vote."""
    run = room.ask("choice", OPTIONS)
    batches.write([room.call("Ana", run, "a", 1), room.call("Ben", run, "b", 1)])
    calls = [room.call("Ana", run, "b", 2), room.call("Ben", run, "c", 2)]
    gc.collect()
    gc.disable()
    try:
        batches.write(calls)
        assert gc.collect() == 0
    finally:
        gc.enable()
