"""Who was there: any sign of life in a phase, never the minutes of a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import BigIntegerField, Value

from workshop.live.deadlines import take_heard
from workshop.live.models import Participant, PhaseRun, Session
from workshop.realtime import presence
from workshop.realtime.among import Among

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from workshop.realtime.inbox import Batch

#: Notes are made once a minute and at every change of phase.
LATELY_MINUTES = 1
INSERT = "INSERT INTO live_attendance (participant_id, phase_run_id)"


def note(batch: Batch, session: Session, phase: PhaseRun | None) -> int:
    """Write down everybody heard from since the last note, as seen now and as present in the phase; how many.

    Three statements for thousands: everybody waits for the step of the facilitator that this is a part of.
    """
    keys = presence.seen(session.pk, LATELY_MINUTES)
    heard = take_heard(session.pk) | {int(key[2:]) for key in keys if key.startswith("p:")}
    if not heard:
        return 0
    people = Participant.objects.filter(Among("pk", heard), session=session, removed_at=None, erased_at=None)
    noted = people.update(seen_at=batch.now)
    if phase is not None:
        _attend(people, phase)
    return noted


def _attend(people: QuerySet[Participant], phase: PhaseRun) -> None:
    """Note these people as present. By hand: Django cannot insert what it selects."""
    wanted = people.order_by().values_list("pk", Value(phase.pk, output_field=BigIntegerField()))
    select, values = wanted.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{INSERT} {select} ON CONFLICT DO NOTHING", values)
