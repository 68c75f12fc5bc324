"""Signals: "this head moved", told to this process's hub directly and to the other processes through Redis.

A signal is a few bytes and may be lost: the check of heads every 2 s heals that. So nothing here is ever waited for.
redis.asyncio is used directly and not a channel layer: the layer's pub/sub form never calls its reconnect hooks and has
one unbounded queue per channel (reliability notes F6, F8); one subscription per process needs none of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson
import redis
import redis.asyncio
from django.conf import settings

from workshop.realtime.counts import counts
from workshop.realtime.heads import Place

Moved = Mapping[Place, tuple[int, int]]
People = Iterable[Place]

PUBLISH_SECONDS = 1.0
LISTEN_SECONDS = 5.0
SILENCE_SECONDS = 15.0
RETRY_SECONDS = (0.2, 5.0)


@dataclass(frozen=True, slots=True)
class Calm:
    """What of a batch is in no hurry.

    Args:
        heads: those among ``moved`` that were moved by answers alone, and over how many revisions.
        people: (session, key) beside ``people``, whose own device has learned the change by its ack.
    """

    heads: Mapping[Place, int] = field(default_factory=dict)
    people: frozenset[Place] = frozenset()


Listener = Callable[[Moved, People, Calm], None]

logger = logging.getLogger(__name__)
_listener: list[Listener] = []
HURRY = Calm()


def announce(moved: Moved, people: People, calm: Calm = HURRY) -> None:
    """Tell everybody what a committed batch moved, from any thread. ``people`` are (session, key)."""
    people = set(people)
    if not moved and not people and not calm.people:
        return
    if _listener:
        _listener[0](moved, people, calm)
    elif settings.REDIS_URL:
        # Who was told by the ack has it from this process alone.
        _publish_now(_pack(moved, people | calm.people, calm.heads))


def listen(listener: Listener | None) -> None:
    """Set (or with None remove) the hub of this process; it may be called on any thread."""
    _listener[:] = [] if listener is None else [listener]


def channel() -> str:
    """The Redis channel of this installation, so that two of them may share a Redis."""
    return "plenary:heads:" + hashlib.sha256(settings.SECRET_KEY.encode()).hexdigest()[:12]


class Relay:
    """Sends this process's signals to the others and hears theirs. All methods run on the event loop.

    Args:
        heard: called for what other processes announce.
        returned: called when the subscription stands again: signals may have been lost.
    """

    def __init__(self, heard: Listener, returned: Callable[[], None]) -> None:
        self._heard = heard
        self._returned = returned
        self._moved: dict[Place, tuple[int, int]] = {}
        self._people: set[Place] = set()
        self._calm: dict[Place, int] = {}
        self._origin = uuid4().hex[:12]
        #: Redis gives every message to its sender too, who knows it already: how one's own begin.
        self._own = orjson.dumps([self._origin])[:-1] + b","
        self._some = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to publish and to listen, when REDIS_URL is set."""
        if settings.REDIS_URL:
            self._tasks = [asyncio.create_task(self._publish_all()), asyncio.create_task(self._listen())]

    async def stop(self) -> None:
        """End both tasks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def send(self, moved: Moved, people: People, calm: Calm = HURRY) -> None:
        """Have these signals published; what waits is merged, so that a slow Redis costs no memory.

        A device in another process has heard no ack: there nobody is told already.
        """
        if self._tasks:
            self.hold(moved, people, calm)
            self._some.set()

    def hold(self, moved: Moved, people: People, calm: Calm = HURRY) -> None:
        """Add these signals to those that wait."""
        for place, state in moved.items():
            self._calm[place] = self._answers(place, state, calm.heads.get(place, 0))
        self._moved.update(moved)
        self._people.update(people)
        self._people.update(calm.people)

    def message(self) -> bytes:
        """All that waits, for the other processes; nothing waits then."""
        message = _pack(self._moved, self._people, self._calm, self._origin)
        self._moved, self._people, self._calm = {}, set(), {}
        return message

    def _answers(self, place: Place, state: tuple[int, int], answers: int) -> int:
        """Over how many revisions up to this one answers alone have moved a head, what waits included.

        What waits and was more than answers stays so. Where another process's step lies between, the newest counts
        alone: whoever misses the older ones takes them for more.
        """
        waits = self._moved.get(place)
        if waits is None or not answers:
            return answers
        before, (epoch, revision) = self._calm[place], waits
        if not before:
            return 0
        return before + answers if (epoch, revision + answers) == state else answers

    async def _publish_all(self) -> None:
        client = _client()
        while True:
            await self._some.wait()
            self._some.clear()
            message = self.message()
            try:
                async with asyncio.timeout(PUBLISH_SECONDS):
                    await client.publish(channel(), message)
                counts.signals_sent += 1
            except (redis.RedisError, OSError, TimeoutError):
                counts.signals_unsent += 1
                logger.warning("a signal was not published; the check of heads makes up for it")
                with contextlib.suppress(Exception):
                    await client.connection_pool.disconnect()

    async def _listen(self) -> None:
        pause = RETRY_SECONDS[0]
        while True:
            try:
                async with _client().pubsub() as subscription:
                    await subscription.subscribe(channel())
                    self._returned()
                    pause = RETRY_SECONDS[0]
                    await self._hear(subscription)
            except (redis.RedisError, OSError, TimeoutError):
                logger.warning("the subscription to Redis broke; trying again in %.1f s", pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, RETRY_SECONDS[1])

    async def _hear(self, subscription: Any) -> None:
        """Pass on messages until nothing, not even the answer to a ping, came for 15 s."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while loop.time() - last < SILENCE_SECONDS:
            message = await subscription.get_message(timeout=LISTEN_SECONDS)
            if message is None:
                await subscription.ping()
                continue
            last = loop.time()
            if message["type"] == "message":
                self.take(message["data"])

    def take(self, data: bytes) -> None:
        """Pass on a message, unless this process has sent it."""
        if data.startswith(self._own):
            counts.signals_heard += 1
            return
        try:
            moved, people, answers = _unpack(data)
        except (ValueError, TypeError, KeyError):
            logger.warning("a signal was not understood")
            return
        counts.signals_heard += 1
        self._heard(moved, people, Calm(answers))


def _client() -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=PUBLISH_SECONDS,
        # redis-py 8 has 5 s by default, which would cut an idle subscription; _hear looks after silence itself.
        socket_timeout=None,
        socket_keepalive=True,
    )


def _publish_now(message: bytes) -> None:
    """From a process without a hub (a command): publish at once, at most a second."""
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=PUBLISH_SECONDS, socket_connect_timeout=PUBLISH_SECONDS
        ) as client:
            client.publish(channel(), message)
    except (redis.RedisError, OSError):
        logger.warning("a signal was not published; the check of heads makes up for it")


def _pack(moved: Moved, people: People, answers: Mapping[Place, int], origin: str = "") -> bytes:
    heads = [[*place, *state, answers.get(place, 0)] for place, state in moved.items()]
    return orjson.dumps([origin, heads, [list(place) for place in people]])


def _unpack(data: bytes) -> tuple[dict[Place, tuple[int, int]], set[Place], dict[Place, int]]:
    _origin, moved, people = orjson.loads(data)
    return (
        {(int(session), str(name)): (int(epoch), int(revision)) for session, name, epoch, revision, _ in moved},
        {(int(session), str(key)) for session, key in people},
        {(int(session), str(name)): int(answers) for session, name, _epoch, _revision, answers in moved if answers},
    )
