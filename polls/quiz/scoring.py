"""Points: of one answer, of one person, of the room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from polls.quiz.config import QuizConfig
from workshop.kinds import Json
from workshop.live.models import ActivityRun, Group, Participant
from workshop.questions.catalogue import Asked
from workshop.questions.gate import LEAST, guards, links, shows_names
from workshop.questions.marking import points_of
from workshop.questions.models import Response

#: Of the points, at most, for an answer at once.
BONUS = 0.5
MOST_ON_BOARD = 10


@dataclass(slots=True)
class Result:
    """What one author has: points by key of the question, and the group they answered in."""

    author: str
    points: dict[str, float] = field(default_factory=dict)
    group: str = ""

    @property
    def total(self) -> float:
        """All points."""
        return tidy(sum(self.points.values()))


def tidy(points: float) -> float:
    """Points to two digits."""
    return round(points + 0.0, 2)


def has_right(asked: Asked) -> bool:
    """Whether the question has a right answer."""
    return bool(asked.kind.right(asked.config))


def most(asks: Iterable[Asked]) -> float:
    """What all right answers are worth."""
    return tidy(sum(points_of(asked.config) for asked in asks if has_right(asked)))


def points(config: QuizConfig, asked: Asked, value: Json) -> float | None:
    """The points of an answer without a bonus; None where there is no right or wrong."""
    share = asked.kind.credit(asked.config, value) if config.partial else asked.kind.score(asked.config, value)
    return None if share is None else tidy(share * points_of(asked.config))


def results(run: ActivityRun, config: QuizConfig, asks: Sequence[Asked], keys: Iterable[str]) -> list[Result]:
    """What everybody has from the questions ``keys``, the most points first. One query."""
    wanted = {asked.id: asked for asked in asks if asked.key in set(keys) and has_right(asked)}
    rows = Response.objects.filter(
        activity_id=run.activity_id, round=run.round, question_id__in=wanted, status="given"
    ).values_list("author", "question_id", "value", "group", "answered_at")
    found: dict[str, Result] = {}
    for author, question, value, group, at in rows:
        asked = wanted[question]
        result = found.setdefault(author, Result(author))
        result.group = group or result.group
        earned = points(config, asked, value) or 0.0
        result.points[asked.key] = tidy(earned * (1 + _bonus(run, config, asked, at)))
    return sorted(found.values(), key=lambda result: (-result.total, result.author))


def _bonus(run: ActivityRun, config: QuizConfig, asked: Asked, at: Any) -> float:
    """The share of ``BONUS`` that is left of the time; anonymous answers carry no time."""
    began = run.state_data.get("began", {}).get(asked.key)
    if not config.time_bonus or run.activity.pace != "led" or began is None or not links(asked.level):
        return 0.0
    gone: float = at.timestamp() - began / 1000
    return BONUS * min(1.0, max(0.0, 1 - gone / config.seconds))


def leaderboard(run: ActivityRun, asks: Sequence[Asked], standing: Sequence[Result]) -> list[tuple[int, str, float]]:
    """``(place, name or seat, points)`` of the first ten; nothing where people are not to be seen.

    Whoever has as many points has the same place.
    """
    if any(not links(asked.level) or asked.level == "own" for asked in asks):
        return []
    named = all(shows_names(asked.level) for asked in asks) and run.session.names != "none"
    first = [result for result in standing if result.author.startswith("p:")][:MOST_ON_BOARD]
    people = {
        person.key: person
        for person in Participant.objects.filter(
            pk__in=[int(result.author[2:]) for result in first], removed_at=None, erased_at=None
        )
    }
    listed = [result for result in first if result.author in people]
    return [
        (
            1 + sum(other.total > result.total for other in standing),
            _name(people[result.author], named=named),
            result.total,
        )
        for result in listed
    ]


def _name(person: Participant, *, named: bool) -> str:
    return person.label if named else Participant(number=person.number).label


def teams(run: ActivityRun, standing: Sequence[Result]) -> list[tuple[str, float]]:
    """Groups with their mean points, the best first."""
    by_group: dict[str, list[float]] = {}
    for result in standing:
        if result.group:
            by_group.setdefault(result.group, []).append(result.total)
    names = {
        str(group.number): group.label
        for group in Group.objects.filter(group_set__session=run.session_id, group_set__key=run.activity.group_set)
    }
    means = [(names.get(group, group), tidy(sum(totals) / len(totals))) for group, totals in by_group.items()]
    return sorted(means, key=lambda item: (-item[1], item[0]))


@dataclass(frozen=True, slots=True)
class Share:
    """How the room did with one question: people who had it all right, of those who answered, in per cent."""

    prompt: str
    right: int
    of: int

    @property
    def percent(self) -> int:
        """0 to 100."""
        return round(100 * self.right / self.of) if self.of else 0


def shares(asks: Iterable[Asked], standing: Sequence[Result]) -> list[Share]:
    """Question by question; none of a question that fewer than five answered where totals must stand for five."""
    found = []
    for asked in asks:
        got = [result.points[asked.key] for result in standing if asked.key in result.points]
        if has_right(asked) and (not guards(asked.level) or len(got) >= LEAST):
            found.append(Share(asked.prompt, sum(each >= points_of(asked.config) for each in got), len(got)))
    return found


def of_answers(config: QuizConfig, asks: Iterable[Asked], own: Mapping[str, Mapping[str, Json]]) -> dict[str, float]:
    """A person's points by key, from their own answers as the slot ``you`` tells them; without a bonus."""
    found: dict[str, float] = {}
    for asked in asks:
        answer = own.get(asked.key)
        if answer is not None and answer.get("status") == "given" and has_right(asked):
            found[asked.key] = points(config, asked, answer.get("v")) or 0.0
    return found
