"""Who was there: any sign of life in a phase, never the minutes of a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workshop.live.deadlines import take_heard
from workshop.live.models import Attendance, Participant, PhaseRun, Session
from workshop.realtime import presence

if TYPE_CHECKING:
    from workshop.realtime.inbox import Batch

#: Notes are made once a minute and at every change of phase.
LATELY_MINUTES = 1


def note(batch: Batch, session: Session, phase: PhaseRun | None) -> int:
    """Write down everybody heard from since the last note, as seen now and as present in the phase; how many."""
    keys = presence.seen(session.pk, LATELY_MINUTES)
    heard = take_heard(session.pk) | {int(key[2:]) for key in keys if key.startswith("p:")}
    people = Participant.objects.filter(session=session, removed_at=None, erased_at=None)
    if not heard:
        return 0
    ids = list(people.filter(pk__in=heard).values_list("pk", flat=True))
    Participant.objects.filter(pk__in=ids).update(seen_at=batch.now)
    if phase is not None:
        rows = [Attendance(participant_id=person, phase_run=phase) for person in ids]
        Attendance.objects.bulk_create(rows, ignore_conflicts=True)
    return len(ids)
