"""The way without a socket, through the whole ASGI application: who may read slots and who may do ops, by right."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.db import connections

from tests.contract.test_permissions import RIGHTS, table
from tests.contract.world import CANARIES, VISITORS, World, handshake, make_world
from tests.wire.house import committed
from workshop.realtime import hub as hubs

ORIGIN = "http://plenary.test"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Committed, for the threads of the hub."""
    with committed(django_db_blocker):
        yield make_world()


@pytest.fixture(scope="module")
def jars(world: World) -> dict[str, dict[str, str]]:
    """The cookies of every visitor."""
    found = {visitor: dict(handshake(world, visitor, "staff").cookies) for visitor in VISITORS}
    connections.close_all()
    return found


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    from workshop.config.asgi import application

    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url=ORIGIN) as client:
        yield client
    await hubs.shutdown()


class Knock:
    """One visitor at the session's two addresses."""

    def __init__(self, http: httpx.AsyncClient, world: World, jar: dict[str, str], right: str) -> None:
        self._http, self._right = http, right
        self._base = f"/live/{world.here.session.public_id}"
        self._headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}

    async def read(self, view: str = "html") -> httpx.Response:
        params = {"as": self._right, "view": view}
        return await self._http.get(f"{self._base}/slots/", params=params, headers=self._headers)

    async def do(self, op: str, headers: dict[str, str] | None = None, **payload: Any) -> httpx.Response:
        ours = {"Origin": ORIGIN, "X-Requested-With": "tests"} if headers is None else headers
        body = json.dumps({"t": "do", "id": str(uuid4()), "op": op, **payload})
        return await self._http.post(
            f"{self._base}/do/", params={"as": self._right}, content=body, headers=self._headers | ours
        )


async def test_slots_and_ops_are_there_for_whom_the_table_says(
    world: World, jars: dict[str, dict[str, str]], http: httpx.AsyncClient
) -> None:
    for right in RIGHTS:
        for visitor, cell in zip(VISITORS, table("rights")[right], strict=True):
            knock = Knock(http, world, jars[visitor], right)
            for view in ("html", "data"):
                read = await knock.read(view)
                assert read.status_code == (200 if cell == "y" else 401), f"{visitor} as {right}"
                assert cell == "y" or not any(word in read.text for word in CANARIES.values())
            # "hand" is a learner's op: who has the right of staff or a screen is known, and refused.
            did = await knock.do("hand", up=True)
            expected = 401 if cell == "n" else 200 if right == "learner" else 403
            assert did.status_code == expected, f"{visitor} as {right}: {did.text}"


async def test_what_is_read_is_what_the_table_says(
    world: World, jars: dict[str, dict[str, str]], http: httpx.AsyncClient
) -> None:
    rights = {"ana": "learner", "screen": "screen"}
    for view in ("html", "data"):
        for visitor, words in table(f"words {view}").items():
            if visitor in jars:
                read = await Knock(http, world, jars[visitor], rights.get(visitor, "staff")).read(view)
                found = " ".join(what for what, word in CANARIES.items() if word in read.text) or "-"
                assert found == words, f"{visitor} {view}"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.test", "X-Requested-With": "x"}, {"Origin": "null", "X-Requested-With": "x"},
     {"Origin": ORIGIN}, {"Origin": ORIGIN + ":9999", "X-Requested-With": "x"}, {}],
    ids=["another site", "null", "a form", "another port", "no origin"],
)  # fmt: skip
async def test_an_op_is_not_taken_from_another_site(
    world: World, jars: dict[str, dict[str, str]], http: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    did = await Knock(http, world, jars["ana"], "learner").do("hand", headers, up=True)

    assert did.status_code == 403, did.text


async def test_answers_without_a_socket_carry_the_headers_of_every_answer(
    world: World, jars: dict[str, dict[str, str]], http: httpx.AsyncClient
) -> None:
    for response in (
        await Knock(http, world, jars["ana"], "learner").read(),
        await Knock(http, world, jars["nobody"], "learner").read(),
    ):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_a_parameter_given_twice_and_a_body_that_is_too_large_are_refused(
    world: World, jars: dict[str, dict[str, str]], http: httpx.AsyncClient
) -> None:
    knock = Knock(http, world, jars["ana"], "learner")
    twice = await http.get(f"{knock._base}/slots/?as=learner&as=staff", headers=knock._headers)
    large = await knock.do("note", n=1, text="x" * 70_000)

    assert (twice.status_code, twice.json()["code"]) == (400, "bad_shape")
    assert (large.status_code, large.json()["code"]) == (413, "too_big")
