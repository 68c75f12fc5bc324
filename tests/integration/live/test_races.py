"""Two at once, on real PostgreSQL: really two threads, each with a connection of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from tests.at_once import at_once
from tests.cast import Part, Workshop, fay, lobby, plan, running
from tests.live.kinds import ask, told
from workshop.kinds import Refused
from workshop.live import deadlines
from workshop.live.codes import too_close
from workshop.live.models import ActivityRun, Participant, Session
from workshop.live.start import start_session
from workshop.realtime import ops
from workshop.realtime.inbox import submit
from workshop.realtime.models import Op
from workshop.realtime.ops import Call

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("kinds")]

PARTS = (Part("Engage", (ask("Which?", "which"),)), Part("Explore"), Part("Explain"))


@pytest.fixture(autouse=True)
def _real_database() -> None:
    assert connection.vendor == "postgresql"


def codes_of(results: list[Any]) -> list[str]:
    return sorted(result.code if isinstance(result, Refused) else "done" for result in results)


@pytest.mark.parametrize("time", range(5))
def test_two_clicks_on_next_are_one_step(time: int) -> None:
    made = running(*PARTS)
    first = made.fresh.phase_id
    results = at_once(*[lambda: made.fay("session.next", **{"from": first})] * 2)
    assert codes_of(results) == ["done", "moved_on"]
    assert made.fresh.phase_id == made.phases[1].pk
    assert made.phases[2].started_at is None


def test_one_click_sent_twice_is_one_step_and_one_answer() -> None:
    made = running(*PARTS)
    first, op_id = made.fresh.phase_id, uuid4()
    results = at_once(*[lambda: made.fay("session.next", op_id, **{"from": first})] * 3)
    assert results == [{"phase": made.phases[1].pk}] * 3
    assert Op.objects.filter(op_id=op_id).count() == 1


@pytest.mark.parametrize("time", range(5))
def test_open_and_next_at_once_leave_nothing_open_behind(time: int) -> None:
    made = running(*PARTS)
    first, which = made.fresh.phase_id, made["which"].pk
    at_once(
        lambda: made.fay("activity.open", a=which),
        lambda: made.fay("session.next", **{"from": first}),
        lambda: made.fay("session.pause"),
    )
    run = made.run("which")
    # Either it was opened before the step and closed by it, or opened by hand after it: never both, never torn.
    assert (run.state, run.opened_at is not None) in {("closed", True), ("open", True)}
    assert told.count(("opened", "which", 1)) == 1
    assert told.count(("closed", "which", 1)) == (run.state == "closed")


def test_an_overdue_timer_is_closed_once_by_many_processes() -> None:
    made = running(*PARTS)
    made.fay("activity.open", a=made["which"].pk, minutes=1)
    ActivityRun.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    at_once(*[lambda: deadlines.meet(made.session.pk)] * 4)
    assert made.run("which").state == "closed"
    assert told.count(("closed", "which", 1)) == 1


def test_a_hundred_people_join_at_once_on_different_seats() -> None:
    made = lobby(*PARTS)
    at_once(*[lambda: [made.join("Ana") for _person in range(5)]] * 20)
    rows = Participant.objects.filter(session=made.session)
    assert sorted(rows.values_list("number", flat=True)) == list(range(1, 101))
    assert len(set(rows.values_list("name", flat=True))) == 100


def test_a_removed_person_writes_nothing_after_the_removal() -> None:
    made = running(*PARTS, people=("Mallory",))
    mallory = made.people["Mallory"]
    actor = mallory.actor

    def raise_hand() -> list[str]:
        found = []
        for n in range(20):
            payload = ops.get("hand").payload.model_validate({"up": bool(n % 2)})
            try:
                submit(Call(made.session.pk, actor, "hand", uuid4(), payload))
                found.append("done")
            except Refused as refused:
                found.append(refused.code)
        return found

    results = at_once(raise_hand, lambda: made.fay("person.remove", p=mallory.row.pk))
    said = results[0]
    assert said == sorted(said)  # done …, then removed …
    assert Participant.objects.get().hand_at is None


@pytest.mark.parametrize("time", range(2))
def test_sessions_that_begin_at_once_have_codes_that_are_far_apart(time: int) -> None:
    row, owner = plan(*PARTS), fay()
    at_once(*[lambda: [start_session(row, owner) for _session in range(2)]] * 5)
    live = list(Session.objects.exclude(code="").values_list("code", flat=True))
    assert len(live) == 10
    assert not any(too_close(one, other) for place, one in enumerate(live) for other in live[:place])


def test_undo_and_the_next_step_at_once_never_mix() -> None:
    made: Workshop = running(*PARTS)
    made.next()
    second = made.fresh.phase_id
    results = at_once(lambda: made.fay("session.undo"), lambda: made.fay("session.next", **{"from": second}))
    numbers = [each.pk for each in made.phases]
    now = numbers.index(made.fresh.phase_id or 0)
    # Undo first: the step is refused. The step first: undo takes that step back.
    assert (codes_of(results), now) in [(["done", "moved_on"], 0), (["done", "done"], 1)]
    started = [each.started_at is not None and each.ended_at is None for each in made.phases]
    assert started.count(True) == 1
