"""Practice learners answer what is open, by the same ops as people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import Part, running
from tests.live.kinds import ask
from workshop.kinds import QuestionSpec
from workshop.live import deadlines, practice, timing
from workshop.live.models import ActivityRun, Participant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

PARTS = (Part("Engage", (ask("Which?", "which", questions=(QuestionSpec("text", "Why?", key="why"),)),)),)


def test_each_answers_once_after_a_while() -> None:
    made = running(*PARTS)
    made.fay("practice.add", count=5)
    assert practice.instants(made.fresh) == []
    made.fay("activity.open", a=made["which"].pk)
    instants = practice.instants(made.fresh)
    opened = made.run("which").opened_at
    assert opened is not None
    assert all(timedelta(seconds=1) < at - opened < timedelta(seconds=21) for at in instants)
    assert deadlines.next_instant(made.session.pk) == min(instants)
    assert practice.answer(made.fresh, opened) == 0
    assert practice.answer(made.fresh, opened + timedelta(seconds=21)) == 5
    assert practice.instants(made.fresh) == []
    from workshop.questions.models import Response

    authors = set(Response.objects.values_list("author", flat=True))
    assert authors == {person.key for person in Participant.objects.filter(simulated=True)}


def test_nobody_answers_while_the_clock_stands_still() -> None:
    made = running(*PARTS)
    made.fay("practice.add", count=2)
    made.fay("activity.open", a=made["which"].pk)
    made.fay("session.pause")
    assert practice.instants(made.fresh) == []


def test_a_deadline_is_met_by_whoever_asks() -> None:
    made = running(*PARTS)
    made.fay("activity.open", a=made["which"].pk, minutes=1)
    closes_at = made.run("which").closes_at
    instant = deadlines.next_instant(made.session.pk)
    # Signs of life are noted once a minute, the timer ends after its grace: whichever comes first.
    assert closes_at is not None
    assert instant is not None
    assert timezone.now() < instant <= closes_at + timing.GRACE
    ActivityRun.objects.update(closes_at=timezone.now() - timedelta(seconds=2))
    deadlines.meet(made.session.pk)
    assert made.run("which").state == "closed"
    deadlines.meet(999_999)


def test_what_nobody_watches_is_met_too() -> None:
    made, other = running(*PARTS), running(*PARTS)
    for each in (made, other):
        each.fay("activity.open", a=each["which"].pk, minutes=1)
    ActivityRun.objects.filter(session=made.session).update(closes_at=timezone.now() - timedelta(minutes=5))
    assert deadlines.meet_overdue() == 1
    assert (made.run("which").state, other.run("which").state) == ("closed", "open")
    # Not again at once: the check is for the forgotten ones.
    assert deadlines.meet_overdue() == 0
