"""The page for the boss: one page, charts as pictures, nobody's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.template.loader import render_to_string

from workshop.live.models import Session
from workshop.reports import charts
from workshop.reports.evidence import Evidence, evidence_of
from workshop.reports.results import Result
from workshop.reports.tables import in_words


@dataclass(frozen=True, slots=True)
class Picture:
    """A result with its chart: ``source`` of the image, and the same numbers as text."""

    result: Result
    source: str
    rows: tuple[tuple[str, float], ...]
    words: str


def picture(result: Result) -> Picture:
    """A result as a picture. Words of people (lists) are not drawn: quotes are for the facilitator to choose."""
    if result.chart is None or result.chart.shape == "list":
        return Picture(result, "", (), in_words(result) if result.chart is None else "")
    source = charts.data_uri(charts.svg(result.chart, result.question.prompt, result.answered or 0))
    return Picture(result, source, tuple(zip(result.chart.labels, result.chart.values, strict=True)), in_words(result))


def context(evidence: Evidence) -> dict[str, object]:
    """What ``reports/_summary.html`` shows."""
    shown = [picture(result) for result in evidence.results if result.answered or result.reason in ("few", "later")]
    return {
        "session": evidence.session,
        "evidence": evidence,
        "pictures": [each for each in shown if each.source],
        "withheld": [each for each in shown if not each.source and each.result.reason],
        "heard": list(_heard(evidence)),
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
