"""Plans as text: read a lesson plan written in Markdown, and write it again, with nothing lost.

Pure code: no models, no database. ``read_plan`` and ``write_plan`` are inverse to each other:
``read_plan(write_plan(document)).document == document.tidy()``, and everything that ``read_plan`` makes is tidy.
"""

from workshop.plans.text.blocks import activity_from_block, block_from_activity
from workshop.plans.text.checks import PlanWarning, warnings_for
from workshop.plans.text.document import (
    AssessmentDoc,
    Concept,
    ExtraDoc,
    ObjectiveDoc,
    PhaseDoc,
    PlanDocument,
    ProfileDoc,
)
from workshop.plans.text.errors import PlanUnreadable
from workshop.plans.text.proposals import PhaseProposal, proposals_for
from workshop.plans.text.reading import PlanReading, read_plan
from workshop.plans.text.writing import write_plan

__all__ = [
    "AssessmentDoc",
    "Concept",
    "ExtraDoc",
    "ObjectiveDoc",
    "PhaseDoc",
    "PhaseProposal",
    "PlanDocument",
    "PlanReading",
    "PlanUnreadable",
    "PlanWarning",
    "ProfileDoc",
    "activity_from_block",
    "block_from_activity",
    "proposals_for",
    "read_plan",
    "warnings_for",
    "write_plan",
]
