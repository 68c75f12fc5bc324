"""What must not count, for every kind of question that is installed (reliability notes, B54 to B58).

Answers that are nearly right, at the wrong time, twice, in many copies: refused in words or counted once, never half.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.contract.odd import variants
from tests.questions.room import Room, make, refusal
from workshop.kinds import ActivitySpec, QuestionKind, QuestionSpec, Refused, activity_kinds, question_kinds
from workshop.live.models import ActivityRun
from workshop.questions.catalogue import of_activity
from workshop.questions.counting import memory
from workshop.questions.models import Response
from workshop.realtime import batches

EXAMPLES = [
    pytest.param(kind, config, good, id=f"{kind.slug}-{number}")
    for kind in question_kinds
    for number, (config, good, _bad) in enumerate(kind.examples())
]
#: One activity that asks questions and has results, whichever is there.
ASKING = next(kind for kind in activity_kinds if kind.questions != "none" and kind.has_results)
#: Answers that go the whole way through the inbox; all others are only read.
WHOLE_WAY = 12


@pytest.fixture
def room(db: None) -> Iterator[Room]:
    memory.forget()
    yield make(("Ana", "Ben"))
    memory.forget()


def ask(room: Room, kind: QuestionKind, config: Any, **run: Any) -> ActivityRun:
    question = QuestionSpec(kind.slug, "Which?", dict(config), key="q1")
    return room.open(ActivitySpec(ASKING.slug, "Question", questions=(question,)), **run)


def stored() -> list[Any]:
    return list(Response.objects.order_by("pk").values_list("author", "question", "round", "n", "value", "status"))


@pytest.mark.parametrize(("kind", "config", "good"), EXAMPLES)
class TestAnswers:
    def test_b54_b55_what_is_nearly_right_is_refused_or_means_what_it_says(
        self, kind: QuestionKind, config: Any, good: list[Any]
    ) -> None:
        loaded = kind.load(config)
        refused: list[Refused] = []
        for raw in good:
            for odd in variants(raw):
                for read in (kind.parse, kind.partial):
                    try:
                        value = read(loaded, odd)
                    except Refused as no:
                        refused.append(no)
                        continue
                    assert json.loads(json.dumps(value)) == value, odd
                    assert read(loaded, value) == value, odd
                    if read == kind.parse:
                        check_everywhere(kind, loaded, value)
        assert refused
        assert [no for no in refused if not no.code or not str(no.message).rstrip().endswith((".", "!"))] == []

    def test_b54_b55_what_is_refused_counts_nothing(
        self, kind: QuestionKind, config: Any, good: list[Any], room: Room
    ) -> None:
        run = ask(room, kind, config)
        (asked,) = of_activity(run.activity)
        room.say("Ana", run, good[0])
        before = (stored(), room.counts(run))
        wrong = [odd for raw in good for odd in variants(raw) if storable(odd) and not takes(kind, asked.config, odd)]
        # Some of each sort, spread over all of them.
        for n, odd in enumerate(wrong[:: max(1, len(wrong) // WHOLE_WAY)], 2):
            assert refusal(room.say, "Ana", run, odd, n).code
            assert refusal(room.say, "Ben", run, odd, n).code
        assert (stored(), room.counts(run)) == before

    def test_b54_a_question_or_an_activity_that_is_not_there(
        self, kind: QuestionKind, config: Any, good: list[Any], room: Room
    ) -> None:
        run = ask(room, kind, config)
        elsewhere = ask(make(("Olaf",)), kind, config)
        codes = [
            refusal(room.say, "Ana", run, good[0], q="q9").code,
            refusal(room.say, "Ana", run, good[0], a=10**9).code,
            refusal(room.say, "Ana", run, good[0], a=elsewhere.activity_id).code,
            refusal(room.say, "Ana", run, good[0], subject="p:1").code,
        ]
        assert codes == ["no_question", "no_activity", "no_activity", "bad_value"]
        assert stored() == []

    def test_b56_too_early_too_late_and_in_another_round(
        self, kind: QuestionKind, config: Any, good: list[Any], room: Room
    ) -> None:
        ready = ask(room, kind, config, state="ready", opened_at=None)
        assert refusal(room.say, "Ana", ready, good[0]).code == "not_open"
        run = ask(room, kind, config)
        room.say("Ana", run, good[0])
        room.close(run)
        before = (stored(), room.counts(run))
        assert refusal(room.say, "Ana", run, good[-1], 2).code == "closed"
        assert refusal(room.say, "Ben", run, good[0]).code == "closed"
        assert refusal(room.withdraw, "Ana", run, 2).code == "closed"
        assert (stored(), room.counts(run)) == before
        room.staff("activity.resume", a=run.activity_id)
        room.say("Ben", run, good[0])
        room.close(run, final=True)
        before = (stored(), room.counts(run))
        room.staff("activity.round", a=run.activity_id)
        assert refusal(room.say, "Ana", run, good[0], 3).code == "old_round"
        assert refusal(room.say, "Ana", run, good[0], 3, round=3).code == "old_round"
        assert stored() == before[0]
        again = ActivityRun.objects.select_related("activity").get(activity=run.activity, round=2)
        room.say("Ana", again, good[0], 1)
        assert Response.objects.filter(round=2).count() == 1

    def test_b57_the_same_id_for_something_else(
        self, kind: QuestionKind, config: Any, good: list[Any], room: Room
    ) -> None:
        run = ask(room, kind, config)
        op_id = uuid4()
        first = room.say("Ana", run, good[0], op_id=op_id)
        assert {**room.say("Ana", run, good[0], op_id=op_id), "saved": 0} == {**first, "saved": 0}
        (asked,) = of_activity(run.activity)
        others = [raw for raw in good if asked.parse(raw) != asked.parse(good[0])]
        for other in others[:1]:
            assert refusal(room.say, "Ana", run, other, op_id=op_id).code == "op_reused"
            assert refusal(room.say, "Ana", run, other).code == "stale"
        assert Response.objects.count() == 1

    def test_b58_fifty_answers_of_one_person_at_once_are_one(
        self, kind: QuestionKind, config: Any, good: list[Any], room: Room
    ) -> None:
        run = ask(room, kind, config)
        calls = [room.call("Ana", run, good[n % len(good)], n) for n in range(1, 51)]
        results = batches.write([calls[(7 * place) % 50] for place in range(50)])
        assert all(isinstance(each, dict) or each.code == "stale" for each in results)
        row = Response.objects.get()
        (asked,) = of_activity(run.activity)
        assert (row.n, row.value) == (50, asked.parse(good[50 % len(good)]))
        counted = room.counts(run)
        alone = asked.kind.tally(asked.config)
        alone.add(row.value)
        assert row.status != "given" or counted == alone.data()


def takes(kind: QuestionKind, config: Any, raw: Any) -> bool:
    try:
        kind.parse(config, raw)
    except Refused:
        return False
    return True


def storable(raw: Any) -> bool:
    """Whether a frame could bring it: integers of 64 bits, letters that are letters."""
    try:
        text = json.dumps(raw, allow_nan=False, ensure_ascii=False)
        text.encode()
    except (ValueError, UnicodeEncodeError):
        return False
    return "\0" not in str(raw) and "\\u0000" not in text


def check_everywhere(kind: QuestionKind, config: Any, value: Any) -> None:
    """A value that was taken can be counted, taken back, shown, exported and said."""
    tally = kind.tally(config)
    empty = tally.data()
    tally.add(value)
    full = tally.data()
    assert full["n"] == 1
    kind.result(config, full)
    kind.shared(config, full)
    kind.guarded(config, full, 5)
    kind.chart(config, full)
    kind.score(config, value)
    kind.answering(config, value)
    assert len(kind.cells(config, value)) == len(kind.columns(config))
    assert isinstance(kind.in_words(config, value), str)
    tally.remove(value)
    assert tally.data() == empty
