"""Numbers that somebody made up leave nothing behind."""

import pytest

from tests.cast import Part, refusal, running
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.realtime.models import Head

pytestmark = pytest.mark.django_db


def poll(**more):
    question = QuestionSpec("choice", "Which?", {"options": ["Yes", "No"]}, key="q1")
    return ActivitySpec("poll", "Which?", key="which", questions=(question,), **more)


def test_an_answer_to_an_activity_that_is_not_there_makes_no_head():
    workshop = running(Part("Engage", (poll(),)), people=("Mallory",))
    before = Head.objects.count()

    for number in (999_999, 2**53):
        refusal(workshop.people["Mallory"], "respond", a=number, q="q1", round=1, n=1, v="a")
    refusal(workshop.people["Mallory"], "card.add", a=workshop["which"].pk, g=999_999, text="x")

    assert Head.objects.count() == before


def test_an_activity_of_another_session_makes_no_head_in_this_one():
    here, there = running(Part("Engage", (poll(),)), people=("Mallory",)), running(Part("Engage", (poll(),)))

    refusal(here.people["Mallory"], "respond", a=there["which"].pk, q="q1", round=1, n=1, v="a")

    assert not Head.objects.filter(session=here.session.pk, name=f"activity:{there['which'].pk}").exists()


def test_only_those_whom_an_activity_is_for_answer_it():
    workshop = running(Part("Engage", (poll(for_profiles=("Finance",)),)))
    workshop.fay("activity.open", a=workshop["which"].pk)
    ana, ben = workshop.join("Ana", profile="Finance"), workshop.join("Ben", profile="AI practice")

    assert ana("respond", a=workshop["which"].pk, q="q1", round=1, n=1, v="a")
    assert refusal(ben, "respond", a=workshop["which"].pk, q="q1", round=1, n=1, v="a").code == "not_for_you"
