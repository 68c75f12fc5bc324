"""Addresses of sessions' pages that lead nowhere: always 404, never an error of the server."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import Workshop, fay, olga, running
from workshop.live.models import Session

pytestmark = pytest.mark.django_db

BAD = ["nul\0here", "%00", "x" * 300, "ö" * 300, "\ud7ff", "' OR 1=1 --"]


def signed_in(organiser: bool) -> Client:
    client = Client()
    client.force_login(olga() if organiser else fay())
    return client


def pages(public_id: str, form: str = "csv") -> list[str]:
    return [
        reverse("reports:session", args=[public_id]),
        reverse("reports:summary", args=[public_id]),
        reverse("reports:export", args=[public_id, form]),
        reverse("reports:erase", args=[public_id]),
    ]


@pytest.mark.parametrize("organiser", [False, True])
@pytest.mark.parametrize("bad", BAD)
def test_an_address_of_no_session_is_404(bad: str, organiser: bool) -> None:
    made, client = running(), signed_in(organiser)
    for address in pages(made.session.public_id):
        place = address.replace(made.session.public_id, _quoted(bad))
        assert client.get(place).status_code == 404, place
    assert client.post(f"/sessions/{_quoted(bad)}/erase/").status_code == 404


@pytest.mark.parametrize("organiser", [False, True])
@pytest.mark.parametrize("bad", BAD)
def test_a_format_that_does_not_exist_is_404(bad: str, organiser: bool) -> None:
    made, client = running(), signed_in(organiser)
    address = reverse("reports:export", args=[made.session.public_id, "csv"])
    place = address.replace("csv", _quoted(bad))
    assert place != address
    assert client.get(place).status_code == 404, place


@pytest.mark.parametrize("organiser", [False, True])
def test_a_session_that_is_erased_but_not_deleted_yet_is_nowhere(organiser: bool) -> None:
    made: Workshop = running()
    client = signed_in(organiser)
    Session.objects.update(erased_at=timezone.now())
    for address in pages(made.session.public_id):
        assert client.get(address).status_code == 404, address
    assert client.post(reverse("reports:erase", args=[made.session.public_id])).status_code == 404
    assert made.session.title not in client.get(reverse("reports:sessions")).content.decode()
    for name in ("live:panel", "live:learner", "live:screen", "live:mine"):
        assert client.get(reverse(name, args=[made.session.public_id])).status_code in {403, 404}, name


def _quoted(text: str) -> str:
    from urllib.parse import quote  # as a browser writes an address

    return quote(text, safe="")
