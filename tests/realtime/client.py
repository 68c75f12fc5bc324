"""A client of the wire protocol that keeps the state a page would keep."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Self
from uuid import uuid4

import websockets

Frame = dict[str, Any]
SECONDS = 15.0


class Client:
    """One socket. ``slots`` is what its page would show; ``frames`` is all it got."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        self.slots: dict[str, Frame] = {}
        self.bytes = 0
        self.answers: dict[str, Frame] = {}
        self._news = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())
        self.answer_pings = True

    @classmethod
    async def open(cls, base: str, session: int, who: str, *, have: str = "", **options: Any) -> Self:
        """Connect to ``ws://host:port`` and wait for the hello, or for the close."""
        right = {"p": "learner", "u": "staff"}.get(who.partition(":")[0], "screen")
        url = f"{base}/ws/session/s{session}/?as={options.pop('right', right)}&view={options.pop('view', 'data')}"
        url += f"&have={have}" if have else ""
        headers = {"Authorization": f"Bearer {who}", **options.pop("headers", {})}
        socket = await websockets.connect(
            url, subprotocols=[websockets.Subprotocol("plenary.v1")], additional_headers=headers, **options
        )
        client = cls(socket)
        await client.until(lambda: bool(client.frames) or client.closed)
        return client

    @property
    def closed(self) -> bool:
        return self._reader.done()

    @property
    def code(self) -> int | None:
        return self.socket.close_code

    async def close(self) -> None:
        await self.socket.close()
        await asyncio.wait([self._reader])

    async def until(self, holds: Callable[[], Any], seconds: float = SECONDS) -> None:
        """Wait until a condition on what came holds."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(holds)

    async def ended(self) -> None:
        """Wait until the server has closed it."""
        await self.until(lambda: self.closed)

    async def send(self, frame: Frame | str) -> None:
        await self.socket.send(frame if isinstance(frame, str) else json.dumps(frame))

    async def do(self, op: str, *, op_id: str = "", **payload: Any) -> Frame:
        """Send an op and wait for its answer."""
        name = op_id or str(uuid4())
        self.answers.pop(name, None)
        await self.send({"t": "do", "id": name, "op": op, **payload})
        await self.until(lambda: name in self.answers or self.closed)
        return self.answers[name]

    async def slot(self, name: str, data: Any) -> None:
        """Wait until a slot's data are these."""
        await self.until(lambda: name in self.slots and self.slots[name].get("d") == data)

    @property
    def have(self) -> str:
        return ",".join(f"{name}.{slot['e']}.{slot['r']}" for name, slot in self.slots.items())

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                assert isinstance(text, str)
                self.bytes += len(text)
                await self._take(json.loads(text))
        except websockets.ConnectionClosed:
            pass
        finally:
            self._news_soon = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _take(self, frame: Frame) -> None:
        if frame["t"] == "ping":
            if self.answer_pings:
                await self.send({"t": "pong", "now": frame["now"]})
            return
        self.frames.append(frame)
        if frame["t"] == "hello":
            for slot in frame["slots"]:
                apply(self.slots, slot)
        elif frame["t"] == "slot":
            if not apply(self.slots, frame):
                await self.send({"t": "resync", "s": frame["s"]})
        elif frame["t"] in ("ok", "no") and frame["id"]:
            self.answers[frame["id"]] = frame
        await self._tell()


def apply(slots: dict[str, Frame], frame: Frame) -> bool:
    """Apply a slot frame to the state of a page; False when it cannot be (``resync``)."""
    name = frame["s"]
    if frame.get("gone"):
        slots.pop(name, None)
        return True
    held = slots.get(name)
    if "items" not in frame:
        if held is None or frame.get("anew") or (frame["e"], frame["r"]) > (held["e"], held["r"]):
            slots[name] = frame
        return True
    items = {key: item for key, item in frame["items"].items() if item is not None}
    if frame["from"] == 0 and (held is None or (frame["e"], frame["r"]) >= (held["e"], held["r"])):
        slots[name] = {"s": name, "e": frame["e"], "r": frame["r"], "items": items}
        return True
    if held is None or held["e"] != frame["e"] or held["r"] < frame["from"]:
        return held is not None and (held["e"], held["r"]) >= (frame["e"], frame["r"])
    for key, item in frame["items"].items():
        old = held["items"].get(key)
        if item is None:
            held["items"].pop(key, None)
        elif old is None or old["r"] <= item["r"]:
            held["items"][key] = item
    held["r"] = max(held["r"], frame["r"])
    return True
