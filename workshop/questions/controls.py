"""What staff can do with a result beside showing and hiding it: the sheet of an activity's card in the panel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from workshop.kinds import Json, Part
from workshop.live.models import ActivityRun
from workshop.live.panel.entry import page
from workshop.questions import beside, gate, queries, series, turning
from workshop.questions.catalogue import Asked, of_activity
from workshop.questions.display import Display, View, display_of, view_of


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to show the result."""

    view: View
    other: int
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Ballots:
    """Hands to be counted for one question: words, people so far, and the id of the field.

    What was stored anew is a new field: the panel leaves in place what is being typed in one that it knows.
    """

    id: str
    key: str
    prompt: str
    rows: Sequence[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Marks:
    """The labels of one question that a note may point at."""

    key: str
    prompt: str
    labels: Sequence[str]
    now: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The result of one question to be taken away: addresses."""

    prompt: str
    svg: str
    csv: str


def controls(run: ActivityRun) -> Part | None:
    """The sheet of a round; None before the first opening and where nothing is ever shown."""
    asks = [asked for asked in of_activity(run.activity) if gate.counts(asked.level)]
    if run.state == "ready" or not asks:
        return None
    display = display_of(run)
    choices = list(_choices(run, asks, display))
    context = {
        "run": run,
        "display": display,
        "choices": choices if len(choices) > 1 else (),
        "unsplit": _unsplit(run, asks),
        "ballots": list(_ballots(run, asks, display)),
        "marks": list(_marks(asks, display)),
        "pictures": list(_pictures(run, asks)),
        "several": len(asks) > 1,
        "page": turning.place_of(run),
    }
    return Part("questions/controls.html", context)


def _choices(run: ActivityRun, asks: Sequence[Asked], display: Display) -> Iterator[Choice]:
    view = view_of(run)
    yield Choice("now", 0, _("This round") if run.round > 1 else _("As it is"), view == "now")
    if run.round > 1:
        yield Choice("rounds", 0, _("Rounds side by side"), view == "rounds")
    for each in series.earlier(run):
        label = _("Beside “%s”") % _place(each, run)
        yield Choice("before", each.activity_id, label, view == "before" and display.other == each.activity_id)
    if _has_backgrounds(run.session_id) and not _unsplit(run, asks):
        yield Choice("backgrounds", 0, _("By background"), view == "backgrounds")


def _unsplit(run: ActivityRun, asks: Sequence[Asked]) -> str:
    """Why there is no result by background in a room that has some; '' where there is one."""
    if not _has_backgrounds(run.session_id):
        return ""
    if not any(map(gate.splits, asks)):
        return _("There is no result by background: answers were promised to be anonymous.")
    if run.activity.config.get("one_per_table"):
        return _("There is no result by background: each answer stands for a table.")
    return ""


def _place(each: ActivityRun, run: ActivityRun) -> str:
    other = each.activity.phase_id != run.activity.phase_id
    return each.activity.phase.title if other else each.activity.title


def _has_backgrounds(session: int) -> bool:
    return queries.people_of(session)[1] > 0


def _ballots(run: ActivityRun, asks: Sequence[Asked], display: Display) -> Iterator[Ballots]:
    if run.settled_at is not None:
        return
    number = 0
    for asked in asks:
        ballots = asked.kind.ballots(asked.config)
        if ballots and not gate.guards(asked.level):
            counted: list[tuple[Json, int]] = [(raw, people) for raw, people in display.hands.get(asked.key, ())]
            number += 1
            place, rows = f"hands-{run.activity_id}-{number}", []
            for row, (words, raw) in enumerate(ballots, 1):
                people = next((n for v, n in counted if v == raw), 0)
                rows.append((words, people, f"{place}-{row}-{people}"))
            yield Ballots(place, asked.key, asked.prompt, rows)


def _marks(asks: Sequence[Asked], display: Display) -> Iterator[Marks]:
    for asked in asks:
        labels = beside.labels_of(asked)
        if labels:
            yield Marks(asked.key, asked.prompt, labels, display.marks.get(asked.key, ""))


def _pictures(run: ActivityRun, asks: Sequence[Asked]) -> Iterator[Picture]:
    for asked in asks:
        place = (run.session.public_id, run.activity_id, run.round, asked.key)
        svg, csv = (page("reports:result", *place, form) for form in ("svg", "csv"))
        if svg:
            yield Picture(asked.prompt, svg, csv)
