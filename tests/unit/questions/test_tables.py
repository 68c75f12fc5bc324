"""One phone answers for a whole table: for how many people, who may say so, and what that leaves out."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests.questions.room import Room, make, poll
from workshop.kinds import ActivitySpec, Refused
from workshop.live.models import ActivityRun, Group, GroupSet, Membership
from workshop.questions.counting import memory
from workshop.questions.models import Response
from workshop.questions.personal import own_answers

pytestmark = pytest.mark.django_db
OPTIONS = {"options": ["Training", "Answers"]}


@pytest.fixture
def room() -> Room:
    memory.forget()
    return make(("Ana", "Ben", "Cleo"))


def tables(room: Room, privacy: str = "pseudonymous", **more: Any) -> ActivityRun:
    spec = poll("choice", OPTIONS, privacy)
    config = {"one_per_table": True}
    return room.open(
        ActivitySpec(kind="poll", title="T", questions=spec.questions, privacy=privacy, config=config, **more)
    )


def group(room: Room, *names: str) -> None:
    made = GroupSet.objects.create(session=room.session, key="tables")
    first = Group.objects.create(group_set=made, number=1)
    for name in names:
        Membership.objects.create(group=first, group_set=made, participant=room.people[name].row, since=timezone.now())


def test_a_phone_says_for_how_many_it_answers(room: Room) -> None:
    run = tables(room)
    room.say("Ana", run, "a", w=6)
    room.say("Ben", run, "b")
    assert room.counts(run) == {"n": 7, "counts": {"a": 6, "b": 1}}
    room.say("Ana", run, "b", n=2, w=4)
    assert room.counts(run) == {"n": 5, "counts": {"a": 0, "b": 5}}


def test_who_does_not_say_answers_for_the_group(room: Room) -> None:
    group(room, "Ana", "Ben")
    run = tables(room, group_set="tables")
    room.say("Ana", run, "a")
    room.say("Cleo", run, "b")
    assert room.counts(run) == {"n": 3, "counts": {"a": 2, "b": 1}}


def test_the_own_phone_is_told_what_it_said(room: Room) -> None:
    run = tables(room)
    room.say("Ana", run, "a", w=6)
    [told] = own_answers(room.session.pk, [room.people["Ana"].row], [room.people["Ana"].actor])
    assert told["answers"][str(run.activity_id)]["q"]["q1"]["w"] == 6


def test_elsewhere_everybody_answers_for_themselves(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    with pytest.raises(Refused) as refused:
        room.say("Ana", run, "a", w=6)
    assert refused.value.code == "bad_value"
    assert not Response.objects.exists()


def test_a_confidential_total_is_of_answers_alone(room: Room) -> None:
    run = tables(room, "confidential")
    room.say("Ana", run, "a", w=6)
    room.close(run, final=True)
    state = room.tally(run)
    assert state is not None
    assert state.data["questions"] == {}


def test_an_anonymous_table_stays_one(room: Room) -> None:
    run = tables(room, "anonymous")
    room.say("Ana", run, "a", w=6)
    room.close(run, final=True)
    assert room.counts(run) == {"n": 6, "counts": {"a": 6, "b": 0}}


def test_answers_of_tables_have_no_background(room: Room) -> None:
    run = tables(room)
    with pytest.raises(Refused) as refused:
        room.staff("result.view", a=run.activity_id, view="backgrounds")
    assert refused.value.code == "no_split"
