"""Ops that change the plan of a running session: add an activity, change its words. Each makes the next version."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from pydantic import Field, TypeAdapter, ValidationError

from workshop.accounts.models import User
from workshop.kinds import ActivitySpec, Json, QuestionSpec, Refused
from workshop.live.desk import Desk, activity_heads
from workshop.live.models import ActivityRun, PhaseRun
from workshop.live.stages import kind_of
from workshop.live.start import make_head
from workshop.plans.models import Activity, Question
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

    Refused ``bad_config``, ``other_kind``, ``answered`` for taking away a question that has answers, ``promised`` for
    another level of privacy than the one that was said before answering, ``ended``.
    """
    desk = Desk(batch, call)
    _not_ended(desk)
    run = desk.run(call.payload.a)
    activity = run.activity
    spec = replace(spec_from(call.payload.spec), key=activity.key)
    check_spec(spec)
    if spec.kind != activity.kind:
        raise Refused("other_kind", _("This stays the same kind of activity. Add another one instead."))
    _keep_answered(desk, run, spec)
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


def _keep_answered(desk: Desk, run: ActivityRun, spec: ActivitySpec) -> None:
    """Nothing that somebody has answered is taken away, becomes another kind of question, or is seen by others."""
    stay = {question.key or f"q{place}": question for place, question in enumerate(spec.questions, 1)}
    begun = _begun(run)
    if begun and (spec.privacy != run.activity.privacy or (run.activity.off_record and not spec.off_record)):
        raise _promised()
    for question in Question.objects.filter(activity=run.activity_id):
        wanted = stay.get(question.key)
        answered = _answered(question)
        if answered and (wanted is None or wanted.kind != question.kind):
            raise Refused("answered", _("This question has answers. Close the activity and add another one."))
        if (begun or answered) and wanted is not None and _level(wanted, spec) != _level(question, run.activity):
            raise _promised()
    for child in spec.children:
        within = next((each for each in desk.scene.runs if each.activity.key == child.key), None)
        if within is not None:
            _keep_answered(desk, within, child)


def _begun(run: ActivityRun) -> bool:
    """Whether people have read what its level of privacy says: it was open, or an opening was taken back too late."""
    if run.state != "ready" or run.round > 1:
        return True
    kind = kind_of(run)
    progress = kind.progress(run) if kind else None
    return progress is not None and progress.done > 0


def _level(question: Question | QuestionSpec, activity: Activity | ActivitySpec) -> str:
    return question.privacy or activity.privacy


def _promised() -> Refused:
    message = _(
        "People were told who sees their answers, so this cannot change any more. Add another activity instead."
    )
    return Refused("promised", message)


def _answered(question: Question) -> bool:
    # The reverse side of a package above: its name is known, its model is not.
    return Question.objects.filter(pk=question.pk, responses__isnull=False).exists()


def _keep_version(desk: Desk, call: Call[Any]) -> None:
    user = User.objects.filter(pk=call.actor.id).first() if call.author.startswith("u:") else None
    desk.session.version = new_version(desk.session.version, user)
    desk.save(fields=("version",))
