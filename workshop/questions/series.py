"""What stands beside the result of a round: earlier rounds, the same question of another phase, backgrounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from workshop.kinds import Chart, Json
from workshop.live import stages
from workshop.live.models import ActivityRun
from workshop.questions import beside, gate, practised, small
from workshop.questions.beside import Beside, Column
from workshop.questions.catalogue import Asked, of_activity
from workshop.questions.counting import Counted, memory
from workshop.questions.display import View
from workshop.questions.models import KeptCount, Response
from workshop.realtime import heads

#: Rounds that are drawn side by side, the last ones.
MOST_ROUNDS = 4

#: ``(author, background, value)`` of an answer by a person who can be told from others.
Said = tuple[str, str, Json]


@dataclass(frozen=True, slots=True)
class Place:
    """One of the results that are to stand side by side, before it goes through the gate."""

    name: str
    run: ActivityRun
    asked: Asked
    data: Mapping[str, Json]


def numbers(run: ActivityRun, asks: Sequence[Asked]) -> Counted:
    """What the answers of a round come to, from memory; of what is off the record, what was kept."""
    counted = memory.count(run.session_id, run.activity_id, run.round, asks)
    return _kept(run, counted) if run.activity.off_record and run.settled_at is not None else counted


def beside_of(run: ActivityRun, asks: Sequence[Asked], view: View, other: int, audience: str) -> dict[str, Beside]:
    """By question key what is drawn in place of the plain result; nothing where there is nothing to lay beside it."""
    if view == "backgrounds" and gate.may_see_results(run, audience):
        besides = {asked.key: backgrounds(run, asked, _people(run, asked)) for asked in asks if _splits(run, asked)}
        return {key: found for key, found in besides.items() if found is not None}
    if view == "rounds":
        runs = [(round_name(each), each) for each in rounds_of(run)]
    elif view == "before":
        runs = [pair for each in earlier(run) if each.activity_id == other for pair in named(each, run)]
    else:
        return {}
    # Until the last is closed the answers of single people are not read: they come by the hundred.
    said = _people_with_practice if run.state == "closed" else None
    return _besides(view, runs, run, asks, audience, said)


def laid(
    view: View,
    places: Sequence[Place],
    audience: str,
    said: Callable[[ActivityRun, Asked], Iterable[Said]] | None = None,
) -> Beside | None:
    """Results of one question side by side, the last one's switches counting; None when there is only one.

    ``said``: reads the answers of single people, for the shift; None where that is not told.
    """
    if len(places) < 2:  # noqa: PLR2004 - nothing stands beside one
        return None
    last = places[-1]
    columns = []
    for place in places:
        seen = gate.seen(place.asked, place.run, place.data, audience, switches=last.run)
        columns.append(beside.column(place.name, place.asked, seen.data, seen.reason))
    moved = _shift(places[0], last, said) if said else None
    return beside.lined_up(view, columns, moves=True, shift=moved)


def backgrounds(run: ActivityRun, asked: Asked, said: Sequence[Said]) -> Beside | None:
    """The result by background; None where it is not to be had (yet).

    ``said``: the answers of people alone, without practice learners, hands, and answers that stand for several.
    """
    parts = gate.split(Counter(profile for _author, profile, _value in said), run) if _splits(run, asked) else None
    if not parts:
        return None
    columns, labels = _guarded([_background(part, asked, said) for part in parts])
    if not any(column.chart for column in columns):
        return None
    return beside.lined_up("backgrounds", columns, moves=False, labels=labels)


def rounds_of(run: ActivityRun) -> list[ActivityRun]:
    """The rounds up to this one that were opened, the last few."""
    rows = ActivityRun.objects.filter(session=run.session_id, activity=run.activity_id, round__lte=run.round)
    opened = rows.exclude(state="ready").select_related("activity").order_by("round")
    return list(opened.prefetch_related("activity__questions"))[-MOST_ROUNDS:]


def earlier(run: ActivityRun) -> list[ActivityRun]:
    """The newest closed rounds of other activities of the session that ask one of its questions too."""
    asks = of_activity(run.activity)
    closed = heads.once(run.session_id, "closed", lambda: _closed(run.session_id))
    others = [each for each in closed if each.activity_id != run.activity_id]
    return [each for each in others if any(alike(asked, of_activity(each.activity)) for asked in asks)]


def _closed(session: int) -> list[ActivityRun]:
    """The newest closed round of each activity, in the order of the plan; two queries, none where nothing was closed."""
    scene = stages.read_already(session)
    if scene is not None and not any(run.state == "closed" or run.round > 1 for run in scene.runs):
        return []
    rows = ActivityRun.objects.filter(session=session, state="closed")
    rows = rows.select_related("activity__phase").prefetch_related("activity__questions")
    newest = {
        each.activity_id: each for each in rows.order_by("activity__phase__position", "activity__position", "round")
    }
    return list(newest.values())


def alike(asked: Asked, theirs: Sequence[Asked]) -> Asked | None:
    """The one of them that is the same question."""
    return next((other for other in theirs if beside.alike(asked, other)), None)


def round_name(run: ActivityRun) -> str:
    """What stands over a round."""
    return _("Round %d") % run.round


def named(before: ActivityRun, now: ActivityRun) -> list[tuple[str, ActivityRun]]:
    """Two runs under the names of their phases, or of the activities where they are of one phase."""
    if before.activity.phase_id == now.activity.phase_id:
        return [(each.activity.title, each) for each in (before, now)]
    return [(each.activity.phase.title, each) for each in (before, now)]


def _besides(
    view: View,
    runs: Sequence[tuple[str, ActivityRun]],
    run: ActivityRun,
    asks: Sequence[Asked],
    audience: str,
    said: Callable[[ActivityRun, Asked], Iterable[Said]] | None,
) -> dict[str, Beside]:
    """Each question of the run beside itself in the other runs, the run itself last."""
    theirs = [(name, each, of_activity(each.activity)) for name, each in runs]
    counted = [numbers(each, questions).by_question for _name, each, questions in theirs] if len(runs) > 1 else []
    found = {}
    for asked in asks:
        places = []
        for (name, each, questions), by_question in zip(theirs, counted, strict=False):
            same = asked if each.activity_id == run.activity_id else alike(asked, questions)
            if same is not None:
                places.append(Place(name, each, same, by_question.get(same.id, {"n": 0})))
        side_by_side = laid(view, places, audience, said)
        if side_by_side is not None:
            found[asked.key] = side_by_side
    return found


def _shift(first: Place, last: Place, said: Callable[[ActivityRun, Asked], Iterable[Said]]) -> beside.Shift | None:
    """How single people moved between two results whose answers may both be linked."""
    if not all(_splits(place.run, place.asked) for place in (first, last)):
        return None
    before, now = (
        {author: value for author, _profile, value in said(place.run, place.asked)} for place in (first, last)
    )
    return beside.shift_of(last.asked, before, now, gate.LEAST)


def _splits(run: ActivityRun, asked: Asked) -> bool:
    """Whether each answer is that of one person, who can be told from others."""
    return gate.splits(asked) and not run.activity.config.get("one_per_table")


def _people(run: ActivityRun, asked: Asked) -> list[Said]:
    pretended = practised.authors_of_round(run.session_id, run.activity_id, run.round)
    return [row for row in _people_with_practice(run, asked) if row[0] not in pretended]


def _people_with_practice(run: ActivityRun, asked: Asked) -> Iterable[Said]:
    rows = Response.objects.filter(
        activity_id=run.activity_id, question_id=asked.id, round=run.round, status="given", author__startswith="p:"
    )
    return rows.values_list("author", "profile", "value")


def _background(part: small.Part[str], asked: Asked, said: Sequence[Said]) -> Column:
    tally = asked.kind.tally(asked.config)
    for _author, profile, value in said:
        if profile in part.names:
            tally.add(value)
    name = _("All others") if part.others else part.names[0] or _("Background not said")
    return beside.column(name, asked, tally.data())


def _guarded(columns: Sequence[Column]) -> tuple[list[Column], list[str] | None]:
    """What may be shown of the parts, and their labels: counts of people as a table, everything else part by part.

    A mean stands beside the counts when none is withheld, else alone: together they would give small ones away.
    """
    charts = [column.chart for column in columns if column.chart is not None]
    counted = len(charts) == len(columns) and all(chart.counts for chart in charts)
    if not counted or not beside.can_be_lined_up(columns):
        return [_alone(column) for column in columns], None
    labels = list(dict.fromkeys(label for chart in charts for label in chart.labels))
    shown = small.table([[_count(chart, label) for chart in charts] for label in labels], gate.LEAST)
    whole = all(value is not None for row in shown for value in row)
    if not whole and any(chart.figure is not None for chart in charts):
        labels, shown = [], []
    return [
        replace(column, data=None, chart=_chart(chart, labels, [row[place] for row in shown], whole or not labels))
        for place, (column, chart) in enumerate(zip(columns, charts, strict=True))
    ], labels


def _chart(chart: Chart, labels: Sequence[str], values: Sequence[int | None], figure: bool) -> Chart:  # noqa: FBT001
    pairs = [(label, float(value)) for label, value in zip(labels, values, strict=True) if value is not None]
    return replace(
        chart,
        labels=tuple(label for label, _value in pairs),
        values=tuple(value for _label, value in pairs),
        note="",
        figure=chart.figure if figure else None,
    )


def _count(chart: Chart, label: str) -> int:
    return int(chart.values[chart.labels.index(label)]) if label in chart.labels else 0


def _alone(column: Column) -> Column:
    """One part as the gate lets it stand for itself: whatever the level, nothing of fewer than five people."""
    seen = gate.guarded(column.asked, column.data or {"n": 0})
    shared: Mapping[str, Json] | None = None
    if seen.data is not None:
        shared = column.asked.kind.shared(column.asked.config, seen.data)
    return beside.column(column.name, column.asked, shared, seen.reason)


def _kept(run: ActivityRun, counted: Counted) -> Counted:
    """The counts that were kept of an off-the-record round, whose answers are gone."""
    rows = KeptCount.objects.filter(activity_id=run.activity_id, round=run.round).values_list("question_id", "data")
    kept: dict[int, dict[str, Json]] = dict(rows)
    if not kept:
        # Practice learners alone have answered: theirs are not forgotten.
        return counted
    most = max((int(data["n"]) for data in kept.values()), default=0)
    return replace(counted, authors=most, by_question={**counted.by_question, **kept}, held={}, hands={})
