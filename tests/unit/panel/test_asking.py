"""What can be asked at once: the same in every session, and what its plan makes ready."""

from __future__ import annotations

import pytest

from tests.cast import Part, running
from workshop.live.panel.asking import ask, choices

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
