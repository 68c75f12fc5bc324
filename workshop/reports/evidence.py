"""What a session has to show for itself: results by question and round, joined to the objectives. Reads only.

Every number and every text passes the privacy gate (``questions.gate``) on its way out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from workshop.kinds import Chart, Json, Tally
from workshop.live import timing
from workshop.live.models import ActivityRun, Attendance, Participant, PhaseRun, Session
from workshop.live.stages import phase_time
from workshop.plans.models import Activity, Objective, Question
from workshop.questions import gate, practised
from workshop.questions.catalogue import Asked, of_question
from workshop.questions.models import KeptCount, Response

#: Answers that count, and those that staff may still read beside them in an export.
COUNTED = ("given",)
READABLE = ("given", "held", "hidden")


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one question in one round.

    Args:
        answered: how many answers it stands for; None when the gate withholds even that.
        data: the tally's data after the gate, None when nothing may be shown.
        reason: why there is no data: '', ``own``, ``later`` or ``few``.
        chart: the same as numbers for a picture.
    """

    phase: str
    activity: Activity
    question: Question
    asked: Asked
    round: int
    rounds: int
    answered: int | None
    data: Mapping[str, Json] | None
    reason: str
    chart: Chart | None
    objectives: tuple[int, ...]


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


def evidence_of(session: Session) -> Evidence:
    """Read the whole session. The number of queries depends on nothing but the code."""
    runs = {(run.activity_id, run.round): run for run in _runs(session)}
    activities = _activities(session)
    results = tuple(_results(session, activities, runs))
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
    )


def _runs(session: Session) -> Iterable[ActivityRun]:
    return ActivityRun.objects.filter(session=session).select_related("activity").order_by("round")


def _activities(session: Session) -> list[Activity]:
    rows = Activity.objects.filter(version=session.version_id).select_related("phase")
    return list(rows.prefetch_related("questions__objectives").order_by("phase__position", "position", "pk"))


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


def _results(
    session: Session, activities: list[Activity], runs: Mapping[tuple[int, int], ActivityRun]
) -> Iterable[Result]:
    tallies = _tallies(session, activities)
    kept = {(row.question_id, row.round): row.data for row in KeptCount.objects.filter(activity__in=activities)}
    numbers = {
        pk: number
        for number, pk in enumerate(
            Objective.objects.filter(version=session.version_id).order_by("position").values_list("pk", flat=True), 1
        )
    }
    for activity in activities:
        rounds = sorted(round_ for pk, round_ in runs if pk == activity.pk and runs[pk, round_].state != "ready")
        for question in activity.questions.all():
            asked = of_question(question, activity)
            proof = tuple(sorted(numbers[row.pk] for row in question.objectives.all() if row.pk in numbers))
            for round_ in rounds:
                tally = tallies.get((question.pk, round_))
                data = kept.get((question.pk, round_)) or (tally or asked.kind.tally(asked.config)).data()
                seen = _seen(asked, runs[activity.pk, round_], data)
                yield Result(
                    phase=activity.phase.title,
                    activity=activity,
                    question=question,
                    asked=asked,
                    round=round_,
                    rounds=len(rounds),
                    answered=int(data["n"]) if asked.level not in ("own", "confidential") or seen.data else None,
                    data=seen.data,
                    reason=seen.reason,
                    chart=asked.kind.chart(asked.config, seen.data) if seen.data is not None else None,
                    objectives=proof,
                )


def _seen(asked: Asked, run: ActivityRun, data: Mapping[str, Json]) -> gate.Seen:
    """A report is a page of staff: the same gate, with the words of people left to the answers' own table."""
    return gate.seen(asked, run, data, "staff")


def _tallies(session: Session, activities: list[Activity]) -> dict[tuple[int, int], Tally]:
    asked = {
        question.pk: of_question(question, activity) for activity in activities for question in activity.questions.all()
    }
    practice = practised.authors_in(session.pk)
    tallies: dict[tuple[int, int], Tally] = {}
    rows = Response.objects.filter(activity__in=activities, status__in=COUNTED).values_list(
        "question_id", "round", "author", "value", "weight"
    )
    for question, round_, author, value, weight in rows.iterator(chunk_size=2_000):
        of = asked.get(question)
        if of is None or author in practice or not gate.counts(of.level):
            continue
        tally = tallies.get((question, round_))
        if tally is None:
            tally = tallies[question, round_] = of.kind.tally(of.config)
        tally.add(value, weight)
    return tallies


def _objectives(session: Session, results: tuple[Result, ...]) -> tuple[ObjectiveLine, ...]:
    rows = Objective.objects.filter(version=session.version_id).order_by("position")
    return tuple(
        ObjectiveLine(number, row, tuple(result for result in results if number in result.objectives))
        for number, row in enumerate(rows, 1)
    )
