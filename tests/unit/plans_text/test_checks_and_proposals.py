"""What the author is told, and what the kinds offer."""

from __future__ import annotations

from dataclasses import replace

from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.plans.text import (
    AssessmentDoc,
    ObjectiveDoc,
    PhaseDoc,
    PlanDocument,
    ProfileDoc,
    proposals_for,
    read_plan,
    warnings_for,
)
from workshop.plans.text.proposals import lines_of

from .conftest import sample


def phase(minutes: int, kind: str = "engage", **fields: object) -> PhaseDoc:
    return PhaseDoc(kind.capitalize(), kind, minutes, notes="text", **fields)


def codes(*phases: PhaseDoc, **fields: object) -> list[str]:
    return [warning.code for warning in warnings_for(PlanDocument("Plan", phases=phases, **fields))]


def test_the_stated_time_must_be_the_planned_time() -> None:
    assert codes(phase(30), stated_minutes=30) == []
    assert codes(phase(30), stated_minutes=None) == []
    assert codes(phase(30), stated_minutes=45) == ["time_differs"]


def test_three_hours_need_a_break() -> None:
    assert codes(phase(179)) == []
    assert codes(phase(180)) == ["no_break"]
    assert codes(phase(90), phase(90), phase(30)) == ["no_break"]
    assert codes(phase(90), phase(10, "break"), phase(90)) == []
    assert codes(phase(180), phase(10, "break"), phase(180)) == ["no_break", "no_break"]


def test_a_phase_needs_time_and_text() -> None:
    assert codes(phase(0)) == ["phase_without_time"]
    assert codes(PhaseDoc("Talk", minutes=5)) == ["phase_without_text"]
    assert codes(PhaseDoc("Break", "break", 5)) == []


def test_a_phase_without_duration_has_no_minutes_and_is_told() -> None:
    reading = read_plan("# Plan\n\n## Agenda\n\n### Engage\ntext\n\n### Explore\n**Duration:** soon\n\ntext\n")
    assert [phase.minutes for phase in reading.document.phases] == [0, 0]
    assert [(warning.line, warning.code) for warning in reading.warnings] == [
        (5, "phase_without_time"),
        (8, "phase_without_time"),
        (9, "duration_unknown"),
    ]
    assert "soon" in reading.document.phases[1].notes


def test_every_objective_needs_an_activity() -> None:
    question = QuestionSpec("line", "Why?", objectives=(2, 5))
    spec = ActivitySpec("sheet", "Sheet", questions=(question,))
    outer = ActivitySpec("show", "Deck", children=(spec,))
    objectives = (ObjectiveDoc("first", line=3), ObjectiveDoc("second", line=4))
    told = warnings_for(PlanDocument("Plan", objectives=objectives, phases=(phase(5, activities=(outer,)),)))
    assert [(warning.line, warning.code) for warning in told] == [
        (0, "unknown_objective"),
        (3, "objective_without_activity"),
    ]


def test_an_activity_needs_text_and_a_known_profile() -> None:
    assert codes(phase(5, activities=(ActivitySpec("show", ""),))) == ["activity_without_text"]
    blank = ActivitySpec("sheet", "x", questions=(QuestionSpec("line", ""),))
    assert codes(phase(5, activities=(blank,))) == ["activity_without_text"]
    special = ActivitySpec("show", "x", for_profiles=("Experts",))
    assert codes(phase(5, activities=(special,))) == ["unknown_profile"]
    assert codes(phase(5, activities=(special,)), profiles=(ProfileDoc("Experts"),)) == []


def test_the_real_plan_gets_proposals() -> None:
    reading = read_plan(sample())
    offered = [(one.phase_index, one.field, one.proposal.spec.kind) for one in reading.proposals]
    assert (0, "technology", "vote") in offered
    assert [offer for offer in offered if offer[1] == "assessment"] == [(4, "assessment", "sheet")] * len(
        reading.document.assessments
    )
    assert next(iter(reading.proposals)).line_text.startswith("Use ")


def test_a_phase_with_activities_gets_no_proposals() -> None:
    document = read_plan(sample()).document
    first = replace(document.phases[0], activities=(ActivitySpec("show", "x", key="x"),))
    offered = proposals_for(replace(document, phases=(first, *document.phases[1:])))
    assert 0 not in {one.phase_index for one in offered}
    assert "assessment" not in {one.field for one in offered}


def test_one_kind_is_offered_once_for_a_phase() -> None:
    document = PlanDocument(
        "Plan",
        phases=(
            PhaseDoc("Engage", "engage", 5, technology="- a poll\n- another poll", learner_activities="vote in a poll"),
            PhaseDoc("Break", "break", 5, technology="a poll"),
        ),
        assessments=(AssessmentDoc("formative", "watch"),),
    )
    offered = [(one.phase_index, one.field, one.line_text) for one in proposals_for(document)]
    assert offered == [(0, "technology", "a poll"), (0, "technology", "another poll"), (0, "assessment", "watch")]


def test_lines_are_items_and_paragraphs() -> None:
    assert lines_of("First\nline.\n\nSecond.\n- a\n- b\n  goes on\n1. c") == (
        "First line.",
        "Second.",
        "a",
        "b goes on",
        "c",
    )
    assert lines_of("") == ()
