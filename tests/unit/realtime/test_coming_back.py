"""Who comes back to a process that has not heard of their slots: after a deploy, or sent there by the load balancer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.realtime import fake
from tests.realtime.fixtures import Socket, call, enter
from workshop.realtime import bringing, inbox
from workshop.realtime.hub import Hub

pytestmark = pytest.mark.usefixtures("world")


async def test_a_page_gets_what_moved_since(hub: Hub) -> None:
    ana = await away(hub)
    for number in range(2):
        await asyncio.to_thread(inbox.submit, call("card.put", "p:2", card=number, text="b"))
    back = await enter(hub, "p:1", view="html", have=ana.have)
    came = [slot for slot in back.frames[0]["slots"] if slot["s"] == "cards"]
    assert [(slot["from"], slot["r"], len(slot["items"])) for slot in came] == [(3, 5, 2)]


async def test_a_page_that_lacks_nothing_is_not_read_for_again_and_hears_what_comes(hub: Hub) -> None:
    ana = await away(hub)
    back = await enter(hub, "p:1", view="html", have=ana.have)
    assert "cards" not in {slot["s"] for slot in back.frames[0]["slots"]}
    assert back.connection.marked == {}
    back.slots["cards"] = ana.slots["cards"]
    await asyncio.to_thread(inbox.submit, call("card.put", "p:2", card=9, text="c"))
    await back.until(lambda: back.slots["cards"]["r"] == 4)
    assert back.slots["cards"]["items"]["9"]["text"] == "c"


async def test_what_cannot_be_read_for_the_hello_is_not_taken_away(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await away(hub)
    read, failed = fake.YouSlot.read_many, list[int]()

    def fails_once(self: fake.YouSlot, requests: Any) -> Any:
        if not failed:
            failed.append(1)
            raise KeyError
        return read(self, requests)

    monkeypatch.setattr(fake.YouSlot, "read_many", fails_once)
    monkeypatch.setattr(bringing, "FAILED_SECONDS", 0.0)
    back = await enter(hub, "p:1", view="html", have=ana.have)
    assert failed
    await back.slot("you", ana.slots["you"]["d"])
    frames = [*back.frames[0]["slots"], *back.frames[1:]]
    assert not [frame for frame in frames if frame.get("gone")]


async def away(hub: Hub) -> Socket:
    """Somebody who had three cards and left. With another view their slots are feeds that nobody has read yet."""
    for number in range(3):
        await asyncio.to_thread(inbox.submit, call("card.put", card=number, text="a"))
    ana = await enter(hub, "p:1")
    ana.leave()
    return ana
