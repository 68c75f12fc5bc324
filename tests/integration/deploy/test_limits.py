"""A web process with few files, and one that is told to drain: beside the others of the set-up, asked directly."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest
import websockets

from tests.containers import Container
from tests.integration.deploy.house import House
from tests.services import free_port
from tests.stack import Stack
from workshop.realtime import limits

FILES, MOST = 260, 260 - limits.OTHER_FILES
#: As the proxy would say it.
BY_TLS = {"X-Forwarded-Proto": "https"}
Start = Callable[..., Container]


@pytest.fixture
def further(stack: Stack) -> Iterator[Start]:
    """Start one more web process, with an environment or limits of its own."""
    made: list[Container] = []

    def start(files: int = 0, **environment: str) -> Container:
        container = stack._make("web", free_port(), 10 + len(made))
        stack._prepare_app(container)
        container.environment |= environment
        container.files = files or container.files
        made.append(container.start().wait_healthy())
        return container

    yield start
    for container in made:
        container.stop()


async def enter(house: House, container: Container, token: str) -> websockets.ClientConnection:
    """A socket of a learner at this process."""
    return await websockets.connect(
        f"ws://127.0.0.1:{container.port}/ws/session/{house.id}/?as=learner&view=data",
        subprotocols=[websockets.Subprotocol("plenary.v1")],
        additional_headers={"Authorization": f"Bearer {token}", **BY_TLS},
    )


async def first(line: websockets.ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(line.recv(), 15))
    return frame


async def vote(house: House, line: websockets.ClientConnection) -> dict[str, Any]:
    """Answer on this socket; its acknowledgement."""
    op = {"op": "respond", "a": house.activity, "q": house.question, "round": 1, "n": 1, "v": "b"}
    await line.send(json.dumps({"t": "do", "id": str(uuid4()), **op}))
    async with asyncio.timeout(15):
        async for text in line:
            frame: dict[str, Any] = json.loads(text)
            if frame["t"] in ("ok", "no"):
                return frame
    raise AssertionError("closed")


def test_a_process_short_of_files_refuses_in_words_and_serves_those_inside(
    house: House, further: Start, stack: Stack
) -> None:
    small = further(files=FILES)
    assert small.process is not None
    assert psutil.Process(small.process.pid).rlimit(psutil.RLIMIT_NOFILE)[1] == FILES
    people = [house.join(f"Learner {number}") for number in range(MOST // 4 + 4)]
    # Four sockets of each person are allowed.
    tokens = [person["token"] for person in people for _ in range(4)]
    asked = {"code": house.code, "name": "Too late"}
    json_ = {"Accept": "application/json", "Host": "localhost", **BY_TLS}

    async def crowd() -> None:
        inside = [await enter(house, small, token) for token in tokens[:MOST]]
        assert {(await first(line))["t"] for line in inside} == {"hello"}
        for token in tokens[MOST:]:
            refused = await enter(house, small, token)
            assert (await first(refused))["code"] == 4413
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await refused.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4413
        joined = await asyncio.to_thread(httpx.post, f"http://127.0.0.1:{small.port}/join/", data=asked, headers=json_)
        assert joined.status_code == 503
        assert 1 <= int(joined.headers["Retry-After"]) <= 60
        assert (await vote(house, inside[0]))["t"] == "ok"
        for line in inside[1:9]:
            await line.close()
        async with asyncio.timeout(15):
            while (await first(again := await enter(house, small, tokens[-1])))["t"] != "hello":
                await again.close()
        for line in (*inside, again):
            with contextlib.suppress(websockets.ConnectionClosed):
                await line.close()

    asyncio.run(crowd())

    assert len(house.stored()) == 1
    assert "Too many open files" not in small.log


def test_a_draining_process_says_no_first_and_goodbye_later(house: House, further: Start) -> None:
    """A balancer that asks /readyz has time to look elsewhere; those inside notice nothing until the goodbye."""
    leaving = further(DRAIN_SECONDS="6")
    ana = house.join("Ana")
    ready = f"http://127.0.0.1:{leaving.port}/readyz"

    async def drain() -> tuple[int, dict[str, Any], dict[str, Any], int]:
        line = await enter(house, leaving, ana["token"])
        assert (await first(line))["t"] == "hello"
        assert leaving.process is not None
        leaving.process.send_signal(signal.SIGTERM)
        async with httpx.AsyncClient(headers=BY_TLS) as client, asyncio.timeout(5):
            while (answer := await client.get(ready)).status_code == 200:
                pass
        ack = await vote(house, line)
        async with asyncio.timeout(15):
            while (frame := json.loads(await line.recv()))["t"] != "bye":
                pass
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await asyncio.wait_for(line.recv(), 15)
        assert closed.value.rcvd is not None
        return answer.status_code, ack, frame, closed.value.rcvd.code

    status, ack, bye, code = asyncio.run(drain())

    assert status == 503
    assert ack["t"] == "ok"
    assert (bye["code"], code) == (4412, 4412)
    assert 1_000 <= bye["within"] <= 10_000
    assert leaving.process is not None
    assert leaving.process.wait(leaving.grace) in (0, -signal.SIGTERM)
