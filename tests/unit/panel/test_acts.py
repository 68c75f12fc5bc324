"""What the panel does without script: forms that become ops."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.contrib.messages import get_messages
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from tests.cast import Workshop, fay, lobby, running
from workshop.kinds import Quick, Refused, activity_kinds
from workshop.live.models import ActivityRun
from workshop.live.ops_session import From, NoticeText, Settings
from workshop.live.panel.acting import fields_of, payload_of
from workshop.live.panel.addresses import lan_addresses
from workshop.plans.models import Activity
from workshop.questions.presenting import Hands, ShowAs
from workshop.realtime.ops import Nothing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


@pytest.fixture
def client() -> Client:
    made = Client()
    made.force_login(fay())
    return made


def post(client: Client, workshop: Workshop, op: str, **fields: str) -> int:
    address = reverse("live:panel_act", args=[workshop.session.public_id])
    return client.post(address, {"op": op, **fields}).status_code


def test_a_form_becomes_an_op_and_leads_back(client: Client) -> None:
    workshop = running()
    phase = workshop.phases[0]
    address = reverse("live:panel_act", args=[workshop.session.public_id])
    answer = client.post(address, {"op": "phase.extend", "minutes": "5"})
    assert answer["Location"] == reverse("live:panel", args=[workshop.session.public_id])
    phase.refresh_from_db()
    assert phase.extra_ms == 5 * 60_000


def test_the_main_button_of_the_page_works_without_script(client: Client) -> None:
    workshop = running()
    assert post(client, workshop, "session.next", **{"from": str(workshop.fresh.phase_id)}) == 302
    assert workshop.fresh.phase_id == workshop.phases[1].pk


def test_a_refusal_is_said_on_the_page(client: Client) -> None:
    workshop = running()
    address = reverse("live:panel_act", args=[workshop.session.public_id])
    answer = client.post(address, {"op": "session.back", "from": str(workshop.fresh.phase_id)})
    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["This is the first phase."]
    assert "This is the first phase." in client.get(answer["Location"]).content.decode()


def test_a_script_gets_json(client: Client) -> None:
    workshop = lobby()
    address = reverse("live:panel_act", args=[workshop.session.public_id])
    as_json = {"Accept": "application/json"}
    assert client.post(address, {"op": "session.start"}, headers=as_json).status_code == 200
    again = client.post(address, {"op": "session.start"}, headers=as_json)
    assert (again.status_code, again.json()["code"]) == (409, "moved_on")


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"op": "no.such"}, 404, "unknown_op"),
        ({"op": "activity.tick"}, 404, "unknown_op"),
        ({"op": "phase.extend", "minutes": "many"}, 422, "bad_shape"),
        ({"op": "phase.extend", "minutes": "1.5"}, 422, "bad_shape"),
        ({"op": "phase.extend", "minutes": "9" * 5000}, 422, "bad_shape"),
        ({"op": "phase.extend"}, 422, "bad_shape"),
        ({"op": "session.door", "open": "true", "is_admin": "1"}, 422, "bad_shape"),
        ({"op": "session.notice", "text": "x" * 301}, 422, "bad_shape"),
        ({}, 404, "unknown_op"),
    ],
)
def test_what_is_no_op_is_refused(client: Client, fields: dict[str, str], status: int, code: str) -> None:
    workshop = running()
    address = reverse("live:panel_act", args=[workshop.session.public_id])
    answer = client.post(address, fields, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_texts_stay_texts_and_the_rest_is_json() -> None:
    assert payload_of(NoticeText, {"text": "5"}) == NoticeText(text="5")
    assert payload_of(NoticeText, {"text": '{"a": 1}'}) == NoticeText(text='{"a": 1}')
    assert payload_of(Settings, {"names": "required"}) == Settings(names="required")
    assert payload_of(From, {"from": "7"}) == From.model_validate({"from": 7})
    assert payload_of(From, {"from": "null"}) == From.model_validate({"from": None})
    assert payload_of(Nothing, {}) == Nothing()
    with pytest.raises(Refused, match="bad_shape"):
        payload_of(From, {"from": '"7"'})


def test_the_address_must_be_one_of_this_machine(client: Client) -> None:
    workshop = lobby()
    address = reverse("live:panel_act", args=[workshop.session.public_id])
    answer = client.post(address, {"op": "session.address", "address": "203.0.113.9"})
    assert "no longer has this address" in str(next(iter(get_messages(answer.wsgi_request))))
    for known in lan_addresses()[:1]:
        client.post(address, {"op": "session.address", "address": known.ip})
        assert workshop.fresh.screen["address"] == known.ip
        page = client.get(reverse("live:panel", args=[workshop.session.public_id])).content.decode()
        assert f"http://{known.ip}" in page


class TestAsking:
    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """One of the tests' kinds can be asked at once."""
        kind = next(iter(activity_kinds))
        spec = kind.examples()[0]
        self.value = f"{kind.slug}:0"

        def quick(question: str = "") -> list[Quick]:
            return [Quick("At once", replace(spec, title=question or "Said aloud"))]

        monkeypatch.setattr(kind, "quick", quick)

    def ask(self, client: Client, workshop: Workshop, **fields: str) -> int:
        address = reverse("live:panel_ask", args=[workshop.session.public_id])
        return client.post(address, fields, headers={"Accept": "application/json"}).status_code

    def test_asks_and_opens_in_one_post(self, client: Client) -> None:
        workshop = running()
        assert self.ask(client, workshop, choice=self.value, question="  Is it\n clear? ") == 200
        activity = Activity.objects.get(version=workshop.version, title="Is it clear?")
        assert ActivityRun.objects.get(activity=activity).state == "open"

    def test_waits_in_the_lobby(self, client: Client) -> None:
        workshop = lobby()
        assert self.ask(client, workshop, choice=self.value) == 200
        activity = Activity.objects.get(version=workshop.version, title="Said aloud")
        assert ActivityRun.objects.get(activity=activity).state == "ready"

    def test_refuses_what_nobody_offers(self, client: Client) -> None:
        workshop = running()
        before = Activity.objects.count()
        assert self.ask(client, workshop, choice="nobody:7") == 409
        assert self.ask(client, workshop, choice=self.value, question="x" * 301) == 409
        assert Activity.objects.count() == before


def test_inputs_that_belong_together_make_a_list() -> None:
    post = QueryDict("op=result.hands&a=5&q=q1&people[]=12&people[]=&people[]=x&people[]=3&csrfmiddlewaretoken=y")
    assert fields_of(post) == {"a": "5", "q": "q1", "people": [12, 0, 0, 3]}
    assert payload_of(Hands, fields_of(post)) == Hands(a=5, q="q1", people=[12, 0, 0, 3])
    assert payload_of(ShowAs, {"a": "5", "view": "now", "other": "null"}) == ShowAs(a=5, view="now")
