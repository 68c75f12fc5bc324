"""The gallery shows every kind in every state, without a session and without the database; only in the demonstration."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from workshop.config.gallery.activities import seen_in
from workshop.config.gallery.states import STATES, shown_states
from workshop.kinds import ActivityKind, QuestionKind, activity_kinds, question_kinds

KINDS = [pytest.param(kind, id=kind.slug) for kind in question_kinds]


@pytest.fixture
def demonstration(settings: Any) -> None:
    settings.DEMO = True


def addresses(kind: QuestionKind) -> list[str]:
    """Of every state of a kind."""
    usual, *_others = specimens = kind.specimens()
    return [
        reverse("gallery:state", args=[kind.slug, view, specimen.name, state.name])
        for view in STATES
        for specimen in specimens
        for state in shown_states(kind, view, specimen, usual)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_is_a_page_that_keeps_the_content_policy(
    kind: QuestionKind, client: Client, demonstration: None
) -> None:
    for address in addresses(kind):
        page = client.get(address)
        html = page.content.decode()

        assert page.status_code == 200, address
        assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
        assert page["X-Frame-Options"] == "SAMEORIGIN"
        for script in re.findall(r"<script\b[^>]*>", html):
            assert " src=" in script or 'type="application/json"' in script, script
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", html), address
        assert "{{" not in strip_tags(html), address


@pytest.mark.parametrize(
    ("state", "told"),
    [("prompt", "0 of 40"), ("little", "7 of 40"), ("much", "240 of 260"), ("crowd", "5000 of 5000"), ("growing", "")],
)
def test_the_room_holds_those_who_have_answered(client: Client, demonstration: None, state: str, told: str) -> None:
    page = client.get(reverse("gallery:state", args=["choice", "screen", "usual", state])).content.decode()
    footer = strip_tags(page.split("<footer>")[1].split("</footer>")[0])

    assert (f"{told} answered" in footer) if told else ("answered" not in footer)


@pytest.mark.parametrize("kind", KINDS)
def test_index_and_sheets_lead_to_every_state(kind: QuestionKind, client: Client, demonstration: None) -> None:
    index = client.get(reverse("gallery:index")).content.decode()
    found = set()
    for view in STATES:
        sheet = reverse("gallery:sheet", args=[kind.slug, view])
        assert f'href="{sheet}"' in index
        found |= set(re.findall(r'href="([^"]+)"', client.get(sheet).content.decode()))

    assert set(addresses(kind)) <= found


@pytest.mark.parametrize("kind", KINDS)
def test_a_crowd_is_the_same_each_time(kind: QuestionKind, client: Client, demonstration: None) -> None:
    from workshop.config.gallery import crowd

    for specimen in kind.specimens():
        once = crowd.answers(kind, specimen, 50)
        assert len(once) == 50
        assert crowd.answers(kind, specimen, 80)[:50] == once


def test_what_does_not_exist_is_not_found(client: Client, demonstration: None) -> None:
    for path in ("/gallery/nothing/phone/", "/gallery/choice/nowhere/", "/gallery/choice/phone/usual/never/"):
        assert client.get(path).status_code == 404


def test_it_is_not_there_on_a_server_that_people_work_with(client: Client, settings: Any) -> None:
    settings.DEMO = False

    for path in ("/gallery/", "/gallery/choice/phone/", "/gallery/choice/phone/usual/open/"):
        assert client.get(path).status_code == 404


# ── activities ──────────────────────────────────────────────────────────────────────────────────────────────────────

ACTIVITIES = [pytest.param(kind, id=kind.slug) for kind in activity_kinds if kind.exhibits()]


def test_what_is_more_than_its_questions_is_exhibited() -> None:
    """A kind that neither carries questions nor exhibits anything is seen nowhere; those of the rooms' talk are."""
    assert {"quiz", "qa", "pulse"} <= {kind.slug for kind in activity_kinds if kind.exhibits()}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ACTIVITIES)
def test_every_exhibit_is_a_page_that_keeps_the_content_policy(
    kind: ActivityKind, client: Client, demonstration: None
) -> None:
    index = client.get(reverse("gallery:index")).content.decode()
    for view in STATES:
        sheet = reverse("gallery:activity_sheet", args=[kind.slug, view])
        assert f'href="{sheet}"' in index
        links = client.get(sheet).content.decode()
        for exhibit in seen_in(kind, view):
            address = reverse("gallery:activity", args=[kind.slug, view, exhibit.name])
            assert f'href="{address}"' in links
            page = client.get(address)
            html = page.content.decode()

            assert page.status_code == 200, address
            assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
            assert not re.search(r"<[^>]+\s(?:style|on\w+)=", html), address
            assert "{{" not in strip_tags(re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)), address
            assert ('dir="rtl"' in html) == exhibit.right_to_left


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_an_exhibit_is_valid_and_has_a_name_of_its_own(kind: ActivityKind) -> None:
    exhibits = kind.exhibits()
    assert len({exhibit.name for exhibit in exhibits}) == len(exhibits)
    for exhibit in exhibits:
        kind.load(exhibit.spec.config)
        for asked in exhibit.spec.questions:
            question_kinds.get(asked.kind).load(asked.config)


@pytest.mark.django_db
def test_activities_are_not_there_on_a_server_that_people_work_with(client: Client, settings: Any) -> None:
    settings.DEMO = False

    for path in ("/gallery/on/qa/phone/", "/gallery/on/qa/phone/usual/"):
        assert client.get(path).status_code == 404
