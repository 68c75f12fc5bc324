"""The door in a crowd: two taps are one seat, and a flood of joins ends in a sentence."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import Workshop, lobby, refusal
from workshop.live import cookies, seats
from workshop.live.models import Participant
from workshop.realtime.models import Op

pytestmark = pytest.mark.django_db


def form(made: Workshop, **said: str) -> dict[str, str]:
    """What a browser posts: the hidden fields of the page and what somebody typed."""
    html = Client().get(reverse("live:qr", args=[made.session.join_token])).content.decode()
    [inside] = re.findall(r'<form[^>]*id="join".*?</form>', html, re.DOTALL)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inside))
    return {**hidden, **said}


def post(fields: dict[str, str], client: Client | None = None) -> Any:
    return (client or Client()).post(reverse("live:enter"), fields)


def proof(made: Workshop, response: Any) -> cookies.Proof:
    found = cookies.read_token(response.cookies[f"p.{made.session.public_id}"].value, made.session.public_id)
    assert found is not None
    return found


def test_two_taps_are_one_seat_and_either_answer_works() -> None:
    made = lobby()
    fields = form(made, name="Ana")
    first, second = post(fields), post(fields)
    assert Participant.objects.count() == 1
    assert proof(made, first) == proof(made, second)
    assert first["Location"] == second["Location"] == reverse("live:learner", args=[made.session.public_id])


def test_a_page_is_for_one_person() -> None:
    made = lobby()
    one, other = post(form(made)), post(form(made))
    assert Participant.objects.count() == 2
    assert proof(made, one).secret != proof(made, other).secret


def test_another_name_on_the_same_page_is_another_person() -> None:
    made = lobby()
    fields = form(made, name="Ana")
    one, other = post(fields), post({**fields, "name": "Ben"})
    assert proof(made, one).participant != proof(made, other).participant
    assert proof(made, one).secret != proof(made, other).secret


def test_after_a_minute_the_page_gives_nobody_the_seat() -> None:
    """Somebody else goes back to it on a shared device."""
    made = lobby()
    fields = form(made)
    one = post(fields)
    Participant.objects.update(joined_at=timezone.now() - timedelta(seconds=61))
    other = post(fields)
    assert proof(made, one).participant != proof(made, other).participant
    assert proof(made, one).secret != proof(made, other).secret


def test_nobody_comes_back_to_the_seat_of_somebody_who_was_removed() -> None:
    made = lobby()
    fields = form(made)
    one = proof(made, post(fields))
    made.fay("person.remove", p=one.participant)
    assert proof(made, post(fields)).participant != one.participant


@pytest.mark.parametrize("attempt", ["", "x", "AAAA", "é" * 43, "A" * 5_000])
def test_a_page_without_its_number_seats_as_before(attempt: str) -> None:
    made = lobby()
    fields = {**form(made), "attempt": attempt}
    assert proof(made, post(fields)).participant != proof(made, post(fields)).participant


def test_the_database_has_neither_the_number_of_the_page_nor_the_secret() -> None:
    made = lobby()
    fields = form(made, name="Ana")
    secret = proof(made, post(fields)).secret
    [kept] = Op.objects.filter(author__startswith="v:").values()
    assert fields["attempt"] not in str(kept)
    assert secret.hex() not in str(kept)
    assert "Ana" not in str(kept)


def test_who_is_erased_leaves_no_trace_of_the_joining() -> None:
    made = lobby()
    ana = made.join("Ana")
    ben = made.join("Ben")
    ana("leave", erase=True)
    assert [row["p"] for row in Op.objects.filter(author__startswith="v:").values_list("result", flat=True)] == [
        ben.row.pk
    ]


def test_a_program_that_asks_again_gets_the_same_token() -> None:
    made = lobby()
    fields = {"code": made.session.code, "name": "Ben", "attempt": form(made)["attempt"]}
    answers = [Client().post(reverse("live:enter"), fields, headers={"accept": "application/json"}) for _try in "12"]
    assert answers[0].json() == answers[1].json()
    assert Participant.objects.count() == 1


def test_a_full_session_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "MOST_PEOPLE", 2)
    made = lobby()
    made.fay("practice.add", count=5)
    made.join("Ana")
    ben = made.join("Ben")
    fields = form(made, name="Cleo")
    page = post(fields)
    assert page.status_code == 403
    assert "is full" in page.content.decode()
    answer = Client().post(reverse("live:enter"), {"code": made.session.code}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "full")
    made.fay("person.remove", p=ben.row.pk)
    assert post(fields).status_code == 302


def test_a_flood_of_joins_is_told_to_wait_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "JOINS_A_MINUTE", 2)
    made, beside = lobby(), lobby()
    made.join("Ana")
    made.join("Ben")
    assert refusal(made.join, "Cleo").code == "busy"
    page = post(form(made, name="Cleo"))
    assert page.status_code == 503
    assert 1 <= int(page["Retry-After"]) <= 15
    html = page.content.decode()
    assert 'value="Cleo"' in html
    assert "data-again" in html
    program = Client().post(reverse("live:enter"), {"code": made.session.code}, headers={"accept": "application/json"})
    assert (program.status_code, program.json()["code"]) == (503, "busy")
    assert program["Retry-After"]
    beside.join("Dora")
    Participant.objects.filter(session=made.session).update(joined_at=timezone.now() - timedelta(seconds=61))
    made.join("Cleo")
