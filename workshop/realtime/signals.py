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
from typing import Any

import orjson
import redis
import redis.asyncio
from django.conf import settings

from workshop.realtime.heads import Place

Moved = Mapping[Place, tuple[int, int]]
People = Iterable[Place]
Listener = Callable[[Moved, People], None]

PUBLISH_SECONDS = 1.0
LISTEN_SECONDS = 5.0
SILENCE_SECONDS = 15.0
RETRY_SECONDS = (0.2, 5.0)

logger = logging.getLogger(__name__)
_listener: list[Listener] = []


def announce(moved: Moved, people: People) -> None:
    """Tell everybody what a committed batch moved, from any thread. ``people`` are (session, key)."""
    people = set(people)
    if not moved and not people:
        return
    if _listener:
        _listener[0](moved, people)
    elif settings.REDIS_URL:
        _publish_now(_pack(moved, people))


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

    def send(self, moved: Moved, people: People) -> None:
        """Have these signals published; what waits is merged, so that a slow Redis costs no memory."""
        if self._tasks:
            self._moved.update(moved)
            self._people.update(people)
            self._some.set()

    async def _publish_all(self) -> None:
        client = _client()
        while True:
            await self._some.wait()
            self._some.clear()
            message = _pack(self._moved, self._people)
            self._moved, self._people = {}, set()
            try:
                async with asyncio.timeout(PUBLISH_SECONDS):
                    await client.publish(channel(), message)
            except (redis.RedisError, OSError, TimeoutError):
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
                self._pass_on(message["data"])

    def _pass_on(self, data: bytes) -> None:
        try:
            moved, people = _unpack(data)
        except (ValueError, TypeError, KeyError):
            logger.warning("a signal was not understood")
            return
        self._heard(moved, people)


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


def _pack(moved: Moved, people: People) -> bytes:
    return orjson.dumps([[[*place, *state] for place, state in moved.items()], [list(place) for place in people]])


def _unpack(data: bytes) -> tuple[dict[Place, tuple[int, int]], set[Place]]:
    moved, people = orjson.loads(data)
    return (
        {(int(session), str(name)): (int(epoch), int(revision)) for session, name, epoch, revision in moved},
        {(int(session), str(key)) for session, key in people},
    )
