"""What can be asked at once: the same in every session, and what its plan makes ready."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Part, fay, running
from workshop.live.panel.asking import ask, choices
from workshop.plans.models import Activity

pytestmark = pytest.mark.django_db


def test_the_plans_applications_are_one_click_away() -> None:
    here = running(Part("Engage"))
    assert "Closest to my work?" not in [choice.label for choice in choices(here.fresh)]
    version = here.version
    version.document = {**version.document, "applications": ["Budgets", "Idle machines"]}
    version.save(update_fields=["document"])

    [choice] = [choice for choice in choices(here.fresh) if choice.label == "Closest to my work?"]
    added = ask(here.fresh, here.facilitator, choice.value, "")
    run = here.fresh.activity_runs.get(activity=added["a"])
    assert run.state == "open"
    options = run.activity.questions.get().config["options"]
    assert [option if isinstance(option, str) else option["text"] for option in options] == ["Budgets", "Idle machines"]


def test_what_would_be_asked_is_drawn_before_and_nothing_is_stored() -> None:
    here, client = running(Part("Engage"), people=["Ana"]), Client()
    client.force_login(fay())
    address = reverse("questions:quick", args=[here.session.public_id])
    before = Activity.objects.count()
    drawn = {}
    for choice in choices(here.fresh):
        answer = client.post(address, {"choice": choice.value, "question": "Tea & <cake>?"})
        assert answer.status_code == 200
        drawn[choice.label] = answer.content.decode()

    pictures = [html for html in drawn.values() if html]
    assert len(pictures) >= 5
    assert all("preview-phone" in html and "Tea &amp; &lt;cake&gt;?" in html for html in pictures)
    assert all("preview.css" in html for html in pictures)
    for wrong in ({"choice": "nothing:0"}, {"choice": choices(here.fresh)[0].value, "question": "x" * 301}, {}):
        assert client.post(address, wrong).content == b""
    assert Activity.objects.count() == before
