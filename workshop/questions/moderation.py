"""Ops on answers that are held until shown: staff show and hide them. One tap hides one everywhere."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from workshop.kinds import Json, Refused
from workshop.live.models import ActivityRun, Audit
from workshop.questions.catalogue import of_activity
from workshop.questions.gate import shows_values
from workshop.questions.models import Response
from workshop.questions.operations import EXACT, activity_head
from workshop.realtime.inbox import Batch
from workshop.realtime.ops import Call, Payload, op


class Show(Payload):
    """Which answers; ``ids`` null: all that wait."""

    a: int = Field(ge=1, le=EXACT)
    ids: list[int] | None = Field(default=None, max_length=2_000)


class Hide(Payload):
    """Which answers."""

    a: int = Field(ge=1, le=EXACT)
    ids: list[int] = Field(min_length=1, max_length=2_000)


@op("answers.show", Show, permission="answers.moderate", heads=activity_head)
def show_answers(batch: Batch, call: Call[Show]) -> dict[str, Json]:
    """Let answers into the result. Without ids all that are held, never those that were hidden by hand."""
    statuses = ("held",) if call.payload.ids is None else ("held", "hidden")
    return _turn(batch, call, call.payload.ids, statuses, "given")


@op("answers.hide", Hide, permission="answers.moderate", heads=activity_head)
def hide_answers(batch: Batch, call: Call[Hide]) -> dict[str, Json]:
    """Take answers out of the result everywhere, or keep held ones out for good."""
    return _turn(batch, call, call.payload.ids, ("given", "held"), "hidden")


def _turn(
    batch: Batch, call: Call[Show] | Call[Hide], ids: list[int] | None, statuses: tuple[str, ...], to: str
) -> dict[str, Json]:
    run = (
        ActivityRun.objects.filter(session_id=call.session, activity_id=call.payload.a)
        .select_related("activity")
        .order_by("-round")
        .first()
    )
    if run is None:
        raise Refused("no_activity", _("This activity is not there any more."))
    readable = [asked.id for asked in of_activity(run.activity) if asked.kind.held and shows_values(asked.level)]
    rows = Response.objects.filter(
        activity_id=run.activity_id, round=run.round, question_id__in=readable, status__in=statuses
    )
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    found = dict(rows.values_list("pk", "author"))
    if found:
        for author in {author for author in found.values() if author.startswith("p:")}:
            # Their pages say whether an answer still waits. Nobody knows whose an anonymous one is.
            batch.touch_person(call.session, author)
        revision = batch.move(call.session, f"activity:{run.activity_id}")
        Response.objects.filter(pk__in=found).update(
            status=to, revision=revision, **({"was_hidden": True} if to == "hidden" else {})
        )
        Audit.objects.create(
            session_id=call.session, actor=call.author, act=call.op, target=f"activity:{run.activity_id}", at=batch.now
        )
    return {"changed": len(found)}
