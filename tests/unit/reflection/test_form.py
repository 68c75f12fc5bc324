"""Forms from a plan's text and from a plan's own words."""

from __future__ import annotations

import pytest

from workshop.kinds import ActivitySpec, PlanLine, activity_kinds
from workshop.plans.text import activity_from_block, block_from_activity

FORM = activity_kinds.get("form")
OBJECTIVES = ("Analyze the key features of FinOps platforms", "Cost awareness in teams.")
REFLECTION = ("How can FinOps change your projects?", "What stands in the way?")


def offered(text: str, reflection: tuple[str, ...] = REFLECTION) -> list[ActivitySpec]:
    line = PlanLine("technology", text, "Evaluate", "evaluate", OBJECTIVES, reflection)
    return [proposal.spec for proposal in FORM.proposes(line)]


def prompts(spec: ActivitySpec) -> list[tuple[str, str, str]]:
    return [(question.kind, question.prompt, question.privacy) for question in spec.questions]


def test_a_self_assessment_asks_a_scale_for_each_objective_and_the_plans_own_questions() -> None:
    [spec] = offered("Use online forms for self-assessment submission")

    assert prompts(spec) == [
        ("scale", "I can analyze the key features of FinOps platforms", "confidential"),
        ("scale", "Cost awareness in teams: how sure are you?", "confidential"),
        ("text", "How can FinOps change your projects?", "pseudonymous"),
        ("text", "What stands in the way?", "pseudonymous"),
    ]
    assert [question.objectives for question in spec.questions] == [(1,), (2,), (), ()]


def test_a_plan_without_reflection_questions_still_asks_what_is_open() -> None:
    [spec] = offered("Exit ticket", reflection=())

    assert prompts(spec)[-1] == ("text", "What is still open for you?", "pseudonymous")


def test_planned_actions_become_an_action_plan() -> None:
    specs = offered("Complete self-assessment, share insights and planned actions")

    assert [spec.title for spec in specs] == ["Where do you stand now?", "Your plan"]
    assert prompts(specs[1])[0] == ("text", "My first step at work", "named")
    assert specs[1].questions[0].required
    assert prompts(specs[1])[-1][2] == "own"


def test_german_lines_get_german_forms() -> None:
    [spec] = offered("Online-Formular zur Selbsteinschätzung")

    assert spec.title == "Wo stehen Sie jetzt?"
    assert prompts(spec)[1] == ("scale", "Cost awareness in teams: Wie sicher sind Sie?", "confidential")
    assert [found.title for found in offered("Aktionsplan für die eigene Firma")] == ["Ihr Plan"]


def test_feedback_is_anonymous() -> None:
    [spec] = offered("Feedback form at the end")

    assert {privacy for _kind, _prompt, privacy in prompts(spec)} == {"anonymous"}


@pytest.mark.parametrize("text", ["Use screen sharing", "Group discussion", "Observation of group work", ""])
def test_other_lines_propose_nothing(text: str) -> None:
    assert offered(text) == []


def test_a_question_may_say_its_type_or_its_kind() -> None:
    body = (
        "title: Form\nquestions:\n  - type: multiple\n    prompt: Which?\n    options: [A, B]\n"
        "  - kind: scale\n    prompt: How?\n    privacy: confidential\n  - prompt: Why?\n    required: true\n"
    )
    spec = activity_from_block("form", body, 1)

    assert [question.kind for question in spec.questions] == ["choice", "scale", "text"]
    assert dict(spec.questions[0].config) == {"multiple": True, "options": ["A", "B"]}
    assert spec.questions[2].required
    again = block_from_activity(spec).strip("`").removeprefix("form\n")
    assert activity_from_block("form", again, 1) == spec
