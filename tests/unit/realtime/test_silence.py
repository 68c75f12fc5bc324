"""Clients that fall silent or do not read, and who is there."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.realtime.fixtures import enter
from workshop.realtime import heads, heartbeat, inbox, presence
from workshop.realtime.hub import Hub
from workshop.realtime.models import Presence

pytestmark = pytest.mark.usefixtures("world")


async def test_a_frozen_client_hears_nothing_and_then_the_newest(hub: Hub) -> None:
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    ana.connection.heard_at = time.monotonic() - heartbeat.FROZEN_SECONDS - 1
    hub.heartbeat.look(time.monotonic())
    assert ana.connection.frozen
    frames = len(ana.frames)
    for number in range(5):
        assert (await ben.do("count"))["t"] == "ok"
        await ben.do("card.put", card=number, text="x")
    await ben.until(lambda: len(ben.slots["cards"]["items"]) == 5)
    await ben.slot("counter", {"n": 5, "closed": False})
    assert len(ana.frames) == frames
    ana.say({"t": "pong", "now": 1})
    await ana.slot("counter", {"n": 5, "closed": False})
    await ana.until(lambda: len(ana.slots["cards"]["items"]) == 5)
    assert len(ana.frames) == frames + 2


async def test_silence_closes(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    ana.connection.heard_at = time.monotonic() - heartbeat.CLOSED_SECONDS - 1
    hub.heartbeat.look(time.monotonic())
    await ana.until(lambda: ana.code == 4408)  # B25


async def test_a_client_that_does_not_read_is_only_marked(hub: Hub) -> None:
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    ana.writable.clear()
    for number in range(10):
        await ben.do("count")
        await ben.slot("counter", {"n": number + 1, "closed": False})
    assert ana.connection.waiting
    assert len(ana.connection.marked) == 1
    ana.writable.set()
    await ana.slot("counter", {"n": 10, "closed": False})
    assert len([f for f in ana.frames if f.get("s") == "counter"]) <= 2


async def test_answers_wait_in_order_for_a_client_that_does_not_read(hub: Hub) -> None:
    ana = await enter(hub, "p:1")
    ana.writable.clear()
    for number in range(5):
        ana.say({"t": "ping", "at": number})
    ana.writable.set()
    await ana.until(lambda: len([f for f in ana.frames if f["t"] == "pong"]) == 5)
    assert [f["at"] for f in ana.frames if f["t"] == "pong"] == [0, 1, 2, 3, 4]


def heads_of(found: dict[int, dict[str, tuple[int, int]]]) -> int:
    return found[1][presence.HEAD][1]


async def test_presence_tells_who_is_there(hub: Hub) -> None:
    ana, ben = await enter(hub, "p:1"), await enter(hub, "p:2")
    hub.roll.call(hub.sessions.values())
    await asyncio.to_thread(inbox.wait_idle)
    assert await hub.on_common(presence.online, 1) == {"p:1", "p:2"}
    assert heads_of(await hub.on_common(heads.all_heads, [1])) == 1
    ben.leave()
    hub.roll.call(hub.sessions.values())
    await asyncio.to_thread(inbox.wait_idle)
    assert await hub.on_common(presence.online, 1) == {"p:1"}
    assert await hub.on_common(presence.seen, 1) == {"p:1", "p:2"}
    ana.connection.heard_at -= presence.ONLINE_SECONDS + 1
    hub.roll.call(hub.sessions.values())
    await asyncio.to_thread(inbox.wait_idle)
    assert await hub.on_common(presence.online, 1) == set()
    hub.roll.call(hub.sessions.values())
    await asyncio.to_thread(inbox.wait_idle)
    assert heads_of(await hub.on_common(heads.all_heads, [1])) == 3
    assert await hub.on_common(Presence.objects.count) == 1


async def test_people_of_a_process_that_died_are_taken_out(hub: Hub) -> None:
    """kill -9 leaves a row that says who is online; whoever still writes takes them out, and the panels are told."""
    await enter(hub, "u:1")

    def leave_a_row() -> None:
        past = timezone.now() - timedelta(seconds=presence.ONLINE_SECONDS + 5)
        rows = [("dead", past, [["p:7", 0], ["p:8", 1_000]]), ("alive", timezone.now(), [["p:9", 0]])]
        for process, at, keys in rows:
            Presence.objects.create(session=1, process=process, seen_at=at, keys=keys)

    await asyncio.to_thread(leave_a_row)
    hub.roll.call(hub.sessions.values())
    await asyncio.to_thread(inbox.wait_idle)
    assert heads_of(await hub.on_common(heads.all_heads, [1])) == 1
    row = await asyncio.to_thread(Presence.objects.get, process="dead")
    assert row.keys == [["p:7", int(row.seen_at.timestamp())], ["p:8", 1_000]]
    assert await hub.on_common(presence.online, 1) == {"u:1", "p:9"}
    assert await hub.on_common(presence.seen, 1) == {"u:1", "p:7", "p:9"}
    # Only once.
    await asyncio.to_thread(presence.write, hub.process, {1: ([["u:1", 0]], False)})
    assert heads_of(await hub.on_common(heads.all_heads, [1])) == 1
