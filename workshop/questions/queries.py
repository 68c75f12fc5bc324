"""Reads of answers for pages, exports and reports. Everything that leaves here has passed the gate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workshop.kinds import Chart, Json, Progress
from workshop.live.models import ActivityRun, Participant
from workshop.questions import gate
from workshop.questions.catalogue import Asked, of_activity
from workshop.questions.counting import fresh, memory
from workshop.questions.gate import Reason, Seen
from workshop.questions.models import KeptCount, Response


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """The released result of one question in one round, for staff's pages and exports.

    ``data`` and ``chart`` are None when nothing may be shown; ``reason`` says why.
    """

    asked: Asked
    round: int
    n: int
    data: dict[str, Json] | None
    chart: Chart | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as an export may hold it. ``author`` is '' unless it was given by name and names are asked for.

    ``status``: ``given``, ``held`` or ``hidden``. ``profile`` and ``group`` are '' except for named answers.
    """

    activity: int
    question: str
    round: int
    author: str
    subject: str
    profile: str
    group: str
    status: str
    value: Json
    answered_at: str


def progress(run: ActivityRun) -> Progress:
    """Who has answered: numbers for all, steps by person only where every answer may be linked to its author."""
    asks = of_activity(run.activity)
    counted = memory.count(run.session_id, run.activity_id, run.round, asks)
    joined = Participant.objects.filter(session_id=run.session_id, removed_at__isnull=True).count()
    by: dict[str, int] = {}
    if asks and all(gate.links(asked.level) and gate.counts(asked.level) for asked in asks):
        by = memory.answered_by(run.activity_id, run.round)
    return Progress(done=counted.authors, total=joined, by=by)


def question_results(run: ActivityRun) -> list[QuestionResult]:
    """The result of every question of a round. A few queries, whatever the number of answers."""
    asks = of_activity(run.activity)
    counted = memory.count(run.session_id, run.activity_id, run.round, asks).by_question
    if run.activity.off_record:
        kept = KeptCount.objects.filter(activity_id=run.activity_id, round=run.round)
        counted = {**counted, **dict(kept.values_list("question_id", "data"))}
    return [_result(asked, run, gate.seen(asked, run, counted.get(asked.id, {"n": 0}), "staff")) for asked in asks]


def _result(asked: Asked, run: ActivityRun, found: Seen) -> QuestionResult:
    chart = asked.kind.chart(asked.config, found.data) if found.data is not None else None
    n = int(found.data["n"]) if found.data is not None else 0
    return QuestionResult(asked, run.round, n, found.data, chart, found.reason)


def split_results(run: ActivityRun, *, by: str = "profile") -> dict[str, dict[str, Seen]]:
    """Results by ``profile`` or ``group``, by question key: of final closes, of parts of five people or more."""
    if by not in {"profile", "group"}:
        message = f"answers are not split by {by!r}"
        raise ValueError(message)
    asks = of_activity(run.activity)
    parts: dict[str, dict[int, list[tuple[Json, int]]]] = {}
    rows = Response.objects.filter(activity_id=run.activity_id, round=run.round, status="given")
    for part, question, value, weight in rows.values_list(by, "question_id", "value", "weight"):
        parts.setdefault(part, {}).setdefault(question, []).append((value, weight))
    counted = {part: fresh(asks, answers) for part, answers in parts.items()}
    return {
        asked.key: gate.split(asked, {part: data[asked.id] for part, data in counted.items()}, run)
        for asked in asks
        if gate.counts(asked.level)
    }


def answers(run: ActivityRun, *, names: bool) -> Iterator[Answer]:
    """Single answers of a round that an export may hold, question by question.

    Own and confidential answers never; others without name, background and time, in the order of their values, so that
    neither their place nor their company says who gave them. ``names``: whether named ones carry their author.
    """
    for asked in of_activity(run.activity):
        if not gate.shows_values(asked.level):
            continue
        rows = Response.objects.filter(
            activity_id=run.activity_id, round=run.round, question_id=asked.id, status__in=("given", "held", "hidden")
        )
        if gate.shows_names(asked.level) and names:
            yield from _named(asked, rows.order_by("author", "subject"))
        else:
            yield from sorted((_nameless(asked, row) for row in rows.iterator()), key=lambda one: str(one.value))


def _named(asked: Asked, rows: Iterable[Response]) -> Iterator[Answer]:
    listed = list(rows)
    ids = {int(row.author[2:]) for row in listed if row.author.startswith("p:")}
    people = {person.key: person.label for person in Participant.objects.filter(pk__in=ids)}
    for row in listed:
        yield Answer(
            activity=row.activity_id,
            question=asked.key,
            round=row.round,
            author=people.get(row.author, row.author),
            subject=row.subject,
            profile=row.profile,
            group=row.group,
            status=row.status,
            value=row.value,
            answered_at=row.answered_at.isoformat(timespec="seconds"),
        )


def _nameless(asked: Asked, row: Response) -> Answer:
    return Answer(row.activity_id, asked.key, row.round, "", row.subject, "", "", row.status, row.value, "")
