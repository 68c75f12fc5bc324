"""How staff have a result shown: rounds and phases side by side, backgrounds, notes, a result that stands still, hands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.utils import timezone

from tests.questions.room import Room, make, poll
from workshop.kinds import ActivitySpec, Json, QuestionSpec, Refused
from workshop.live.models import ActivityRun
from workshop.questions.counting import memory
from workshop.questions.display import display_of, view_of
from workshop.questions.models import Response

pytestmark = pytest.mark.django_db
OPTIONS: dict[str, Json] = {"options": ["Training", "Answers"]}
CROWD = [f"P{number}" for number in range(12)]


@pytest.fixture
def crowd() -> Room:
    room = make(())
    for number, name in enumerate(CROWD):
        room.join(name, "Finance" if number < 6 else "AI" if number < 11 else "Law")
    memory.forget()
    return room


def vote(room: Room, run: ActivityRun, values: Iterable[Json], n: int = 1) -> None:
    for name, value in zip(CROWD, values, strict=False):
        room.say(name, run, value, n=n)


def again(room: Room, run: ActivityRun) -> ActivityRun:
    room.staff("activity.round", a=run.activity_id)
    return ActivityRun.objects.select_related("activity", "session").get(activity=run.activity_id, round=run.round + 1)


def beside(room: Room, run: ActivityRun, audience: str = "staff") -> dict[str, Any]:
    state = room.tally(run, audience)
    assert state is not None
    found: dict[str, Any] = state.data["beside"]["q1"]
    return found


def drawn(room: Room, run: ActivityRun, audience: str = "staff") -> str:
    state = room.tally(run, audience, view="html")
    assert state is not None
    return state.html or ""


def refusal(room: Room, op: str, **payload: Any) -> str:
    with pytest.raises(Refused) as refused:
        room.staff(op, **payload)
    return refused.value.code


def two_rounds(room: Room, privacy: str = "pseudonymous") -> ActivityRun:
    first = room.ask("choice", OPTIONS, privacy)
    vote(room, first, "aaaaabbb")
    room.close(first)
    second = again(room, first)
    vote(room, second, "aabbbbbb")
    return second


# ── rounds ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_second_round_stands_beside_the_first_as_soon_as_it_is_closed(crowd: Room) -> None:
    run = two_rounds(crowd)
    state = crowd.tally(run)
    assert state is not None
    assert "beside" not in state.data

    run = crowd.close(run)
    assert beside(crowd, run)["columns"] == [{"name": "Round 1", "n": 8}, {"name": "Round 2", "n": 8}]
    assert beside(crowd, run)["rows"] == [
        {"label": "Training", "values": [5.0, 2.0]},
        {"label": "Answers", "values": [3.0, 6.0]},
    ]


def test_by_choice_it_stands_alone_or_beside_the_first_while_it_is_open(crowd: Room) -> None:
    run = two_rounds(crowd)
    crowd.staff("result.view", a=run.activity_id, view="rounds")
    assert beside(crowd, run)["rows"][0]["values"] == [5.0, 2.0]
    crowd.staff("result.view", a=run.activity_id, view="now")
    state = crowd.tally(crowd.close(run))
    assert state is not None
    assert "beside" not in state.data


def test_rounds_are_shown_to_the_room_by_the_switches_of_the_last(crowd: Room) -> None:
    run = crowd.close(two_rounds(crowd))
    crowd.staff("activity.show", a=run.activity_id, where="screen", on=False)
    assert crowd.tally(run, "screen") is None
    crowd.staff("activity.show", a=run.activity_id, where="screen", on=True)
    assert len(beside(crowd, run, "screen")["columns"]) == 2


def test_the_shift_of_single_people_is_told_where_answers_may_be_linked(crowd: Room) -> None:
    first = crowd.ask("scale")
    vote(crowd, first, [1, 2, 3, 3, 3, 5])
    crowd.close(first)
    second = again(crowd, first)
    vote(crowd, second, [3, 3, 3, 3, 4, 4])

    found = beside(crowd, crowd.close(second))
    assert found["shift"] == {"up": 3, "same": 2, "down": 1}
    assert found["figures"] == [2.83, 3.33]


def test_nobodys_anonymous_answers_are_linked(crowd: Room) -> None:
    first = crowd.ask("scale", {}, "anonymous")
    vote(crowd, first, [1, 2, 3, 3, 3, 5])
    crowd.close(first)
    second = again(crowd, first)
    vote(crowd, second, [3, 3, 3, 3, 4, 4])
    assert "shift" not in beside(crowd, crowd.close(second))


def test_too_few_to_tell_a_shift(crowd: Room) -> None:
    first = crowd.ask("scale")
    vote(crowd, first, [1, 2, 3, 3])
    crowd.close(first)
    second = again(crowd, first)
    vote(crowd, second, [3, 3, 3, 3])
    assert "shift" not in beside(crowd, crowd.close(second))


def test_confidential_rounds_wait_each_for_its_own_final_close(crowd: Room) -> None:
    first = crowd.ask("choice", OPTIONS, "confidential")
    vote(crowd, first, "aaaaaabbbbbb")
    crowd.close(first, final=True)
    second = again(crowd, first)
    vote(crowd, second, "bbbbbbaaaaaa")
    crowd.close(second)
    values = [row["values"] for row in beside(crowd, second)["rows"]]
    assert values == [[6.0, None], [6.0, None]]


def test_words_stand_side_by_side_as_they_are(crowd: Room) -> None:
    first = crowd.ask("words", {"hold": False})
    vote(crowd, first, ["tags", "idle"])
    crowd.close(first)
    second = again(crowd, first)
    vote(crowd, second, ["budget"])
    crowd.close(second)
    html = crowd.tally(second, view="html").html
    assert html.count('class="cloud"') == 2
    assert "tags" in html
    assert "budget" in html


def test_one_round_has_nothing_beside_it(crowd: Room) -> None:
    run = crowd.ask("choice", OPTIONS)
    assert refusal(crowd, "result.view", a=run.activity_id, view="rounds") == "no_rounds"


# ── two phases ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_question_of_another_activity_stands_before_it(crowd: Room) -> None:
    first = crowd.open(poll("scale", {}, prompt="How sure are you?"))
    vote(crowd, first, [1, 2, 3, 3, 3, 5])
    crowd.close(first)
    second = crowd.open(poll("scale", {}, prompt="How sure are you?"))
    vote(crowd, second, [3, 3, 3, 3, 4, 4])
    crowd.staff("result.view", a=second.activity_id, view="before", other=first.activity_id)
    assert [column["n"] for column in beside(crowd, second)["columns"]] == [6, 6]
    assert beside(crowd, crowd.close(second))["shift"] == {"up": 3, "same": 2, "down": 1}


def test_a_key_of_its_own_says_that_a_question_is_the_same(crowd: Room) -> None:
    def asked(key: str, prompt: str) -> ActivityRun:
        question = QuestionSpec(kind="scale", prompt=prompt, key=key)
        return crowd.open(ActivitySpec(kind="poll", title=prompt, questions=(question,)))

    before, now, other = asked("sure", "At first?"), asked("sure", "And now?"), asked("q1", "Else?")
    for run in (before, other):
        crowd.close(run)
    assert refusal(crowd, "result.view", a=now.activity_id, view="before", other=other.activity_id) == "not_same"
    crowd.staff("result.view", a=now.activity_id, view="before", other=before.activity_id)


# ── backgrounds ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_backgrounds_come_with_the_final_close_and_small_ones_together(crowd: Room) -> None:
    run = crowd.ask("choice", OPTIONS)
    vote(crowd, run, "aaaaaabbbbbb")
    crowd.staff("result.view", a=run.activity_id, view="backgrounds")
    run = crowd.close(run)
    state = crowd.tally(run)
    assert state is not None
    assert "beside" not in state.data

    crowd.settle(run)
    found = beside(crowd, run)
    # One person of Law goes with the next larger background: alone it would be what is missing from the whole.
    assert [column["name"] for column in found["columns"]] == ["Finance", "All others"]
    assert [row["values"] for row in found["rows"]] == [[6.0, 0.0], [0.0, 6.0]]


def test_small_numbers_of_backgrounds_are_withheld_so_that_nobody_can_compute_them(crowd: Room) -> None:
    run = crowd.ask("choice", {"options": ["A", "B"]})
    vote(crowd, run, "aaaaabbbbbbb")
    crowd.staff("result.view", a=run.activity_id, view="backgrounds")
    crowd.close(run, final=True)
    assert [row["values"] for row in beside(crowd, run)["rows"]] == [[None, None], [None, None]]


def test_means_of_backgrounds_stand_alone_where_counts_are_small(crowd: Room) -> None:
    run = crowd.ask("scale")
    vote(crowd, run, [1, 2, 3, 4, 5, 5, 1, 1, 1, 2, 2, 2])
    crowd.staff("result.view", a=run.activity_id, view="backgrounds")
    crowd.close(run, final=True)
    found = beside(crowd, run)
    assert found["rows"] == []
    assert found["figures"] == [3.33, 1.5]


def test_anonymous_answers_have_no_background(crowd: Room) -> None:
    run = crowd.ask("choice", OPTIONS, "anonymous")
    assert refusal(crowd, "result.view", a=run.activity_id, view="backgrounds") == "no_split"


def test_who_wants_backgrounds_makes_the_close_final_sooner(crowd: Room) -> None:
    from workshop.live import deadlines

    run = crowd.ask("choice", OPTIONS)
    crowd.staff("result.view", a=run.activity_id, view="backgrounds")
    crowd.close(run)
    [(_run, at)] = deadlines.settling(crowd.session)
    assert 10 < (at - timezone.now()).total_seconds() < 12


# ── notes, standing still ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_note_and_a_mark_are_shown_stored_with_the_round_and_can_be_taken_back(crowd: Room) -> None:
    run = crowd.ask("choice", OPTIONS, show_screen=True)
    vote(crowd, run, "ab")
    crowd.staff("result.note", a=run.activity_id, text="  Mostly   idle machines ", q="q1", mark="Training")
    state = crowd.tally(run, "screen")
    assert state is not None
    assert (state.data["note"], state.data["marks"]) == ("Mostly idle machines", {"q1": "Training"})
    html = crowd.tally(run, "screen", view="html").html
    assert "Mostly idle machines" in html

    crowd.staff("session.undo")
    run.refresh_from_db()
    assert display_of(run).note == ""


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"text": "x" * 201}, "too_long"),
        ({"text": "a\x00b"}, "bad_text"),
        ({"q": "q1", "mark": "Nothing of the kind"}, "bad_choice"),
        ({"q": "q7", "mark": "Training"}, "no_question"),
    ],
)
def test_notes_that_are_none(crowd: Room, payload: dict[str, str], code: str) -> None:
    run = crowd.ask("choice", OPTIONS)
    assert refusal(crowd, "result.note", a=run.activity_id, **payload) == code


def test_a_result_stands_still_for_the_room_while_answers_go_on(crowd: Room) -> None:
    run = crowd.ask("choice", OPTIONS, show_screen=True, show_phones=True)
    vote(crowd, run, "aab")
    crowd.staff("result.still", a=run.activity_id, on=True)
    vote(crowd, run, "bbbb", n=2)
    for audience in ("screen", "learner"):
        assert crowd.counts(run, audience=audience) == {"n": 3, "counts": {"a": 2, "b": 1}}
    assert crowd.counts(run) == {"n": 4, "counts": {"a": 0, "b": 4}}
    crowd.staff("result.still", a=run.activity_id, on=False)
    assert crowd.counts(run, audience="screen")["n"] == 4


def test_what_was_hidden_does_not_stand_still(crowd: Room) -> None:
    run = crowd.ask("text", {"hold": False}, show_screen=True)
    crowd.say("P0", run, "Something rude")
    crowd.staff("result.still", a=run.activity_id, on=True)
    crowd.staff("answers.hide", a=run.activity_id, ids=[Response.objects.get().pk])
    assert "rude" not in str(crowd.tally(run, "screen", view="html"))


# ── hands ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_hands_count_beside_the_answers_and_are_told(crowd: Room) -> None:
    run = crowd.ask("choice", OPTIONS)
    vote(crowd, run, "ab")
    crowd.staff("result.hands", a=run.activity_id, q="q1", people=[12, 3])
    state = crowd.tally(run)
    assert state is not None
    assert state.data["questions"]["q1"] == {"n": 17, "counts": {"a": 13, "b": 4}}
    assert (state.data["hands"], state.data["answered"]) == ({"q1": 15}, 2)
    assert {(row.author, row.weight) for row in Response.objects.filter(author__startswith="u:")} == {
        (crowd.fay.key, 12),
        (crowd.fay.key, 3),
    }


def test_hands_are_counted_anew_and_taken_back(crowd: Room) -> None:
    run = crowd.ask("choice", OPTIONS)
    crowd.staff("result.hands", a=run.activity_id, q="q1", people=[12, 3])
    crowd.staff("result.hands", a=run.activity_id, q="q1", people=[0, 5])
    assert crowd.counts(run) == {"n": 5, "counts": {"a": 0, "b": 5}}
    crowd.staff("session.undo")
    assert crowd.counts(run) == {"n": 15, "counts": {"a": 12, "b": 3}}
    crowd.staff("result.hands", a=run.activity_id, q="q1", people=[0, 0])
    assert crowd.counts(run)["n"] == 0


@pytest.mark.parametrize(
    ("kind", "config", "privacy", "people", "code"),
    [
        ("text", {}, "pseudonymous", [1], "no_hands"),
        ("choice", OPTIONS, "confidential", [6, 6], "no_hands"),
        ("choice", {**OPTIONS, "multiple": True}, "pseudonymous", [1, 1], "no_hands"),
        ("choice", OPTIONS, "pseudonymous", [1], "bad_value"),
    ],
)
def test_hands_that_cannot_be_counted(
    crowd: Room, kind: str, config: dict[str, Json], privacy: str, people: list[int], code: str
) -> None:
    run = crowd.ask(kind, config, privacy)
    assert refusal(crowd, "result.hands", a=run.activity_id, q="q1", people=people) == code


def test_hands_are_no_background(crowd: Room) -> None:
    run = crowd.ask("choice", OPTIONS)
    vote(crowd, run, "aaaaaabbbbbb")
    crowd.staff("result.hands", a=run.activity_id, q="q1", people=[30, 30])
    crowd.staff("result.view", a=run.activity_id, view="backgrounds")
    crowd.close(run, final=True)
    assert [column["n"] for column in beside(crowd, run)["columns"]] == [6, 6]


def test_hands_of_an_anonymous_poll_outlive_its_final_close(crowd: Room) -> None:
    run = crowd.ask("choice", OPTIONS, "anonymous")
    vote(crowd, run, "ab")
    crowd.staff("result.hands", a=run.activity_id, q="q1", people=[4, 0])
    crowd.close(run, final=True)
    assert crowd.counts(run) == {"n": 6, "counts": {"a": 5, "b": 1}}
    assert refusal(crowd, "result.hands", a=run.activity_id, q="q1", people=[5, 0]) == "too_late"


# ── from so many answers on ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_room_sees_results_from_so_many_answers_on(crowd: Room) -> None:
    spec = poll("choice", OPTIONS)
    run = crowd.open(ActivitySpec(**{**vars_of(spec), "config": {"results_from": 3}}), show_screen=True)
    vote(crowd, run, "ab")
    assert crowd.tally(run, "screen") is None
    assert crowd.counts(run)["n"] == 2
    vote(crowd, run, "abb", n=2)
    assert crowd.counts(run, audience="screen")["n"] == 3


def vars_of(spec: ActivitySpec) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in ("kind", "title", "questions", "privacy")}


def test_a_new_round_begins_without_what_was_chosen_for_the_last(crowd: Room) -> None:
    run = crowd.ask("choice", OPTIONS)
    vote(crowd, run, "ab")
    crowd.staff("result.note", a=run.activity_id, text="Once more")
    crowd.close(run)
    fresh = again(crowd, run)
    assert (display_of(fresh).note, view_of(fresh)) == ("", "now")
    run.refresh_from_db()
    assert display_of(run).note == "Once more"


def test_bins_that_come_from_the_answers_stand_as_they_are_and_their_means_are_compared(crowd: Room) -> None:
    config: dict[str, Json] = {}
    first = crowd.ask("numeric", config)
    vote(crowd, first, [1, 2, 3, 4, 5, 6])
    crowd.close(first)
    second = again(crowd, first)
    vote(crowd, second, [100, 200, 300, 400, 500, 600])
    found = beside(crowd, crowd.close(second))
    assert found["rows"] == []
    assert found["figures"] == [3.5, 350.0]
    assert found["shift"] == {"up": 6, "same": 0, "down": 0}
    html = drawn(crowd, second)
    assert html.count('class="pane"') == 2
