"""Answers against the close, and one person against herself, with real threads on a real database."""

from __future__ import annotations

from functools import partial

from tests.at_once import at_once
from tests.questions.room import Room
from workshop.kinds import Refused
from workshop.questions.catalogue import of_activity
from workshop.questions.counting import Memory, memory
from workshop.questions.models import Response

OPTIONS = {"options": ["Training", "Inference", "Idle machines"]}


def test_an_answer_is_before_the_close_or_refused_after_it(room: Room) -> None:
    names = [room.join(f"p{index}").row.name for index in range(10)]
    for run in [room.ask("choice", OPTIONS) for _round in range(5)]:
        says = [partial(room.say, name, run, "b") for name in names]

        *answers, _closed = at_once(*says, partial(room.staff, "activity.close", a=run.activity_id))

        acked = [answer for answer in answers if isinstance(answer, dict)]
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        assert len(acked) + len(refused) == len(names)
        assert {no.code for no in refused} <= {"closed"}
        assert Response.objects.filter(activity=run.activity).count() == len(acked)
        assert memory.count(room.session.pk, run.activity_id, 1, of_activity(run.activity)).authors == len(acked)


def test_fifty_answers_of_one_person_at_once_leave_one_row_and_the_highest_counter(room: Room) -> None:
    run = room.ask("choice", OPTIONS)

    results = at_once(*(lambda n=n: room.say("Ana", run, "abc"[n % 3], n=n) for n in range(1, 51)))

    [(n, value)] = Response.objects.values_list("n", "value")
    assert (n, value) == (50, "abc"[50 % 3])
    assert isinstance(results[49], dict)
    assert {no.code for no in results if isinstance(no, Refused)} <= {"stale"}


def test_a_tally_read_while_people_answer_ends_right(room: Room) -> None:
    """The head is read before the rows: whatever was missed has a higher revision and is read with the next look."""
    run = room.ask("choice", OPTIONS)
    names = [room.join(f"p{index}").row.name for index in range(12)]
    asks, kept = of_activity(run.activity), Memory()

    def look() -> None:
        for _ in range(40):
            kept.count(room.session.pk, run.activity_id, 1, asks)

    says = [lambda name=name: [room.say(name, run, "abc"[n % 3], n=n) for n in range(1, 5)] for name in names]
    at_once(look, look, *says)

    found = kept.count(room.session.pk, run.activity_id, 1, asks)
    assert found.by_question == Memory().count(room.session.pk, run.activity_id, 1, asks).by_question
    assert found.authors == len(names)
