"""Activities as fenced blocks: the kind's schema decides, and an error names the line of its key."""

from __future__ import annotations

import pytest

from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.plans.text import PlanUnreadable, activity_from_block, block_from_activity, read_plan, write_plan
from workshop.plans.text.document import activity_from_json, activity_to_json

VOTE = """\
title: What drives your bill?
key: bill
minutes: 5
privacy: anonymous
audience: phones
pace: self
results: all
optional: true
keep_open: true
for: [Beginners, "Experts: all"]
group_set: {key: teams, mode: random, size: 5}
question: What drives your AI bill?
options: [Yes, No, 10:30, 007]
objectives: [1, 3]
"""
SHEET = """\
title: Two questions
questions:
  - kind: line
    prompt: Why?
    key: why
    longest: 100
  - kind: pick
    prompt: Which?
    options:
      - a
      - b
    required: true
    privacy: confidential
    objectives: 2
"""


def plan(*blocks: str) -> str:
    return "# Plan\n\n## Agenda\n\n### Engage\n**Duration:** 5 minutes\n" + "\n".join(blocks)


def fence(kind: str, body: str) -> str:
    return f"```{kind}\n{body}```\n"


def test_a_block_of_a_kind_with_one_question() -> None:
    assert activity_from_block("vote", VOTE, 1) == ActivitySpec(
        kind="vote",
        title="What drives your bill?",
        key="bill",
        questions=(
            QuestionSpec(
                "pick", "What drives your AI bill?", {"options": ["Yes", "No", "10:30", "007"]}, objectives=(1, 3)
            ),
        ),
        minutes=5,
        privacy="anonymous",
        audience="phones",
        pace="self",
        results="all",
        optional=True,
        keep_open=True,
        for_profiles=("Beginners", "Experts: all"),
        group_set="teams",
        group_set_spec={"mode": "random", "size": 5},
    )


def test_a_block_of_a_kind_with_several_questions() -> None:
    spec = activity_from_block("sheet", SHEET, 1)
    assert [question.kind for question in spec.questions] == ["line", "pick"]
    assert spec.questions[0] == QuestionSpec("line", "Why?", {"longest": 100}, key="why")
    assert spec.questions[1].config == {"options": ["a", "b"]}
    assert (spec.questions[1].required, spec.questions[1].privacy, spec.questions[1].objectives) == (
        True,
        "confidential",
        (2,),
    )


def test_defaults() -> None:
    assert activity_from_block("show", "title: x\n", 1) == ActivitySpec(kind="show", title="x")
    assert activity_from_block("show", "", 1) == ActivitySpec(kind="show", title="")


@pytest.mark.parametrize("info", ["vote", "VOTE", "{vote}", "{.vote}", "vote extra words"])
def test_the_first_word_is_the_kind(info: str) -> None:
    assert activity_from_block(info, VOTE, 1).kind == "vote"


def test_minutes_may_be_written_as_words() -> None:
    assert activity_from_block("show", "minutes: half an hour", 1).minutes == 30


def test_children_stand_inside() -> None:
    body = "title: Deck\npages: [one, two]\nactivities:\n  - kind: show\n    title: Inner\n  - kind: vote\n    question: Why?\n    options: [a, b]\n"
    spec = activity_from_block("show", body, 1)
    assert [(child.kind, child.title) for child in spec.children] == [("show", "Inner"), ("vote", "Why?")]
    text = write_plan(read_plan(plan(fence("show", body))).document)
    assert read_plan(text).document.phases[0].activities[0].children[1].questions[0].prompt == "Why?"


def test_blocks_are_activities_of_their_phase() -> None:
    document = read_plan(
        plan(fence("vote", VOTE), "Then talk.\n", fence("sheet", SHEET), fence("python", "x = 1\n"))
    ).document
    (phase,) = document.phases
    assert [spec.kind for spec in phase.activities] == ["vote", "sheet"]
    assert phase.notes == "Then talk.\n\n```python\nx = 1\n```"
    assert read_plan(write_plan(document)).document == document


def test_keys_are_made_from_titles_and_stay() -> None:
    twice = fence("show", "title: Look here!\n")
    document = read_plan(plan(twice, twice, fence("sheet", SHEET), fence("show", "key: look-here-2\n"))).document
    specs = document.phases[0].activities
    assert [spec.key for spec in specs] == ["look-here", "look-here-3", "two-questions", "look-here-2"]
    assert [question.key for question in specs[2].questions] == ["why", "which"]
    again = read_plan(write_plan(document)).document
    assert again == document


def test_a_key_given_twice_is_refused() -> None:
    block = fence("show", "key: a\ntitle: x\n")
    with pytest.raises(PlanUnreadable, match="twice"):
        read_plan(plan(block, block))


@pytest.mark.parametrize(
    ("kind", "body", "line", "message"),
    [
        ("vote", VOTE.replace("options:", "optoins:"), 13, "optoins"),
        ("vote", VOTE.replace("[Yes, No, 10:30, 007]", "[Yes]"), 13, "“options”"),
        ("vote", VOTE.replace("[Yes, No, 10:30, 007]", "\n  - Yes\n  - [No]"), 15, "options.2"),
        ("vote", VOTE.replace("audience: phones", "audience: everybody"), 5, "both, screen, phones"),
        ("vote", VOTE.replace("privacy: anonymous", "privacy: secret"), 4, "own"),
        ("vote", VOTE.replace("pace: self", "pace: 3"), 6, "pace"),
        ("vote", VOTE.replace("results: all", "results: [all]"), 7, "results"),
        ("vote", VOTE.replace("optional: true", "optional: yes"), 8, "true or false"),
        ("vote", VOTE.replace("minutes: 5", "minutes: soon"), 3, "minutes"),
        ("vote", VOTE.replace("key: bill", "key: 'a b'"), 2, "key"),
        ("vote", VOTE.replace("mode: random", "mode: magic"), 11, "mode"),
        ("vote", VOTE.replace("size: 5", "size: 0"), 11, "size"),
        ("vote", VOTE.replace("size: 5", "size: 5, count: 2"), 11, "not both"),
        ("vote", VOTE.replace("key: teams, ", ""), 11, "key"),
        ("vote", VOTE.replace("[1, 3]", "[0]"), 14, "objectives"),
        ("vote", VOTE.replace("[1, 3]", "[one]"), 14, "objectives"),
        ("vote", VOTE.replace("title: What drives your bill?", "title: [x]"), 1, "title"),
        ("vote", VOTE + "style: pie\n", 15, "style"),
        ("vote", "title: x\n", 1, "form of the kind"),
        ("sheet", SHEET.replace("longest: 100", "longest: many"), 6, "longest"),
        ("sheet", SHEET.replace("longest: 100", "longets: 100"), 6, "Did you mean “longest”"),
        ("sheet", SHEET.replace("kind: pick", "kind: pikc"), 7, "pikc"),
        ("sheet", SHEET.replace("kind: line\n    prompt", "prompt"), 3, "question of the kind"),
        ("sheet", SHEET.replace("      - a\n", ""), 9, "options"),
        ("sheet", SHEET.replace("required: true", "required: 1"), 12, "required"),
        ("sheet", "questions: 5\n", 1, "form of the kind"),
        ("sheet", "questions:\n  - just words\n", 2, "kind"),
        ("sheet", "title: x\nnoet: y\n", 2, "noet"),
        ("show", "activities: 5\n", 1, "activities"),
        ("show", "activities:\n  - title: x\n", 2, "kind"),
        ("show", "activities:\n  - kind: vote\n    question: x\n    options: [a]\n", 4, "options"),
    ],
)
def test_an_error_names_the_line_of_its_key(kind: str, body: str, line: int, message: str) -> None:
    with pytest.raises(PlanUnreadable) as caught:
        read_plan(plan(fence(kind, body)))
    assert message in str(caught.value.message)
    # The fence opens on line 7, so its first key stands on line 8.
    assert caught.value.line == line + 7


def test_an_error_has_no_words_of_python() -> None:
    with pytest.raises(PlanUnreadable) as caught:
        activity_from_block("vote", VOTE.replace("[Yes, No, 10:30, 007]", "5"), 1)
    assert "Traceback" not in str(caught.value.message)
    assert "pydantic" not in str(caught.value.message)


def test_children_not_deeper_than_three() -> None:
    body = "activities:\n  - kind: show\n    activities:\n      - kind: show\n        activities:\n          - kind: show\n"
    with pytest.raises(PlanUnreadable, match="deep"):
        activity_from_block("show", body, 1)


@pytest.mark.parametrize(
    ("info", "warned"), [("votes", True), ("shwo", True), ("python", False), ("mermaid", False), ("", False)]
)
def test_an_unknown_block_is_text_and_a_near_miss_is_told(info: str, warned: bool) -> None:
    reading = read_plan(plan(fence(info, "title: x\n")))
    assert reading.document.phases[0].activities == ()
    assert "title: x" in reading.document.phases[0].notes
    assert ("unknown_kind" in {warning.code for warning in reading.warnings}) is warned
    if warned:
        assert next(warning.line for warning in reading.warnings if warning.code == "unknown_kind") == 7


def test_an_activity_outside_any_phase_is_told_and_kept() -> None:
    reading = read_plan(fence("show", "title: Zebra\n") + plan("text"))
    assert "activity_outside" in {warning.code for warning in reading.warnings}
    assert "Zebra" in str(reading.document.to_json())


def test_a_block_with_backticks_in_it() -> None:
    spec = ActivitySpec(kind="show", title="x", config={"pages": ["```\ncode\n```", "````"]})
    marks, _newline, rest = block_from_activity(spec).partition("\n")
    assert marks == "`````show"
    assert activity_from_block("show", rest.removesuffix("`````"), 1) == spec


def test_json_of_one_activity() -> None:
    spec = activity_from_block("vote", VOTE, 1)
    assert activity_from_json(activity_to_json(spec)) == spec
