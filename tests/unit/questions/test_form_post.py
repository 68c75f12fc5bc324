"""Answering without script: a form post, back to the page, with a sentence."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.questions.room import Person, Room
from workshop.live import cookies
from workshop.live.cookies import Proof
from workshop.questions.models import Response

OPTIONS = {"options": ["Training", "Inference", "Idle machines"]}


def browser(room: Room, person: Person, **more: bool) -> Client:
    client = Client(**more)
    proof = Proof(room.session.public_id, person.row.pk, person.secret)
    client.cookies[f"p.{room.session.public_id}"] = cookies.token_for(proof)
    return client


def post(room: Room, name: str, run: object, **fields: object) -> object:
    client = browser(room, room.people[name])
    address = f"/s/{room.session.public_id}/answer/"
    data = {"a": run.activity_id, "q": "q1", "round": 1, **fields}
    return client.post(address, data, follow=True)


def said(response: object) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("privacy", ["pseudonymous", "anonymous"])
def test_an_answer_and_then_another(room: Room, privacy: str) -> None:
    run = room.ask("choice", OPTIONS, privacy)

    assert said(post(room, "Ana", run, v="b")) == ["Saved."]
    assert said(post(room, "Ana", run, v="c")) == ["Saved."]

    assert list(Response.objects.values_list("value", "n")) == [("c", 2)]


def test_held_answers_say_so(room: Room) -> None:
    run = room.ask("text")

    assert said(post(room, "Ana", run, v="Hello")) == ["Saved. Your facilitator reads it before it is shown."]


def test_several_of_many_and_own_words(room: Room) -> None:
    run = room.ask("choice", {**OPTIONS, "multiple": True, "other": True})

    post(room, "Ana", run, v=["b", "other"], **{"v-other": "Trials"})

    assert Response.objects.get().value == ["b", "other:Trials"]


def test_a_scale_comes_as_a_number(room: Room) -> None:
    run = room.ask("scale")
    post(room, "Ana", run, v="4")

    assert Response.objects.get().value == 4


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"v": "zz"}, "This choice does not fit the question. Please choose again."),
        ({}, "Please choose one."),
        ({"v": "a", "round": "9"}, "A new round has begun. Please answer again."),
        ({"v": "a", "q": "q9"}, "This question is not there any more."),
        ({"v": "a", "a": "999999"}, "This question is not there any more."),
        ({"v": "a", "a": "x"}, "This page was out of date. Please answer again."),
        ({"v": "a", "round": str(2**70)}, "This page was out of date. Please answer again."),
    ],
)
def test_a_refusal_is_a_sentence(room: Room, fields: dict[str, object], sentence: str) -> None:
    run = room.ask("choice", OPTIONS)

    assert said(post(room, "Ana", run, **fields)) == [sentence]
    assert not Response.objects.exists()


def test_a_stranger_is_sent_to_the_door(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    address = f"/s/{room.session.public_id}/answer/"

    response = Client().post(address, {"a": run.activity_id, "q": "q1", "round": 1, "v": "a"})

    assert (response.status_code, response["Location"]) == (302, "/")
    assert not Response.objects.exists()


def test_a_get_and_a_post_without_token_write_nothing(room: Room) -> None:
    run = room.ask("choice", OPTIONS)
    client = browser(room, room.people["Ana"], enforce_csrf_checks=True)
    address = f"/s/{room.session.public_id}/answer/"

    assert client.get(address).status_code == 405
    assert client.post(address, {"a": run.activity_id, "q": "q1", "round": 1, "v": "a"}).status_code == 403
    assert not Response.objects.exists()
