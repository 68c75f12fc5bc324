"""A session for hostile guests: real rows in the tests' database, tokens of everybody, and servers in front of it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from django.urls import reverse

from tests.cast import Learner, Part, Workshop, fay, running
from tests.wire.raw import PONG, Event, Raw, frame, request, text
from tests.wire.servers import Server, serve
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.live import cookies

APPLICATION = "workshop.config.asgi:application"
#: Seconds for an ack, and for a frame after the commit of another person, on a busy machine.
PATIENCE = 10.0


def question(kind: str = "text", key: str = "q1") -> QuestionSpec:
    """A question of that kind with the first of its examples' configs."""
    from workshop.kinds import question_kinds

    config, _good, _bad = question_kinds.get(kind).examples()[0]
    return QuestionSpec(kind=kind, key=key, prompt="What now?", config=config)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What a server needs to stand in front of the tests' own database."""
    database = connection.settings_dict
    return {
        "DJANGO_SETTINGS_MODULE": "workshop.config.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database),
        "REDIS_URL": "",
        "DATA_DIR": str(folder),
        "LOG_LEVEL": "INFO",
        "PLENARY_DEMO": "",
        **more,
    }


@contextmanager
def committed(blocker: Any) -> Iterator[None]:
    """The tests' own database, open for rows that servers can see, and empty again afterwards.

    pytest-django makes it only in runs with tests that are marked for it.
    """
    with blocker.unblock():
        made = None
        if connection.settings_dict["NAME"] != f"test_plenary_{os.getpid()}":
            made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        assert connection.vendor == "postgresql"
        yield
        call_command("flush", verbosity=0, interactive=False)
        connection.close()
        if made is not None:
            teardown_databases(made, verbosity=0)


@contextmanager
def two_processes(folder: Path, blocker: Any, **more: str) -> Iterator[list[Server]]:
    """Two servers in front of the tests' own database, empty again afterwards; ``more``: of their environment."""
    (folder / "static").mkdir()
    with committed(blocker), ExitStack() as stack:
        here = environment(folder, **more)
        yield [stack.enter_context(serve("uvicorn", APPLICATION, folder, here)) for _ in range(2)]


@dataclass
class House:
    """A running session with an open question and a board, and its people. ``other`` is another session."""

    here: Workshop
    other: Workshop
    staff_cookie: str = ""
    screen_cookie: str = ""
    people: dict[str, Learner] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.here.session.public_id)

    def token(self, name: str) -> str:
        """The bearer token of a learner, who joins when nobody of that name is there."""
        if name not in self.people:
            self.people[name] = self.here.join(name)
        return cookies.token_for(self.people[name].proof)

    def path(self, right: str = "learner", view: str = "data", have: str = "") -> str:
        return f"/ws/session/{self.id}/?as={right}&view={view}" + (f"&have={have}" if have else "")

    def bearer(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(name)}"}

    def staff(self, port: int) -> dict[str, str]:
        """The headers of Fay's page."""
        return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={self.staff_cookie}", "Origin": f"http://127.0.0.1:{port}"}


def build(people: int = 0) -> House:
    """A session with people in it, committed to the database."""
    board = ActivitySpec(kind="board", title="Board", key="board", group_set="teams")
    poll = ActivitySpec(kind="poll", title="Poll", key="open", questions=(question(),))
    here = running(Part("Engage", (poll, board)), Part("Explore"), title="House")
    other = running(Part("Engage", (poll,)), people=("Olaf",), title="Next door")
    house = House(here, other)
    here.fay("groups.make", set="teams", mode="random", count=1)
    for key in ("open", "board"):
        if here.run(key).state == "ready":
            here.fay("activity.open", a=here[key].pk)
    for number in range(people):
        house.token(f"Guest {number}")
    client = Client()
    client.force_login(fay())
    house.staff_cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.get(reverse("live:screen_link", args=[here.session.screen_token]))
    house.screen_cookie = client.cookies[f"screen.{here.session.public_id}"].value
    return house


class Guest:
    """A well-behaved client on a thread: it answers pings and keeps what it hears."""

    def __init__(self, port: int, path: str, headers: Mapping[str, str]) -> None:
        self.raw = Raw(port)
        status = self.raw.ask(request(port, path, headers))
        assert status == 101, status
        self.heard: list[dict[str, Any]] = []
        self.code: int | None = None
        self._news = threading.Condition()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        self.until(lambda found: any(each["t"] == "hello" for each in found))

    def _listen(self) -> None:
        while self.code is None:
            for event in self.raw.events(60):
                self._take(event)

    def _take(self, event: Event) -> None:
        if event.what == "ping":
            self.send(frame(PONG, event.data))
            return
        said = event.json if event.what == "text" else None
        if said is not None and said["t"] == "ping":
            self.send(text({"t": "pong", "now": said["now"]}))
            return
        with self._news:
            if event.what in ("close", "end"):
                self.code = event.code
            elif said is not None:
                self.heard.append(said)
            self._news.notify_all()

    def send(self, data: bytes) -> None:
        with self._lock:
            self.raw.send(data)

    def until(self, holds: Any, seconds: float = PATIENCE) -> None:
        """Wait until what was heard is so, or the connection has ended."""
        with self._news:
            good = self._news.wait_for(lambda: holds(self.heard) or self.code is not None, seconds)
        assert good, "nothing came in time"
        assert self.code is None, f"closed with {self.code}"

    def begin(self, op: str, **payload: Any) -> str:
        """Send an op; its id."""
        name = str(uuid4())
        self.send(text({"t": "do", "id": name, "op": op, **payload}))
        return name

    def answer(self, name: str) -> dict[str, Any]:
        """Wait for the answer to an op."""
        self.until(lambda found: any(each.get("id") == name for each in reversed(found)))
        return next(each for each in reversed(self.heard) if each.get("id") == name)

    def do(self, op: str, **payload: Any) -> dict[str, Any]:
        """Send an op and wait for its answer."""
        return self.answer(self.begin(op, **payload))

    def close(self) -> None:
        self.raw.quit()
        self._thread.join(PATIENCE)
        self.raw.close()


#: So many take turns at speaking: one alone would be told to slow down by a fast machine.
WITNESSES = 12


class Witness:
    """Fay and Ana's row, whom nobody else's nonsense may concern."""

    def __init__(self, house: House, port: int, process: psutil.Process) -> None:
        names = [f"Ana {port} {seat}" for seat in range(WITNESSES)]
        self.row = [Guest(port, house.path(), house.bearer(name)) for name in names]
        self.fay = Guest(port, house.path("staff"), house.staff(port))
        self.process = process
        self._keys = [house.people[name].row.key for name in names]
        self._ups = [False] * WITNESSES
        self._turn = 0
        self.slowest = 0.0

    def speaks(self) -> None:
        """The next one of the row puts her hand up or down: it is acknowledged, and Fay sees it."""
        self._turn = turn = (self._turn + 1) % WITNESSES
        self._ups[turn] = not self._ups[turn]
        began = time.monotonic()
        assert self.row[turn].do("hand", up=self._ups[turn])["t"] == "ok"
        self.fay.until(lambda found: any(self._tells(each, turn) for each in reversed(found)))
        for guest in (self.fay, *self.row):
            guest.heard.clear()
        self.slowest = max(self.slowest, time.monotonic() - began)

    def _tells(self, said: dict[str, Any], turn: int) -> bool:
        """Whether a frame of Fay's has this hand in it, or that it is down again."""
        key, items = self._keys[turn], said.get("items") or {}
        return said.get("s") == "queue" and (items.get(key) is not None) == self._ups[turn]

    @property
    def memory(self) -> int:
        """Bytes that the server holds."""
        return int(self.process.memory_info().rss)

    def close(self) -> None:
        for guest in (*self.row, self.fay):
            guest.close()
