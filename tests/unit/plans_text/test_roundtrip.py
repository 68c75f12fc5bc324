"""What is written is read back: every plan, with any words in it."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.plans.text import (
    AssessmentDoc,
    Concept,
    ExtraDoc,
    ObjectiveDoc,
    PhaseDoc,
    PlanDocument,
    PlanUnreadable,
    ProfileDoc,
    activity_from_block,
    block_from_activity,
    read_plan,
    write_plan,
)
from workshop.plans.text.guard import Place, guard, unguard

from .conftest import PLANS

# Words that mean something somewhere, mixed with any characters at all.
_PARTS = st.sampled_from(
    [
        *(
            "#",
            "## ",
            "### Engage",
            "#### Duration",
            "-",
            "- ",
            "* ",
            "1. ",
            "---",
            "===",
            "***",
            "* *",
            "+",
            "> ",
            "|",
        ),
        *(
            "|---|---|",
            "| a | b |",
            "| Duration | 5 |",
            "```",
            "~~~",
            "````",
            "```vote\n",
            "```python\n# x\n```\n",
            "`",
            "\\",
        ),
        *(
            "**Duration:** 30 minutes",
            "**Duration**: ",
            "Dauer: 5 Min",
            "**Foo:** bar",
            "**Foo** – bar",
            "*Time:*",
            "__Notes__:",
        ),
        *(
            "\n",
            "\n\n",
            "\n\n\n",
            "  ",
            "    ",
            "\t",
            "\r\n",
            "\u2028",
            "\xa0",
            "\x00",
            "\x0b",
            "\x1f",
            "\ufeff",
            "\x85",
        ),
        *(
            "<!-- ",
            "<script>",
            "<pre>",
            "[a]: http://b",
            "![x](y)",
            "Alignment: ",
            "- Bezug: x",
            "Formative: ",
            "**",
            ":",
            ": ",
        ),
        *(
            "Materials",
            "Lesson Structure",
            "Reflection Questions",
            "For Learners",
            "Phase kind: break",
            "Language: German",
        ),
        *(
            "é",
            "日本",
            "🎈",
            "(30 minutes)",
            "Beginners: more",
            "(Analyzing)",
            "\\# a",
            "\\**Duration:** x",
            "&",
            "_",
            "word",
        ),
        *(
            "Technology | x",
            "\\|",
            "{",
            "&anchor",
            "*alias",
            "!tag",
            "yes",
            "10:30",
            "1e5",
            "~",
            "null",
            "NaN",
            "'",
            '"',
        ),
    ]
)
words = st.lists(st.one_of(_PARTS, st.text(max_size=6)), max_size=8).map("".join)
titles = words.map(lambda text: text[:100])
minutes = st.integers(0, 400)
keys = st.uuids().map(str)
json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def questions(draw: st.DrawFn) -> QuestionSpec:
    return QuestionSpec(
        kind="line",
        prompt=draw(words),
        config=draw(st.fixed_dictionaries({}, optional={"longest": minutes, "weight": st.floats(0, 1e6)})),
        key=draw(keys),
        privacy=draw(st.sampled_from(["", "own", "anonymous"])),
        required=draw(st.booleans()),
        objectives=tuple(draw(st.lists(st.integers(1, 4), max_size=2))),
    )


def activities(depth: int = 2) -> st.SearchStrategy[ActivitySpec]:
    children = st.lists(activities(depth - 1), max_size=2).map(tuple) if depth else st.just(())
    return st.builds(
        ActivitySpec,
        kind=st.just("sheet"),
        title=words,
        key=keys,
        config=st.fixed_dictionaries(
            {}, optional={"note": words, "extra": st.dictionaries(words, json_values, max_size=3)}
        ),
        questions=st.lists(questions(), max_size=2).map(tuple),
        minutes=st.none() | minutes,
        privacy=st.sampled_from(["own", "named", "pseudonymous", "anonymous", "confidential"]),
        audience=st.sampled_from(["both", "screen", "phones"]),
        pace=st.sampled_from(["led", "self"]),
        results=st.sampled_from(["staff", "screen", "all"]),
        optional=st.booleans(),
        keep_open=st.booleans(),
        off_record=st.booleans(),
        for_profiles=st.lists(words, max_size=2).map(tuple),
        group_set=st.just("teams"),
        group_set_spec=st.sampled_from([{}, {"mode": "random", "size": 4}, {"mode": "table"}]),
        children=children,
    )


kinds_of_phase = st.sampled_from(["engage", "explore", "explain", "elaborate", "evaluate", "break", "other"])
phases = st.builds(
    PhaseDoc,
    title=titles,
    kind=kinds_of_phase,
    minutes=minutes,
    facilitator_actions=words,
    learner_activities=words,
    resources=words,
    differentiation=words,
    technology=words,
    notes=words,
    activities=st.lists(activities(1), max_size=1).map(tuple),
)
items = st.lists(words, max_size=3).map(tuple)
levels = st.sampled_from(["", "remember", "understand", "apply", "analyze", "evaluate", "create"])
documents = st.builds(
    PlanDocument,
    title=titles,
    stated_minutes=st.none() | minutes,
    audience=words,
    language=st.sampled_from(["en", "de", "fr", ""]),
    objectives=st.lists(st.builds(ObjectiveDoc, words, levels, words), max_size=3).map(tuple),
    key_concepts=st.lists(st.builds(Concept, words, words), max_size=3).map(tuple),
    prior_knowledge=items,
    materials=items,
    phases=st.lists(phases, min_size=1, max_size=3).map(tuple),
    assessments=st.lists(st.builds(AssessmentDoc, words | st.just("formative"), words, words), max_size=3).map(tuple),
    profiles=st.lists(st.builds(ProfileDoc, words, words), max_size=3).map(tuple),
    cross_disciplinary=items,
    applications=items,
    metacognition=items,
    extensions=items,
    safety=items,
    reflection_learners=items,
    reflection_facilitator=items,
    virtual=items,
    resources=items,
    extras=st.lists(st.builds(ExtraDoc, words, st.integers(0, 6), words), max_size=4).map(tuple),
)
MANY = settings(
    # The same examples on every run; PLANS_EXAMPLES=4000 looks for new ones.
    max_examples=int(os.environ.get("PLANS_EXAMPLES", "40")),
    derandomize="PLANS_EXAMPLES" not in os.environ,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@MANY
@given(documents)
def test_a_written_plan_is_read_back(document: PlanDocument) -> None:
    assert read_plan(write_plan(document)).document == document.tidy()


@MANY
@given(phases)
def test_a_single_phase_is_read_back(phase: PhaseDoc) -> None:
    document = PlanDocument("Plan", phases=(phase, PhaseDoc("Evaluate", "evaluate", 15, notes="end")))
    assert read_plan(write_plan(document)).document == document.tidy()


@MANY
@given(st.lists(st.builds(ExtraDoc, words, st.integers(0, 6), words), max_size=4))
def test_unknown_sections_are_read_back(extras: list[ExtraDoc]) -> None:
    document = PlanDocument("Plan", phases=(PhaseDoc("Engage", "engage", 5, notes="x"),), extras=tuple(extras))
    assert read_plan(write_plan(document)).document == document.tidy()


@MANY
@given(documents)
def test_tidying_twice_changes_nothing_more(document: PlanDocument) -> None:
    assert document.tidy().tidy() == document.tidy()


@MANY
@given(documents)
def test_json_loses_nothing(document: PlanDocument) -> None:
    stored = json.loads(json.dumps(document.to_json()))
    assert PlanDocument.from_json(stored) == document


@MANY
@given(words, st.sampled_from(["field", "notes", "top", "extra", "item", "entry"]))
def test_the_guard_comes_off_again(text: str, place: Place) -> None:
    assert unguard(guard(text, place), place) == text


@MANY
@given(activities())
def test_a_block_is_read_back(spec: ActivitySpec) -> None:
    (tidy,) = PlanDocument("x", phases=(PhaseDoc("y", activities=(spec,)),)).tidy().phases[0].activities
    marks, _newline, rest = block_from_activity(tidy).partition("\n")
    body = rest[: rest.rindex("\n") + 1]
    assert activity_from_block(marks.lstrip("`"), body, 1) == tidy


@MANY
@given(st.text(max_size=300) | words)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        reading = read_plan(f"# Plan\n\n## Agenda\n\n### Engage\n\nDuration: 5 min\n\n{text}")
    except PlanUnreadable:
        pass
    else:
        assert read_plan(write_plan(reading.document)).document == reading.document


def test_the_plan_is_written_as_it_was_read(plan_text: str) -> None:
    written = write_plan(read_plan(plan_text).document)
    assert written.replace("-", "") == plan_text.replace("-", "")
    assert read_plan(written).document == read_plan(plan_text).document


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.md")), ids=lambda path: path.stem)
def test_every_sample_comes_back(path: Any) -> None:
    document = read_plan(path.read_bytes()).document
    assert read_plan(write_plan(document)).document == document
    assert document.tidy() == document
