"""What stands beside the result of a round: earlier rounds, the same question of another phase, backgrounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from workshop.kinds import Chart, Json
from workshop.live.models import ActivityRun
from workshop.questions import beside, gate, practised, small
from workshop.questions.beside import Beside, Column
from workshop.questions.catalogue import Asked, of_activity
from workshop.questions.counting import Counted, memory
from workshop.questions.display import View
from workshop.questions.models import KeptCount, Response

#: Rounds that are drawn side by side, the last ones.
MOST_ROUNDS = 4


def numbers(run: ActivityRun, asks: Sequence[Asked]) -> Counted:
    """What the answers of a round come to, from memory; of what is off the record, what was kept."""
    counted = memory.count(run.session_id, run.activity_id, run.round, asks)
    return _kept(run, counted) if run.activity.off_record and run.settled_at is not None else counted


def beside_of(run: ActivityRun, asks: Sequence[Asked], view: View, other: int, audience: str) -> dict[str, Beside]:
    """By question key what is drawn in place of the plain result; nothing where there is nothing to lay beside it."""
    if view == "rounds":
        return _besides(view, [(_("Round %d") % each.round, each) for each in rounds_of(run)], run, asks, audience)
    if view == "before":
        return _besides(view, _both(run, other), run, asks, audience)
    if view == "backgrounds" and gate.may_see_results(run, audience):
        return {asked.key: found for asked in asks if (found := backgrounds(run, asked)) is not None}
    return {}


def rounds_of(run: ActivityRun) -> list[ActivityRun]:
    """The rounds up to this one that were opened, the last few."""
    rows = ActivityRun.objects.filter(session=run.session_id, activity=run.activity_id, round__lte=run.round)
    opened = rows.exclude(state="ready").select_related("activity").order_by("round")
    return list(opened.prefetch_related("activity__questions"))[-MOST_ROUNDS:]


def earlier(run: ActivityRun) -> list[ActivityRun]:
    """The newest closed rounds of other activities of the session that ask one of its questions too."""
    asks = of_activity(run.activity)
    found = {}
    for each in _others(run):
        if any(beside.alike(one, two) for one in asks for two in of_activity(each.activity)):
            found[each.activity_id] = each
    return list(found.values())


def backgrounds(run: ActivityRun, asked: Asked) -> Beside | None:
    """The result by background; None where it is not to be had (yet).

    Counted of people alone: no practice learners, no hands, no answers that stand for several.
    """
    if not gate.splits(asked) or run.activity.config.get("one_per_table"):
        return None
    rows = _people(run, asked)
    parts = gate.split(Counter(profile for _author, profile, _value in rows), run)
    if not parts:
        return None
    columns, labels = _guarded([_background(part, asked, rows) for part in parts])
    if not any(column.chart for column in columns):
        return None
    return beside.lined_up("backgrounds", columns, moves=False, labels=labels)


def shift(
    first: tuple[ActivityRun, Asked], last: tuple[ActivityRun, Asked], *, practice: bool = True
) -> beside.Shift | None:
    """How single people moved between two rounds that both may be linked. ``practice``: learners for trying out too."""
    if not all(gate.splits(asked) for _run, asked in (first, last)):
        return None
    before, now = (
        {author: value for author, _profile, value in _people(run, asked, practice=practice)}
        for run, asked in (first, last)
    )
    return beside.shift_of(last[1], before, now, gate.LEAST)


def _besides(
    view: View, runs: Sequence[tuple[str, ActivityRun]], run: ActivityRun, asks: Sequence[Asked], audience: str
) -> dict[str, Beside]:
    """Each question of the run beside itself in the other runs, the run itself last."""
    if len(runs) < 2:  # noqa: PLR2004 - nothing stands beside one
        return {}
    known = [(name, each, of_activity(each.activity), numbers(each, of_activity(each.activity))) for name, each in runs]
    found = {}
    for asked in asks:
        places = []
        for name, each, theirs, counted in known:
            same = asked if each.activity_id == run.activity_id else _alike(asked, theirs)
            if same is not None:
                places.append((_column(name, each, same, counted, run, audience), each, same))
        # Until the last is closed the answers of single people are not read: they come by the hundred.
        if len(places) > 1:
            ends = (places[0][1:], places[-1][1:])
            moved = shift(*ends) if run.state == "closed" else None
            found[asked.key] = beside.lined_up(view, [place[0] for place in places], moves=True, shift=moved)
    return found


def _column(name: str, each: ActivityRun, asked: Asked, counted: Counted, run: ActivityRun, audience: str) -> Column:
    data = counted.by_question.get(asked.id, {"n": 0})
    seen = gate.seen(asked, each, data, audience, switches=run)
    return beside.column(name, asked, seen.data, seen.reason)


def _both(run: ActivityRun, other: int) -> list[tuple[str, ActivityRun]]:
    before = next((each for each in earlier(run) if each.activity_id == other), None)
    if before is None:
        return []
    names = [each.activity.phase.title for each in (before, run)]
    if names[0] == names[1]:
        names = [each.activity.title for each in (before, run)]
    return list(zip(names, (before, run), strict=True))


def _others(run: ActivityRun) -> Iterable[ActivityRun]:
    rows = ActivityRun.objects.filter(session=run.session_id, state="closed").exclude(activity=run.activity_id)
    rows = rows.select_related("activity__phase").prefetch_related("activity__questions")
    return rows.order_by("activity__phase__position", "activity__position", "round")


def _alike(asked: Asked, theirs: Sequence[Asked]) -> Asked | None:
    return next((other for other in theirs if beside.alike(asked, other)), None)


def _people(run: ActivityRun, asked: Asked, *, practice: bool = False) -> list[tuple[str, str, Json]]:
    """``(author, background, value)`` of the people whose answers count."""
    rows = Response.objects.filter(
        activity_id=run.activity_id, question_id=asked.id, round=run.round, status="given", author__startswith="p:"
    ).values_list("author", "profile", "value")
    pretended = frozenset() if practice else practised.authors_of_round(run.session_id, run.activity_id, run.round)
    return [row for row in rows if row[0] not in pretended]


def _background(part: small.Part[str], asked: Asked, rows: Sequence[tuple[str, str, Json]]) -> Column:
    tally = asked.kind.tally(asked.config)
    for _author, profile, value in rows:
        if profile in part.names:
            tally.add(value)
    name = _("All others") if part.others else part.names[0] or _("Background not said")
    return beside.column(name, asked, tally.data())


def _guarded(columns: Sequence[Column]) -> tuple[list[Column], list[str] | None]:
    """What may be shown of the parts, and their labels: counts of people as a table, everything else part by part.

    A mean stands beside the counts when none is withheld, else alone: together they would give small ones away.
    """
    charts = [column.chart for column in columns if column.chart is not None]
    counted = len(charts) == len(columns) and all(chart.counts and chart.shape in beside.LINED_UP for chart in charts)
    if not counted:
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
