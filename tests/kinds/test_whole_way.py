"""Two kinds that the project does not have, from the text of a plan to phone, screen and export.

Run by ``tests/contract/test_kinds_of_the_tests.py`` with the one settings line that switches them on.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from tests.cast import Learner, Workshop, fay
from workshop.kinds import PlanLine
from workshop.live import cookies
from workshop.live.start import start_session
from workshop.plans.models import Plan
from workshop.plans.rows import store_document
from workshop.plans.text import read_plan, write_plan
from workshop.questions.models import Response

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("tests.kinds.weather" not in settings.INSTALLED_APPS, reason="needs EXTRA_APPS"),
]

PLAN = """# A short plan

**Duration:** 10 minutes

## Lesson Structure
### Engage
**Duration:** 10 minutes

```barometer
key: mood
title: How is the mood?
unit: mbar
question: How does it feel today?
type: sky
place: the room
privacy: anonymous
```

```poll
key: asked
question: And the sky?
type: sky
```
"""


def began() -> tuple[Workshop, Learner]:
    """The plan, read, stored and started, with Ana in it and both activities open."""
    document = read_plan(PLAN).document
    plan = Plan.objects.create(organisation=fay().organisation, owner=fay(), title=document.title)
    store_document(plan, document, fay())
    workshop = Workshop(start_session(plan, fay()))
    workshop.fay("session.door", open=True)
    ana = workshop.join("Ana")
    workshop.fay("session.start")
    for key in ("mood", "asked"):
        workshop.fay("activity.open", a=workshop[key].pk)
    return workshop, ana


def browser(workshop: Workshop, ana: Learner) -> Client:
    client = Client()
    client.cookies[f"p.{workshop.session.public_id}"] = cookies.token_for(ana.proof)
    return client


def test_the_plan_is_written_as_it_was_read() -> None:
    document = read_plan(PLAN).document
    again = read_plan(write_plan(document)).document

    assert again == document
    [mood, asked] = document.phases[0].activities
    assert (mood.kind, mood.config, mood.questions[0].kind) == ("barometer", {"unit": "mbar"}, "weather")
    assert (asked.kind, asked.questions[0].kind, asked.questions[0].config) == ("poll", "weather", {})


def test_it_is_proposed() -> None:
    from workshop.kinds import activity_kinds

    line = PlanLine("technology", "Use a barometer for the mood")
    assert [proposal.spec.title for kind in activity_kinds for proposal in kind.proposes(line)] == ["Mood"]


def test_from_the_phone_to_the_screen_and_into_the_export(tmp_path: Path) -> None:
    workshop, ana = began()
    page = f"/s/{workshop.session.public_id}/"
    client = browser(workshop, ana)
    html = client.get(page).content.decode()
    assert "How does it feel today?" in html
    assert 'value="cloud"' in html
    assert "Anonymous: nobody can see who." in html

    posted = client.post(
        f"{page}answer/", {"a": workshop["mood"].pk, "q": question(workshop), "round": 1, "v": "cloud"}
    )

    assert posted.status_code == 302
    row = Response.objects.get()
    assert (row.value, row.author[:2]) == ("cloud", "x:")
    html = client.get(page).content.decode()
    assert 'value="cloud" checked' in html

    workshop.fay("activity.show", a=workshop["mood"].pk, where="screen", on=True)
    state = workshop.slot(f"tally:{workshop['mood'].pk}", "screen", view="html")
    assert state is not None
    assert '>Cloud</span><b class="num">1</b>' in str(state.html)
    assert state.data["questions"][question(workshop)]["skies"] == {"sun": 0, "cloud": 1, "rain": 0}
    scene = workshop.slot(f"activity:{workshop['mood'].pk}", "screen", view="html")
    assert scene is not None
    assert "How does it feel today?" in str(scene.html)

    workshop.fay("session.end")
    call_command("export_session", str(workshop.session.pk), format="json", output=str(tmp_path / "out.json"))
    written = (tmp_path / "out.json").read_text()
    assert json.loads(written)
    assert "Cloud" in written
    assert "Pressure" in written
    assert "Ana" not in written


def test_a_bad_answer_comes_back_with_a_sentence() -> None:
    workshop, ana = began()
    client = browser(workshop, ana)

    posted = client.post(
        f"/s/{workshop.session.public_id}/answer/",
        {"a": workshop["asked"].pk, "q": question(workshop, "asked"), "round": 1, "v": "snow"},
        follow=True,
    )

    assert [str(message) for message in posted.context["messages"]] == ["Please choose a sky."]
    assert not Response.objects.exists()


def question(workshop: Workshop, key: str = "mood") -> str:
    return str(workshop[key].questions.get().key)
