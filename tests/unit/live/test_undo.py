"""Taking a step back: every step, exactly as it was, and what cannot be taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.utils import timezone

from tests.cast import Part, Workshop, lobby, refusal
from tests.live.kinds import answers, ask, told
from tests.unit.live.test_driving import PARTS, close_which, open_which, workshop
from workshop.live.models import ActivityRun, PhaseRun, Session
from workshop.live.undo import FIELDS, FOR_GOOD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

STEPS: dict[str, tuple[Callable[[Workshop], Any], Callable[[Workshop], Any]]] = {
    "start": (lambda made: None, lambda made: made.fay("session.start")),
    "next": (lambda made: (made.fay("session.start"), open_which(made)), lambda made: made.next()),
    "back": (
        lambda made: (made.fay("session.start"), made.next()),
        lambda made: made.fay("session.back", **{"from": made.fresh.phase_id}),
    ),
    "pause": (
        lambda made: (made.fay("session.start"), made.fay("activity.open", a=made["which"].pk, minutes=5)),
        lambda made: made.fay("session.pause"),
    ),
    "go": (
        lambda made: (
            made.fay("session.start"),
            made.fay("activity.open", a=made["which"].pk, minutes=5),
            made.fay("session.pause"),
        ),
        lambda made: made.fay("session.go"),
    ),
    "extend": (lambda made: made.fay("session.start"), lambda made: made.fay("phase.extend", minutes=5)),
    "catch_up": (
        lambda made: made.fay("session.start"),
        lambda made: made.fay("phase.catch_up", phases=[each.pk for each in made.phases], minutes=[3, 4]),
    ),
    "open": (lambda made: made.fay("session.start"), open_which),
    "close": (
        lambda made: (made.fay("session.start"), open_which(made)),
        lambda made: made.fay("activity.close", a=made["which"].pk),
    ),
    "resume": (
        lambda made: (made.fay("session.start"), close_which(made)),
        lambda made: made.fay("activity.resume", a=made["which"].pk),
    ),
    "round": (
        lambda made: (made.fay("session.start"), close_which(made)),
        lambda made: made.fay("activity.round", a=made["which"].pk),
    ),
    "timer": (
        lambda made: (made.fay("session.start"), open_which(made)),
        lambda made: made.fay("activity.timer", a=made["which"].pk, minutes=3),
    ),
    "step": (lambda made: made.fay("session.start"), lambda made: made.fay("screen.step", forward=True)),
    "end": (lambda made: (made.fay("session.start"), open_which(made)), lambda made: made.fay("session.end")),
}


def rows(made: Workshop) -> list[Any]:
    """Everything that a step may change."""
    session = made.session.pk
    found: list[Any] = []
    for model, which in (
        (Session, {"pk": session}),
        (PhaseRun, {"session": session}),
        (ActivityRun, {"session": session}),
    ):
        fields = [name.removesuffix("_id") for name in FIELDS[model] if name not in FOR_GOOD]
        found += [
            (model.__name__, row.pk, model_to_dict(row, fields)) for row in model.objects.filter(**which).order_by("pk")
        ]
    return found


@pytest.mark.parametrize("name", STEPS)
def test_undo_restores_rows_exactly(name: str) -> None:
    made = lobby(*PARTS)
    prepare, step = STEPS[name]
    prepare(made)
    before = rows(made)
    step(made)
    assert rows(made) != before
    made.fay("session.undo")
    assert rows(made) == before
    assert refusal(made.fay, "session.undo").code == "too_late"


def test_undo_is_refused_after_ten_seconds() -> None:
    made = workshop()
    row = made.fresh
    row.undo["until"] = (timezone.now() - timedelta(milliseconds=1)).isoformat()
    row.save()
    assert refusal(made.fay, "session.undo").code == "too_late"


def test_undo_leaves_alone_what_others_changed_meanwhile() -> None:
    made = workshop()
    open_which(made)
    made.next()
    made.fay("activity.show", a=made["which"].pk, where="phones", on=True)
    made.fay("session.undo")
    run = made.run("which")
    assert (run.state, run.show_phones) == ("open", True)


def test_undo_does_not_make_unseen_what_was_shown() -> None:
    made = lobby(Part("Engage", (ask("Which?", "which", privacy="anonymous", results="screen"),)))
    made.fay("session.start")
    made.fay("activity.open", a=made["which"].pk)
    shown_at = made.run("which").shown_at
    made.fay("session.undo")
    assert made.run("which").state == "ready"
    assert made.run("which").shown_at == shown_at is not None


def test_undo_does_not_let_an_anonymous_round_go_on_after_its_result_was_shown() -> None:
    made = lobby(Part("Engage", (ask("Which?", "which", privacy="anonymous", results="staff"),)))
    made.fay("session.start")
    close_which(made)
    made.fay("activity.show", a=made["which"].pk, where="screen", on=True)
    assert refusal(made.fay, "session.undo").code == "shown"
    assert made.run("which").state == "closed"
    assert refusal(made.fay, "activity.resume", a=made["which"].pk).code == "shown"


def test_undo_of_a_round_that_was_answered_is_refused() -> None:
    made = workshop()
    close_which(made)
    made.fay("activity.round", a=made["which"].pk)
    answers[made["which"].pk, 2] = 1
    assert refusal(made.fay, "session.undo").code == "answered"
    assert made.run("which").round == 2


def test_undo_tells_the_kind() -> None:
    made = workshop()
    close_which(made)
    told.clear()
    made.fay("session.undo")
    assert told == [("opened", "which", 1)]
