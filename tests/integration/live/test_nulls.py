"""PostgreSQL cannot hold NUL: what has one is refused or not found, never an error of the server."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import fay, running

pytestmark = pytest.mark.django_db
ADDRESSES = ("/j/%00/", "/screen/%00/", "/s/%00/", "/panel/%00/", "/sessions/%00/", "/slides/%00/1/1/", "/board/%00/1/")


@pytest.mark.parametrize("address", [*ADDRESSES, "/groups/%00/", "/plans/?q=%00"])
def test_an_address_with_a_nul_is_not_found(address: str) -> None:
    client = Client()
    client.force_login(fay())
    answer = client.get(address)
    assert answer.status_code == 404
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_forms_with_a_nul_are_refused() -> None:
    workshop = running(people=["Ana"])
    assert Client().post(reverse("live:enter"), {"token": "\0"}).status_code == 404
    client = Client()
    client.cookies.load(workshop.people["Ana"].cookie)
    answer = {"a": "1", "q": "\0", "round": "1", "v": "x"}
    assert client.post(reverse("questions:answer", args=[workshop.session.public_id]), answer).status_code == 302
    client.force_login(fay())
    assert client.post(reverse("reports:quick"), {"title": "a\0b"}).status_code == 302
