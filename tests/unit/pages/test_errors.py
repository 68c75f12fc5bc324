"""Pages while the database is away: 503 and a time to come again, never an error of ours."""

from __future__ import annotations

import json

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from workshop.live import join
from workshop.live.models import Session


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture(params=[OperationalError, InterfaceError])
def away(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **named: object) -> None:
        raise request.param

    monkeypatch.setattr(Session.objects, "filter", fail)


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_a_page_that_is_asked_for_asks_again_by_itself(visitor: Client) -> None:
    answer = visitor.get("/j/token/")
    assert answer.status_code == 503
    assert answer["Refresh"] == answer["Retry-After"]
    assert 2 <= int(answer["Retry-After"]) <= 6
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_a_form_is_not_said_to_be_saved(visitor: Client) -> None:
    answer = visitor.post("/join/", {"token": "x"})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "not saved yet" in page
    assert "Refresh" not in answer


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_a_program_gets_json(visitor: Client) -> None:
    answer = visitor.post("/join/", {"token": "x"}, headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert json.loads(answer.content)["code"] == "busy"
    assert "Retry-After" in answer.headers


@pytest.mark.django_db
def test_what_is_really_broken_stays_an_error(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise KeyError

    monkeypatch.setattr(join, "_person_page", fail)
    monkeypatch.setattr(join, "_open", lambda session: True)
    monkeypatch.setattr(Session.objects, "filter", fail)
    assert visitor.get("/j/token/").status_code == 500


@pytest.mark.django_db
def test_a_form_with_too_much_text_is_told_so(visitor: Client) -> None:
    answer = visitor.post("/join/", {"code": "1" * 1_100_000})
    assert answer.status_code == 413
    assert "your text is still there" in answer.content.decode()
