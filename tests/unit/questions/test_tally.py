"""A tally in memory is what a count of the rows would be, whatever came in which order, and hidden is absent."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.questions.room import Room, poll, refusal
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.live.models import ActivityRun
from workshop.plans.models import Question
from workshop.questions.catalogue import of_activity
from workshop.questions.counting import Memory, fresh, memory
from workshop.questions.models import Response
from workshop.realtime import batches, heads, reads
from workshop.realtime.batches import Batch
from workshop.realtime.moves import Known
from workshop.realtime.slots import SlotRequest

OPTIONS = {"options": ["Training", "Inference", "Idle machines"]}
NAMES = ["Ana", "Ben", "Cem"]

act = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(NAMES), st.sampled_from(["a", "b", "c"])),
    st.tuples(st.just("withdraw"), st.sampled_from(NAMES), st.just("")),
    st.tuples(st.just("look"), st.just(""), st.just("")),
    st.tuples(st.just("forget"), st.just(""), st.just("")),
    st.tuples(st.just("epoch"), st.just(""), st.just("")),
)


def recount(run: ActivityRun) -> dict[int, object]:
    """The tallies of the stored rows, counted from nothing."""
    asks = of_activity(run.activity)
    answers: dict[int, list[tuple[object, int]]] = {}
    rows = Response.objects.filter(activity=run.activity, round=run.round, status="given")
    for question, value, weight in rows.values_list("question_id", "value", "weight"):
        answers.setdefault(question, []).append((value, weight))
    return dict(fresh(asks, answers))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(act, max_size=20), privacy=st.sampled_from(["pseudonymous", "anonymous"]))
def test_the_memory_equals_a_recount(room: Room, acts: list[tuple[str, str, str]], privacy: str) -> None:
    if "Cem" not in room.people:
        room.join("Cem")
    run = room.ask("choice", OPTIONS, privacy)
    kept = Memory()
    counted = kept.count(room.session.pk, run.activity_id, run.round, of_activity(run.activity))
    for n, (what, name, value) in enumerate(acts, 1):
        if what == "say":
            room.say(name, run, value, n=n)
        elif what == "withdraw":
            room.withdraw(name, run, n)
        elif what == "forget":
            kept.forget()
        elif what == "epoch":
            room.set(run, frozen=False)
        counted = kept.count(room.session.pk, run.activity_id, run.round, of_activity(run.activity))

    assert counted.by_question == recount(run)


def test_one_more_answer_costs_its_reader_two_statements(room: Room) -> None:
    """The heads and the new rows: what else the result is made of no answer changes."""
    run = room.ask("choice", OPTIONS)
    room.say("Ana", run, "a")
    session, head = room.session.pk, f"activity:{run.activity_id}"
    known = Known()
    for name, state in heads.all_heads([session])[session].items():
        known.put(name, *state)
    lasting = heads.Lasting(calm=known.calm)
    request = SlotRequest(session, f"tally:{run.activity_id}", "staff", view="data")
    reads.read_all([request], lasting)
    room.say("Ben", run, "b")
    known.take(head, *heads.read_head(session, head), answers=1)
    with CaptureQueriesContext(connection) as queries:
        (found,), _seconds = reads.read_all([request], lasting)
    assert '"answered":2' in (found.content or "")
    assert len(queries) == 2, queries.captured_queries
    # A change of state reads anew what it is about.
    room.set(run, frozen=True)
    known.take(head, *heads.read_head(session, head))
    with CaptureQueriesContext(connection) as queries:
        reads.read_all([request], lasting)
    assert len(queries) > 2


def test_a_look_without_news_reads_the_head_alone(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    room.say("Ana", run, "a")
    asks = of_activity(run.activity)
    memory.count(room.session.pk, run.activity_id, 1, asks)

    with CaptureQueriesContext(connection) as captured:
        counted = memory.count(room.session.pk, run.activity_id, 1, asks)

    assert len(captured) == 1
    assert counted.authors == 1


def test_what_a_batch_reads_and_takes_back_is_not_remembered(room: Room) -> None:
    """The revision of the lost row goes to another one: the memory would hold both, and for ever."""
    run = room.ask("choice", OPTIONS)
    asks = of_activity(run.activity)
    place = (room.session.pk, f"activity:{run.activity_id}")
    memory.count(room.session.pk, run.activity_id, 1, asks)

    def lost(batch: Batch) -> None:
        room.say("Ana", run, "a")
        Response.objects.update(revision=batch.move(*place))
        assert memory.count(room.session.pk, run.activity_id, 1, asks).authors == 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        batches.within([place], lost)
    room.say("Ben", run, "b")

    counted = memory.count(room.session.pk, run.activity_id, 1, asks)
    assert counted.authors == 1
    assert counted.by_question == recount(run)


def test_memory_is_bounded(room: Room) -> None:
    kept = Memory(rounds=2)
    for _ in range(5):
        run = room.ask("choice", OPTIONS)
        room.say("Ana", run, "a")
        kept.count(room.session.pk, run.activity_id, 1, of_activity(run.activity))

    assert kept.size() == (2, 2)


def test_changed_options_are_counted_anew(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    room.say("Ana", run, "a")
    room.say("Ben", run, "b")
    assert room.counts(run)["counts"] == {"a": 1, "b": 1, "c": 0}
    options = [{"id": "b", "text": "Answers"}, {"id": "d", "text": "Trials"}]

    Question.objects.filter(activity=run.activity).update(config={"options": options})

    assert room.counts(run)["counts"] == {"b": 1, "d": 0}


@pytest.mark.parametrize(
    ("switches", "learner", "screen"),
    [
        ({}, False, False),
        ({"show_screen": True}, False, True),
        ({"show_phones": True}, True, False),
    ],
)
def test_a_hidden_result_is_absent(room: Room, switches: dict[str, Any], learner: bool, screen: bool) -> None:
    run = room.ask("choice", OPTIONS, **switches)
    room.say("Ana", run, "a")

    assert room.tally(run, "staff") is not None
    assert (room.tally(run, "learner") is not None) == learner
    assert (room.tally(run, "learner:Finance") is not None) == learner
    assert (room.tally(run, "screen") is not None) == screen


def test_the_data_is_what_the_protocol_says(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    room.say("Ana", run, "a")

    state = room.tally(run)

    assert state is not None
    assert state.data == {"round": 1, "answered": 1, "questions": {"q1": {"n": 1, "counts": {"a": 1, "b": 0, "c": 0}}}}
    assert state.revision == Response.objects.get().revision


def test_zero_answers_take_the_same_room(room: Room) -> None:
    run = room.ask("choice", OPTIONS, show_screen=True)
    empty = room.tally(run, "screen", view="html")
    room.say("Ana", run, "a")
    full = room.tally(run, "screen", view="html")

    assert empty is not None
    assert full is not None
    assert str(empty.html).count("<li>") == str(full.html).count("<li>") == 3
    assert 'width="0%"' in str(empty.html)
    assert 'width="100%"' in str(full.html)


def test_open_text_waits_until_it_is_shown_and_one_tap_hides_it_everywhere(room: Room) -> None:
    run = room.ask("text", show_screen=True, show_phones=True)
    room.say("Ana", run, "The boss")
    assert (room.counts(run, audience="screen"), room.tally(run).data["answered"]) == ({"n": 0, "texts": []}, 1)
    [(pk, item)] = room.answers(run).items.items()
    assert (item["text"], item["status"], "by" in item) == ("The boss", "held", False)

    room.staff("answers.show", a=run.activity_id, ids=[int(pk)])
    assert room.counts(run, audience="learner")["texts"] == [["The boss", 1]]

    room.staff("answers.hide", a=run.activity_id, ids=[int(pk)])
    assert room.counts(run, audience="learner")["texts"] == []
    assert room.counts(run, audience="screen")["texts"] == []
    assert room.counts(run, audience="staff")["texts"] == []

    assert room.staff("answers.show", a=run.activity_id, ids=None) == {"changed": 0}


def test_a_hidden_answer_that_is_changed_waits_again_even_where_answers_show_by_themselves(room: Room) -> None:
    run = room.ask("text", {"hold": False})
    room.say("Ana", run, "rude", n=1)
    assert room.counts(run)["n"] == 1
    room.staff("answers.hide", a=run.activity_id, ids=[Response.objects.get().pk])

    room.say("Ana", run, "ruder", n=2)

    assert Response.objects.get().status == "held"
    assert room.counts(run)["n"] == 0


def test_held_answers_come_as_changes(room: Room) -> None:
    run = room.ask("text", privacy="named")
    room.say("Ana", run, "One")
    first = room.answers(run)
    room.say("Ben", run, "Two")
    room.withdraw("Ana", run, 2)

    news = room.answers(run, since=first.revision)

    assert news.since == first.revision
    assert sorted(str(item and item["text"]) for item in (news.items or {}).values()) == ["None", "Two"]
    assert [item["by"] for item in (news.items or {}).values() if item] == ["Ben"]


def test_only_those_who_may_moderate_show_answers(room: Room) -> None:
    run = room.ask("text")
    room.fay = type(room.fay)(room.session.pk, "presenter", room.fay.key, room.fay.id)

    assert refusal(room.staff, "answers.show", a=run.activity_id, ids=None).code == "not_allowed"


def test_confidential_texts_are_read_by_nobody(room: Room) -> None:
    run = room.ask("text", privacy="confidential")
    room.say("Ana", run, "secret")

    assert room.answers(run).items == {}
    assert room.staff("answers.show", a=run.activity_id, ids=None) == {"changed": 0}


def test_a_form_of_mixed_levels_counts_people_once(room: Room) -> None:
    questions = (
        QuestionSpec("scale", "One", {}, privacy="confidential"),
        QuestionSpec("text", "Two", {}, privacy="named"),
        QuestionSpec("text", "Three", {}, privacy="own"),
    )
    run = room.open(ActivitySpec("form", "Form", questions=questions))
    room.say("Ana", run, 3, q="q1")
    room.say("Ana", run, "step", q="q2")
    room.say("Ana", run, "note", q="q3")

    state = room.tally(run)
    assert state is not None
    assert state.data["answered"] == 1
    assert set(state.data["questions"]) == {"q2"}
    assert "note" not in str(state.data)


def test_drafts_that_are_complete_are_handed_in_at_the_close(room: Room) -> None:
    run = room.open(
        ActivitySpec(
            "form",
            "Form",
            questions=(
                QuestionSpec("text", "One", {"hold": False}, privacy="named"),
                QuestionSpec("choice", "Two", {**OPTIONS, "multiple": True, "min": 2}, privacy="named"),
            ),
        )
    )
    room.say("Ana", run, "My step", q="q1", draft=True)
    room.say("Ana", run, ["a"], q="q2", draft=True)

    room.close(run)

    assert dict(Response.objects.values_list("question__key", "status")) == {"q1": "given", "q2": "draft"}
    assert room.counts(run)["n"] == 1


def test_off_the_record_keeps_counts_alone(room: Room) -> None:
    run = room.open(poll("choice", OPTIONS, off_record=True))
    room.say("Ana", run, "a")
    room.say("Ben", run, "c")
    room.close(run)
    assert Response.objects.count() == 2

    room.settle(run)

    assert Response.objects.count() == 0
    assert room.counts(run) == {"n": 2, "counts": {"a": 1, "b": 0, "c": 1}}
    assert room.tally(run).data["answered"] == 2
