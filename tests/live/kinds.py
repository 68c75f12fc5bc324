"""Activity kinds for tests of the core, registered for one test by the fixture ``kinds``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from workshop.kinds import ActivityKind, ActivitySpec, Audience, KindConfig, Part, Progress, SlotUse, activity_kinds
from workshop.live.models import ActivityRun
from workshop.plans.models import Activity
from workshop.realtime.inbox import Batch

#: What the core told the kinds: ``("opened", "which", 1)`` …
told: list[tuple[str, str, int]] = []
#: Answers that somebody is supposed to have given, by activity.
answers: dict[tuple[int, int], int] = {}


class _Config(KindConfig):
    text: str = ""
    steps: int = 0
    child_at: int = 0


class Asking(ActivityKind):
    """Has results, and counts what the test says."""

    slug = "t-ask"
    label = "Question"
    has_results = True
    Config = _Config

    def stage(self, run: ActivityRun, audience: Audience) -> Part:
        return Part("live/_activity.html", {"body": f"{run.activity.title} for {audience}"})

    def slots(self, run: ActivityRun) -> list[SlotUse]:
        name = f"tally:{run.activity_id}"
        shown = [SlotUse(name, "screen")] if run.show_screen else []
        return [SlotUse(name, "staff"), *shown, *([SlotUse(name, "learner")] if run.show_phones else [])]

    def progress(self, run: ActivityRun) -> Progress | None:
        return Progress(done=answers.get((run.activity_id, run.round), 0), total=0)

    def opened(self, batch: Batch, run: ActivityRun) -> None:
        told.append(("opened", run.activity.key, run.round))

    def closed(self, batch: Batch, run: ActivityRun) -> None:
        told.append(("closed", run.activity.key, run.round))

    def settled(self, batch: Batch, run: ActivityRun) -> None:
        told.append(("settled", run.activity.key, run.round))

    def examples(self) -> list[ActivitySpec]:
        return [ask("Which?")]


class Reading(Asking):
    """Is there as soon as its phase begins."""

    slug = "t-read"
    label = "Text"
    has_results = False
    opens_with_phase = True

    def progress(self, run: ActivityRun) -> Progress | None:
        return None


class Stepping(Reading):
    """Goes through steps, one of which may be an activity inside it."""

    slug = "t-steps"
    label = "Steps"
    opens_with_phase = False

    def on_screen(self, run: ActivityRun, forward: bool) -> bool | Activity:
        step, config = run.state_data.get("step", 1), self.load(run.activity.config)
        if not 1 <= step + (1 if forward else -1) <= config.steps:
            return False
        child = run.activity.children.first()
        if forward and child and config.child_at == step and not run.state_data.get("child"):
            run.state_data["child"] = True
            return child
        run.state_data["step"] = step + (1 if forward else -1)
        return True

    def next_step(self, run: ActivityRun) -> str | None:
        step, steps = run.state_data.get("step", 1), self.load(run.activity.config).steps
        return f"Step {step + 1} of {steps}" if step < steps else None


KINDS: tuple[type[ActivityKind], ...] = (Asking, Reading, Stepping)


@pytest.fixture
def kinds() -> Iterator[None]:
    before: dict[str, Any] = dict(activity_kinds._kinds)
    for kind in KINDS:
        activity_kinds.register(kind())
    yield
    activity_kinds._kinds.clear()
    activity_kinds._kinds.update(before)
    told.clear()
    answers.clear()


def ask(title: str, key: str = "", **more: Any) -> ActivitySpec:
    return ActivitySpec("t-ask", title, key=key, **more)


def read(title: str, key: str = "", **more: Any) -> ActivitySpec:
    return ActivitySpec("t-read", title, key=key, **more)


def steps(title: str, count: int, key: str = "", child_at: int = 0, **more: Any) -> ActivitySpec:
    return ActivitySpec("t-steps", title, key=key, config={"steps": count, "child_at": child_at}, **more)
