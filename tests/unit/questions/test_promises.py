"""What a learner could try, and what nobody may undo: one vote each, hidden stays hidden, promised stays promised."""

from __future__ import annotations

from typing import Any

import pytest

from tests import cast
from tests.cast import Part, Workshop, running
from tests.questions.room import Room, poll, refusal
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.questions.models import KeptCount, Response

OPTIONS = {"options": ["Training", "Inference"]}
UNHELD = {"hold": False}


def test_one_person_is_one_vote_whatever_subject_is_named(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    room.say("Ana", run, "a")

    assert refusal(room.say, "Ana", run, "a", subject="p:2").code == "bad_value"
    assert room.counts(run)["n"] == 1


@pytest.mark.parametrize("way", ["withdraw", "draft", "twice"])
def test_nothing_brings_hidden_words_back_but_staff(room: Room, way: str) -> None:
    run = room.ask("text", UNHELD)
    room.say("Ana", run, "rude", n=1)
    room.staff("answers.hide", a=run.activity_id, ids=[Response.objects.get().pk])

    if way == "withdraw":
        room.withdraw("Ana", run, n=2)
    else:
        room.say("Ana", run, "rude?", n=2, draft=way == "draft")
    room.say("Ana", run, "rude!", n=3)

    assert Response.objects.get().status == "held"
    assert room.counts(run)["n"] == 0


def test_a_hidden_answer_that_is_a_draft_at_the_close_waits(room: Room) -> None:
    run = room.ask("text", UNHELD)
    room.say("Ana", run, "rude", n=1)
    room.staff("answers.hide", a=run.activity_id, ids=[Response.objects.get().pk])
    room.say("Ana", run, "rude!", n=2, draft=True)
    room.close(run)

    assert Response.objects.get().status == "held"


def test_drafts_of_removed_people_are_not_handed_in(room: Room) -> None:
    run = room.ask("text", UNHELD)
    room.say("Ana", run, "rude", draft=True)
    room.staff("person.remove", p=room.people["Ana"].row.pk)
    room.close(run)

    assert Response.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("kind", "config", "value"),
    [
        ("text", UNHELD, "Nobody may read this"),
        ("words", UNHELD, ["Nobody"]),
        ("choice", {**OPTIONS, "other": True}, "other:Nobody may read this"),
    ],
)
def test_off_the_record_keeps_nobodys_words(room: Room, kind: str, config: Any, value: Any) -> None:
    run = room.open(poll(kind, config, off_record=True))
    room.say("Ana", run, value)
    room.close(run, final=True)

    assert "Nobody" not in str(list(KeptCount.objects.values())) + str(list(Response.objects.values()))
    assert room.counts(run)["n"] == 1
    assert room.tally(run, view="html") is not None


def asked(privacy: str, own: str = "", **more: Any) -> ActivitySpec:
    question = QuestionSpec("choice", "Which?", OPTIONS, key="q1", privacy=own)
    return ActivitySpec(kind="poll", title="Which?", key="which", privacy=privacy, questions=(question,), **more)


def edit(made: Workshop, privacy: str, own: str = "", **more: Any) -> dict[str, Any]:
    question = {"kind": "choice", "prompt": "Which one?", "config": OPTIONS, "key": "q1", "privacy": own}
    spec = {"kind": "poll", "title": "Which one?", "privacy": privacy, "questions": [question], **more}
    return made.fay("activity.edit", a=made["which"].pk, spec=spec)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after"),
    [(("own", ""), ("named", "")), (("confidential", ""), ("anonymous", "")), (("own", ""), ("own", "named"))],
)
def test_who_sees_it_cannot_change_once_people_were_told(before: tuple[str, str], after: tuple[str, str]) -> None:
    made = running(Part("Engage", (asked(*before),)), people=("Ana",))
    made.fay("activity.open", a=made["which"].pk)
    made.people["Ana"]("respond", a=made["which"].pk, q="q1", round=1, n=1, v="a")

    assert cast.refusal(edit, made, *after).code == "promised"
    assert made["which"].title == "Which?"
    edit(made, *before)
    assert made["which"].title == "Which one?"


@pytest.mark.django_db
def test_an_opening_that_was_taken_back_does_not_free_its_answers() -> None:
    made = running(Part("Engage", (asked("own"),)), people=("Ana",))
    made.fay("activity.open", a=made["which"].pk)
    made.people["Ana"]("respond", a=made["which"].pk, q="q1", round=1, n=1, v="a")
    made.fay("session.undo")

    assert made.run("which").state == "ready"
    assert cast.refusal(edit, made, "named").code == "promised"


@pytest.mark.django_db
def test_off_the_record_stays_so_and_before_the_opening_all_may_change() -> None:
    made = running(Part("Engage", (asked("named", off_record=True),)))
    edit(made, "pseudonymous", off_record=True)
    made.fay("activity.open", a=made["which"].pk)

    assert cast.refusal(edit, made, "pseudonymous", off_record=False).code == "promised"
