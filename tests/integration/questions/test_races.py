"""Answers against the close, and one person against herself, with real threads on a real database."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from polls.pulse.models import Beat, Tick
from polls.qa.models import Enquiry, Upvote
from tests.at_once import at_once
from tests.questions.room import Room
from workshop.kinds import ActivitySpec, QuestionKind, QuestionSpec, Refused, question_kinds
from workshop.questions.catalogue import of_activity
from workshop.questions.counting import Memory, memory
from workshop.questions.models import Response
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call, get

OPTIONS = {"options": ["Training", "Inference", "Idle machines"]}


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.slug) for kind in question_kinds])
def test_an_answer_is_before_the_close_or_refused_after_it(kind: QuestionKind, room: Room) -> None:
    config, good, _bad = kind.examples()[0]
    names = [room.join(f"p{index}").row.name for index in range(10)]
    for run in [room.ask(kind.slug, config) for _round in range(3)]:
        says = [partial(room.say, name, run, good[place % len(good)]) for place, name in enumerate(names)]

        *answers, _closed = at_once(*says, partial(room.staff, "activity.close", a=run.activity_id))

        acked = [answer for answer in answers if isinstance(answer, dict)]
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        assert len(acked) + len(refused) == len(names)
        assert {no.code for no in refused} <= {"closed"}
        assert Response.objects.filter(activity=run.activity).count() == len(acked)
        assert memory.count(room.session.pk, run.activity_id, 1, of_activity(run.activity)).authors == len(acked)


def test_questions_and_votes_are_before_the_close_or_refused_after_it(room: Room) -> None:
    names = [room.join(f"p{index}").row.name for index in range(8)]
    for _round in range(3):
        run = room.open(ActivitySpec("qa", "Your questions", config={"moderation": False}, privacy="pseudonymous"))
        first = learner(room, "Ana", "qa.ask", a=run.activity_id, text="Who pays?")["i"]
        asks = [partial(learner, room, name, "qa.ask", a=run.activity_id, text=f"{name}?") for name in names[:4]]
        votes = [partial(learner, room, name, "qa.vote", a=run.activity_id, i=first) for name in names[4:]]

        *results, _closed = at_once(*asks, *votes, partial(room.staff, "activity.close", a=run.activity_id))

        refused = {result.code for result in results if isinstance(result, Refused)}
        assert refused <= {"closed"}
        assert Enquiry.objects.filter(activity=run.activity_id).count() == 1 + acked(results[:4])
        assert Upvote.objects.filter(enquiry=first).count() == acked(results[4:])
        assert Enquiry.objects.get(pk=first).votes == acked(results[4:])


def test_taps_are_before_the_close_or_refused_after_it(room: Room) -> None:
    names = [room.join(f"p{index}").row.name for index in range(8)]
    for _round in range(3):
        spec = ActivitySpec("pulse", "Pulse", config={"question": "How is the pace?"}, privacy="anonymous")
        run = room.open(spec)
        taps = [partial(learner, room, name, "pulse.beat", a=run.activity_id, n=1, e=0, v=4) for name in names]

        *results, _closed = at_once(*taps, partial(room.staff, "activity.close", a=run.activity_id))

        assert {result.code for result in results if isinstance(result, Refused)} <= {"closed"}
        ticks = Tick.objects.filter(activity=run.activity_id)
        assert sum(tick.reactions.get("0", 0) for tick in ticks) == acked(results)
        assert Beat.objects.filter(activity=run.activity_id).count() == acked(results)
        last = ticks.order_by("at").last()
        assert (last.people if last else 0) == acked(results)


def test_an_answer_of_a_quiz_is_before_the_right_one_is_told_or_refused(room: Room) -> None:
    names = [room.join(f"p{index}").row.name for index in range(8)]
    question = QuestionSpec("choice", "What is idle?", {**OPTIONS, "right": ["Idle machines"]})
    for _round in range(3):
        run = room.open(ActivitySpec("quiz", "Quiz", pace="led", questions=(question,), privacy="named"))
        says = [partial(room.say, name, run, "c") for name in names]

        *results, _told = at_once(*says, partial(room.staff, "screen.step", forward=True))

        run.refresh_from_db()
        assert run.state_data["told"] is True
        assert {result.code for result in results if isinstance(result, Refused)} <= {"closed"}
        assert Response.objects.filter(activity=run.activity_id).count() == acked(results)
        room.staff("activity.close", a=run.activity_id)


def learner(room: Room, name: str, op: str, **payload: Any) -> dict[str, Any]:
    return submit(Call(room.session.pk, room.people[name].actor, op, uuid4(), get(op).payload(**payload)))


def acked(results: Sequence[Any]) -> int:
    return sum(isinstance(result, dict) for result in results)


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
