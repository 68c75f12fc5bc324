"""What pages and slots read: the same few queries for 3 people and for 300, and nothing that is hidden."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Part, Workshop, fay, lobby, olga, refusal, running, user
from tests.live.kinds import answers, ask, read
from workshop.accounts.models import User
from workshop.live import cookies, deadlines, door, queries, stages
from workshop.live.models import Group, GroupSet, Membership, Participant, PhaseRun, Staff
from workshop.realtime.door import Handshake, Ticket
from workshop.realtime.models import Presence
from workshop.realtime.slots import SlotRequest, reader_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

PARTS = (
    Part(
        "Engage",
        (read("The story", "story", audience="screen"), ask("Which?", "which"), ask("Why?", "why", audience="phones")),
    ),
    Part("Explore", (ask("How?", "how", for_profiles=("Finance",)),), minutes=45),
)


def crowd(made: Workshop, count: int) -> None:
    now = timezone.now()
    rows = [
        Participant(session=made.session, number=1_000 + n, name=f"N{n}", seen_at=now, hand_at=now)
        for n in range(count)
    ]
    Participant.objects.bulk_create(rows)


def cost(act: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        act()
    return len(found)


@pytest.mark.parametrize(
    "act",
    [
        lambda made: queries.panel_state(made.session.pk),
        lambda made: queries.room_state(made.session.pk),
        lambda made: queries.people(made.session.pk),
        lambda made: queries.queue(made.session.pk),
        lambda made: stages.catalogue(made.session.pk),
        lambda made: made.slot("stage"),
        lambda made: made.slot("stage", "learner", view="html"),
        lambda made: made.slot("room"),
        lambda made: made.slot("people", "staff:people"),
        lambda made: made.slot("queue", "staff:people"),
        lambda made: deadlines.next_instant(made.session.pk),
        lambda made: made.join(secrets.token_hex(4)),
        lambda made: made.fay("practice.add", count=3),
        lambda made: made.next(),
    ],
)
def test_no_read_grows_with_the_people(act: Any) -> None:
    few, many = running(*PARTS), running(*PARTS)
    crowd(few, 3)
    crowd(many, 300)
    assert cost(lambda: act(few)) == cost(lambda: act(many))


def test_a_wave_of_learners_costs_three_queries() -> None:
    made = running(*PARTS)
    crowd(made, 300)
    rows = Participant.objects.filter(session=made.session)
    proofs = [cookies.Proof(made.session.public_id, row.pk, cookies.new_secret()) for row in rows]
    wave = [Handshake(made.session.public_id, "learner", {}, bearer=cookies.token_for(proof)) for proof in proofs]
    with CaptureQueriesContext(connection) as found:
        tickets = door.LiveDoor().admit(wave)
    assert len(found) == 3
    assert all(isinstance(ticket, Ticket) for ticket in tickets)


def test_the_persons_slots_of_a_wave_are_read_at_once() -> None:
    made = running(*PARTS)
    counts = []
    for number in (3, 60):
        for n in range(number):
            made.join(f"{number}-{n}")
        requests = [
            SlotRequest(made.session.pk, "you", f"person:{p.row.key}", actor=p.actor) for p in made.people.values()
        ]
        with CaptureQueriesContext(connection) as found:
            states = reader_for("you").read_many(requests)
        counts.append(len(found))
        assert [state.data["key"] for state in states if state] == [p.row.key for p in made.people.values()]
    assert counts[0] == counts[1]


def test_you_is_all_that_is_ones_own() -> None:
    made = running(*PARTS, people=("Ana",))
    ana = made.people["Ana"]
    ana("note", text="mine", n=2)
    ana("hand", up=True)
    groups = GroupSet.objects.create(session=made.session, key="tables", mode="hand")
    group = Group.objects.create(group_set=groups, number=3)
    Membership.objects.create(group=group, group_set=groups, participant=ana.row, since=timezone.now())
    state = made.slot("you", f"person:{ana.row.key}", ana.actor)
    assert state is not None
    assert (state.data["label"], state.data["hand"], state.data["help"]) == ("Ana", True, False)
    assert state.data["note"] == {"text": "mine", "n": 2}
    assert state.data["groups"]["tables"] == {"id": group.pk, "number": 3, "label": "Group 3", "help": False}
    [ticket] = door.LiveDoor().admit([Handshake(made.session.public_id, "learner", ana.cookie)])
    assert isinstance(ticket, Ticket)
    assert f"group:{group.pk}" in ticket.audiences


def test_the_stage_tells_each_audience_its_own() -> None:
    made = running(*PARTS)
    made.fay("activity.open", a=made["why"].pk)
    seen = {}
    for audience in ("staff", "learner", "screen"):
        state = made.slot("stage", audience)
        assert state is not None
        seen[audience] = [(line["title"], line["state"]) for line in state.data["activities"]]
    assert seen["staff"] == [("The story", "open"), ("Which?", "ready"), ("Why?", "open")]
    assert seen["learner"] == [("Why?", "open")]
    assert seen["screen"] == [("Why?", "open"), ("The story", "open")]
    state = made.slot("stage", "learner")
    assert state is not None
    assert (state.data["state"], state.data["phase"]["title"], state.data["phase"]["count"]) == ("running", "Engage", 2)


def test_the_catalogue_follows_the_stage() -> None:
    made = lobby(*PARTS)
    assert "here" in stages.catalogue(made.session.pk)["learner"]
    made.fay("session.start")
    which, why, story = (made[key].pk for key in ("which", "why", "story"))
    found = stages.catalogue(made.session.pk)
    assert f"activity:{story}" in found["screen"]
    assert f"activity:{story}" not in found["learner"]
    assert {f"activity:{each}" for each in (which, why, story)} <= set(found["staff"])
    assert found["staff:people"] == ("queue", "people")
    made.fay("activity.open", a=which)
    found = stages.catalogue(made.session.pk)
    assert {f"activity:{which}", f"tally:{which}"} <= set(found["screen"])
    assert f"activity:{story}" not in found["screen"]
    assert f"tally:{which}" not in found["learner"]
    made.next()
    made.fay("activity.open", a=made["how"].pk)
    found = stages.catalogue(made.session.pk)
    assert found["learner:Finance"] == (f"activity:{made['how'].pk}",)
    assert f"activity:{made['how'].pk}" not in found["learner"]
    made.fay("activity.show", a=made["how"].pk, where="phones", on=True)
    found = stages.catalogue(made.session.pk)
    assert f"tally:{made['how'].pk}" in found["learner:Finance"]
    assert f"tally:{made['how'].pk}" not in found["learner"]


def test_what_is_not_on_the_stage_is_absent() -> None:
    made = running(*PARTS)
    which, story = made["which"].pk, made["story"].pk
    assert made.slot(f"activity:{which}", "learner") is None
    assert made.slot(f"activity:{which}", "staff") is not None
    assert made.slot(f"activity:{story}", "learner") is None
    assert made.slot("activity:x", "staff") is None
    assert made.slot("activity:999999", "staff") is None


def test_an_activity_keeps_its_number_while_it_does_not_change() -> None:
    made = running(*PARTS)
    which = made["which"].pk
    made.fay("activity.open", a=which)
    before = made.slot(f"activity:{which}", "learner")
    made.fay("phase.extend", minutes=1)
    after = made.slot(f"activity:{which}", "learner")
    assert before is not None
    assert after is not None
    assert (before.epoch, before.revision) == (after.epoch, after.revision)
    made.fay("activity.freeze", a=which, on=True)
    frozen = made.slot(f"activity:{which}", "learner")
    assert frozen is not None
    assert frozen.revision > before.revision
    assert frozen.revision == made.revision(f"activity:{which}")


def test_the_clock_does_not_depend_on_when_it_is_read() -> None:
    made = running(*PARTS)
    one, two = made.slot("clock", "screen"), made.slot("clock", "learner")
    assert one is not None
    assert one == two
    assert (one.data["left"], one.data["total"], one.data["running"]) == (30 * 60_000, 30 * 60_000, True)
    PhaseRun.objects.filter(session=made.session).update(started_at=timezone.now() - timedelta(minutes=10))
    made.fay("session.pause")
    paused = made.slot("clock", "screen")
    assert paused is not None
    assert (paused.data["running"], paused.data["until"], round(paused.data["left"] / 60_000)) == (False, "", 20)


def test_a_notice_comes_and_goes() -> None:
    made = running(*PARTS)
    assert made.slot("notice", "learner") is None
    made.fay("session.notice", text="Back at ten")
    state = made.slot("notice", "learner")
    assert state is not None
    assert state.data == {"text": "Back at ten"}


def test_the_room_counts_who_was_seen() -> None:
    made = running(*PARTS, people=("Ana", "Ben"))
    Participant.objects.filter(name="Ben").update(seen_at=timezone.now() - timedelta(minutes=11))
    Presence.objects.create(session=made.session.pk, process="one", keys=[[made.people["Ana"].row.key, 0], ["u:1", 0]])
    made.fay("activity.open", a=made["which"].pk)
    answers[made["which"].pk, 1] = 1
    room = queries.room_state(made.session.pk)
    assert (room.joined, room.online, room.seen) == (2, 1, 1)
    assert room.answered[made["which"].pk] == 1
    screen = made.slot("room", "screen")
    assert screen is not None
    assert "profiles" not in screen.data


def test_staff_come_in_by_their_login_and_organisers_look_on() -> None:
    made = running(*PARTS)
    stranger = user("Mallory")
    moderator = user("Mia")
    Staff.objects.create(session=made.session, user=moderator, role="moderator")
    hands = [
        Handshake(made.session.public_id, "staff", {}, user_id=each.pk) for each in (fay(), moderator, olga(), stranger)
    ]
    found = door.LiveDoor().admit([*hands, Handshake(made.session.public_id, "staff", {})])
    assert [each.actor.role if isinstance(each, Ticket) else each.code for each in found] == [
        "facilitator", "moderator", "observer", "not_joined", "not_joined",
    ]  # fmt: skip
    heard = [each.audiences for each in found if isinstance(each, Ticket)]
    assert heard == [("staff", "staff:people"), ("staff:desk",), ("staff",)]


def test_an_account_that_was_closed_hears_and_does_nothing_more() -> None:
    made = running(*PARTS)
    hands = [Handshake(made.session.public_id, "staff", {}, user_id=each.pk) for each in (fay(), olga())]
    tickets = [each for each in door.LiveDoor().admit(hands) if isinstance(each, Ticket)]
    again = door.LiveDoor().refresh(made.session.pk, tickets)
    assert [each.audiences for each in again if isinstance(each, Ticket)] == [each.audiences for each in tickets]

    User.objects.filter(username="fay").update(is_active=False)
    User.objects.filter(username="olga").update(is_organiser=False)

    after = door.LiveDoor().refresh(made.session.pk, tickets)
    assert [getattr(each, "code", "") for each in after] == ["not_joined", "not_joined"]
    assert refusal(made.fay, "session.pause").code == "not_allowed"


def test_a_changed_role_counts_at_once() -> None:
    made = running(*PARTS)
    Staff.objects.filter(session=made.session).update(role="observer")
    assert refusal(made.fay, "session.pause").code == "not_allowed"


def test_the_screen_comes_in_by_its_link() -> None:
    made = running(*PARTS)
    from django.http import HttpResponse

    response = HttpResponse()
    cookies.set_screen(response, made.session.public_id, made.session.screen_token, secure=False)
    held = {name: cookie.value for name, cookie in response.cookies.items()}
    good, bad = (Handshake(made.session.public_id, "screen", each) for each in (held, {}))
    found = door.LiveDoor().admit([good, bad])
    assert isinstance(found[0], Ticket)
    assert found[0].audiences == ("screen",)
    assert getattr(found[1], "code", "") == "not_joined"
    assert getattr(door.LiveDoor().admit([Handshake("none", "screen", held)])[0], "code", "") == "no_session"


def test_who_may_look_into_what() -> None:
    made = running(*PARTS, people=("Ana",))
    the_door, ana = door.LiveDoor(), made.people["Ana"].actor
    assert the_door.may_watch(made.facilitator, "board:1:2")
    assert the_door.may_watch(made.facilitator, "people")
    for slot in ("panel", "people", "queue", "board:1:2", "answers:1", "tally:1", "wall:1"):
        assert not the_door.may_watch(ana, slot)


def test_the_panel_knows_how_late_it_is() -> None:
    made = running(*PARTS)
    made.fay("phase.extend", minutes=7)
    state = queries.panel_state(made.session.pk)
    assert state is not None
    assert state.drift_ms == 7 * 60_000
    assert [phase.state for phase in state.phases] == ["now", "to_come"]
    assert state.terms[0] == ("Unit cost", "The cost of one answer")
    assert state.undo is not None
    assert state.undo.label == "Changed the time of Engage"
