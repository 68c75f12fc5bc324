"""People: joining, what they do for themselves, what staff do with them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Part, Workshop, lobby, refusal, running
from tests.live.kinds import ask, told
from workshop.live import attendance, deadlines, door, hooks, practice
from workshop.live.access import system
from workshop.live.models import Attendance, Note, Participant
from workshop.realtime.batches import Batch
from workshop.realtime.door import Handshake, Ticket
from workshop.realtime.models import Op, Presence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def test_seats_are_counted_and_names_told_apart() -> None:
    made = lobby()
    rows = [made.join(name).row for name in ("Ana", "", "ana", "Ben")]
    assert [(row.number, row.name) for row in rows] == [(1, "Ana"), (2, ""), (3, "ana (2)"), (4, "Ben")]
    assert rows[1].label == "Seat 2"


@pytest.mark.parametrize(
    ("name", "code"),
    [("Facilitator", "name_taken"), ("Fay", "name_taken"), ("x" * 10_000, "name_too_long"), ("a\0b", "bad_text")],
)
def test_a_bad_name_stores_nothing(name: str, code: str) -> None:
    made = lobby()
    before = made.revision("people")
    assert refusal(made.join, name).code == code
    assert not Participant.objects.exists()
    assert made.revision("people") == before


def test_names_are_asked_for_as_the_session_says() -> None:
    made = lobby()
    made.fay("session.settings", names="required")
    assert refusal(made.join, " ").code == "name_needed"
    made.fay("session.settings", names="none")
    assert made.join("Ana").row.name == ""


def test_a_background_is_one_of_the_plans() -> None:
    made = lobby()
    ana = made.join("Ana", profile="Finance", familiarity={"Tag": 2})
    assert (ana.row.profile, ana.row.familiarity) == ("Finance", {"Tag": 2})
    assert refusal(made.join, "Ben", profile="Boss").code == "bad_choice"
    assert made.join("Ben", familiarity={"Golf": 1}).row.familiarity == {}
    ana("profile", profile="AI practice", name="Anna")
    ana.row.refresh_from_db()
    assert (ana.row.profile, ana.row.name, ana.row.familiarity) == ("AI practice", "Anna", {"Tag": 2})


def test_whoever_comes_late_is_placed_and_present() -> None:
    made = running()
    arrived: list[int] = []
    hooks.arrivals.append(lambda _batch, _session, person: arrived.append(person.pk))
    try:
        ana = made.join("Ana")
    finally:
        hooks.arrivals.pop()
    assert arrived == [ana.row.pk]
    assert Attendance.objects.get().phase_run == made.phases[0]


def test_hands_and_help_are_a_queue() -> None:
    made = running(people=("Ana", "Ben"))
    made.people["Ben"]("hand", up=True)
    made.people["Ana"]("help", on=True)
    state = made.slot("queue", "staff:people")
    assert state is not None
    assert state.items is not None
    assert [(item["kind"], item["label"]) for item in state.items.values()] == [("hand", "Ben"), ("help", "Ana")]
    made.fay("hand.lower", p=made.people["Ben"].row.pk)
    state = made.slot("queue", "staff:people")
    assert state is not None
    assert list(state.items or {}) == [f"{made.people['Ana'].row.key}:help"]


def test_raising_a_hand_twice_does_not_lose_the_place() -> None:
    made = running(people=("Ana",))
    made.people["Ana"]("hand", up=True)
    first = Participant.objects.get().hand_at
    made.people["Ana"]("hand", up=True)
    assert Participant.objects.get().hand_at == first


def test_notes_keep_the_newest() -> None:
    made = running(people=("Ana",))
    ana = made.people["Ana"]
    assert ana("note", text="one", n=1) == {"n": 1}
    assert ana("note", text="two", n=3) == {"n": 3}
    assert ana("note", text="two", n=3) == {"n": 3}
    stale = refusal(ana, "note", text="old", n=2)
    assert (stale.code, stale.details) == ("stale", {"n": 3, "v": "two"})
    assert refusal(ana, "note", text="a\0b", n=4).code == "bad_text"
    assert Note.objects.get().text == "two"


def test_a_removed_person_stays_out_with_every_proof() -> None:
    made = running(people=("Ana", "Ben"))
    ana = made.people["Ana"]
    made.fay("person.remove", p=ana.row.pk)
    assert refusal(ana, "hand", up=True).code == "removed"
    assert door.learner_actor(made.session, ana.cookie) is None
    hand = Handshake(made.session.public_id, "learner", ana.cookie)
    bearer = Handshake(made.session.public_id, "learner", {}, bearer=next(iter(ana.cookie.values())))
    assert [getattr(each, "code", "") for each in door.LiveDoor().admit([hand, bearer])] == ["removed", "removed"]
    state = made.slot("people", "staff:people", since=0)
    assert state is not None
    assert [item["label"] for item in (state.items or {}).values() if item] == ["Ben"]


def test_a_removal_reaches_those_who_had_the_list() -> None:
    made = running(people=("Ana", "Ben"))
    before = made.revision("people")
    made.fay("person.remove", p=made.people["Ana"].row.pk)
    state = made.slot("people", "staff:people", since=before)
    assert state is not None
    assert state.items == {made.people["Ana"].row.key: None}


def test_an_erased_person_is_forgotten() -> None:
    made = running(Part("Engage", (ask("Which?", "which"),)), people=("Ana",))
    ana = made.people["Ana"]
    ana("note", text="mine", n=1)
    forgotten: list[int] = []
    hooks.erasures.append(lambda person: forgotten.append(person.pk))
    try:
        assert ana("leave", erase=True) == {"erased": True}
    finally:
        hooks.erasures.pop()
    row = Participant.objects.get()
    assert (row.name, row.profile, row.erased_at is None, forgotten) == ("", "", False, [row.pk])
    assert not Note.objects.exists()
    assert refusal(ana, "hand", up=True).code == "removed"


def test_no_record_of_an_op_remembers_an_erased_person() -> None:
    made = running(people=("Ana",))
    ana = made.people["Ana"]
    made.fay("person.rename", p=ana.row.pk, name="Anastasia")
    ana("hand", up=True)
    ana("leave", erase=True)
    records = Op.objects.filter(session=made.session.pk)
    assert "Anastasia" not in str(list(records.values()))
    assert [row.result for row in records.filter(author=ana.row.key)] == [{"erased": True}]


def test_staff_rename_and_give_time() -> None:
    made = running(people=("Ana", "Ben"))
    ben = made.people["Ben"].row
    made.fay("person.rename", p=ben.pk, name="Ana")
    made.fay("person.extra_time", p=ben.pk, on=True)
    ben.refresh_from_db()
    assert ben.name == "Ana (2)"
    assert ben.extra_time
    assert refusal(made.fay, "person.rename", p=ben.pk + 1_000, name="x").code == "no_person"


def test_extra_time_keeps_a_timer_open_a_quarter_longer() -> None:
    made = running(Part("Engage", (ask("Which?", "which"),)), people=("Ana",))
    made.fay("activity.open", a=made["which"].pk, minutes=4)
    [(run, plain)] = deadlines.closing(made.fresh)
    made.fay("person.extra_time", p=made.people["Ana"].row.pk, on=True)
    [(_run, longer)] = deadlines.closing(made.fresh)
    assert (longer - plain).total_seconds() == pytest.approx(60)
    assert run.activity_id == made["which"].pk


def test_a_learner_cannot_do_a_facilitators_act() -> None:
    made = running(people=("Mallory",))
    mallory = made.people["Mallory"]
    for op, payload in (("session.end", {}), ("person.remove", {"p": mallory.row.pk}), ("session.code", {})):
        assert refusal(mallory, op, **payload).code == "not_allowed"
    assert refusal(made.do, door.visitor(made.session, "x"), "hand", up=True).code == "not_allowed"
    assert refusal(mallory, "activity.tick").code == "not_allowed"


def test_nobody_acts_in_another_session() -> None:
    made, other = running(people=("Mallory",)), running()
    mallory = made.people["Mallory"]
    from uuid import uuid4

    from workshop.realtime import ops
    from workshop.realtime.inbox import submit
    from workshop.realtime.ops import Call

    call: Any = Call(
        other.session.pk, mallory.actor, "hand", uuid4(), ops.get("hand").payload.model_validate({"up": True})
    )
    assert refusal(submit, call).code in {"removed", "not_allowed"}


def test_after_the_end_only_what_is_ones_own_is_kept() -> None:
    made = running(people=("Ana",))
    made.fay("session.end")
    ana = made.people["Ana"]
    assert refusal(ana, "hand", up=True).code == "ended"
    assert ana("note", text="later", n=1) == {"n": 1}


def test_a_sign_of_life_is_attendance() -> None:
    made = running(people=("Ana", "Ben"))
    deadlines.take_heard(made.session.pk)
    Attendance.objects.all().delete()
    made.next()
    made.people["Ana"]("hand", up=True)
    made.do(system(made.session.pk), "session.seen")
    assert [row.participant.name for row in Attendance.objects.filter(phase_run=made.phases[1])] == ["Ana"]


def test_attendance_of_a_full_hall_is_three_statements() -> None:
    made = running(people=("Ana",))
    rows = [Participant(session=made.session, number=10 + n, name=f"N{n}", revision=1) for n in range(300)]
    people = [made.people["Ana"].row, *Participant.objects.bulk_create(rows)]
    gone = people.pop()
    Participant.objects.filter(pk=gone.pk).update(removed_at=timezone.now())
    keys = [[person.key, 0] for person in (*people, gone)]
    Presence.objects.create(session=made.session.pk, process="here", keys=keys)
    deadlines.take_heard(made.session.pk)
    Attendance.objects.filter(participant=people[3]).delete()
    batch, phase = Batch(timezone.now()), made.phases[0]
    for _again in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert attendance.note(batch, made.session, phase) == len(people)
        assert len(queries) == 3
        there = Attendance.objects.filter(phase_run=phase).values_list("participant", flat=True)
        assert sorted(there) == [person.pk for person in people]
    assert set(Participant.objects.filter(removed_at=None).values_list("seen_at", flat=True)) == {batch.now}


def test_practice_learners_are_marked_and_removable() -> None:
    made = running(people=("Ana",))
    made.fay("practice.add", count=12)
    rows = Participant.objects.filter(simulated=True)
    assert (rows.count(), set(rows.values_list("profile", flat=True))) == (12, {"Finance", "AI practice"})
    assert made.fay("practice.remove")["removed"] == 12
    assert Participant.objects.filter(removed_at=None).count() == 1


def test_too_many_practice_learners_are_refused() -> None:
    made = running()
    for _time in range(10):
        made.fay("practice.add", count=100)
    assert refusal(made.fay, "practice.add", count=1).code == "too_many"


def test_practice_learners_have_a_secret_of_their_own() -> None:
    made: Workshop = running()
    made.fay("practice.add", count=2)
    secrets = {practice.secret_of(person) for person in Participant.objects.all()}
    assert {len(secret) for secret in secrets} == {16}
    assert len(secrets) == 2


def test_a_ticket_names_what_somebody_hears() -> None:
    made = running(people=("Ana",))
    ana = made.people["Ana"]
    [ticket] = door.LiveDoor().admit([Handshake(made.session.public_id, "learner", ana.cookie)])
    assert isinstance(ticket, Ticket)
    assert ticket.audiences == ("learner", f"person:{ana.row.key}")
    assert told == []
