"""Ops that change the plan of a running session: add an activity, change its words. Each makes the next version."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field, TypeAdapter, ValidationError

from workshop.accounts.models import User
from workshop.kinds import ActivitySpec, Json, Refused
from workshop.live.desk import Desk, activity_heads
from workshop.live.models import ActivityRun, PhaseRun
from workshop.live.start import make_head
from workshop.plans.models import Question
from workshop.plans.rows import check_spec, new_version, write_activity
from workshop.realtime.inbox import Batch
from workshop.realtime.ops import Call, Payload, op

_SPEC: TypeAdapter[ActivitySpec] = TypeAdapter(ActivitySpec)


class Add(Payload):
    """``phase``: number of a phase run, left out for the present one (in the lobby the first)."""

    phase: int | None = Field(default=None, ge=1, le=2**53)
    spec: dict[str, Any]


class Edit(Payload):
    """``spec``: the activity as it is to be, of the same kind."""

    a: int = Field(ge=1, le=2**53)
    spec: dict[str, Any]


@op("activity.add", Add, permission="session.edit")
def add_activity(batch: Batch, call: Call[Add]) -> dict[str, Json]:
    """Add an activity at the end of a phase, ready to be opened. Refused ``bad_config``, ``no_phase``, ``ended``."""
    desk = Desk(batch, call)
    _not_ended(desk)
    phase = _phase(desk, call.payload.phase)
    spec = replace(spec_from(call.payload.spec), key="")
    check_spec(spec)
    position = 1 + max(
        (run.activity.position for run in desk.scene.runs if run.activity.phase_id == phase.phase_id), default=0
    )
    activity = write_activity(phase.phase, spec, position)
    for each in (activity, *activity.children.all()):
        ActivityRun.objects.create(session=desk.session, activity=each)
        make_head(desk.session.pk, f"activity:{each.pk}")
    _keep_version(desk, call)
    return {"a": activity.pk, "key": activity.key}


@op("activity.edit", Edit, permission="session.edit", heads=activity_heads)
def edit_activity(batch: Batch, call: Call[Edit]) -> dict[str, Json]:
    """Change the words of an activity, also while it is open; ids of options that stay are kept.

    Refused ``bad_config``, ``other_kind``, ``answered`` for taking away a question that has answers, ``ended``.
    """
    desk = Desk(batch, call)
    _not_ended(desk)
    run = desk.run(call.payload.a)
    activity = run.activity
    spec = replace(spec_from(call.payload.spec), key=activity.key)
    check_spec(spec)
    if spec.kind != activity.kind:
        raise Refused("other_kind", _("This stays the same kind of activity. Add another one instead."))
    _keep_answered(run, spec)
    write_activity(activity.phase, spec, activity.position, parent=activity.parent, activity=activity)
    desk.touch(run)
    _keep_version(desk, call)
    return {"a": activity.pk}


def spec_from(data: dict[str, Any]) -> ActivitySpec:
    """The spec in JSON values. Raises Refused ``bad_config`` with the field."""
    try:
        return _SPEC.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = _("“%(field)s” does not fit: %(reason)s") % {"field": where, "reason": first["msg"]}
        raise Refused("bad_config", message, field=where) from None


def _not_ended(desk: Desk) -> None:
    if desk.session.state == "ended":
        raise Refused("ended", _("This session has ended."))


def _phase(desk: Desk, wanted: int | None) -> PhaseRun:
    here = desk.scene.phase or desk.scene.phases[0]
    found = here if wanted is None else next((each for each in desk.scene.phases if each.pk == wanted), None)
    if found is None:
        raise Refused("no_phase", _("There is no such phase in this session."))
    return found


def _keep_answered(run: ActivityRun, spec: ActivitySpec) -> None:
    """Nothing that somebody has answered is taken away, nor becomes another kind of question."""
    stay = {question.key or f"q{place}": question.kind for place, question in enumerate(spec.questions, 1)}
    for question in Question.objects.filter(activity=run.activity_id):
        if stay.get(question.key) != question.kind and run.state != "ready" and _answered(question):
            raise Refused("answered", _("This question has answers. Close the activity and add another one."))


def _answered(question: Question) -> bool:
    # The reverse side of a package above: its name is known, its model is not.
    return Question.objects.filter(pk=question.pk, responses__isnull=False).exists()


def _keep_version(desk: Desk, call: Call[Any]) -> None:
    user = User.objects.filter(pk=call.actor.id).first() if call.author.startswith("u:") else None
    desk.session.version = new_version(desk.session.version, user)
    desk.save(fields=("version",))
