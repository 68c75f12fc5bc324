"""What a newcomer finds: a plan that uses what there is, and sessions in which people have really used it."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from polls.pulse.slots import data_of
from polls.qa.models import Enquiry
from polls.quiz.kind import Quiz
from tests.cast import fay
from workshop.config.demonstration import loading
from workshop.kinds import activity_kinds
from workshop.live.models import ActivityRun, Session
from workshop.live.stages import current_runs
from workshop.questions.models import Response
from workshop.reports.evidence import evidence_of
from workshop.reports.files import export_file

pytestmark = pytest.mark.django_db


def run_of(session: Session, key: str) -> ActivityRun:
    return ActivityRun.objects.select_related("activity", "session").get(session=session, activity__key=key)


def test_the_demonstration_shows_everything_at_work() -> None:
    lobby = loading.load(fay())
    ended, running = Session.objects.exclude(pk=lobby.pk).order_by("started_at")
    assert [each.state for each in (ended, running, lobby)] == ["ended", "running", "lobby"]
    used = {activity.kind for activity in lobby.version.activities.all()}
    assert used == {kind.slug for kind in activity_kinds if not type(kind).__module__.startswith("tests.")}

    # Questions: answered aloud and in writing, one that stands for two, and some left over.
    over = Enquiry.objects.filter(activity=run_of(ended, "questions").activity)
    assert over.filter(status="shown", answered=True).exclude(answer="").count() == 1
    assert over.filter(status="merged").count() == 1
    assert over.filter(status="shown", answered=False, votes__gt=0).exists()
    first, last = over.order_by("asked_at").first(), over.order_by("asked_at").last()
    assert first is not None
    assert last is not None
    ask = run_of(ended, "questions")
    assert ask.opened_at is not None
    assert ask.closed_at is not None
    assert ask.opened_at < first.asked_at < last.asked_at < ask.closed_at
    now = Enquiry.objects.filter(activity=run_of(running, "questions").activity)
    assert sorted(now.filter(status="waiting").values_list("suspicious", flat=True)) == [False, True]

    [(_asked, left)] = evidence_of(ended).left_open
    assert any("vendor changes the price" in each.text for each in left)

    # A pulse that has a course, now and in the past.
    for session in (ended, running):
        pace = run_of(session, "pace")
        data = data_of(pace, activity_kinds.get("pulse").load(pace.activity.config))
        assert data["people"] >= 20
        assert len(data["trend"]) >= 5
        assert all(data["counts"])

    # A quiz with right and wrong answers to every question.
    check = run_of(ended, "check")
    [by_question, by_person] = Quiz().export(check.activity, names=True)
    assert [0 < row[4] < row[3] for row in by_question.rows] == [True] * 3
    assert len(list(by_person.rows)) > 20
    part = Quiz().stage(check, "learner")
    assert "41,300 euros" in render_to_string(part.template, dict(part.context))

    # All of it stands in the exports.
    text = export_file(ended, "json", names=False).content.decode()
    assert "Does a smaller model answer worse in Portuguese?" in text
    assert not Response.objects.filter(activity__key="check", answered_at__gt=check.closed_at).exists()

    # What is inside the slides stands right behind them.
    keys = [run.activity.key for run in current_runs(lobby.pk) if run.activity.phase.title == "Explain"]
    assert keys == ["pace", "questions", "levers", "lever", "open"]
