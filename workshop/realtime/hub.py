"""The hub: one per process, between the rows that were committed and the sockets that show them.

It follows the sessions of its connections, hears what moved (from its own inbox, from other processes, from the check
of heads every 2 s), reads each stale slot once and sends the same text to everybody who hears it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import time
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

from django.db import InterfaceError, OperationalError
from django.db import connection as database

from workshop.realtime import heads, inbox, limits, memory, pace, signals
from workshop.realtime.admission import Admission
from workshop.realtime.connection import RESTART, Connection, keep
from workshop.realtime.counts import counts
from workshop.realtime.followed import Followed
from workshop.realtime.heartbeat import Heartbeat
from workshop.realtime.inbox import Done
from workshop.realtime.ops import Result
from workshop.realtime.pace import Pacer
from workshop.realtime.presence import Roll
from workshop.realtime.reads import Threads
from workshop.realtime.signals import HURRY, Calm, Moved, People

CHECK_SECONDS = 2.0
#: A head that is ahead of its signal by more than this was moved by a signal that is lost.
GRACE_SECONDS = 0.3
#: A session without connections is followed so long, for pages that poll and for those who come back.
UNFOLLOW_SECONDS = 60.0
ANSWERS = 250
#: A database that is away is asked again so often, for so long: who comes in is told by then that the server is busy.
AGAIN_SECONDS, AWAY_SECONDS = 0.2, 8.0
STOP_SECONDS = 5.0
BYE_MILLISECONDS = (1_000, 10_000)

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Hub:
    """All sockets of this process. Everything but ``heard`` runs on the event loop."""

    def __init__(self) -> None:
        self.process = f"{socket.gethostname()[:12]}-{os.getpid()}-{uuid4().hex[:8]}"
        self.sessions: dict[int, Followed] = {}
        self.threads = Threads()
        self.limiter = limits.Limiter()
        self.urgent_pacer = Pacer(pace.URGENT_SHARE, 0.0, inbox.busy)
        self.own_pacer = Pacer(pace.OWN_SHARE, pace.OWN_SECONDS, inbox.busy)
        self.leisure_pacer = Pacer(pace.LEISURE_SHARE, pace.LEISURE_SECONDS, inbox.busy)
        self.front_pacer = Pacer(pace.FRONT_SHARE, pace.FRONT_SECONDS, inbox.busy)
        self.crowd_pacer = Pacer(pace.CROWD_SHARE, pace.CROWD_SECONDS, inbox.busy)
        self.ticket_pacer = Pacer(pace.TICKET_SHARE, pace.TICKET_SECONDS, inbox.busy)
        self.deadline_pacer = Pacer(1.0, pace.DEADLINE_SECONDS, inbox.busy)
        #: Set by each batch of this process that moved something.
        self._wrote = asyncio.Event()
        #: Frames sent so far; the garbage collector waits for silence.
        self.sent = 0
        #: SIGTERM has come: ``draining`` at once, ``leaving`` when the sockets are sent away.
        self.draining = self.leaving = False
        #: Pages without a socket, by a digest of what they show at the door.
        self.pollers: dict[bytes, Connection] = {}
        self.admission = Admission(self)
        self.heartbeat = Heartbeat(self)
        self.roll = Roll(self.process)
        self._relay = signals.Relay(self.mark, self._check_soon)
        self._loop = asyncio.get_running_loop()
        self._loading: dict[int, asyncio.Task[None]] = {}
        self._answers: deque[tuple[Done, Result]] = deque()
        self._check_now = asyncio.Event()
        self._tasks: list[asyncio.Task[Any]] = []

    # ── life ────────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Begin: the writer thread, the relay, the check of heads, pings, presence and the garbage collector's turn."""
        inbox.start(self._deliver)
        signals.listen(self.heard)
        self._relay.start()
        for work in (self._check_heads(), self.heartbeat.run(), self._keep_roll(), memory.collect_when_idle(self)):
            self._tasks.append(keep(self._loop.create_task(work)))

    async def stop(self) -> None:
        """Say goodbye, write what waits, and end."""
        self.say_bye()
        signals.listen(None)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._relay.stop()
        for session in self.sessions.values():
            session.stop()
        await asyncio.to_thread(inbox.stop)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(self.threads.close), STOP_SECONDS)

    def say_bye(self) -> None:
        """Send every client away with the time within which it shall come back, chosen by how many they are."""
        self.draining = self.leaving = True
        connections = list(self.heartbeat.connections)
        least, most = BYE_MILLISECONDS
        within = min(most, max(least, 2 * len(connections)))
        for connection in connections:
            connection.say_bye(RESTART, within)

    @property
    def full(self) -> bool:
        """Whether no further socket is let in; may be asked on any thread."""
        return self.leaving or self.admission.full

    # ── threads ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def on_thread(self, session: int, act: Callable[..., T], *args: Any) -> T:
        """Run what only reads on the session's reader thread."""
        return await self._asked(partial(self.threads.of, session, act, *args))

    async def on_common(self, act: Callable[..., T], *args: Any) -> T:
        """Run what only reads on the thread that serves all sessions."""
        return await self._asked(partial(self.threads.common, act, *args))

    async def _asked(self, begin: Callable[[], Future[T]]) -> T:
        """Ask again when the database fails: a crash shall send nobody away who is just coming in."""
        until = self._loop.time() + AWAY_SECONDS
        while True:
            try:
                return await asyncio.wrap_future(begin())
            except (OperationalError, InterfaceError):
                if self._loop.time() >= until:
                    raise
            await asyncio.sleep(AGAIN_SECONDS)

    def run_slow(self, act: Callable[..., Any], *args: Any, then: Callable[[], None]) -> None:
        """Run something that may wait for the inbox; ``then`` is called on the loop in any case."""

        def finished(future: Future[Any]) -> None:
            if not future.cancelled() and future.exception() is not None:
                logger.error("a deadline could not be kept", exc_info=future.exception())
            self._call(then)

        self.threads.slow(act, *args).add_done_callback(finished)

    def later(self, seconds: float, act: Callable[..., Any], *args: Any) -> None:
        """Call on the loop after a while."""
        self._loop.call_later(seconds, act, *args)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine beside everything else."""
        return self._loop.create_task(work)

    def _call(self, act: Callable[..., Any], *args: Any) -> None:
        # The loop may have ended while a thread was still at work.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(act, *args)

    # ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _deliver(self, answers: Sequence[tuple[Done, Result]]) -> None:
        self._call(self._take_answers, answers)

    def _take_answers(self, answers: Sequence[tuple[Done, Result]]) -> None:
        waiting = bool(self._answers)
        self._answers.extend(answers)
        if not waiting:
            self._answer()

    def _answer(self) -> None:
        for _ in range(min(ANSWERS, len(self._answers))):
            done, result = self._answers[0]
            try:
                done(result)
            except Exception:
                logger.exception("an answer could not be given")
            self._answers.popleft()
        if self._answers:
            self._loop.call_soon(self._answer)

    # ── what moved ──────────────────────────────────────────────────────────────────────────────────────────────

    def heard(self, moved: Moved, people: People, calm: Calm) -> None:
        """A batch of this process was committed; called on any thread."""
        self._call(self._heard_here, moved, people, calm)

    def _heard_here(self, moved: Moved, people: People, calm: Calm) -> None:
        self._wrote.set()
        self._relay.send(moved, people, calm)
        self.mark(moved, people, calm)

    async def writes_within(self, seconds: float) -> bool:
        """Wait for the next batch of this process; whether there was one within these seconds."""
        self._wrote.clear()
        try:
            async with asyncio.timeout(seconds):
                return await self._wrote.wait()
        except TimeoutError:
            return False

    def mark(self, moved: Moved, people: People, calm: Calm = HURRY) -> None:
        """Make stale whatever these heads number and whatever is shown to these people alone."""
        for (session, name), (epoch, revision) in moved.items():
            if session in self.sessions:
                self.sessions[session].moved(name, epoch, revision, answers=calm.heads.get((session, name), 0))
        for session, key in people:
            if session in self.sessions:
                self.sessions[session].person_moved(key)
        for session, key in calm.people:
            if session in self.sessions:
                self.sessions[session].person_moved(key, told=True)

    def _check_soon(self) -> None:
        self._check_now.set()

    async def _check_heads(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._check_now.wait(), CHECK_SECONDS)
            self._check_now.clear()
            self._unfollow()
            try:
                await self.check()
            except Exception:
                # The database may be away for a while.
                logger.warning("the heads could not be checked", exc_info=True)

    async def check(self) -> None:
        """Compare all heads of all sessions in one query; a second one, and reads, only for what moved unheard."""
        if not self.sessions:
            return
        began = time.perf_counter()
        found = await self.on_common(heads.sums, database, list(self.sessions))
        counts.checks.add(time.perf_counter() - began)
        # Loaded sessions only, and compared after the read: signals may have come meanwhile.
        ahead = [s for s, total in found.items() if s in self.sessions and self.sessions[s].known.total < total]
        ahead = [session for session in ahead if session not in self._loading]
        if not ahead:
            return
        now = await self.on_common(heads.all_heads, ahead)
        unheard = sum(len(self._unheard(session, states)) for session, states in now.items())
        await asyncio.sleep(GRACE_SECONDS)
        lost = sum(self._make_up(session, states) for session, states in now.items())
        counts.signals_lost += lost
        counts.signals_late += max(0, unheard - lost)

    def _unheard(self, session: int, states: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
        """Those of these heads that are ahead of what this process knows."""
        home = self.sessions.get(session)
        known = home.heads if home is not None else states
        return {name: state for name, state in states.items() if state > known.get(name, (1, 0))}

    def _make_up(self, session: int, states: dict[str, tuple[int, int]]) -> int:
        """Take for moved what no signal has told of; how many heads that were."""
        home, lost = self.sessions.get(session), self._unheard(session, states)
        if home is None:
            return 0
        for name, state in lost.items():
            home.moved(name, *state)
        # A head that was made and never raised counts in the sum and moves nothing.
        for name, state in states.items():
            if name not in home.heads:
                home.known.put(name, *state)
        if lost:
            home.everybody_moved()
        return len(lost)

    # ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────

    async def follow(self, session: int) -> Followed:
        """The session, with its heads and catalogue loaded."""
        home = self.sessions.get(session)
        if home is None:
            home = self.sessions[session] = Followed(self, session)
            self._loading[session] = keep(self._loop.create_task(home.load()))
        loading = self._loading.get(session)
        if loading is not None:
            try:
                await asyncio.shield(loading)
            except BaseException:
                if loading.done() and self.sessions.get(session) is home:
                    del self.sessions[session]
                raise
            finally:
                if loading.done():
                    self._loading.pop(session, None)
        return home

    def leave(self, connection: Connection) -> None:
        """Forget a socket that was closed."""
        self.heartbeat.remove(connection)
        if connection.home is not None:
            connection.home.remove(connection)
        else:
            connection.forget()

    def _unfollow(self) -> None:
        horizon = time.monotonic() - UNFOLLOW_SECONDS
        for session, home in list(self.sessions.items()):
            if not home.people and not home.streams and home.left_at < horizon and session not in self._loading:
                home.stop()
                del self.sessions[session]
        self.pollers = {place: poller for place, poller in self.pollers.items() if not poller.closed}
        self.limiter.tidy()

    async def _keep_roll(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            self.roll.call(self.sessions.values())


_hub: list[Hub] = []


def current() -> Hub:
    """The hub of this process, started now when it was not yet. Call on the event loop."""
    if not _hub:
        hub = Hub()
        _hub.append(hub)
        hub.start()
    return _hub[0]


def running() -> Hub | None:
    """The hub, if it was started."""
    return _hub[0] if _hub else None


async def shutdown() -> None:
    """Stop the hub, if it runs."""
    if _hub:
        await _hub.pop().stop()
