"""Lanes: the three speeds at which a session's changed feeds go out.

``urgent``: what a person waits for, at once. ``front``: counting slots of screens and panels. ``crowd``: counting slots
of learners. A feed is in one lane only, and a lane reads and sends one round after another, so the frames of a feed
keep their order; and a phase change never waits behind a tally for thousands.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from workshop.realtime.connection import keep
from workshop.realtime.pace import USUAL_SECONDS

if TYPE_CHECKING:
    from workshop.realtime.feeds import Feed
    from workshop.realtime.pace import Pacer

RETRY_SECONDS = 1.0
REST_SECONDS = 1.0
logger = logging.getLogger(__name__)
#: Sends what these feeds have to say; the seconds of processor time it took and the feeds to try again.
Broadcast = Callable[[list["Feed"]], Awaitable[tuple[float, list["Feed"]]]]


class Lane:
    """Feeds that are stale, and the task that sends them while there are any.

    Args:
        pacer: the common time line of this sort of lane.
        broadcast: does one round; also called without feeds after ``wake``.
    """

    def __init__(self, pacer: Pacer, broadcast: Broadcast) -> None:
        self._pacer = pacer
        self._broadcast = broadcast
        self._stale: dict[Feed, None] = {}
        self._due_at = 0.0
        #: What its last round took.
        self._usual = USUAL_SECONDS
        self._awake = False
        self._running = False
        self._resting = asyncio.Event()
        self._resting.set()

    def add(self, feed: Feed) -> None:
        """Have this feed read and sent in the next round."""
        self._stale[feed] = None
        self.wake()

    @property
    def busy(self) -> bool:
        """Whether a round is under way or waits for its time."""
        return self._running

    async def rest(self) -> None:
        """Wait until no round is under way, for a second at most."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._resting.wait(), REST_SECONDS)

    def wake(self) -> None:
        """Have a round even if no feed is stale."""
        self._awake = True
        if not self._running:
            self._running = True
            self._resting.clear()
            keep(asyncio.get_running_loop().create_task(self._run()))

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._awake:
                delay = self._due_at - loop.time()
                if delay > 0:
                    await asyncio.sleep(delay)
                await self._pacer.turn(self._usual)
                self._awake = False
                feeds, self._stale = list(self._stale), {}
                try:
                    cost, again = await self._broadcast(feeds)
                except Exception:
                    logger.exception("a round failed; it is tried again")
                    cost, again = 0.0, feeds
                    self._awake = True
                    self._due_at = loop.time() + RETRY_SECONDS
                now = loop.time()
                self._due_at = max(self._due_at, self._pacer.spent(now, self._usual, cost))
                self._usual = cost
                if again:
                    self._due_at = max(self._due_at, now + RETRY_SECONDS)
                    self._stale.update(dict.fromkeys(again))
                    self._awake = True
        finally:
            self._running = False
            self._resting.set()
