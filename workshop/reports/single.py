"""One result as a file: a picture that scales, or its numbers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from workshop.kinds import Refused, Table
from workshop.live.models import Session
from workshop.questions.beside import Beside
from workshop.questions.display import VIEWS, view_of
from workshop.reports import beside, charts, formats
from workshop.reports.evidence import Evidence, evidence_of
from workshop.reports.files import File
from workshop.reports.results import Result
from workshop.reports.tables import BESIDES, beside_rows

FORMS = ("svg", "csv")


def result_file(session: Session, place: tuple[int, int, str], form: str, view: str = "") -> tuple[File, str]:
    """One result as a file, and its title.

    Args:
        session: live or ended.
        place: number of the activity, round, key of the question.
        form: ``svg`` or ``csv``.
        view: beside what, see ``questions.display.View``; '' as it is shown now.

    Raises:
        Refused: ``no_format``, ``no_question``, or ``private`` when the gate lets nothing through.
    """
    if form not in FORMS or (view and view not in VIEWS):
        raise Refused("no_format", _("There is no such format."))
    evidence = evidence_of(session)
    result = _find(evidence, place)
    if result.chart is None:
        raise Refused("private", _("There is nothing of this result that may be shown yet."))
    run = evidence.runs[result.activity.pk, result.round]
    laid = next((each for each in result.besides if each.view == (view or view_of(run))), None)
    make = _svg if form == "svg" else _csv
    return make(result, laid), result.question.prompt


def _find(evidence: Evidence, place: tuple[int, int, str]) -> Result:
    for result in evidence.results:
        if (result.activity.pk, result.round, result.question.key) == place:
            return result
    raise Refused("no_question", _("This question is not there any more."))


def _svg(result: Result, laid: Beside | None) -> File:
    assert result.chart is not None  # as checked
    prompt = result.question.prompt
    drawing = beside.svg(laid, f"{prompt}: {BESIDES[laid.view]}") if laid else ""
    drawing = drawing or charts.svg(result.chart, prompt, result.answered or 0)
    return File(drawing.encode(), "image/svg+xml; charset=utf-8", "svg")


def _csv(result: Result, laid: Beside | None) -> File:
    table = _table_beside(result, laid) if laid else _table(result)
    return File(formats.csv_text(table).encode(), "text/csv; charset=utf-8", "csv")


def _table(result: Result) -> Table:
    chart = result.chart
    assert chart is not None  # as checked
    people = result.answered or 0
    rows: list[tuple[Any, ...]] = [
        (label, value, round(100 * value / people) if chart.counts and people else None)
        for label, value in zip(chart.labels, chart.values, strict=True)
    ]
    rows.append((_("Answered"), people, None))
    if chart.figure is not None:
        rows.append((_("Mean"), chart.figure, None))
    return Table(result.question.prompt, [_("Item"), _("Value"), _("Per cent")], rows)


def _table_beside(result: Result, laid: Beside) -> Table:
    columns = [_("Result of"), _("People"), _("Item"), _("Value"), _("Per cent")]
    return Table(result.question.prompt, columns, [row[4:] for row in beside_rows(result, laid)])
