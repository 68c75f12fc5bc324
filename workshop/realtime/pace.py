"""Pace: how often counting changes go out, so that a vote of thousands never takes the whole processor.

Each fan-out (and the reading for it) that takes ``c`` seconds reserves ``c / share`` of a common time line before the
next one may begin. So all sessions together stay below ``share`` of a core, and sessions take turns, from the first one
on. While nobody's answers are written they may have twice of it: what is shown last is right the sooner.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

#: Screens and panels: few sockets, often.
FRONT_SECONDS = 0.1
FRONT_SHARE = 0.25
#: Learners: all phones, together below a third of a core.
CROWD_SECONDS = 0.15
CROWD_SHARE = 0.3
#: Personal slots, read in batches.
OWN_SECONDS = 0.05
OWN_SHARE = 0.15
#: Those of people whose only device has just been told by an ack.
LEISURE_SECONDS = 1.0
LEISURE_SHARE = 0.05
#: What must go at once is only held back when it would take more than half of the time.
URGENT_SHARE = 0.5
#: Asking the door again about everybody, while people keep joining.
TICKET_SECONDS = 0.25
TICKET_SHARE = 0.1
#: Asking for the next deadline, while heads keep moving.
DEADLINE_SECONDS = 0.5


#: How much more than its share while no answers come.
EASE = 2.0
#: A fan-out of which nothing is known yet, in seconds.
USUAL_SECONDS = 0.002
#: What was not used is kept for so long: timers are coarse, and one read waits while another works.
CREDIT_SECONDS = 0.02


#: Connections served before everybody else gets a turn: an ack waits for one slice at most.
SLICE = 250


async def in_slices(items: Iterable[T], size: int = SLICE) -> AsyncIterator[list[T]]:
    """So many at a time, with a turn for everybody else in between."""
    everything = list(items)
    for start in range(0, len(everything), size):
        if start:
            await asyncio.sleep(0)
        yield everything[start : start + size]


@dataclass(slots=True)
class Pacer:
    """The common time line of one sort of fan-outs. Lives on the event loop.

    Args:
        share: largest part of a core, from 0 to 1.
        floor: seconds between two of one session, at least. Without one nobody waits for others, only for themselves.
        busy: whether answers are being written. Of no consequence without a floor.
    """

    share: float
    floor: float
    busy: Callable[[], bool]
    _free_at: float = 0.0
    _waiting: deque[tuple[asyncio.Future[None], float]] = field(default_factory=deque)
    _timer: asyncio.TimerHandle | None = None

    async def turn(self, usual: float) -> None:
        """Wait until a fan-out that will take about so long may begin; in the order of asking."""
        loop = asyncio.get_running_loop()
        if not self.floor or (not self._waiting and self._free_at <= loop.time()):
            self._reserve(loop.time(), usual)
            return
        mine: asyncio.Future[None] = loop.create_future()
        self._waiting.append((mine, usual))
        self._look_again(loop)
        await mine

    def spent(self, now: float, usual: float, seconds: float) -> float:
        """Note what a fan-out took; the instant at which the same session may ask for its next one."""
        if self.floor:
            self._free_at += (seconds - usual) / self._share()
            return now + self.floor
        self._free_at = max(self._free_at, now) + seconds / self.share - seconds
        return self._free_at

    def _share(self) -> float:
        return self.share if self.busy() else min(1.0, EASE * self.share)

    def _reserve(self, now: float, usual: float) -> None:
        if self.floor:
            self._free_at = max(self._free_at, now - CREDIT_SECONDS) + usual / self._share()

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is None:
            self._timer = loop.call_at(self._free_at, self._go_on, loop)

    def _go_on(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        while self._waiting and self._free_at <= now:
            waits, usual = self._waiting.popleft()
            if not waits.done():
                waits.set_result(None)
                self._reserve(now, usual)
        if self._waiting:
            self._look_again(loop)
