"""One click hides from every screen within a second: Fay at one process, phones and screens at two, with Redis."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.cast import Part, fay, running
from tests.services import own, start_redis
from tests.wire.house import Guest, House, two_processes
from tests.wire.servers import Server
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.questions.models import Response

pytestmark = pytest.mark.postgres
PHONES, TIMES = 12, 5
#: What is promised, in seconds.
SOON = 1.0
Frame = dict[str, Any]


@pytest.fixture(scope="module")
def servers(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Server]]:
    """Two processes that signal to each other."""
    folder = tmp_path_factory.mktemp("hiding")
    with own(start_redis) as redis, two_processes(folder, django_db_blocker, REDIS_URL=redis.url) as servers:
        yield servers


@pytest.fixture
def house(servers: list[Server]) -> House:
    """A session whose open answers and questions everybody sees at once."""
    asked = QuestionSpec("text", "What now?", {"hold": False}, key="q1")
    poll = ActivitySpec("poll", "Poll", key="answer", questions=(asked,), results="all", privacy="pseudonymous")
    floor = ActivitySpec("qa", "Your questions", key="question", config={"moderation": False}, privacy="named")
    made = House(running(Part("Engage", (poll, floor)), title="Hiding"), running(Part("Engage")))
    for key in ("answer", "question"):
        if made.here.run(key).state == "ready":
            made.here.fay("activity.open", a=made.here[key].pk)
    browser = Client()
    browser.force_login(fay())
    made.staff_cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.get(reverse("live:screen_link", args=[made.here.session.screen_token]))
    made.screen_cookie = browser.cookies[f"screen.{made.id}"].value
    return made


@pytest.fixture
def everywhere(house: House, servers: list[Server]) -> Iterator[list[Guest]]:
    """A screen and phones at each process, as pages."""
    screen = {"Cookie": f"screen.{house.id}={house.screen_cookie}"}
    devices = []
    for place, server in enumerate(servers):
        own = screen | {"Origin": f"http://127.0.0.1:{server.port}"}
        devices.append(Guest(server.port, house.path("screen", "html"), own))
        for number in range(PHONES):
            bearer = house.bearer(f"Guest {place} {number}")
            devices.append(Guest(server.port, house.path("learner", "html"), bearer))
    yield devices
    for device in devices:
        device.close()


def shows(slot: str, text: str) -> Callable[[list[Frame]], bool]:
    """Whether a frame of a slot has a text in it."""
    return lambda heard: any(each.get("s") == slot and text in json.dumps(each) for each in heard)


def takes_away(slot: str, item: int) -> Callable[[list[Frame]], bool]:
    """Whether a frame of a slot says that something is gone, or draws the whole without it."""

    def holds(heard: list[Frame]) -> bool:
        frames = [each for each in heard if each.get("s") == slot]
        return any(each["items"].get(str(item), "") is None if "items" in each else True for each in frames)

    return holds


@pytest.mark.parametrize("what", ["answer", "question"])
def test_what_is_hidden_is_gone_from_every_screen_within_a_second(
    what: str, house: House, servers: list[Server], everywhere: list[Guest]
) -> None:
    a = house.here[what].pk
    slot = f"tally:{a}" if what == "answer" else f"asked:{a}"
    staff = Guest(servers[0].port, house.path("staff"), house.staff(servers[0].port))
    mallories = [Guest(servers[1].port, house.path(), house.bearer(f"Mallory {each}")) for each in range(TIMES)]
    # Once hidden, whatever its author makes of it waits: each is somebody else's.
    staff.do("screen.show", scene="activity", a=a)
    taken = []
    for number, mallory in enumerate(mallories):
        text = f"Buy my shoes {number}"
        op, found = say(mallory, what, a, text)
        for device in everywhere:
            device.until(shows(slot, text))
            device.heard.clear()
        began = time.monotonic()
        click = staff.begin(op.pop("op"), a=a, **op)
        for device in everywhere:
            device.until(takes_away(slot, found))
            assert not shows(slot, text)(device.heard)
        taken.append(time.monotonic() - began)
        assert staff.answer(click)["t"] == "ok"
    for guest in (staff, *mallories):
        guest.close()
    print(f"{what}: hidden on {len(everywhere)} devices in {[round(1000 * each) for each in taken]} ms")
    assert median(taken) < SOON


def say(mallory: Guest, what: str, a: int, text: str) -> tuple[Frame, int]:
    """Mallory says it; how it is hidden, and its number."""
    if what == "answer":
        assert mallory.do("respond", a=a, q="q1", round=1, n=1, v=text)["t"] == "ok"
        row = Response.objects.get(activity=a, value=text).pk
        return {"op": "answers.hide", "ids": [row]}, row
    asked = mallory.do("qa.ask", a=a, text=text)["d"]["i"]
    return {"op": "qa.judge", "ids": [asked], "show": False}, asked
