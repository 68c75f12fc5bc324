"""Activities that the kinds offer for the lines of a plan that has none yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workshop.kinds import PlanLine, Proposal, activity_kinds
from workshop.plans.text.document import PhaseDoc, PlanDocument

#: Where a kind may find a hint, the most telling first.
FIELDS: Final = ("technology", "learner_activities", "facilitator_actions", "resources")
_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+")


@dataclass(frozen=True, slots=True)
class PhaseProposal:
    """An activity that a kind offers for one line.

    Args:
        phase_index: of the phase it would be added to, from 0.
        field: where the line stands, one of ``FIELDS`` or ``assessment``.
        line_text: the line that suggested it.
    """

    phase_index: int
    field: str
    line_text: str
    proposal: Proposal


def proposals_for(document: PlanDocument) -> tuple[PhaseProposal, ...]:
    """What the kinds offer for phases without activities (breaks aside).

    A kind that several fields of a phase suggest is offered for the first of them only.
    """
    found: list[PhaseProposal] = []
    offered: set[tuple[int, str]] = set()
    for index, phase in enumerate(document.phases):
        if not phase.activities and phase.kind != "break":
            for field in FIELDS:
                lines = [_line(document, field, text, phase) for text in lines_of(getattr(phase, field))]
                _offer(found, offered, index, lines)
    if not any(phase.activities for phase in document.phases):
        lines = [_line(document, "assessment", text) for one in document.assessments for text in lines_of(one.text)]
        _offer(found, offered, _last_phase(document), lines)
    return tuple(sorted(found, key=lambda one: one.phase_index))


def _offer(found: list[PhaseProposal], offered: set[tuple[int, str]], index: int, lines: list[PlanLine]) -> None:
    fresh: set[tuple[int, str]] = set()
    for line in lines:
        for kind in activity_kinds:
            for proposal in kind.proposes(line):
                mark = (index, proposal.spec.kind)
                if mark not in offered:
                    found.append(PhaseProposal(index, line.field, line.text, proposal))
                    fresh.add(mark)
    offered |= fresh


def _line(document: PlanDocument, field: str, text: str, phase: PhaseDoc | None = None) -> PlanLine:
    return PlanLine(
        field=field,
        text=text,
        phase=phase.title if phase else "",
        phase_kind=phase.kind if phase else "other",
        objectives=tuple(objective.text for objective in document.objectives),
        reflection=document.reflection_learners,
        key_concepts=tuple(concept.term for concept in document.key_concepts),
    )


def _last_phase(document: PlanDocument) -> int:
    """The phase for what assesses the whole plan: the last one that evaluates, else the last that is no break."""
    indexes = range(len(document.phases))
    evaluating = [index for index in indexes if document.phases[index].kind == "evaluate"]
    working = [index for index in indexes if document.phases[index].kind != "break"]
    return (evaluating or working or [0])[-1]


def lines_of(text: str) -> tuple[str, ...]:
    """The items and paragraphs of a text, each as one line without its marker."""
    return tuple(_lines_of(text))


def _lines_of(text: str) -> Iterator[str]:
    current: list[str] = []
    for line in [*text.split("\n"), ""]:
        marker = _MARKER.match(line)
        if current and (marker or not line.strip()):
            yield " ".join(current)
            current = []
        bare = (line[marker.end() :] if marker else line).strip()
        if bare:
            current.append(bare)
