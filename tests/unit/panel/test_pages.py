"""The pages of the control panel: who sees them, what they say, that looking changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Part, Workshop, fay, lobby, olga, organisation, running, user
from workshop.accounts.models import User
from workshop.live import cookies, hooks
from workshop.live.models import Participant, Staff
from workshop.realtime.models import Head

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]
PAGES = ("panel", "panel_add", "panel_invite", "panel_people", "panel_phone", "panel_result")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(workshop: Workshop, name: str = "panel", *more: object) -> str:
    return reverse(f"live:{name}", args=[workshop.session.public_id, *more])


def moderator(workshop: Workshop) -> User:
    person = user("Mo")
    Staff.objects.get_or_create(session=workshop.session, user=person, role="moderator")
    return person


def heads() -> list[tuple[str, int]]:
    return sorted(Head.objects.exclude(session=0).values_list("name", "revision"))


@contextmanager
def writes_nothing() -> Iterator[None]:
    before = heads()
    with CaptureQueriesContext(connection) as queries:
        yield
    written = [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert written == []
    assert heads() == before


def test_the_panel_says_what_the_main_button_will_do() -> None:
    workshop, client = lobby(open_door=False), signed_in(fay())
    assert "Open the door" in client.get(page(workshop)).content.decode()
    workshop.fay("session.door", open=True)
    assert "Start: Engage" in client.get(page(workshop)).content.decode()
    workshop.fay("session.start")
    assert "Next: Explore" in client.get(page(workshop)).content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_strangers_are_asked_to_sign_in(name: str, client: Client) -> None:
    answer = client.get(page(lobby(), name))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, reverse("accounts:sign_in"))


@pytest.mark.parametrize("name", PAGES)
def test_another_organisation_learns_nothing(name: str) -> None:
    workshop = lobby()
    mallory = user("Mallory", organisation=organisation("Elsewhere"), is_organiser=True)
    assert signed_in(mallory).get(page(workshop, name)).status_code == 404
    assert signed_in(mallory).get(reverse(f"live:{name}", args=["nonsense"])).status_code == 404


def test_colleagues_without_a_role_do_not_see_it() -> None:
    assert signed_in(user("Cleo")).get(page(lobby())).status_code == 404


def test_an_organiser_watches_and_does_not_drive() -> None:
    workshop, client = lobby(), signed_in(olga())
    html = client.get(page(workshop)).content.decode()
    assert "Start: Engage" not in html
    assert "can-drive" not in html
    answer = client.post(page(workshop, "panel_act"), {"op": "session.start"})
    assert (answer.status_code, workshop.fresh.state) == (403, "lobby")
    assert client.post(page(workshop, "panel_ask"), {"choice": "tests:0"}).status_code == 403
    assert client.get(page(workshop, "panel_add")).status_code == 403
    assert client.get(page(workshop, "panel_people")).status_code == 403


def test_a_moderator_sees_no_panel_and_no_people(monkeypatch: pytest.MonkeyPatch) -> None:
    workshop = running(people=["Ana"])
    workshop.people["Ana"]("hand", up=True)
    client = signed_in(moderator(workshop))
    assert client.get(page(workshop)).status_code == 302
    for name in PAGES[1:]:
        assert client.get(page(workshop, name)).status_code == 403
    p = workshop.people["Ana"].row.pk
    assert client.post(page(workshop, "panel_act"), {"op": "hand.lower", "p": str(p)}).status_code == 403
    assert Participant.objects.get(pk=p).hand_at is not None
    monkeypatch.setattr(hooks, "desks", {})
    assert client.get(page(workshop)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_looking_writes_nothing(name: str) -> None:
    workshop, client = running(people=["Ana"]), signed_in(fay())
    client.get(page(workshop, name))
    with writes_nothing():
        assert client.get(page(workshop, name)).status_code == 200
        assert client.head(page(workshop, name)).status_code == 200


@pytest.mark.parametrize("name", ["panel_act", "panel_ask"])
def test_acts_need_a_post_with_a_token(name: str) -> None:
    workshop = lobby()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(fay())
    assert strict.get(page(workshop, name)).status_code == 405
    assert strict.post(page(workshop, name), {"op": "session.start"}).status_code == 403
    assert workshop.fresh.state == "lobby"


def count_queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["panel", "panel_people"])
def test_queries_do_not_grow_with_people(name: str) -> None:
    workshop, client = running(people=["Ana", "Ben", "Chidi"]), signed_in(fay())
    few = count_queries(client, page(workshop, name))
    rows = [
        Participant(session=workshop.session, number=number, name=f"Person {number}", revision=1)
        for number in range(4, 301)
    ]
    Participant.objects.bulk_create(rows)
    assert count_queries(client, page(workshop, name)) == few


def test_the_light_is_green_once_another_device_has_joined() -> None:
    workshop, client = lobby(), signed_in(fay())
    green = 'class="light on"'
    workshop.fay("practice.add", count=3)
    assert green not in client.get(page(workshop)).content.decode()
    own = workshop.join("Fay on the laptop")
    for name, value in own.cookie.items():
        client.cookies[name] = value
    assert green not in client.get(page(workshop)).content.decode()
    workshop.join("Ana")
    assert green in client.get(page(workshop)).content.decode()


def test_the_phone_link_signs_in_by_a_post_alone() -> None:
    workshop = lobby()
    address = reverse("live:panel_in", args=[cookies.phone_token(fay().pk, workshop.session.public_id)])
    device = Client()
    assert device.get(address).status_code == 200
    assert "_auth_user_id" not in device.session
    assert device.post(address)["Location"] == page(workshop)
    assert device.get(page(workshop)).status_code == 200
    for again in (Client().get(address), Client().post(address)):
        assert again.status_code == 410


def test_a_phone_link_of_somebody_without_a_role_or_made_up_does_nothing() -> None:
    workshop = lobby()
    for token in (cookies.phone_token(user("Cleo").pk, workshop.session.public_id), "1:2:3"):
        assert Client().post(reverse("live:panel_in", args=[token])).status_code == 410


def test_names_and_notices_stand_as_they_were_typed() -> None:
    workshop = running(Part("<b>Engage</b>"), people=["<script>alert(1)</script>"])
    workshop.fay("session.notice", text="</p><script>alert(2)</script>")
    client = signed_in(fay())
    for name in ("panel", "panel_people"):
        html = client.get(page(workshop, name)).content.decode()
        assert "<script>alert" not in html
        assert "<b>Engage</b>" not in html
