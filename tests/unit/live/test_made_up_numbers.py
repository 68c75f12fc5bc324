"""Numbers that somebody made up leave nothing behind."""

import pytest

from tests.cast import Part, refusal, running
from workshop.kinds import ActivitySpec, QuestionSpec, Refused
from workshop.realtime.models import Head
from workshop.realtime.reads import read_all
from workshop.realtime.slots import SlotRequest, reader_for, readers

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


def is_slot(name):
    try:
        reader_for(name)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    "rest", [f"{2**64}", f"{2**64}:1", f"1:{2**64}", "9" * 150, "-1", "x", "1:x", "", "1:2:3", "²"]
)
def test_a_slot_that_nobody_can_have_is_refused_or_empty(rest):
    """A read that failed would be tried again every second, for as long as somebody watches."""
    workshop = running(Part("Engage", (poll(),)))
    for reader in readers():
        if reader.personal:
            continue
        name = f"{reader.prefix}:{rest}"
        if not is_slot(name):
            continue
        for audience in reader.audiences:
            (got,), _seconds = read_all([SlotRequest(workshop.session.pk, name, audience, actor=workshop.facilitator)])
            assert not got.failed, (name, audience)


def test_numbers_beyond_what_a_database_holds_are_no_slot():
    for reader in readers():
        with pytest.raises(Refused, match="no_slot"):
            reader_for(f"{reader.prefix}:{2**64}")
