"""A session as tables, for every export. Nameless unless names are asked for *and* the level of privacy allows them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop.kinds import Refused, Table, activity_kinds
from workshop.live.models import Attendance, Membership, Participant, Session
from workshop.questions import gate, practised
from workshop.questions.beside import Beside
from workshop.questions.counting import HANDS
from workshop.questions.models import Response
from workshop.reports.evidence import READABLE, Evidence, evidence_of
from workshop.reports.results import Result

#: What stands side by side.
BESIDES = {
    "rounds": gettext_lazy("Rounds"),
    "before": gettext_lazy("Before and now"),
    "backgrounds": gettext_lazy("Backgrounds"),
}
#: Most rows of an export; a larger session is a mistake or an attack.
MOST_ROWS = 200_000


def tables_of(session: Session, *, names: bool = False) -> list[Table]:
    """All tables of a session, live or after its end.

    Args:
        session: whose tables.
        names: name the people whose answers are *named*, and list who was there. Default: nameless.

    Raises:
        Refused: ``too_large`` when there are more than 200,000 answers.
    """
    evidence = evidence_of(session)
    if Response.objects.filter(activity__version=session.version_id).count() > MOST_ROWS:
        raise Refused("too_large", _("This session has more answers than one file should hold."))
    own = [table for activity in _activities(evidence) for table in _kind_tables(activity, names=names)]
    return [
        _session(evidence),
        _phases(evidence),
        _objectives(evidence),
        _totals(evidence),
        _side_by_side(evidence),
        _notes(evidence),
        _answers(evidence, names=names),
        _groups(session, names=names),
        _people(session, names=names),
        *own,
    ]


def _session(evidence: Evidence) -> Table:
    row = evidence.session
    facts: list[tuple[str, Any]] = [
        (_("Title"), row.title),
        (_("Began"), row.started_at),
        (_("Ended"), row.ended_at),
        (_("People who joined"), evidence.joined),
        (_("Minutes planned"), sum(line.planned for line in evidence.phases)),
        (_("Minutes used"), sum(line.actual or 0 for line in evidence.phases)),
        *((_("Background: %s") % (name or _("not said")), _few(count)) for name, count in evidence.profiles.items()),
    ]
    return Table(_("Session"), [_("Fact"), _("Value")], facts)


def _few(count: int | None) -> Any:
    return _("fewer than 5, or withheld to protect a small group") if count is None else count


def _phases(evidence: Evidence) -> Table:
    columns = [_("Number"), _("Phase"), _("Minutes planned"), _("Minutes used"), _("Began"), _("Ended"), _("Present")]
    return Table(
        _("Phases"),
        columns,
        [
            (line.number, line.title, line.planned, line.actual, line.started_at, line.ended_at, line.attended)
            for line in evidence.phases
        ],
    )


def _objectives(evidence: Evidence) -> Table:
    columns = [_("Number"), _("Objective"), _("Level"), _("Phase"), _("Activity"), _("Question"), _("Round")]
    columns += [_("Answered"), _("Result")]
    return Table(_("Objectives"), columns, list(_objective_rows(evidence)))


def _objective_rows(evidence: Evidence) -> Iterator[tuple[Any, ...]]:
    for line in evidence.objectives:
        head = (line.number, line.objective.text, line.objective.level)
        if not line.results:
            yield (*head, "", "", _("no evidence yet"), None, None, "")
        for result in line.results:
            yield (*head, *_where(result), result.round, result.answered, in_words(result))


def _where(result: Result) -> tuple[str, str, str]:
    return result.phase, result.activity.title, result.question.prompt


def in_words(result: Result) -> str:
    """A result in one line: its note, or its largest numbers, or why there is none."""
    if result.chart is None:
        return _reason(result.reason)
    if result.chart.note:
        return result.chart.note
    pairs = sorted(zip(result.chart.values, result.chart.labels, strict=False), key=lambda pair: -pair[0])[:3]
    return "; ".join(f"{label}: {value:g}" for value, label in pairs if value)


def _reason(reason: str) -> str:
    return {
        "own": _("only for the learners themselves"),
        "later": _("released when the activity is closed for good"),
        "few": _("fewer than five answers: not shown"),
    }.get(reason, "")


def _totals(evidence: Evidence) -> Table:
    columns = [_("Phase"), _("Activity"), _("Question"), _("Round"), _("Privacy"), _("Answered"), _("Item"), _("Count")]
    return Table(_("Results"), columns, list(_total_rows(evidence)))


def _total_rows(evidence: Evidence) -> Iterator[tuple[Any, ...]]:
    for result in evidence.results:
        head = (*_where(result), result.round, result.asked.level, result.answered)
        if result.chart is None or not result.chart.labels:
            yield (*head, in_words(result), None)
            continue
        # The words of people stand in the answers' own table, each with its status.
        if result.chart.shape == "list":
            continue
        for label, value in zip(result.chart.labels, result.chart.values, strict=True):
            yield (*head, label, value)


def _side_by_side(evidence: Evidence) -> Table:
    """Rounds, phases and backgrounds as pages show them: one row for each number."""
    columns = [_("Phase"), _("Activity"), _("Question"), _("Side by side"), _("Result of"), _("People"), _("Item")]
    columns += [_("Value"), _("Per cent")]
    rows = (row for result in evidence.results for each in result.besides for row in beside_rows(result, each))
    return Table(_("Side by side"), columns, list(rows))


def beside_rows(result: Result, beside: Beside) -> Iterator[tuple[Any, ...]]:
    """The numbers of one comparison; what is withheld has none."""
    head = (*_where(result), BESIDES[beside.view])
    for place, column in enumerate(beside.columns):
        of = (*head, column.name, column.people)
        for line in beside.lines:
            yield (*of, line.label, line.cells[place].value, line.cells[place].percent)
        if beside.figures and beside.figures[place] is not None:
            yield (*of, _("Mean"), beside.figures[place], None)
    if beside.shift is not None:
        moved = ((_("Up"), beside.shift.up), (_("Same"), beside.shift.same), (_("Down"), beside.shift.down))
        for words, people in moved:
            yield (*head, _("People who answered both"), beside.shift.pairs, words, people, None)


def _notes(evidence: Evidence) -> Table:
    columns = [_("Phase"), _("Activity"), _("Question"), _("Round"), _("Note"), _("Pointed at"), _("Right answers")]
    columns += [_("Hands counted in the room")]
    rows = [
        (*_where(result), result.round, result.note, result.mark, ", ".join(result.right), result.hands or None)
        for result in evidence.results
        if result.note or result.mark or result.right or result.hands
    ]
    return Table(_("Notes on results"), columns, rows)


def _answers(evidence: Evidence, *, names: bool) -> Table:
    columns = [_("Phase"), _("Activity"), _("Question"), _("Round"), _("Stands for"), _("Answer"), _("Status")]
    if names:
        columns = [_("Name"), *columns]
    return Table(_("Answers"), columns, list(_answer_rows(evidence, names=names)))


def _answer_rows(evidence: Evidence, *, names: bool) -> Iterator[tuple[Any, ...]]:
    labels = _labels(evidence.session) if names else {}
    practice = practised.authors_in(evidence.session.pk)
    by_question: dict[tuple[int, int], list[tuple[str, Any, str, int]]] = {}
    rows = Response.objects.filter(activity__version=evidence.session.version_id, status__in=READABLE)
    for question, round_, *answer in rows.values_list("question_id", "round", "author", "value", "status", "weight"):
        if answer[0] not in practice:
            by_question.setdefault((question, round_), []).append(tuple(answer))
    for result in evidence.results:
        asked = result.asked
        if not gate.shows_values(asked.level):
            continue
        found = by_question.get((result.question.pk, result.round), [])
        # In the order of the rows, two exports around one new answer would tell whose it is.
        random.SystemRandom().shuffle(found)
        for author, value, status, people in found:
            row = (*_where(result), result.round, people, asked.kind.in_words(asked.config, value), status)
            yield (_name(author, labels, asked.level), *row) if names else row


def _name(author: str, labels: Mapping[str, str], level: str) -> str:
    if author[0] == HANDS:
        return _("hands counted in the room")
    return labels.get(author, "") if gate.shows_names(level) else ""


def _labels(session: Session) -> dict[str, str]:
    return {person.key: person.label for person in Participant.objects.filter(session=session, erased_at=None)}


def _groups(session: Session, *, names: bool) -> Table:
    rows = (
        Membership.objects.filter(group_set__session=session, until=None, participant__erased_at=None)
        .filter(participant__simulated=False)
        .select_related("group", "group_set", "participant")
        .order_by("group_set__pk", "group__number", "participant__number")
    )
    if names:
        columns = [_("Set"), _("Group"), _("Name")]
        return Table(
            _("Groups"), columns, [(row.group_set.key, row.group.label, row.participant.label) for row in rows]
        )
    sizes: dict[tuple[str, str], int] = {}
    for row in rows:
        place = (row.group_set.key, row.group.label)
        sizes[place] = sizes.get(place, 0) + 1
    return Table(_("Groups"), [_("Set"), _("Group"), _("People")], [(*place, size) for place, size in sizes.items()])


def _people(session: Session, *, names: bool) -> Table:
    """The attendance list; only with names, and only of people who said theirs or have a seat."""
    columns = [_("Seat"), _("Name"), _("Background"), _("Joined"), _("Phases attended")]
    if not names:
        return Table(_("People"), columns, [])
    attended: dict[int, int] = {}
    for person in Attendance.objects.filter(phase_run__session=session).values_list("participant_id", flat=True):
        attended[person] = attended.get(person, 0) + 1
    people = Participant.objects.filter(session=session, erased_at=None, simulated=False).order_by("number")
    return Table(
        _("People"),
        columns,
        [(row.number, row.label, row.profile, row.joined_at, attended.get(row.pk, 0)) for row in people],
    )


def _activities(evidence: Evidence) -> Iterable[Any]:
    seen = set()
    for run in evidence.runs.values():
        if run.activity_id not in seen:
            seen.add(run.activity_id)
            yield run.activity


def _kind_tables(activity: Any, *, names: bool) -> Iterator[Table]:
    if activity.kind not in activity_kinds:
        return
    for table in activity_kinds.get(activity.kind).export(activity, names=names):
        yield Table(table.name or activity.title, table.columns, table.rows)
