"""Reads of answers for the kinds' own pages."""

from __future__ import annotations

from workshop.kinds import Progress
from workshop.live.models import ActivityRun, Participant
from workshop.questions import gate
from workshop.questions.catalogue import of_activity
from workshop.questions.counting import memory
from workshop.realtime import heads


def progress(run: ActivityRun) -> Progress:
    """Who has answered: numbers for all, steps by person only where every answer may be linked to its author."""
    asks = of_activity(run.activity)
    counted = memory.count(run.session_id, run.activity_id, run.round, asks)
    joined = heads.once(run.session_id, "joined", lambda: _joined(run.session_id))
    by: dict[str, int] = {}
    if asks and all(gate.links(asked.level) and gate.counts(asked.level) for asked in asks):
        by = memory.answered_by(run.activity_id, run.round)
    return Progress(done=counted.authors, total=joined, by=by)


def _joined(session: int) -> int:
    return Participant.objects.filter(session_id=session, removed_at__isnull=True).count()
