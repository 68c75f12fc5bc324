"""``make run`` on a machine: three lines, a second start that keeps everything, a banner that takes the demonstration away."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from workshop.accounts.models import User
from workshop.content.slides.models import SlidePage
from workshop.live.models import Group, Participant, Session
from workshop.live.start import start_session
from workshop.plans.models import Plan
from workshop.plans.text import PlanDocument
from workshop.questions.models import Response

pytestmark = pytest.mark.django_db


def printed() -> str:
    into = StringIO()
    call_command("demo", "--no-serve", "--port=8123", stdout=into)
    return into.getvalue()


def test_a_first_start_a_second_one_and_one_after_the_demonstration(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    first = printed()
    assert re.findall(r"^  (\w+) ", first, re.MULTILINE) == ["you", "phones", "stop"]
    assert "█" in first
    check_the_plan(Plan.objects.get())
    check_the_sessions()

    lobby = Session.objects.get(state="lobby")
    second = printed()
    assert f"code {lobby.code[:3]} {lobby.code[3:]}" in first
    assert f":8123{reverse('live:qr', args=[lobby.join_token])}" in first
    assert second.partition("phones")[2] == first.partition("phones")[2]
    assert (Session.objects.count(), Plan.objects.count(), User.objects.count()) == (3, 1, 1)

    link = re.findall(r"http://localhost:8123(/accounts/in/\S+)", second)[0]
    assert client.post(link).url == reverse("plans:library")
    assert b"Remove the demonstration" in client.get(reverse("plans:library")).content

    running = Session.objects.get(state="running")
    assert "7 min late" in client.get(reverse("live:panel", args=[running.public_id])).content.decode()

    own = start_session(Plan.objects.get(), User.objects.get())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("reports:remove_demonstration"))
    assert list(Session.objects.all()) == [own]
    assert not Participant.objects.exists()
    assert b"Remove the demonstration" not in client.get(reverse("plans:library")).content
    # What it was started from is a plan like any other now.
    assert not Plan.objects.get().demonstration

    third = printed()
    assert re.findall(r"^  (\w+) ", third, re.MULTILINE) == ["you", "phones", "stop"]
    assert list(Session.objects.all()) == [own]


def check_the_plan(plan: Plan) -> None:
    assert plan.current is not None
    document = PlanDocument.from_json(plan.current.document)
    assert sum(phase.minutes or 0 for phase in document.phases) == 180
    assert all(phase.activities for phase in document.phases)
    assert [phase.title for phase in document.phases if phase.kind == "break"] == ["Break"]
    assert len(document.key_concepts) == 15
    assert SlidePage.objects.filter(plan=plan).count() == 8


def check_the_sessions() -> None:
    assert Session.objects.count() == 3
    finished, running = Session.objects.get(state="ended"), Session.objects.get(state="running")
    assert Participant.objects.filter(session=finished).count() == 36
    assert finished.ended_at is not None
    assert timedelta(days=6) < timezone.now() - finished.ended_at < timedelta(days=8)

    assert running.started_at is not None
    assert timedelta(minutes=95) <= timezone.now() - running.started_at < timedelta(minutes=97)
    assert Group.objects.filter(group_set__session=running).count() == 8
    assert Group.objects.filter(group_set__session=running, help_at__isnull=False).count() == 1
    assert Response.objects.filter(session_id=running.pk, status="held", value__icontains="bullshit").count() == 1
    names = list(Participant.objects.filter(session=running).values_list("name", flat=True))
    assert 80 in map(len, names)
    assert any("\u0600" <= name[:1] <= "\u06ff" for name in names)
