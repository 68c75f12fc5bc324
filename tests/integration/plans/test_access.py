"""Who may see and change a plan: people of its organisation, by POST, with a token."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from workshop.accounts.models import User
from workshop.plans.models import Plan, PlanVersion
from workshop.plans.offers import offers_for
from workshop.plans.text import PlanDocument
from workshop.plans.urls import urlpatterns


def addresses(plan: Plan) -> dict[str, str]:
    assert plan.current
    document = PlanDocument.from_json(plan.current.document)
    key = next(spec.key for phase in document.phases for spec in phase.activities)
    bare = [phase for phase in document.phases if not phase.activities]
    del bare
    given = {"plan": plan.pk, "index": 0, "key": key, "number": 1, "offer": "0123456789abcdef", "kind": "poll"}
    result = {}
    for pattern in urlpatterns:
        wanted = pattern.pattern.converters
        if "plan" in wanted:
            result[str(pattern.name)] = reverse(f"plans:{pattern.name}", kwargs={name: given[name] for name in wanted})
    return result


def state() -> tuple[int, int, list[str]]:
    return Plan.objects.count(), PlanVersion.objects.count(), list(Plan.objects.values_list("title", flat=True))


READS = {
    "plan",
    "details",
    "text",
    "download",
    "versions",
    "remove",
    "phase",
    "activity_choose",
    "activity_add",
    "activity",
}


def test_nobody_is_let_in_without_signing_in(client: Client, demonstration: Plan) -> None:
    before = state()
    for address in [*addresses(demonstration).values(), reverse("plans:library"), reverse("plans:import")]:
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code in {302, 405}
            assert answer.status_code == 405 or "/accounts/" in answer["Location"]
    assert state() == before


def test_the_plans_of_another_organisation_do_not_exist(client: Client, demonstration: Plan, mallory: User) -> None:
    client.force_login(mallory)
    before = state()
    for name, address in addresses(demonstration).items():
        assert client.get(address).status_code in ({404} if name in READS else {404, 405}), address
        assert client.post(address).status_code in {404, 405}, address
    assert "Where does the money go?" not in client.get(reverse("plans:library")).content.decode()
    assert client.get(reverse("plans:library"), {"q": "money"}).content.decode().count("Where does the money") == 0
    assert state() == before


def test_get_never_writes(desk: Client, demonstration: Plan) -> None:
    before = state()
    changed = Plan.objects.get().changed_at
    for name, address in addresses(demonstration).items():
        expected = {200} if name in READS else {405, 302}
        assert desk.get(address).status_code in expected, (name, address)
    assert desk.get(reverse("plans:new")).status_code == 405
    assert state() == before
    assert Plan.objects.get().changed_at == changed


def test_a_post_without_a_token_changes_nothing(demonstration: Plan, fay: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(fay)
    before = state()
    for address in [*addresses(demonstration).values(), reverse("plans:import"), reverse("plans:new")]:
        assert client.post(address, {"text": "# A\n\n### Engage\n**Duration:** 5 minutes"}).status_code in {403, 405}
    assert state() == before


@pytest.mark.parametrize("number", ["0", "-1", str(2**63), "9" * 40, "1 OR 1=1", "..", "٣"])
def test_ids_that_cannot_be_are_not_found(desk: Client, demonstration: Plan, number: str) -> None:
    assert desk.get(f"/plans/{number}/").status_code == 404


def test_phases_and_activities_that_are_gone_lead_back_to_the_plan(desk: Client, plan: Plan) -> None:
    gone = [
        reverse("plans:phase", args=[plan.pk, 99]),
        reverse("plans:activity", args=[plan.pk, "nothing"]),
        reverse("plans:proposal", args=[plan.pk, "nothing"]),
    ]
    for address in gone:
        for answer in (desk.get(address, follow=True), desk.post(address, {"do": "save"}, follow=True)):
            assert answer.redirect_chain[-1][0].startswith(reverse("plans:plan", args=[plan.pk]))
            assert "no longer there" in answer.content.decode()


def test_an_unknown_kind_is_not_found(desk: Client, plan: Plan) -> None:
    assert desk.get(reverse("plans:activity_add", args=[plan.pk, 0, "nonsense"])).status_code == 404


def test_proposals_of_others_cannot_be_accepted(client: Client, plan: Plan, mallory: User) -> None:
    assert plan.current
    offers = offers_for(PlanDocument.from_json(plan.current.document), [])
    client.force_login(mallory)
    for offer in offers:
        assert client.get(reverse("plans:proposal", args=[plan.pk, offer.id])).status_code == 404
        assert client.post(reverse("plans:proposal", args=[plan.pk, offer.id]), {"do": "save"}).status_code == 404
    assert client.post(reverse("plans:proposals", args=[plan.pk]), {"do": "accept"}).status_code == 404
    plan.refresh_from_db()
    assert plan.settled_proposals == []
