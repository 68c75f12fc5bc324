"""Who helps to run a session: roles given, changed and taken away, live."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Part, Workshop, fay, organisation, refusal, running, user
from workshop.live.door import staff_actor
from workshop.live.models import Audit, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Workshop:
    return running(Part("Engage"))


def role_of(made: Workshop, name: str) -> str:
    found = staff_actor(made.fresh, user(name))
    return found.role if found else ""


def post(made: Workshop, **fields: object) -> int:
    client = Client()
    client.force_login(fay())
    return client.post(reverse("live:panel_team", args=[made.session.public_id]), fields).status_code


def test_a_colleague_gets_a_role_another_one_and_none(made: Workshop) -> None:
    max_ = user("Max")
    for role in ("moderator", "presenter", ""):
        assert post(made, u=max_.pk, role=role) == 302
        assert role_of(made, "Max") == role
    assert Audit.objects.filter(session=made.session, act="staff.set", target=f"u:{max_.pk}").count() == 3


def test_the_page_offers_colleagues_alone(made: Workshop) -> None:
    user("Max")
    user("Elsie", organisation=organisation("Elsewhere"))
    client = Client()
    client.force_login(fay())
    page = client.get(reverse("live:panel_team", args=[made.session.public_id])).content.decode()
    assert "Max" in page
    assert "Elsie" not in page


def test_people_of_other_organisations_and_nobody_are_refused(made: Workshop) -> None:
    elsie = user("Elsie", organisation=organisation("Elsewhere"))
    assert refusal(made.fay, "staff.set", u=elsie.pk, role="moderator").code == "no_person"
    for wrong in ("", "x", "99999999999999999999"):
        assert post(made, u=wrong, role="moderator") == 422
    assert post(made, u=fay().pk, role="emperor") == 422
    assert Staff.objects.filter(session=made.session).count() == 1


def test_somebody_always_leads(made: Workshop) -> None:
    assert refusal(made.fay, "staff.set", u=fay().pk, role="").code == "last_facilitator"
    made.fay("staff.set", u=user("Max").pk, role="facilitator")
    made.fay("staff.set", u=fay().pk, role="cofacilitator")
    assert role_of(made, "Fay") == "cofacilitator"
