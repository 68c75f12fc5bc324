"""Lines of a plan that weigh things, and the questions they suggest."""

from __future__ import annotations

from typing import Any

import pytest

from workshop.kinds import PlanLine, activity_kinds, question_kinds

POLL = activity_kinds.get("poll")
CONCEPTS = ("Tags", "Alerts", "Forecasts")


def proposed(text: str, concepts: tuple[str, ...] = CONCEPTS) -> list[tuple[str, dict[str, Any]]]:
    line = PlanLine("learner_activities", text, "Explore", "explore", key_concepts=concepts)
    found = [proposal.spec.questions[0] for proposal in POLL.proposes(line)]
    for asked in found:
        question_kinds.get(asked.kind).load(asked.config)
    return [(asked.kind, dict(asked.config)) for asked in found]


@pytest.mark.parametrize(
    ("text", "kind", "config"),
    [
        ("Rank the cost drivers: training, inference and storage.", "ranking",
         {"options": ["training", "inference", "storage"]}),
        ("Learners prioritise what to do", "ranking", {"options": list(CONCEPTS)}),
        ("Die Maßnahmen priorisieren: Tags, Alarme oder Prognosen", "ranking",
         {"options": ["Tags", "Alarme", "Prognosen"]}),
        ("Dot vote on the ideas", "allocation", {"give": "dots", "options": list(CONCEPTS)}),
        ("Everybody shares out 100 points", "allocation", {"options": list(CONCEPTS)}),
        ("Compare the platforms: CloudHealth, Apptio", "matrix",
         {"rows": ["CloudHealth", "Apptio"], "criteria": ["Price", "Ease of use", "Fits our work"]}),
        ("Compare popular platforms", "matrix",
         {"rows": ["Platform A", "Platform B", "Platform C"], "criteria": ["Price", "Ease of use", "Fits our work"]}),
        ("Place the ideas on an effort/benefit plane", "grid",
         {"x": "Effort", "y": "Benefit", "items": list(CONCEPTS)}),
    ],
)  # fmt: skip
def test_lines_that_weigh_things(text: str, kind: str, config: dict[str, Any]) -> None:
    assert proposed(text) == [(kind, config)]


@pytest.mark.parametrize(
    "text",
    [
        "Frank discussion of the bill",
        "Compare notes with a neighbour",
        "Award points for style",
        "Rank",
        "Take ranks: one",
    ],
)
def test_other_lines_and_lines_with_nothing_to_weigh_suggest_none_of_these(text: str) -> None:
    assert [kind for kind, _config in proposed(text, ()) if kind in ("ranking", "allocation", "matrix", "grid")] == []
