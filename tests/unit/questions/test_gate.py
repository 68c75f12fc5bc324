"""The gate: what may be shown of which level to whom, and that no shown number can be taken apart."""

from __future__ import annotations

from itertools import product

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from tests.questions.room import Room, poll
from workshop.kinds import Refused, activity_kinds, question_kinds
from workshop.live import practice
from workshop.questions import gate, queries
from workshop.questions.counting import memory
from workshop.questions.gate import LEAST, suppress
from workshop.questions.models import KeptCount, Response
from workshop.questions.small import Part
from workshop.reports.evidence import evidence_of
from workshop.reports.tables import tables_of

OPTIONS = {"options": ["Training", "Inference", "Idle machines"]}
cells = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12), min_size=1, max_size=6)


@given(cells)
def test_no_shown_cell_stands_for_one_to_four_people(counted: dict[str, int]) -> None:
    shown = suppress(counted)

    assert all(value is None or value == 0 or value >= LEAST for value in shown.values())
    assert all(value is None or value == counted[name] for name, value in shown.items())


@given(cells)
def test_a_hidden_cell_cannot_be_computed_from_the_total(counted: dict[str, int]) -> None:
    """Every way to fill the hidden cells that an onlooker must think of: more than one for each hidden small cell."""
    shown = suppress(counted)
    hidden = [name for name, value in shown.items() if value is None]
    rest = sum(counted.values()) - sum(value for value in shown.values() if value)
    fits = (
        [fill for fill in product(range(rest + 1), repeat=len(hidden)) if sum(fill) == rest] if len(hidden) < 4 else []
    )

    for place, name in enumerate(hidden if fits else []):
        possible = {fill[place] for fill in fits}
        assert len(possible) > 1 or rest == 0 or len(counted) == 1, (name, counted)


@given(st.lists(st.integers(1, 5), max_size=40))
def test_a_guarded_mean_never_stands_beside_a_small_step(values: list[int]) -> None:
    kind = question_kinds.get("scale")
    config = kind.load({})
    tally = kind.tally(config)
    for value in values:
        tally.add(value)

    data = kind.guarded(config, tally.data(), LEAST)

    small = any(0 < values.count(step) < LEAST for step in range(1, 6))
    assert ("counts" in data) == (not small)


def test_confidential_results_are_released_when_the_close_is_final_and_never_below_five(room: Room) -> None:
    for index in range(9):
        room.join(f"p{index}")
    run = room.ask("scale", privacy="confidential", show_screen=True, show_phones=True)
    for index in range(9):
        room.say(f"p{index}", run, 4 if index < 6 else 2)

    assert room.tally(run, "staff").data == {"round": 1, "answered": 9, "questions": {}}
    assert room.tally(run, "screen") is None
    room.close(run)
    assert room.counts(run) is None
    room.settle(run)
    assert room.counts(run) == {"n": 9, "mean": 3.33}
    assert room.tally(run, "screen") is not None


def test_four_confidential_answers_show_nothing_but_their_number(room: Room) -> None:
    for name in ("Cem", "Dora"):
        room.join(name)
    run = room.ask("scale", privacy="confidential")
    for name in room.people:
        room.say(name, run, 5)
    room.close(run, final=True)

    state = room.tally(run, view="html")

    assert state is not None
    assert state.data == {"round": 1, "answered": 4, "questions": {}}
    assert "too few" in str(state.html)


def practise(room: Room, count: int = 12) -> list[str]:
    """Practice learners, who say with the secret that the server knows."""
    names = [f"Practice {number}" for number in range(count)]
    for name in names:
        person = room.join(name, simulated=True)
        person.secret = practice.secret_of(person.row)
    return names


@pytest.mark.parametrize("off_record", [False, True])
@pytest.mark.parametrize("late", [False, True])
def test_practice_learners_do_not_make_up_the_five(room: Room, off_record: bool, late: bool) -> None:
    """Twelve of them are no crowd to hide in: who knows what they say knows what Ana said."""
    pretended = practise(room)
    run = room.open(poll("scale", privacy="confidential", off_record=off_record))
    for name in [*pretended, "Ana"] if late else ["Ana", *pretended]:
        room.say(name, run, 5 if name == "Ana" else 1)
        room.tally(run)
    room.close(run, final=True)

    assert room.counts(run) is None
    memory.forget()
    assert room.counts(run) is None
    assert [result.reason for result in evidence_of(room.session).results] == ["few"]


def test_a_confidential_total_stands_for_people_alone(room: Room) -> None:
    pretended = practise(room)
    for name in ("Cem", "Dora", "Eve"):
        room.join(name)
    run = room.ask("scale", privacy="confidential")
    for name in room.people:
        room.say(name, run, 1 if name in pretended else 5)
    room.close(run, final=True)

    counts = room.counts(run)
    assert isinstance(counts, dict)
    assert (counts["n"], counts["mean"]) == (5, 5.0)


@pytest.mark.parametrize("off_record", [False, True])
def test_who_tries_things_out_alone_sees_what_practice_learners_say(room: Room, off_record: bool) -> None:
    run = room.open(poll("scale", privacy="confidential", off_record=off_record))
    for name in practise(room):
        room.say(name, run, 4)
    room.close(run, final=True)

    counts = room.counts(run)
    assert isinstance(counts, dict)
    assert counts["n"] == 12
    assert [result.data for result in evidence_of(room.session).results] == [None]


def test_what_is_kept_off_the_record_is_of_people_alone(room: Room) -> None:
    pretended = practise(room, 3)
    run = room.open(poll("choice", OPTIONS, off_record=True))
    for name in ("Ana", *pretended):
        room.say(name, run, "a")
    room.close(run, final=True)

    assert KeptCount.objects.get().data["n"] == 1
    assert not Response.objects.exists()


def test_a_kind_that_says_nothing_shows_the_number_alone() -> None:
    kind = question_kinds.get("text")

    assert kind.guarded(kind.load({}), {"n": 20, "texts": [["secret", 1]]}, LEAST) == {"n": 20}


def test_splits_wait_for_the_close_and_put_small_parts_together(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    sizes = {"Finance": 7, "AI": 9, "Legal": 4, "Sales": 2}

    assert gate.split(sizes, run) is None
    assert gate.split(sizes, room.close(run, final=True)) == [
        Part(("AI",)),
        Part(("Finance",)),
        Part(("Legal", "Sales"), others=True),
    ]


@pytest.mark.parametrize(
    ("level", "values", "author"),
    [
        ("own", [], None),
        ("named", ["a"], "Ana"),
        ("pseudonymous", ["a"], ""),
        ("anonymous", ["a"], ""),
        ("confidential", [], None),
    ],
)
def test_what_an_export_holds_of_each_level(room: Room, level: str, values: list[str], author: str | None) -> None:
    run = room.ask("choice", OPTIONS, level)
    room.say("Ana", run, "a")

    with_names, without = exported(room, names=True), exported(room, names=False)

    assert [row[0] for row in with_names] == ([] if author is None else [author])
    assert [row[-2] for row in without] == ["Training" for _value in values]
    assert "Ana" not in str(without)


def exported(room: Room, *, names: bool) -> list[tuple[object, ...]]:
    """Rows of single answers in an export."""
    [table] = [table for table in tables_of(room.session, names=names) if table.name == "Answers"]
    return [tuple(row) for row in table.rows]


def test_only_named_answers_bear_names() -> None:
    for level in ("own", "pseudonymous", "anonymous", "confidential"):
        with pytest.raises(Refused) as caught:
            gate.check_name(level)
        assert caught.value.code == "private"
    gate.check_name("named")


def test_every_level_is_said_before_answering(room: Room) -> None:
    for level, sentence in gate.SAID.items():
        run = room.open(poll("choice", OPTIONS, level))
        part = activity_kinds.get("poll").stage(run, "learner")
        assert str(sentence) in render_to_string(part.template, dict(part.context))


def test_progress_of_anonymous_activities_is_a_number(room: Room) -> None:
    for level in ("anonymous", "own", "pseudonymous"):
        run = room.ask("choice", OPTIONS, level)
        room.say("Ana", run, "a")
        progress = queries.progress(run)
        assert (progress.done, progress.total) == (1, 2)
        assert dict(progress.by) == ({room.people["Ana"].row.key: 1} if level == "pseudonymous" else {})


def test_own_answers_never_reach_a_result(room: Room) -> None:
    run = room.ask("text", {"hold": False}, "own", show_screen=True)
    room.say("Ana", run, "for me")

    assert Response.objects.count() == 1
    assert room.tally(run, "screen") is None
    assert room.counts(run) is None
    assert room.answers(run).items == {}
