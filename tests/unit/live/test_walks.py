"""Random walks: whatever staff press in whatever order, the session stays whole, and every step can be taken back."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.forms.models import model_to_dict

from tests.cast import Part, Workshop, lobby
from tests.live.kinds import ask, read, steps
from workshop.kinds import Refused
from workshop.live.models import ActivityRun, PhaseRun, Session
from workshop.live.queries import panel_state
from workshop.live.undo import FIELDS, FOR_GOOD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

PARTS = (
    Part("Engage", (ask("Which?", "which", minutes=2), ask("Why?", "why", results="staff", privacy="anonymous"))),
    Part(
        "Explain",
        (read("The case", "case"), steps("Slides", 3, "slides", child_at=2, children=(ask("Clear?", "clear"),))),
    ),
    Part("Evaluate", (ask("How?", "how", privacy="confidential", keep_open=True),)),
)
KEYS = ("which", "why", "case", "slides", "clear", "how")
SIMPLE = ("session.start", "session.pause", "session.go", "session.undo", "session.door", "session.end")
ON_ONE = ("open", "close", "resume", "round", "freeze", "show", "keep", "timer")
#: Acts that leave a step to take back.
STEPS = {
    "session.start", "session.next", "session.back", "session.pause", "session.go", "session.end", "phase.extend",
    "activity.open", "activity.close", "activity.resume", "activity.round", "activity.timer",
}  # fmt: skip


def press(made: Workshop, chance: Random) -> str:
    """One act, as likely wrong as right."""
    kind = chance.choice(["phase", "phase", "simple", "one", "one", "one", "one", "step", "extend"])
    if kind == "phase":
        op = chance.choice(["session.next", "session.next", "session.back"])
        made.fay(op, **{"from": chance.choice([made.fresh.phase_id, made.fresh.phase_id, made.phases[0].pk])})
    elif kind == "simple":
        op = chance.choice(SIMPLE[:-1] if chance.random() < 0.9 else SIMPLE)
        made.fay(op, **({"open": True} if op == "session.door" else {}))
    elif kind == "one":
        op = f"activity.{chance.choice(ON_ONE)}"
        choices: dict[str, dict[str, Any]] = {
            "activity.freeze": {"on": chance.random() < 0.5},
            "activity.keep": {"on": chance.random() < 0.5},
            "activity.timer": {"minutes": chance.choice([-1, 1, 3])},
            "activity.show": {"where": chance.choice(["screen", "phones", "answers"]), "on": chance.random() < 0.7},
        }
        made.fay(op, a=made[chance.choice(KEYS)].pk, **choices.get(op, {}))
    elif kind == "step":
        op = "screen.step"
        made.fay(op, forward=chance.random() < 0.8)
    else:
        op = "phase.extend"
        made.fay(op, minutes=chance.choice([-5, 1, 5]))
    return op


def rows(made: Workshop) -> list[Any]:
    found: list[Any] = []
    for model, which in (
        (Session, {"pk": made.session.pk}),
        (PhaseRun, {"session": made.session}),
        (ActivityRun, {"session": made.session}),
    ):
        fields = [name.removesuffix("_id") for name in FIELDS[model] if name not in FOR_GOOD]
        found += [(row.pk, model_to_dict(row, fields)) for row in model.objects.filter(**which).order_by("pk")]
    return found


def whole(made: Workshop) -> None:
    """What is true of every session at every moment."""
    row, phases = made.fresh, made.phases
    going = [phase for phase in phases if phase.started_at and not phase.ended_at]
    runs = list(ActivityRun.objects.filter(session=row))
    newest = {run.activity_id: max(r.round for r in runs if r.activity_id == run.activity_id) for run in runs}
    assert [phase.pk for phase in going] == ([row.phase_id] if row.state == "running" else [])
    assert bool(row.code) == (row.state != "ended")
    for run in runs:
        assert (run.opened_at is None) == (run.state == "ready")
        assert (run.closed_at is not None) == (run.state == "closed")
        assert run.state != "open" or (row.state == "running" and run.round == newest[run.activity_id])
        assert not (run.closes_at and run.left_ms is not None)
        assert run.left_ms is None or row.paused_at
        assert not run.frozen or run.state == "open"
        assert not (run.show_screen or run.show_phones) or run.shown_at
        assert run.changed <= made.revision(f"activity:{run.activity_id}")
    state = panel_state(row.pk)
    assert state is not None
    assert len([phase for phase in state.phases if phase.state == "now"]) == (row.state == "running")


@pytest.mark.parametrize("seed", range(12))
def test_a_session_stays_whole(seed: int) -> None:
    chance, made = Random(seed), lobby(*PARTS)
    for _act in range(30):
        before, revision = rows(made), made.revision("session")
        try:
            op = press(made, chance)
        except Refused:
            assert rows(made) == before
            assert made.revision("session") == revision
            continue
        whole(made)
        if op in STEPS and chance.random() < 0.3:
            made.fay("session.undo")
            assert rows(made) == before
            whole(made)


@pytest.mark.parametrize("seed", range(4))
def test_from_anywhere_the_main_button_leads_to_the_end(seed: int) -> None:
    chance, made = Random(1_000 + seed), lobby(*PARTS)
    for _act in range(15):
        try:
            press(made, chance)
        except Refused:
            continue
    for _press in range(60):
        state = panel_state(made.session.pk)
        assert state is not None
        if not state.main.op:
            break
        made.fay(state.main.op, **state.main.payload)
    assert made.fresh.state == "ended"
