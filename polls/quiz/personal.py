"""A learner's own points, once the right answers are known."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from polls.quiz import scoring
from polls.quiz.config import QuizConfig
from workshop.live import stages
from workshop.live.models import ActivityRun, Participant
from workshop.questions.catalogue import of_activity
from workshop.questions.personal import answers_in
from workshop.realtime import heads


def own_points(session: int, participants: list[Participant], actors: list[Any]) -> list[dict[str, Any]]:
    """``{"quiz": {activity: {"points", "of"}}}`` for each participant, of quizzes whose right answers are shown."""
    # Most of the time no quiz is over; right answers may be shown without the session's head.
    over = stages.holds(session, "quiz") and heads.while_still(session, "quizzes", lambda: _over(session).exists())
    runs = _told(session) if over else []
    found: list[dict[str, Any]] = [{"quiz": {}} if runs else {} for _each in participants]
    if not runs:
        return found
    rounds = {run.activity_id: run.round for run in runs}
    answers = answers_in(session, rounds, participants, actors)
    for run in runs:
        asks = of_activity(run.activity)
        config = QuizConfig.model_validate(run.activity.config)
        of = scoring.most(asks)
        for mine, own in zip(found, answers, strict=True):
            earned = scoring.of_answers(config, asks, own[str(run.activity_id)]["q"])
            mine["quiz"][str(run.activity_id)] = {"points": scoring.tidy(sum(earned.values())), "of": of}
    return found


def _over(session: int) -> QuerySet[ActivityRun]:
    """The closed quizzes of the phase that runs."""
    rows = ActivityRun.objects.filter(session=session, activity__kind="quiz", state="closed")
    return rows.filter(activity__phase=F("session__phase__phase"))


def _told(session: int) -> list[ActivityRun]:
    rows = _over(session).filter(show_answers=True)
    found = rows.select_related("activity").prefetch_related("activity__questions").order_by("round")
    return list({run.activity_id: run for run in found}.values())
