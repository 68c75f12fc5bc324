"""Modules and style sheets of the kinds that a session's plan uses."""

from __future__ import annotations

from workshop.kinds import ActivityKind, QuestionKind, activity_kinds, question_kinds
from workshop.live.models import Session
from workshop.plans.models import Activity, Question


def assets_of(session: Session) -> dict[str, list[str]]:
    """Static paths for the page's head: ``modules`` and ``kind_styles``. Two queries."""
    activities = Activity.objects.filter(version=session.version_id).values_list("kind", flat=True).distinct()
    questions = Question.objects.filter(activity__version=session.version_id).values_list("kind", flat=True).distinct()
    kinds: list[ActivityKind | QuestionKind] = [
        activity_kinds.get(slug) for slug in activities if slug in activity_kinds
    ]
    kinds += [question_kinds.get(slug) for slug in questions if slug in question_kinds]
    return {
        "modules": list(dict.fromkeys(path for kind in kinds for path in kind.modules)),
        "kind_styles": list(dict.fromkeys(path for kind in kinds for path in kind.styles)),
    }
