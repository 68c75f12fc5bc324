"""Erasing a session: when its owner says so, when its date has passed, and the demonstration when it is removed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workshop.accounts.models import User
from workshop.kinds import Json, Refused
from workshop.live.access import system
from workshop.live.models import Session
from workshop.plans.models import Plan, PlanVersion
from workshop.plans.operations import remove_plan
from workshop.questions.models import Response
from workshop.realtime.inbox import Batch, submit
from workshop.realtime.models import Head, Op, Presence, Stream
from workshop.realtime.ops import Call, Nothing, op


@op("session.erase", Nothing, permission="session.erase")
def erase_session(batch: Batch, call: Call[Nothing]) -> dict[str, Json]:
    """Send everybody out and delete every row of the session. There is no way back.

    The rows go after the commit: by then the door lets nobody in any more, so nothing can be written behind it.
    """
    session = Session.objects.get(pk=call.session)
    if session.state == "running" and call.actor.role != "system":
        raise Refused("running", _("End the session first, then it can be erased."))
    session.state, session.code, session.erased_at = "ended", "", batch.now
    session.ended_at = session.ended_at or batch.now
    session.save(update_fields=["state", "code", "erased_at", "ended_at"])
    batch.move(call.session, "session")
    batch.after_commit(lambda: delete_rows(call.session))
    return {}


def delete_rows(number: int) -> None:
    """Delete all rows of a session that was marked as erased, those of kinds with its activities."""
    with transaction.atomic():
        session = Session.objects.filter(pk=number, erased_at__isnull=False).first()
        if session is None:
            return
        lineage = PlanVersion.objects.filter(lineage=session.public_id)
        Response.objects.filter(session_id=number).delete()
        session.delete()
        lineage.delete()
        for rows in (Op.objects, Presence.objects, Stream.objects, Head.objects):
            rows.filter(session=number).delete()
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        _pragma("PRAGMA wal_checkpoint(TRUNCATE)")


def _pragma(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def erase_ended(session: Session) -> None:
    """Erase a session for an organiser, who has no role in it. Raises Refused ``running``."""
    if Session.objects.filter(pk=session.pk, state="running").exists():
        raise Refused("running", _("End the session first, then it can be erased."))
    erase(session)


def erase(session: Session, actor: Any = None) -> None:
    """Erase one session, as ``actor`` or as the server itself. Raises Refused ``running``, ``not_allowed``."""
    submit(Call(session.pk, actor or system(session.pk), "session.erase", uuid4(), Nothing()))


def erase_overdue() -> int:
    """Erase the ended sessions whose date has passed. Returns how many."""
    today = timezone.localdate()
    rows = list(Session.objects.filter(state="ended", erased_at=None, retain_until__lt=today, demonstration=False))
    # Marked as erased, and then the server was stopped or the database busy: the door is shut, the rows are left.
    left = list(Session.objects.filter(erased_at__isnull=False).values_list("pk", flat=True))
    for session in rows:
        erase(session)
    for number in left:
        delete_rows(number)
    return len(rows) + len(left)


def remove_demonstration(user: User) -> None:
    """Remove the demonstration of the user's organisation: its sessions and its plans, nothing else.

    A plan that somebody has started a session of their own from stays with it, as any other plan.
    """
    for session in Session.objects.filter(organisation=user.organisation_id, demonstration=True, erased_at=None):
        erase(session)
    for plan in Plan.objects.filter(organisation=user.organisation_id, demonstration=True):
        try:
            remove_plan(plan)
        except Refused:
            Plan.objects.filter(pk=plan.pk).update(demonstration=False)
