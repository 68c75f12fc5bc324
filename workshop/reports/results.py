"""The results of a session by question and round, through the privacy gate, with what stands beside each.

Everything is counted in one pass over the answers, without practice learners.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workshop.kinds import Chart, Json, Tally
from workshop.live.models import ActivityRun, Session
from workshop.plans.models import Activity, Objective, Question
from workshop.questions import gate, practised, series
from workshop.questions.beside import Beside
from workshop.questions.catalogue import Asked, of_question
from workshop.questions.counting import HANDS
from workshop.questions.display import display_of
from workshop.questions.models import KeptCount, Response
from workshop.questions.series import Place, Said

#: Answers that count.
COUNTED = ("given",)
#: A report is a page of staff: the same gate, with the words of people left to the answers' own table.
AUDIENCE = "staff"


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one question in one round.

    Args:
        answered: how many answers it stands for; None when the gate withholds even that.
        data: the tally's data after the gate, None when nothing may be shown.
        reason: why there is no data: '', ``own``, ``later`` or ``few``.
        chart: the same as numbers for a picture.
        besides: what stands beside it, of the last round: earlier rounds, other phases, backgrounds.
        note: what staff wrote below it.
        mark: the label that they pointed at.
        hands: how many of the answers are hands that were counted in the room.
        right: the right answers, where they were shown.
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
    besides: tuple[Beside, ...] = ()
    note: str = ""
    mark: str = ""
    hands: int = 0
    right: tuple[str, ...] = ()


@dataclass(slots=True)
class _Counts:
    """By question and round: the tally, the people counted by hand, what single people said."""

    tallies: dict[tuple[int, int], Tally] = field(default_factory=dict)
    kept: dict[tuple[int, int], Mapping[str, Json]] = field(default_factory=dict)
    hands: dict[tuple[int, int], int] = field(default_factory=lambda: defaultdict(int))
    said: dict[tuple[int, int], list[Said]] = field(default_factory=lambda: defaultdict(list))

    def data(self, asked: Asked, round_: int) -> Mapping[str, Json]:
        """What the answers come to; of what is off the record, what was kept."""
        place = (asked.id, round_)
        return self.kept.get(place) or (self.tallies.get(place) or asked.kind.tally(asked.config)).data()

    def people(self, run: ActivityRun, asked: Asked) -> list[Said]:
        """What single people said, for ``series``."""
        return self.said[asked.id, run.round]


def results_of(
    session: Session, activities: Sequence[Activity], runs: Mapping[tuple[int, int], ActivityRun]
) -> Iterator[Result]:
    """All results in the order of the plan, round by round. Four queries."""
    numbers = _objectives(session)
    asked = {q.pk: of_question(q, activity) for activity in activities for q in activity.questions.all()}
    counts = _counted(session, activities, asked)
    before: list[Place] = []
    for activity in activities:
        opened = sorted((run for run in runs.values() if _opened(run, activity)), key=lambda run: run.round)
        found: list[Place] = []
        for question in activity.questions.all():
            places = [_place(run, asked[question.pk], counts) for run in opened]
            proof = tuple(sorted(numbers[row.pk] for row in question.objectives.all() if row.pk in numbers))
            results = [_result(place, activity, question, len(opened), counts, proof) for place in places]
            if results:
                results[-1] = replace(results[-1], besides=tuple(_besides(places, before, counts)))
                found.append(places[-1])
            yield from results
        before += found


def _opened(run: ActivityRun, activity: Activity) -> bool:
    return run.activity_id == activity.pk and run.state != "ready"


def _place(run: ActivityRun, asked: Asked, counts: _Counts) -> Place:
    return Place(series.round_name(run), run, asked, counts.data(asked, run.round))


def _result(
    place: Place, activity: Activity, question: Question, rounds: int, counts: _Counts, objectives: tuple[int, ...]
) -> Result:
    asked, run, data = place.asked, place.run, place.data
    seen = gate.seen(asked, run, data, AUDIENCE)
    display = display_of(run)
    return Result(
        phase=activity.phase.title,
        activity=activity,
        question=question,
        asked=asked,
        round=run.round,
        rounds=rounds,
        answered=int(data["n"]) if asked.level not in ("own", "confidential") or seen.data else None,
        data=seen.data,
        reason=seen.reason,
        chart=asked.kind.chart(asked.config, seen.data) if seen.data is not None else None,
        objectives=objectives,
        note=display.note,
        mark=display.marks.get(asked.key, ""),
        hands=counts.hands.get((asked.id, run.round), 0),
        right=tuple(asked.kind.right(asked.config)) if run.show_answers else (),
    )


def _besides(rounds: Sequence[Place], before: Sequence[Place], counts: _Counts) -> Iterator[Beside]:
    """What stands beside the last round: the rounds before it, the same question of earlier activities, backgrounds."""
    last = rounds[-1]
    laid = series.laid("rounds", rounds[-series.MOST_ROUNDS :], AUDIENCE, counts.people)
    if laid is not None:
        yield laid
    for other in before:
        if series.alike(last.asked, [other.asked]) is not None:
            pair = [replace(place, name=name) for place, name in zip((other, last), _names(other, last), strict=True)]
            laid = series.laid("before", pair, AUDIENCE, counts.people)
            if laid is not None:
                yield laid
    split = series.backgrounds(last.run, last.asked, counts.people(last.run, last.asked))
    if split is not None:
        yield split


def _names(other: Place, last: Place) -> list[str]:
    return [name for name, _run in series.named(other.run, last.run)]


def _counted(session: Session, activities: Sequence[Activity], asked: Mapping[int, Asked]) -> _Counts:
    counts = _Counts()
    for kept in KeptCount.objects.filter(activity__in=activities):
        counts.kept[kept.question_id, kept.round] = kept.data
    practice = practised.authors_in(session.pk)
    for question, round_, author, value, weight, profile in _rows(activities):
        of = asked.get(question)
        if of is None or author in practice or not gate.counts(of.level):
            continue
        place = (question, round_)
        if place not in counts.tallies:
            counts.tallies[place] = of.kind.tally(of.config)
        counts.tallies[place].add(value, weight)
        if author[0] == HANDS:
            counts.hands[place] += weight
        elif gate.splits(of):
            counts.said[place].append((author, profile, value))
    return counts


def _rows(activities: Sequence[Activity]) -> Iterable[tuple[int, int, str, Json, int, str]]:
    rows = Response.objects.filter(activity__in=activities, status__in=COUNTED)
    columns = ("question_id", "round", "author", "value", "weight", "profile")
    return rows.values_list(*columns).iterator(chunk_size=2_000)


def _objectives(session: Session) -> dict[int, int]:
    rows = Objective.objects.filter(version=session.version_id).order_by("position")
    return {pk: number for number, pk in enumerate(rows.values_list("pk", flat=True), 1)}
