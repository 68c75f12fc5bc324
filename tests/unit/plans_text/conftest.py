"""Kinds of our own and the plans that the tests read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import Field

from workshop.kinds import (
    ActivityKind,
    ActivitySpec,
    Audience,
    Chart,
    Json,
    KindConfig,
    Part,
    PlanLine,
    Proposal,
    QuestionKind,
    Tally,
    activity_kinds,
    question_kinds,
)

ROOT = Path(__file__).resolve().parents[3]
PLANS = ROOT / "tests" / "plans"
#: The plan that Plenary was asked to run; where a clone lacks it, our own plan of the same shape stands in.
FINOPS = ROOT.parent / "shared" / "plans" / "finops-ai.md"
OWN = PLANS / "weather-stations.md"


class OnPaper(QuestionKind):
    """What a plan's text needs of a kind of question: nobody answers here."""

    def public(self, config: Any, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        return {}

    def parse(self, config: Any, raw: Json) -> Json:
        return raw

    def tally(self, config: Any) -> Tally:
        raise AssertionError("nothing is counted")

    def chart(self, config: Any, data: Mapping[str, Json]) -> Chart | None:
        return None

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        return []


class InPlan(ActivityKind):
    """What a plan's text needs of a kind of activity: no session runs it."""

    def stage(self, run: Any, audience: Audience) -> Part:
        raise AssertionError("no session runs")

    def examples(self) -> list[ActivitySpec]:
        return []


class PickConfig(KindConfig):
    options: list[str] = Field(min_length=2)
    most: int = Field(default=1, ge=1)


class Pick(OnPaper):
    slug = "pick"
    label = "Pick"
    template_folder = "pick"
    Config = PickConfig


class LineConfig(KindConfig):
    longest: int = 200
    weight: float = 1.0


class Line(OnPaper):
    slug = "line"
    label = "Line"
    template_folder = "line"
    Config = LineConfig


class VoteConfig(KindConfig):
    live: bool = True
    style: Literal["bars", "words"] = "bars"


class Vote(InPlan):
    """One question, written among the activity's own keys."""

    slug = "vote"
    label = "Vote"
    Config = VoteConfig
    questions = "one"

    def read_block(self, body: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        config: dict[str, Any] = {name: body[name] for name in ("live", "style") if name in body}
        rest = {name: value for name, value in body.items() if name not in config}
        asked = rest.pop("question")
        number = rest.pop("question_key", "")
        return config, [{"kind": "pick", "prompt": asked, **({"key": number} if number else {}), **rest}]

    def write_block(self, spec: ActivitySpec) -> dict[str, Any]:
        (question,) = spec.questions
        common = {"objectives": list(question.objectives)} if question.objectives else {}
        key = {"question_key": question.key} if question.key else {}
        return {**spec.config, "question": question.prompt, **key, **common, **question.config}

    def proposes(self, line: PlanLine) -> Iterable[Proposal]:
        if "poll" in line.text.lower() or "vote" in line.text.lower():
            yield Proposal(ActivitySpec(kind="vote", title=f"Vote: {line.phase}"), "It names a poll.")


class SheetConfig(KindConfig):
    note: str = ""
    extra: dict[str, Any] = Field(default_factory=dict)


class Sheet(InPlan):
    slug = "sheet"
    label = "Sheet"
    Config = SheetConfig
    questions = "many"

    def proposes(self, line: PlanLine) -> Iterable[Proposal]:
        if line.field == "assessment":
            yield Proposal(ActivitySpec(kind="sheet", title="Assess"), "It is an assessment.")


class ShowConfig(KindConfig):
    pages: list[str] = Field(default_factory=list)


class Show(InPlan):
    slug = "show"
    label = "Show"
    Config = ShowConfig


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly our own kinds are registered."""
    monkeypatch.setattr(activity_kinds, "_kinds", {kind.slug: kind for kind in (Vote(), Sheet(), Show())})
    monkeypatch.setattr(question_kinds, "_kinds", {kind.slug: kind for kind in (Pick(), Line())})


def sample() -> str:
    """The text of the real plan, or of our own."""
    return (FINOPS if FINOPS.exists() else OWN).read_text(encoding="utf-8")


@pytest.fixture(params=["real", "own"])
def plan_text(request: pytest.FixtureRequest) -> str:
    """Both plans one after the other."""
    return sample() if request.param == "real" else OWN.read_text(encoding="utf-8")
