"""What a session has to show for itself: results by question and round, joined to the objectives. Reads only.

Every number and every text passes the privacy gate (``questions.gate``) on its way out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from workshop.kinds import Leftover, activity_kinds
from workshop.live import timing
from workshop.live.models import ActivityRun, Attendance, Participant, PhaseRun, Session
from workshop.live.stages import phase_time
from workshop.plans.models import Activity, Objective
from workshop.questions import gate
from workshop.reports.results import Result, results_of

#: Answers that staff may read in an export: those that count, and those that wait or were hidden.
READABLE = ("given", "held", "hidden")


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """A phase as planned and as it was."""

    number: int
    title: str
    planned: int
    actual: int | None
    started_at: datetime | None
    ended_at: datetime | None
    attended: int


@dataclass(frozen=True, slots=True)
class ObjectiveLine:
    """An objective and the results that give evidence for it."""

    number: int
    objective: Objective
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that a report shows; practice learners are left out."""

    session: Session
    phases: tuple[PhaseLine, ...]
    results: tuple[Result, ...]
    objectives: tuple[ObjectiveLine, ...]
    joined: int
    profiles: Mapping[str, int | None]
    drift_minutes: int
    runs: Mapping[tuple[int, int], ActivityRun] = field(default_factory=dict)
    #: What people asked for and nobody took up: activities with what is left of each.
    left_open: tuple[tuple[Activity, tuple[Leftover, ...]], ...] = ()


def evidence_of(session: Session) -> Evidence:
    """Read the whole session. The number of queries depends on nothing but the code."""
    runs = {(run.activity_id, run.round): run for run in _runs(session)}
    activities = _activities(session)
    results = tuple(results_of(session, activities, runs))
    people = Participant.objects.filter(session=session, removed_at=None, erased_at=None, simulated=False)
    profiles: dict[str, int] = defaultdict(int)
    for profile in people.values_list("profile", flat=True):
        profiles[profile] += 1
    phases = _phases(session)
    return Evidence(
        session=session,
        phases=phases,
        results=results,
        objectives=_objectives(session, results),
        joined=sum(profiles.values()),
        profiles=gate.suppress(profiles) if len(profiles) > 1 else dict(profiles),
        drift_minutes=sum((line.actual or 0) - line.planned for line in phases if line.actual is not None),
        runs=runs,
        left_open=tuple(_left_open(activities)),
    )


def _left_open(activities: Sequence[Activity]) -> Iterator[tuple[Activity, tuple[Leftover, ...]]]:
    """In the order of the plan."""
    found: dict[int, Sequence[Leftover]] = {}
    for kind in activity_kinds:
        found |= kind.left_open([each for each in activities if each.kind == kind.slug])
    for activity in activities:
        if found.get(activity.pk):
            yield activity, tuple(found[activity.pk])


def _runs(session: Session) -> Iterable[ActivityRun]:
    runs = ActivityRun.objects.filter(session=session).select_related("activity__phase", "session")
    return runs.order_by("round")


def _activities(session: Session) -> list[Activity]:
    rows = Activity.objects.filter(version=session.version_id).select_related("phase")
    rows = rows.prefetch_related("questions__objectives").annotate(place=Coalesce("parent__position", "position"))
    # What is inside another activity stands behind it.
    return list(rows.order_by("phase__position", "place", F("parent").asc(nulls_first=True), "position", "pk"))


def _phases(session: Session) -> tuple[PhaseLine, ...]:
    counted: dict[int, int] = defaultdict(int)
    seen = Attendance.objects.filter(phase_run__session=session, participant__simulated=False)
    for run in seen.filter(participant__erased_at=None).values_list("phase_run_id", flat=True):
        counted[run] += 1
    now = session.ended_at or timezone.now()
    return tuple(
        PhaseLine(
            number=number,
            title=run.phase.title,
            planned=run.minutes,
            actual=round(timing.elapsed_ms(phase_time(run), now, session.paused_at) / timing.MINUTE_MS)
            if run.started_at
            else None,
            started_at=run.started_at,
            ended_at=run.ended_at,
            attended=counted[run.pk],
        )
        for number, run in enumerate(
            PhaseRun.objects.filter(session=session).select_related("phase").order_by("phase__position"), 1
        )
    )


def _objectives(session: Session, results: tuple[Result, ...]) -> tuple[ObjectiveLine, ...]:
    rows = Objective.objects.filter(version=session.version_id).order_by("position")
    return tuple(
        ObjectiveLine(number, row, tuple(result for result in results if number in result.objectives))
        for number, row in enumerate(rows, 1)
    )
