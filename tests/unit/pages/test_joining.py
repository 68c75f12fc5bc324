"""Joining as browsers, programs and attackers do it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import fay, lobby, running
from workshop.live import cookies
from workshop.live.codes import failures
from workshop.live.models import Participant, Session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_failures_yet() -> None:
    failures.clear()


def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def token_in(html: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert found
    return found[1]


def enter(client: Client, **fields: str) -> Any:
    page = client.get(reverse("live:join"))
    return client.post(reverse("live:enter"), {"csrfmiddlewaretoken": token_in(page.content.decode()), **fields})


def test_the_line_about_who_sees_what_comes_before_the_first_field() -> None:
    workshop = lobby()
    html = Client().get(reverse("live:qr", args=[workshop.session.join_token])).content.decode()
    assert 0 < html.index("Who sees what") < html.index('name="name"') < html.index('name="profile"')


@pytest.mark.parametrize(("names", "asked"), [("none", False), ("optional", True), ("required", True)])
def test_a_name_is_asked_as_the_session_says(names: str, asked: bool) -> None:
    workshop = lobby()
    workshop.fay("session.settings", names=names)
    html = Client().get(reverse("live:qr", args=[workshop.session.join_token])).content.decode()
    assert ('name="name"' in html) is asked
    assert (" required" in html.partition('name="name"')[2].partition(">")[0]) is (names == "required")


def test_a_browser_joins_in_two_steps_and_gets_a_cookie_of_its_own() -> None:
    workshop, client = lobby(), browser()
    code = workshop.session.code
    page = enter(client, code=f"{code[:3]} {code[3:]}")
    assert page.status_code == 200
    assert not Participant.objects.exists()
    fields = {"name": "Ana", "profile": "Finance", "topic-0": "2"}
    done = enter(client, code=code, ready="1", **fields)
    assert done["Location"] == reverse("live:learner", args=[workshop.session.public_id])
    cookie = done.cookies[f"p.{workshop.session.public_id}"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    person = Participant.objects.get()
    assert (person.name, person.profile, person.familiarity) == ("Ana", "Finance", {"Unit cost": 2})
    assert client.get(done["Location"]).status_code == 200


def test_who_is_in_already_is_not_asked_again() -> None:
    workshop = running(people=["Ana"])
    client = Client()
    client.cookies.load(workshop.people["Ana"].cookie)
    for address in (reverse("live:qr", args=[workshop.session.join_token]), f"/{workshop.session.code}/"):
        assert client.get(address)["Location"] == reverse("live:learner", args=[workshop.session.public_id])
    assert workshop.session.title in client.get(reverse("live:join")).content.decode()


def test_a_refused_name_is_said_at_its_field_and_nothing_is_lost() -> None:
    workshop, client = lobby(), browser()
    page = enter(client, token=workshop.session.join_token, ready="1", name="Facilitator", profile="Finance")
    html = page.content.decode()
    assert page.status_code == 422
    assert 'id="e-name"' in html
    assert 'value="Facilitator"' in html
    assert re.search(r'value="Finance" checked', html)


def test_wrong_closed_and_ended_codes_get_the_same_answer() -> None:
    closed, ended = lobby(open_door=False), running()
    code = ended.session.code
    ended.fay("session.end")
    answers = [Client().get(f"/{typed}/") for typed in ("000000", closed.session.code, code)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    texts = {re.sub(r'value="[^"]*"|content="[^"]*"', "", answer.content.decode()) for answer in answers}
    assert len(texts) == 1


def test_a_program_gets_a_token_and_the_address_of_the_socket() -> None:
    workshop = lobby()
    answer = browser().post(
        reverse("live:enter"), {"code": workshop.session.code, "name": "Ben"}, headers={"accept": "application/json"}
    )
    found = answer.json()
    assert set(found) == {"token", "session", "ws_url"}
    assert found["ws_url"].endswith(f"/ws/session/{workshop.session.public_id}/")
    proof = cookies.read_token(found["token"], workshop.session.public_id)
    assert proof is not None
    assert Participant.objects.get(pk=proof.participant).name == "Ben"
    assert not answer.cookies


def test_a_program_with_a_wrong_code_gets_a_sentence() -> None:
    answer = browser().post(reverse("live:enter"), {"code": "000000"}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "no_code")


def test_mallory_cannot_post_a_form_of_somebody_else() -> None:
    workshop, client = lobby(), browser()
    client.cookies.load({"anything": "1"})
    fields = {"code": workshop.session.code, "ready": "1", "name": "Ana"}
    for accept in ("text/html", "application/json"):
        assert client.post(reverse("live:enter"), fields, headers={"accept": accept}).status_code == 403
    assert not Participant.objects.exists()


def test_staff_have_their_library_instead_of_the_start_page() -> None:
    client = Client()
    client.force_login(fay())
    assert client.get(reverse("live:join")).status_code == 302


def test_an_erased_session_has_no_page() -> None:
    workshop = lobby()
    Session.objects.update(erased_at=workshop.session.created_at)
    for name in ("live:learner", "live:screen", "live:mine"):
        assert Client().get(reverse(name, args=[workshop.session.public_id])).status_code == 404
