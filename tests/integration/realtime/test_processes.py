"""Two processes with Redis and PostgreSQL are one server to those who are in a session."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.realtime.client import Client
from tests.realtime.server import serve
from tests.services import own, start_redis
from workshop.realtime.heads import read_head

pytestmark = [
    pytest.mark.usefixtures("world"),
    pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True),
]
SESSION = 1


async def test_two_processes_and_redis_that_comes_and_goes(database_url: str, tmp_path: Path) -> None:
    with (
        own(start_redis) as redis,
        serve("uvicorn", database_url, redis.url, tmp_path) as one,
        serve("daphne", database_url, redis.url, tmp_path) as two,
    ):
        ana, ben, fay = [
            await Client.open(base, SESSION, who) for base, who in ((one.ws, "p:1"), (two.ws, "p:2"), (two.ws, "u:1"))
        ]
        await ana.do("count", by=2)
        await ben.slot("counter", {"n": 2, "closed": False})
        await ben.do("mine", text="x")
        await fay.do("say", text="go")
        await ana.slot("stage", {"text": "go"})

        redis.kill()
        assert (await ana.do("count"))["t"] == "ok"
        await ben.slot("counter", {"n": 3, "closed": False})
        late = await Client.open(one.ws, SESSION, "p:3")
        assert late.slots["counter"]["d"]["n"] == 3

        redis.start()
        redis.freeze()
        assert (await ben.do("count"))["t"] == "ok"
        await ana.slot("counter", {"n": 4, "closed": False})
        redis.thaw()
        await fay.do("place", key="p:1", removed=True)
        await ana.until(lambda: ana.closed)
        assert ana.code == 4403

        os.kill(one.process.pid, signal.SIGKILL)
        await late.until(lambda: late.closed)
        late = await Client.open(two.ws, SESSION, "p:3", have=late.have)
        assert (await late.do("count"))["t"] == "ok"
        await fay.slot("counter", {"n": 5, "closed": False})


async def test_two_processes_count_every_vote(database_url: str, tmp_path: Path) -> None:
    with (
        own(start_redis) as redis,
        serve("uvicorn", database_url, redis.url, tmp_path) as one,
        serve("uvicorn", database_url, redis.url, tmp_path) as two,
    ):
        clients = await asyncio.gather(*(Client.open((one, two)[i % 2].ws, SESSION, f"p:{i}") for i in range(100)))
        answers = await asyncio.gather(*(client.do("count") for client in clients for _ in range(5)))
        assert [answer["t"] for answer in answers] == ["ok"] * 500
        for client in clients:
            await client.slot("counter", {"n": 500, "closed": False})
        revisions = {client.slots["counter"]["r"] for client in clients}
        assert revisions == {(await asyncio.to_thread(read_head, SESSION, "activity:1"))[1]}
