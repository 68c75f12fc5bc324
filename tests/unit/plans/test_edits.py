"""Changes of a plan as values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workshop.kinds import ActivitySpec, QuestionSpec, Refused
from workshop.plans import edits
from workshop.plans.text import PhaseDoc, PlanDocument


def activity(key: str, *children: ActivitySpec, objectives: tuple[int, ...] = ()) -> ActivitySpec:
    question = QuestionSpec(kind="text", prompt=key, key=f"q-{key}", objectives=objectives)
    return ActivitySpec(kind="poll", title=key, key=key, questions=(question,), children=children)


PLAN = PlanDocument(
    title="A plan",
    phases=(
        PhaseDoc(
            "One",
            minutes=10,
            activities=(activity("a", objectives=(1, 3)), activity("b", activity("c"), activity("d"))),
        ),
        PhaseDoc("Two", minutes=20),
        PhaseDoc("Three", minutes=30, activities=(activity("e", objectives=(2,)),)),
    ),
)


def shape(document: PlanDocument) -> list[str]:
    return [f"{phase.title}:{','.join(map(name, phase.activities))}" for phase in document.phases]


def name(spec: ActivitySpec) -> str:
    inner = "".join(child.key for child in spec.children)
    return f"{spec.key}({inner})" if inner else spec.key


def test_every_activity_is_found_with_the_one_around_it() -> None:
    found = [(p.phase, p.spec.key, p.parent.key if p.parent else "") for p in edits.places(PLAN)]
    assert found == [(0, "a", ""), (0, "b", ""), (0, "c", "b"), (0, "d", "b"), (2, "e", "")]


@pytest.mark.parametrize(
    ("key", "by", "expected"),
    [
        ("a", 1, ["One:b(cd),a", "Two:", "Three:e"]),
        ("a", -1, ["One:a,b(cd)", "Two:", "Three:e"]),
        ("b", 1, ["One:a", "Two:b(cd)", "Three:e"]),
        ("e", -1, ["One:a,b(cd)", "Two:e", "Three:"]),
        ("e", 1, ["One:a,b(cd)", "Two:", "Three:e"]),
        ("c", 1, ["One:a,b(dc)", "Two:", "Three:e"]),
        ("d", 1, ["One:a,b(cd)", "Two:", "Three:e"]),
    ],
)
def test_an_activity_moves_one_step_and_over_the_edge_of_its_phase(key: str, by: int, expected: list[str]) -> None:
    assert shape(edits.move_activity(PLAN, key, by)) == expected


def test_an_activity_goes_to_another_phase() -> None:
    assert shape(edits.move_to_phase(PLAN, "c", 2)) == ["One:a,b(d)", "Two:", "Three:e,c"]


def test_a_copy_gets_keys_of_its_own() -> None:
    copied = edits.duplicate_activity(PLAN, "b").tidy()
    keys = [place.spec.key for place in edits.places(copied)]
    assert len(set(keys)) == len(keys) == 8
    assert keys[:4] == ["a", "b", "c", "d"]
    assert edits.duplicate_phase(PLAN, 0).tidy().phases[1].title == "One"


def test_an_activity_is_added_at_the_end_or_inside_another() -> None:
    assert shape(edits.add_activity(PLAN, 1, activity("x"))) == ["One:a,b(cd)", "Two:x", "Three:e"]
    assert shape(edits.add_activity(PLAN, 0, activity("x"), "b")) == ["One:a,b(cdx)", "Two:", "Three:e"]


def test_what_is_removed_takes_its_inner_activities_along() -> None:
    assert shape(edits.remove_activity(PLAN, "b")) == ["One:a", "Two:", "Three:e"]
    assert shape(edits.remove_activity(PLAN, "d")) == ["One:a,b(c)", "Two:", "Three:e"]
    assert shape(edits.remove_phase(PLAN, 0)) == ["Two:", "Three:e"]


@pytest.mark.parametrize(("index", "to", "expected"), [(0, 2, "231"), (2, 0, "312"), (1, 99, "132"), (1, -1, "213")])
def test_a_phase_moves_to_a_place(index: int, to: int, expected: str) -> None:
    numbers = {"One": "1", "Two": "2", "Three": "3"}
    assert "".join(numbers[phase.title] for phase in edits.move_phase(PLAN, index, to).phases) == expected


def test_what_is_gone_is_refused() -> None:
    for act in (
        lambda: edits.phase_at(PLAN, 3),
        lambda: edits.phase_at(PLAN, -1),
        lambda: edits.place_of(PLAN, "nothing"),
        lambda: edits.move_activity(PLAN, "nothing", 1),
        lambda: edits.add_activity(PLAN, 0, activity("x"), "nothing"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "gone"


def test_limits_are_refused() -> None:
    one = replace(PLAN, phases=PLAN.phases[:1])
    with pytest.raises(Refused) as last:
        edits.remove_phase(one, 0)
    with pytest.raises(Refused) as minutes:
        edits.change_phase(PLAN, 0, minutes=100_000)
    with pytest.raises(Refused) as many:
        edits.add_phase(replace(PLAN, phases=PLAN.phases * 34), PhaseDoc("More"))
    assert [each.value.code for each in (last, minutes, many)] == ["last_phase", "bad_minutes", "too_many"]


def test_objectives_follow_their_new_numbers() -> None:
    after = edits.renumber_objectives(PLAN, {1: 2, 2: 1})
    assert [place.spec.questions[0].objectives for place in edits.places(after)] == [(2,), (), (), (), (1,)]
