"""The garbage collector waits for a pause of the answers, but not for ever."""

from __future__ import annotations

import asyncio

import pytest

from tests.realtime.fixtures import SECONDS, call, enter
from workshop.realtime import inbox, memory
from workshop.realtime.hub import Hub

pytestmark = pytest.mark.usefixtures("world")


async def test_a_pause_is_without_a_batch(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    assert (await ana.do("count"))["t"] == "ok"
    waiting = asyncio.create_task(hub.writes_within(SECONDS))
    # It waits now, so what was written before does not count.
    await asyncio.sleep(0)
    assert not waiting.done()
    assert (await ana.do("count"))["t"] == "ok"
    assert await waiting
    assert not await hub.writes_within(0.0)


async def test_who_always_answers_does_not_put_it_off_for_ever(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "CALM_SECONDS", 3600.0)
    monkeypatch.setattr(memory, "ANSWERING_SECONDS", 0.1)
    async with asyncio.timeout(SECONDS):
        ended = asyncio.create_task(memory.until_nobody_answers(hub))
        while not ended.done():
            await inbox.asubmit(call("count"))
