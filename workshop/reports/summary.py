"""The page for the boss: one page, charts as pictures, nobody's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from workshop.live.models import Session
from workshop.questions.beside import Beside, Shift
from workshop.reports import beside, charts
from workshop.reports.evidence import Evidence, evidence_of
from workshop.reports.results import Result
from workshop.reports.tables import BESIDES, in_words


@dataclass(frozen=True, slots=True)
class Picture:
    """A result with its chart.

    Args:
        source: of the image, '' where there is nothing to draw.
        heads: of the columns of numbers, where there are several.
        rows: the same numbers as text.
        words: the result in one line.
        title: what stands side by side, '' for a result alone.
        view: the same for addresses, see ``questions.display.View``.
    """

    result: Result
    source: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    words: str
    title: str = ""
    view: str = "now"
    shift: Shift | None = None


def picture(result: Result) -> Picture:
    """A result as a picture. Words of people (lists) are not drawn: quotes are for the facilitator to choose."""
    if result.chart is None or result.chart.shape == "list":
        return Picture(result, "", (), (), in_words(result) if result.chart is None else "")
    source = charts.data_uri(charts.svg(result.chart, result.question.prompt, result.answered or 0))
    pairs = zip(result.chart.labels, result.chart.values, strict=True)
    return Picture(result, source, (), tuple((label, (f"{value:g}",)) for label, value in pairs), in_words(result))


def laid_beside(result: Result, each: Beside) -> Picture | None:
    """One comparison as a picture; None where there is nothing to line up."""
    title = BESIDES[each.view]
    drawing = beside.svg(each, f"{result.question.prompt}: {title}")
    if not drawing:
        return None
    rows = [(line.label, tuple(cell.text or "–" for cell in line.cells)) for line in each.lines]
    if each.has_figures:
        rows.append((_("Mean"), tuple("–" if figure is None else f"{figure:g}" for figure in each.figures)))
    heads = tuple(column.name for column in each.columns)
    words = "; ".join(f"{label}: {' → '.join(cells)}" for label, cells in rows)
    return Picture(result, charts.data_uri(drawing), heads, tuple(rows), words, str(title), each.view, each.shift)


def pictures(result: Result) -> list[Picture]:
    """A result as it is looked at afterwards: alone, or its rounds side by side; then before and now, backgrounds."""
    found = [laid for each in result.besides if (laid := laid_beside(result, each)) is not None]
    has_it = any(each.view in ("rounds", "before") for each in found)
    return found if has_it else [picture(result), *found]


def _as_rounds(found: Iterable[Picture]) -> bool:
    return any(each.view == "rounds" for each in found)


def context(evidence: Evidence) -> dict[str, object]:
    """What ``reports/_summary.html`` shows."""
    told = [result for result in evidence.results if result.answered or result.reason in ("few", "later")]
    drawn = [(result, pictures(result)) for result in told]
    together = {result.question.pk for result, found in drawn if _as_rounds(found)}
    shown = [
        each for result, found in drawn if result.question.pk not in together or _as_rounds(found) for each in found
    ]
    return {
        "session": evidence.session,
        "evidence": evidence,
        "pictures": [each for each in shown if each.source],
        "withheld": [each for each in shown if not each.source and each.result.reason],
        "heard": list(_heard(evidence)),
        "notes": [each for each in evidence.results if each.note],
    }


def page(session: Session) -> str:
    """The summary as one self-contained HTML file: its styles and pictures are inside it."""
    css = (Path(__file__).parent / "static/reports/summary.css").read_text(encoding="utf-8")
    return render_to_string("reports/summary_file.html", {**context(evidence_of(session)), "css": css})


def _heard(evidence: Evidence) -> Iterable[tuple[str, int]]:
    """Open questions and how many answers they got; the answers themselves are in the exports."""
    for result in evidence.results:
        if result.chart is not None and result.chart.shape == "list" and result.answered:
            yield result.question.prompt, result.answered
