"""Reads of answers for the kinds' own pages."""

from __future__ import annotations

from django.db.models import Count, Q

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
    joined, _with_background = people_of(run.session_id)
    by: dict[str, int] = {}
    if asks and all(gate.links(asked.level) and gate.counts(asked.level) for asked in asks):
        by = memory.answered_by(run.activity_id, run.round)
    return Progress(done=counted.authors, total=joined, by=by)


def held(run: ActivityRun) -> int:
    """Answers that wait until staff show them; nothing is counted where no question holds any."""
    asks = of_activity(run.activity)
    holding = [asked.id for asked in asks if asked.kind.held and gate.shows_values(asked.level)]
    if not holding:
        return 0
    found = memory.count(run.session_id, run.activity_id, run.round, asks).held
    return sum(found.get(each, 0) for each in holding)


def people_of(session: int) -> tuple[int, int]:
    """How many have joined and were not removed, and how many of those who are still known have said a background."""
    return heads.once(session, "people of", lambda: _people_of(session))


def _people_of(session: int) -> tuple[int, int]:
    said = Count("pk", filter=Q(erased_at=None) & ~Q(profile=""))
    found = Participant.objects.filter(session=session, removed_at=None).aggregate(all=Count("pk"), said=said)
    return found["all"], found["said"]
