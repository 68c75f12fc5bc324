"""Nothing that one person does costs more because others are there: the same number of queries at 3 and at 300."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Learner, Part, Workshop, fay, running
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.live import cookies
from workshop.live.door import LiveDoor
from workshop.live.models import Participant
from workshop.questions.models import Response
from workshop.realtime import batches, heads, ops, reads
from workshop.realtime.door import Handshake, Ticket
from workshop.realtime.ops import Call
from workshop.realtime.slots import SlotRequest

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 300
OPTIONS = [{"id": "a", "text": "Yes"}, {"id": "b", "text": "No"}]
WHICH = ActivitySpec(
    kind="poll", title="Which", key="which", results="all",
    questions=(QuestionSpec(kind="choice", prompt="Which?", key="q1", config={"options": OPTIONS}),),
)  # fmt: skip
IDEAS = ActivitySpec(kind="board", title="Ideas", key="ideas", config={"columns": ["Ideas"]}, privacy="anonymous")


class Room:
    """A session with a poll and a board open, and as many people as are wanted."""

    def __init__(self) -> None:
        self.workshop: Workshop = running(Part("Engage", (WHICH, IDEAS)))
        for key in ("which", "ideas"):
            self.workshop.fay("activity.open", a=self.workshop[key].pk, minutes=0)
        self.workshop.fay("activity.show", a=self.workshop["which"].pk, where="phones", on=True)
        self.ana = self.workshop.join("Ana")
        self.learners: list[Learner] = [self.ana]
        self._cards = 0

    @property
    def session(self) -> Any:
        return self.workshop.session

    def fill(self, count: int) -> None:
        """Let people come until there are so many; each of them has answered."""
        taken = Participant.objects.filter(session=self.session).latest("number").number
        numbers = range(taken + 1, taken + 1 + count - len(self.learners))
        rows = Participant.objects.bulk_create(
            [Participant(session=self.session, number=n, name=f"Person {n}", revision=1) for n in numbers]
        )
        self.learners += [Learner(row, cookies.new_secret(), self.session) for row in rows]
        activity = self.workshop["which"]
        question = activity.questions.get()
        Response.objects.bulk_create(
            Response(
                session_id=self.session.pk, activity=activity, question=question, round=1, author=row.key, n=1,
                value="a", revision=1, answered_at=timezone.now(),
            )
            for row in rows
        )  # fmt: skip

    def learner(self) -> Client:
        client = Client()
        for name, value in self.ana.cookie.items():
            client.cookies[name] = value
        return client

    def staff(self) -> Client:
        client = Client()
        client.force_login(fay())
        return client

    def screen(self) -> Client:
        client = Client()
        client.get(f"/screen/{self.workshop.fresh.screen_token}/")
        return client

    # ── what people do ──────────────────────────────────────────────────────────────────────────────────────────

    def get(self, client: Client, address: str) -> None:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert b"".join(answer) if answer.streaming else answer.content

    def join(self) -> None:
        form = {"code": self.workshop.fresh.code, "name": "Ben"}
        assert Client().post("/join/", form, HTTP_ACCEPT="application/json").status_code == 200

    def come_back(self) -> None:
        """All sockets at once: let in, and given every slot and their own."""
        handshakes = [
            Handshake(self.session.public_id, "learner", {}, bearer=cookies.token_for(learner.proof))
            for learner in self.learners
        ]
        tickets = LiveDoor().admit(handshakes)
        names = LiveDoor().catalogue(self.session.pk)
        shared = [SlotRequest(self.session.pk, name, "learner", "en", "html") for name in names["learner"]]
        own = [
            SlotRequest(self.session.pk, name, f"person:{ticket.actor.key}", "en", "html", actor=ticket.actor)
            for ticket in tickets
            if isinstance(ticket, Ticket)
            for name in names["person"]
        ]
        assert len(own) >= len(self.learners)
        found, _cost = reads.read_all([*shared, *own])
        assert not any(got.failed for got in found)

    def answer(self) -> None:
        """Everybody answers at once, in one batch."""
        shape, activity = ops.get("respond").payload, self.workshop["which"].pk
        calls = [
            Call(self.session.pk, learner.actor, "respond", uuid4(),
                 shape.model_validate({"a": activity, "q": "q1", "round": 1, "n": 2, "v": "b"}))
            for learner in self.learners
        ]  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            results = batches.write(calls)
        assert all(isinstance(result, dict) for result in results)
        # Making the actors above reads each person: only what the batch itself asks counts.
        self.asked = len(queries)


def of_learner(address: str) -> Callable[[Room], None]:
    return lambda room: room.get(room.learner(), address.format(room=room, ideas=room.workshop["ideas"].pk))


def of_staff(address: str) -> Callable[[Room], None]:
    return lambda room: room.get(room.staff(), address.format(room=room))


ACTS: dict[str, Callable[[Room], None]] = {
    "join": Room.join,
    "learner page": of_learner("/s/{room.session.public_id}/"),
    "board": of_learner("/board/{room.session.public_id}/{ideas}/"),
    "file to take away": of_learner("/s/{room.session.public_id}/mine/"),
    "panel": of_staff("/panel/{room.session.public_id}/"),
    "people": of_staff("/panel/{room.session.public_id}/people/"),
    "groups": of_staff("/groups/{room.session.public_id}/"),
    "library": of_staff("/plans/"),
    "sessions": of_staff("/sessions/"),
    "session page": of_staff("/sessions/{room.session.public_id}/"),
    "summary": of_staff("/sessions/{room.session.public_id}/summary/"),
    "export": of_staff("/sessions/{room.session.public_id}/export/csv/"),
    "screen": lambda room: room.get(room.screen(), f"/s/{room.session.public_id}/screen/"),
    "hello of all sockets": Room.come_back,
}


@pytest.fixture
def room() -> Room:
    return Room()


def count(act: Callable[[Room], None], room: Room) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        act(room)
    return [query["sql"][:200] for query in queries]


@pytest.mark.parametrize("name", ACTS)
def test_as_many_queries_for_300_as_for_3(name: str, room: Room) -> None:
    room.fill(FEW)
    ACTS[name](room)
    few = count(ACTS[name], room)
    room.fill(MANY)
    many = count(ACTS[name], room)
    assert len(many) == len(few), [sql for sql in many if sql not in few]


def test_a_batch_of_300_answers_asks_as_often_as_one_of_3(room: Room) -> None:
    room.fill(FEW)
    room.answer()
    room.answer()
    few = room.asked
    room.fill(MANY)
    room.answer()
    assert room.asked == few


def again(key: str) -> ActivitySpec:
    """The poll once more, under another name."""
    return replace(WHICH, title=key, key=key)


@pytest.mark.parametrize(("address", "most"), [("/panel/{}/", 15), ("/s/{}/", 10)])
def test_a_page_asks_as_often_for_five_polls_as_for_two(address: str, most: int) -> None:
    asked = []
    for keys in (["a", "b"], ["a", "b", "c", "d", "e"]):
        made = running(Part("Engage", tuple(map(again, keys))))
        for key in keys:
            made.fay("activity.open", a=made[key].pk, minutes=0)
            made.fay("activity.show", a=made[key].pk, where="phones", on=True)
        client = Client()
        client.force_login(fay())
        for name, value in made.join("Ana").cookie.items():
            client.cookies[name] = value
        for _warm in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address.format(made.session.public_id)).status_code == 200
        asked.append([query["sql"][:200] for query in queries])
    assert len(asked[0]) == len(asked[1]), [sql for sql in asked[1] if sql not in asked[0]]
    assert len(asked[0]) <= most, asked[0]


def test_a_wave_after_the_first_reads_people_alone_until_the_session_moves(room: Room) -> None:
    room.fill(FEW)
    lasting = heads.Lasting()

    def you() -> tuple[int, dict[str, Any]]:
        ana = room.ana.actor
        request = SlotRequest(room.session.pk, "you", f"person:{ana.key}", "en", "html", actor=ana)
        with CaptureQueriesContext(connection) as queries:
            (got,), _cost = reads.read_all([request], lasting)
        return len(queries), json.loads(f"{{{got.content}}}")["d"]["answers"]

    first, answers = you()
    assert answers.keys() == {str(room.workshop[key].pk) for key in ("which", "ideas")}
    second, again_told = you()
    # The heads, the people with their notes, their groups, their answers.
    assert (second, again_told) == (4, answers)
    assert second < first
    for step in ("close", "round"):
        room.workshop.fay(f"activity.{step}", a=room.workshop["which"].pk)
    _third, after = you()
    assert after[str(room.workshop["which"].pk)]["round"] == 2
