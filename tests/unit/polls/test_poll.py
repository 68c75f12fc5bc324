"""Polls from a plan's text and from a plan's own words."""

from __future__ import annotations

import pytest

from workshop.kinds import ActivitySpec, PlanLine, QuestionSpec, activity_kinds, question_kinds
from workshop.plans.text import PlanUnreadable, activity_from_block, block_from_activity

POLL = activity_kinds.get("poll")
CONCEPTS = ("FinOps", "AI workflows", "Cost optimization")


def read(body: str) -> ActivitySpec:
    return activity_from_block("poll", body, 1)


def asked(
    text: str, phase: str = "engage", field: str = "technology", concepts: tuple[str, ...] = CONCEPTS
) -> list[str]:
    line = PlanLine(field, text, phase.title(), phase, key_concepts=concepts)
    return [f"{p.spec.questions[0].kind}: {p.spec.questions[0].prompt}" for p in POLL.proposes(line)]


@pytest.mark.parametrize(
    ("body", "kind", "config"),
    [
        ("question: Which?\ntype: single\noptions: [A, B]", "choice", {"options": ["A", "B"]}),
        ("question: Which?\noptions: [A, B]", "choice", {"options": ["A", "B"]}),
        ("question: Which?\ntype: multiple\nmax: 2\noptions: [A, B, C]", "choice", {"multiple": True, "max": 2, "options": ["A", "B", "C"]}),
        ("question: How?\ntype: scale\npoints: 7\nlabels: [Low, High]", "scale", {"points": 7, "labels": ["Low", "High"]}),
        ("question: What?\ntype: text", "text", {}),
        ("question: What?", "text", {}),
        ("question: What?\ntype: words\nwords: 2", "words", {"words": 2}),
    ],
)  # fmt: skip
def test_the_short_way_of_writing_a_poll(body: str, kind: str, config: dict[str, object]) -> None:
    spec = read(body)

    [question] = spec.questions
    assert (question.kind, dict(question.config)) == (kind, config)
    again = block_from_activity(spec).strip("`").removeprefix("poll\n")
    assert read(again) == spec


def test_the_objectives_and_the_sentence_before_it() -> None:
    spec = read(
        "question: Which?\noptions: [A, B]\nobjectives: [1, 3]\nintro: Think of last month.\nprivacy: anonymous"
    )

    assert spec.questions[0].objectives == (1, 3)
    assert (spec.config, spec.privacy, spec.title) == ({"intro": "Think of last month."}, "anonymous", "Which?")


def test_a_question_with_its_own_key_and_privacy() -> None:
    question = QuestionSpec("text", "What?", key="why", privacy="own", required=True)
    spec = ActivitySpec("poll", "Poll", questions=(question,))

    again = read(block_from_activity(spec).strip("`").removeprefix("poll\n"))

    assert again == spec


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("type: single\noptions: [A, B]", 2, "question"),
        ("question: Which?\ntype: singel\noptions: [A, B]", 3, "single"),
        ("question: Which?\ntype: single", 2, "options"),
        ("question: Which?\noptions: [A, A]", 3, "same"),
        ("question: Which?\ntype: scale\npoints: 12", 4, "points"),
        ("question: Which?\ntype: text\ncolour: red", 4, "colour"),
    ],
)
def test_a_wrong_block_says_where_and_why(body: str, line: int, words: str) -> None:
    with pytest.raises(PlanUnreadable) as caught:
        read(body)

    assert words in str(caught.value)
    assert caught.value.line == line


def test_a_polling_tool_becomes_a_question_that_fits_the_phase() -> None:
    tool = "Use digital polling tool for gathering initial thoughts"
    assert asked(tool) == ["words: What comes to mind first when you think of FinOps?"]
    assert asked("Live poll", "explain") == ["choice: Which of these should we look at again?"]
    assert asked("Live poll", "elaborate") == ["text: What will you try first at work?"]
    assert asked("Live poll", "evaluate") == ["scale: How sure are you that you can use this at work?"]
    assert asked("Live poll", "explain", concepts=()) == ["text: What is still unclear?"]


def test_german_lines_get_german_questions() -> None:
    assert asked("Digitale Umfrage für erste Gedanken") == ["words: Was fällt Ihnen zu FinOps als Erstes ein?"]
    assert asked("Abstimmung über die Fälle", "explore") == ["choice: Was davon sollen wir noch einmal ansehen?"]
    assert asked("Ideen sammeln zu Einsparungen", field="learner_activities") == [
        "words: Einsparungen: Welche Ideen haben Sie?"
    ]


def test_a_brainstorm_collects_ideas_about_its_subject() -> None:
    line = "brainstorm potential solutions based on prior experience"
    assert asked(line, field="learner_activities") == ["words: Potential solutions: what are your ideas?"]


@pytest.mark.parametrize("text", ["Use screen sharing for demo", "Pollution data", "Take notes, ask questions", ""])
def test_other_lines_propose_nothing(text: str) -> None:
    assert asked(text) == []


def test_questions_that_may_be_asked_at_once() -> None:
    quick = list(POLL.quick("Shall we take a break?"))

    assert len(quick) == 5
    assert {each.spec.title for each in quick} == {"Shall we take a break?"}
    for each in quick:
        question_kinds.get(each.spec.questions[0].kind).load(each.spec.questions[0].config)
    assert all(each.spec.title for each in POLL.quick())


def test_the_plans_applications_are_asked_in_one_click() -> None:
    applications = ["Optimizing cloud **resource** allocation.", "Forecasting budgets", "Forecasting budgets", " "]
    [quick] = POLL.at_hand({"applications": applications})

    [asked] = quick.spec.questions
    assert asked.prompt == "Which of these is closest to your work?"
    assert asked.config == {"options": ["Optimizing cloud resource allocation", "Forecasting budgets"], "other": True}
    question_kinds.get(asked.kind).load(asked.config)
    [typed] = POLL.at_hand({"applications": applications}, "Where would you begin?")
    assert typed.spec.title == "Where would you begin?"


@pytest.mark.parametrize("document", [{}, {"applications": []}, {"applications": ["Only one", "only  one "[:0]]}])
def test_a_plan_without_applications_has_nothing_at_hand(document: dict[str, list[str]]) -> None:
    assert list(POLL.at_hand(document)) == []


def test_a_long_application_is_an_option_that_fits() -> None:
    [quick] = POLL.at_hand({"applications": ["x" * 400, "y"]})
    question_kinds.get("choice").load(quick.spec.questions[0].config)


def test_when_results_are_shown_is_read_and_written() -> None:
    body = {"question": "Why?", "type": "text", "results_from": 5, "one_per_table": True}
    config, [asked] = POLL.read_block(body)
    assert (config, asked) == ({"results_from": 5, "one_per_table": True}, {"kind": "text", "prompt": "Why?"})
