"""Waiting for a hub, and what pages show."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.realtime.fixtures import SECONDS, Socket, enter
from workshop.realtime import inbox
from workshop.realtime.hub import Hub


async def until(holds: Callable[[], Any]) -> None:
    """Wait for a condition that no socket tells of."""
    async with asyncio.timeout(SECONDS):
        while not holds():  # noqa: ASYNC110 - threads tell no event
            await asyncio.sleep(0.01)


async def settled(hub: Hub) -> None:
    """Wait until nothing is under way: all ops written, all rounds done."""
    await asyncio.to_thread(inbox.wait_idle)
    lanes = [lane for home in hub.sessions.values() for lane in home.lanes]
    await until(lambda: not any(lane.busy for lane in lanes))


async def fresh(hub: Hub, socket: Socket) -> dict[str, Any]:
    """What a new page of the same person shows."""
    other = await enter(hub, socket.who, socket.session)
    other.leave()
    return {name: content(slot) for name, slot in other.slots.items()}


def content(slot: dict[str, Any]) -> Any:
    return slot.get("d", slot.get("items"))


def shown(socket: Socket) -> dict[str, Any]:
    return {name: content(slot) for name, slot in socket.slots.items()}
