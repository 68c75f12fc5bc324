"""Simulated learners on real sockets: what ``manage.py rehearse`` runs against a server."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any
from uuid import uuid4

import websockets
from django.db import connection

from workshop.kinds import Json, Refused
from workshop.live import cookies, practice
from workshop.live.access import system
from workshop.live.models import ActivityRun, Participant, Session
from workshop.realtime import ops
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call

#: How many practice learners one op adds.
AT_ONCE = 100
#: Sockets are opened a few at a time, as people come through a door.
DOOR = 50
Place = tuple[int, int]


class Rehearsal:
    """Practice learners of one session, each with a socket.

    Args:
        session: an open session of the server at ``url``, whose database this process uses too.
        speed: 2 answers twice as fast.
    """

    def __init__(self, session: Session, url: str, *, speed: float = 1.0) -> None:
        self.session, self.speed = session, speed
        self.url = f"{url.replace('http', 'ws', 1).rstrip('/')}/ws/session/{session.public_id}/?as=learner&view=data"
        self.people: list[Participant] = []
        self.answered = 0
        self.refused: dict[str, int] = {}
        self.waits: list[float] = []
        self._ended = asyncio.Event()
        self._door = asyncio.Semaphore(DOOR)
        # One thread: the database is asked for what to answer, not to be tested.
        self._rows = ThreadPoolExecutor(1, "plenary-rehearsal")

    def seat(self, count: int) -> None:
        """Add practice learners to the session. Raises Refused."""
        for begin in range(0, count, AT_ONCE):
            payload = ops.get("practice.add").payload.model_validate({"count": min(AT_ONCE, count - begin)})
            made = submit(Call(self.session.pk, system(self.session.pk), "practice.add", uuid4(), payload))
            self.people += Participant.objects.filter(pk__in=made["people"])

    async def run(self, seconds: float = 0) -> None:
        """Follow the session until it ends, or for some seconds. Raises OSError when no server answers."""
        learners = [asyncio.create_task(_Learner(self, person).live()) for person in self.people]
        ended = asyncio.create_task(self._ended.wait())
        try:
            async with asyncio.timeout(seconds or None):
                await asyncio.wait([*learners, ended], return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            pass
        finally:
            failed = [task.exception() for task in learners if task.done() and not task.cancelled()]
            for task in (*learners, ended):
                task.cancel()
            await asyncio.gather(*learners, ended, return_exceptions=True)
            self._rows.submit(_close_rows).result()
            self._rows.shutdown()
        for error in failed:
            if error is not None:
                raise error

    def end(self) -> None:
        """The session has ended."""
        self._ended.set()

    def count(self, answer: dict[str, Any], wait: float) -> None:
        """Note the answer to an op."""
        self.waits.append(wait)
        if answer["t"] == "ok":
            self.answered += 1
        else:
            self.refused[answer["code"]] = self.refused.get(answer["code"], 0) + 1

    def counts(self) -> dict[str, Json]:
        """What has happened: learners, acts saved and refused, milliseconds until an act was acknowledged."""
        waits = sorted(1000 * wait for wait in self.waits) or [0.0]
        return {
            "learners": len(self.people),
            "saved": self.answered,
            "refused": self.refused,
            "ack_ms_median": round(statistics.median(waits), 1),
            "ack_ms_p95": round(waits[int(0.95 * (len(waits) - 1))], 1),
            "ack_ms_worst": round(waits[-1], 1),
        }

    async def acts(self, place: Place, person: Participant) -> list[tuple[str, dict[str, Json]]]:
        """What a learner does in a round."""
        return await asyncio.get_running_loop().run_in_executor(self._rows, self._acts, place, person)

    def _acts(self, place: Place, person: Participant) -> list[tuple[str, dict[str, Json]]]:
        runs = ActivityRun.objects.select_related("activity").filter(activity=place[0], round=place[1])
        run = runs.first()
        return list(practice.acts(run, person)) if run else []


def _close_rows() -> None:
    # Inside the thread: each has a connection of its own.
    connection.close()


class _Learner:
    """One practice learner with a socket."""

    def __init__(self, rehearsal: Rehearsal, person: Participant) -> None:
        self.rehearsal, self.person = rehearsal, person
        self.seen: set[Place] = set()
        self.sent: dict[str, float] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        """Come in, follow the stage, come back when the connection is lost."""
        proof = cookies.Proof(self.rehearsal.session.public_id, self.person.pk, practice.secret_of(self.person))
        headers = {"Authorization": f"Bearer {cookies.token_for(proof)}"}
        async with self.rehearsal._door:  # noqa: SLF001 - one class in two halves
            socket = await self._connect(headers)
        while True:
            try:
                async for frame in socket:
                    await self._hear(socket, json.loads(frame))
            except websockets.ConnectionClosed:
                pass
            await asyncio.sleep(Random().uniform(0.3, 3))  # noqa: S311 - jitter
            socket = await self._connect(headers)

    async def _connect(self, headers: dict[str, str]) -> websockets.ClientConnection:
        return await websockets.connect(
            self.rehearsal.url, additional_headers=headers, subprotocols=[websockets.Subprotocol("plenary.v1")]
        )

    async def _hear(self, socket: websockets.ClientConnection, frame: dict[str, Any]) -> None:
        match frame["t"]:
            case "ping":
                await socket.send('{"t":"pong"}')
            case "hello":
                for slot in frame["slots"]:
                    self._follow(socket, slot)
            case "slot":
                self._follow(socket, frame)
            case "ok" | "no":
                began = self.sent.pop(frame.get("id") or "", None)
                if began is not None:
                    self.rehearsal.count(frame, time.monotonic() - began)

    def _follow(self, socket: websockets.ClientConnection, slot: dict[str, Any]) -> None:
        if slot["s"] != "stage" or "d" not in slot:
            return
        if slot["d"]["state"] == "ended":
            self.rehearsal.end()
        for line in slot["d"]["activities"]:
            place = (line["id"], line["round"])
            if line["state"] == "open" and place not in self.seen:
                self.seen.add(place)
                task = asyncio.create_task(self._answer(socket, place))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def _answer(self, socket: websockets.ClientConnection, place: Place) -> None:
        chance = Random(f"{self.person.pk}:{place}")  # noqa: S311 - pretended answers
        await asyncio.sleep(chance.uniform(practice.FIRST_SECONDS, practice.LAST_SECONDS) / self.rehearsal.speed)
        try:
            for op, payload in await self.rehearsal.acts(place, self.person):
                op_id = str(uuid4())
                self.sent[op_id] = time.monotonic()
                await socket.send(json.dumps({"t": "do", "id": op_id, "op": op, **payload}))
        except (Refused, websockets.ConnectionClosed):
            # A kind without an example, or the network: the next round comes.
            return
