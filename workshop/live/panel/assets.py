"""Modules and style sheets of the kinds that a session's plan uses."""

from __future__ import annotations

from workshop.bundles import sent_as
from workshop.kinds import ActivityKind, QuestionKind, activity_kinds, question_kinds
from workshop.live import stages
from workshop.live.models import Session
from workshop.plans.models import Activity, Question


def assets_of(session: Session) -> dict[str, list[str]]:
    """Static paths for the page's head: ``modules`` and ``kind_styles``. Two queries, none where all was read already."""
    activities, questions = _slugs(session)
    kinds: list[ActivityKind | QuestionKind] = [
        activity_kinds.get(slug) for slug in dict.fromkeys(activities) if slug in activity_kinds
    ]
    kinds += [question_kinds.get(slug) for slug in dict.fromkeys(questions) if slug in question_kinds]
    return {
        "modules": sent_as(path for kind in kinds for path in kind.modules),
        "kind_styles": sent_as(path for kind in kinds for path in kind.styles),
    }


def _slugs(session: Session) -> tuple[list[str], list[str]]:
    """The kinds of the activities and of their questions, in the order of the plan."""
    scene = stages.read_already(session.pk)
    if scene is not None:
        activities = [run.activity for run in scene.runs]
        return [each.kind for each in activities], [asked.kind for each in activities for asked in each.questions.all()]
    rows = Activity.objects.filter(version=session.version_id)
    questions = Question.objects.filter(activity__version=session.version_id)
    return list(rows.values_list("kind", flat=True)), list(questions.values_list("kind", flat=True))
