"""The preview of a question that is being written: drawn as it will be, never stored."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.contract.forms import posted
from workshop.accounts.models import Organisation, User
from workshop.kinds import QuestionKind, question_kinds
from workshop.plans.models import Question

KINDS = [pytest.param(kind, id=kind.slug) for kind in question_kinds]


@pytest.fixture
def fay(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create(username="fay", organisation=Organisation.objects.create(name="Halden")))
    return client


def form(kind: QuestionKind, config: dict[str, Any], token: str = "0", **more: Any) -> dict[str, Any]:
    """A posted form of an activity with one question."""
    fields = posted(kind.Editor, kind.Editor.initial_for(config))
    named = {f"q{token}-c-{name}": value for name, value in fields.items()}
    return {"q": token, f"q{token}-kind": kind.slug, f"q{token}-prompt": "Which first?", **named, **more}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_for_phone_and_screen(kind: QuestionKind, fay: Client) -> None:
    for config, _good, _bad in kind.examples():
        page = fay.post(reverse("questions:preview"), form(kind, config)).content.decode()
        assert page.count("preview-wall") == 2
        assert page.count("Which first?") >= 3
        assert "preview-phone" in page
        assert 'name="v"' in page
    assert Question.objects.count() == 0


def test_the_question_in_hand_is_drawn(fay: Client) -> None:
    choice = question_kinds.get("choice")
    both = form(choice, {"options": ["Tags", "Alerts"]}, "0") | form(choice, {"options": ["Red", "Blue"]}, "7")
    page = fay.post(reverse("questions:preview"), {**both, "q": ["0", "7"], "at": "7"}).content.decode()

    assert "Blue" in page
    assert "Alerts" not in page


def test_half_a_question_leaves_the_pictures_and_says_what_is_missing(fay: Client) -> None:
    answer = fay.post(reverse("questions:preview"), {"q": "0", "q0-kind": "choice", "q0-c-options": "Tags"})

    assert answer["HX-Retarget"] == "#preview-note"
    assert "Options, one a line" in answer.content.decode()


@pytest.mark.parametrize(
    "sent",
    [{}, {"q": "x"}, {"q": "0", "q0-kind": "nothing"}, {"at": "\0", "q": "0"}, {"q": "0", "q0-kind": ["choice", "x"]}],
)
def test_nonsense_is_answered_with_a_sentence(fay: Client, sent: dict[str, Any]) -> None:
    answer = fay.post(reverse("questions:preview"), sent)

    assert answer.status_code in (200, 400)
    assert b"preview-wall" not in answer.content


def test_a_question_for_learners_alone_has_no_result(fay: Client) -> None:
    kind = question_kinds.get("yesno")
    page = fay.post(reverse("questions:preview"), form(kind, {}, **{"q0-privacy": "own"})).content.decode()

    assert "Only me" in page
    assert 'class="ayes' not in page
    assert "100%" not in page


def test_what_people_type_is_shown_literally(fay: Client) -> None:
    choice = question_kinds.get("choice")
    page = fay.post(
        reverse("questions:preview"), form(choice, {"options": ["<b>one</b>", "two"]}, **{"q0-prompt": "<script>"})
    ).content.decode()

    assert "<script" not in page
    assert "<b>one" not in page


def test_strangers_see_no_preview(client: Client, db: None) -> None:
    assert client.post(reverse("questions:preview"), {}).status_code == 302
    assert client.get(reverse("questions:preview")).status_code == 405
