"""Fixtures of the realtime tests; a conftest imports them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.realtime import database, fake
from tests.realtime.client import Frame, apply
from tests.services import ServiceMissing, missing
from workshop.realtime import door, ops, slots
from workshop.realtime import hub as hubs
from workshop.realtime.admission import Visitor
from workshop.realtime.connection import Connection
from workshop.realtime.dialogue import Dialogue
from workshop.realtime.door import Handshake
from workshop.realtime.hub import Hub
from workshop.realtime.ops import Call, Payload

SECONDS = 10.0


@pytest.fixture
def world() -> Iterator[None]:
    """The fake door, slots and ops for one test."""
    kept = (list(door._door), dict(slots._readers), dict(ops._ops))
    fake.open_world()
    yield
    door._door[:] = kept[0]
    for table, before in ((slots._readers, kept[1]), (ops._ops, kept[2])):
        table.clear()
        table.update(before)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of the test's own, with tables, as Django's default database."""
    try:
        with django_db_blocker.unblock(), database.fresh_url(database_kind, tmp_path) as url, database.as_default(url):
            yield url
    except ServiceMissing as error:
        missing(error)


def call(op: str, who: str = "p:1", session: int = 1, op_id: UUID | None = None, **payload: Any) -> Call[Any]:
    """An op of the fake world."""
    shape: type[Payload] = ops.get(op).payload
    return Call(session, fake.Somebody(who, session), op, op_id or uuid4(), shape(**payload))


class Socket:
    """A socket without a network. ``slots`` is what its page would show."""

    def __init__(self, hub: Hub, session: int, who: str) -> None:
        self.hub = hub
        self.session = session
        self.who = who
        self.frames: list[Frame] = []
        self.slots: dict[str, Frame] = {}
        self.answers: dict[str, Frame] = {}
        self.bytes = 0
        self.code: int | None = None
        #: While it is cleared, ``send`` waits, as uvicorn's does for a client that does not read.
        self.writable = asyncio.Event()
        self.writable.set()
        self._news = asyncio.Event()
        self.connection: Connection
        self.dialogue: Dialogue

    async def send(self, message: dict[str, Any]) -> None:
        await self.writable.wait()
        if message["type"] == "websocket.close":
            self.code = message["code"]
        else:
            self.bytes += len(message["text"])
            self._take(json.loads(message["text"]))
        self._news.set()

    def _take(self, frame: Frame) -> None:
        self.frames.append(frame)
        for slot in frame["slots"] if frame["t"] == "hello" else [frame] if frame["t"] == "slot" else []:
            assert apply(self.slots, slot), f"a gap: {slot}"
        if frame["t"] in ("ok", "no") and frame["id"]:
            self.answers[frame["id"]] = frame

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait until a condition holds that changes with what this socket gets."""
        async with asyncio.timeout(SECONDS):
            while not holds():
                self._news.clear()
                await self._news.wait()

    def say(self, frame: Frame | str) -> None:
        self.dialogue.hear(frame if isinstance(frame, str) else json.dumps(frame))

    async def do(self, op: str, op_id: str = "", **payload: Any) -> Frame:
        name = op_id or str(uuid4())
        self.answers.pop(name, None)
        self.say({"t": "do", "id": name, "op": op, **payload})
        await self.until(lambda: name in self.answers)
        return self.answers[name]

    async def slot(self, name: str, data: Any) -> None:
        await self.until(lambda: name in self.slots and self.slots[name].get("d") == data)

    @property
    def have(self) -> dict[str, tuple[int, int]]:
        return {name: (slot["e"], slot["r"]) for name, slot in self.slots.items()}

    def leave(self) -> None:
        self.hub.leave(self.connection)


Enter = Callable[..., Any]


@pytest.fixture
async def hub(world: None, database_url: str) -> AsyncIterator[Hub]:
    """A running hub on the test's event loop."""
    running = hubs.current()
    yield running
    await hubs.shutdown()


async def enter(
    hub: Hub, who: str, session: int = 1, view: str = "data", have: dict[str, tuple[int, int]] | None = None
) -> Socket:
    """Let somebody in and wait for the hello."""
    socket = Socket(hub, session, who)
    right = {"p": "learner", "u": "staff"}.get(who.partition(":")[0], "screen")
    visitor = Visitor(Handshake(f"s{session}", right, {}, bearer=who), view, have or {}, socket.send)
    socket.connection = await hub.admission.enter(visitor)
    socket.dialogue = Dialogue(hub, socket.connection)
    return socket
