"""A session on a deployed Plenary, and people who vote in it through the proxy for as long as they are asked to."""

from __future__ import annotations

import asyncio
import json
import random
import ssl
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

import httpx
import psycopg
import websockets

from tests.live_site import _token
from tests.stack import Stack

PAUSES = (0.05, 0.5)


@dataclass
class House:
    """The session, as its facilitator has it."""

    stack: Stack
    id: str
    code: str
    activity: int
    staff: httpx.Client
    question: str = ""
    round: int = 1

    @classmethod
    def open(cls, stack: Stack) -> Self:
        """Make a session with one open poll, by the pages and commands that anybody uses."""
        staff = httpx.Client(base_url=stack.url, follow_redirects=True, timeout=20)
        made = json.loads(stack.manage("shell", "--no-imports", "--command", SEED).splitlines()[-1])
        page = staff.get(made["staff_link"])
        staff.post(
            made["staff_link"], data={"csrfmiddlewaretoken": _token(page.text)}, headers={"Referer": stack.url + "/"}
        )
        house = cls(stack, made["id"], made["code"], made["activity"], staff, made["question"])
        house.act("session.door", open=True)
        house.act("session.start")
        house.act("activity.open", a=house.activity, minutes=0)
        return house

    def act(self, op: str, **payload: Any) -> None:
        """A step of the facilitator, through the proxy."""
        answer = self.staff.post(
            f"/live/{self.id}/do/?as=staff",
            json={"t": "do", "id": str(uuid4()), "op": op, **payload},
            headers={"X-Requested-With": "tests", "Origin": self.stack.url},
        ).json()
        assert answer["t"] == "ok", answer

    def join(self, name: str) -> dict[str, str]:
        """A person joins as a program does, through the proxy."""
        answer = httpx.post(
            self.stack.url + "/join/", data={"code": self.code, "name": name}, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, str] = answer.json()
        return found

    def stored(self) -> dict[str, int]:
        """How far the database is: the ``n`` of each author's answer."""
        with psycopg.connect(self.stack.web[0].environment["DATABASE_URL"]) as connection:
            rows = connection.execute(
                "SELECT author, n FROM questions_response WHERE activity_id = %s", [self.activity]
            ).fetchall()
        return {str(author): int(n) for author, n in rows}

    def close(self) -> None:
        """End the session."""
        self.act("session.end")
        self.staff.close()


#: Run by ``manage.py shell``: an account and a session, whose links are printed.
SEED = """
import json
from django.urls import reverse
from workshop.accounts.models import Organisation, User
from workshop.accounts.operations import make_link
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.live.start import quick_session
organisation, _ = Organisation.objects.get_or_create(name="Halden")
fay, _ = User.objects.get_or_create(username="fay", defaults={"organisation": organisation})
options = [{"id": key, "text": text} for key, text in (("a", "One"), ("b", "Two"), ("c", "Three"))]
asked = QuestionSpec(kind="choice", prompt="Which?", config={"options": options})
session = quick_session(fay, "Deployment", activities=(ActivitySpec(kind="poll", title="Which?", questions=(asked,)),))
activity = session.activity_runs.select_related("activity").get().activity
print(json.dumps({"id": session.public_id, "code": session.code, "activity": activity.pk,
    "question": activity.questions.get().key, "staff_link": reverse("accounts:link", args=[make_link(fay)])}))
"""


@dataclass
class Voter:
    """A device: sends one answer after another, keeps what is not answered and comes back, as pages do."""

    house: House
    token: str
    url: str
    n: int = 0
    acked: int = 0
    byes: list[int] = field(default_factory=list)
    closes: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def vote_until(self, done: asyncio.Event, trust: ssl.SSLContext) -> None:
        """Vote again and again until told to stop and the last vote is acknowledged."""
        while not (done.is_set() and self.acked == self.n):
            try:
                async with websockets.connect(
                    self.url + "?as=learner&view=data",
                    subprotocols=[websockets.Subprotocol("plenary.v1")],
                    additional_headers={"Authorization": f"Bearer {self.token}"},
                    ssl=trust,
                ) as socket:
                    await self._talk(socket, done)
            except (OSError, websockets.InvalidStatus, websockets.InvalidMessage):
                self.closes.append(0)
            except websockets.ConnectionClosed as closed:
                self.closes.append(closed.rcvd.code if closed.rcvd else 1006)
            await asyncio.sleep(random.uniform(*PAUSES))

    async def _talk(self, socket: websockets.ClientConnection, done: asyncio.Event) -> None:
        async for text in socket:
            frame = json.loads(text)
            if frame["t"] == "bye":
                self.byes.append(frame["code"])
            elif frame["t"] == "ping":
                await socket.send('{"t":"pong"}')
            elif frame["t"] == "hello":
                await self._send(socket, again=self.acked < self.n)
            elif frame["t"] == "ok":
                self.acked = self.n
                async with self.news:
                    self.news.notify_all()
                if done.is_set():
                    return
                await self._send(socket)
            elif frame["t"] == "no":
                self.refused.append(frame["code"])
                await self._send(socket, again=True)

    async def _send(self, socket: websockets.ClientConnection, *, again: bool = False) -> None:
        # The limit of answers is ten a second and person.
        await asyncio.sleep(0.1)
        self.n += not again
        op = {"op": "respond", "a": self.house.activity, "q": self.house.question, "round": 1}
        op |= {"n": self.n, "v": "abc"[self.n % 3]}
        if not again or not hasattr(self, "_id"):
            self._id = str(uuid4())
        await socket.send(json.dumps({"t": "do", "id": self._id, **op}))


async def advanced(voters: list[Voter]) -> None:
    """Wait until three more answers of everybody are acknowledged."""
    for voter, goal in [(voter, voter.acked + 3) for voter in voters]:
        async with voter.news:
            await voter.news.wait_for(lambda v=voter, g=goal: v.acked >= g)
