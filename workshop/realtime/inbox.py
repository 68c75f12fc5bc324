"""The inbox: the one writer of live data in a process (architecture, section 4, "Inbox").

``submit`` and ``asubmit`` write one op; ``put`` is what sockets use. All end in ``batches.write``. With a running
server a single thread with its own connection collects ops for a few milliseconds and writes them in one transaction;
without one (commands, tests) each op is a batch of one on the caller's connection.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from workshop.kinds import Json, Refused
from workshop.realtime import apart, batches, door, ops
from workshop.realtime.batches import Batch
from workshop.realtime.counts import counts
from workshop.realtime.heads import HeadState

if TYPE_CHECKING:
    from workshop.realtime.ops import Call, Result

__all__ = ["Batch", "HeadState", "Inbox", "asubmit", "put", "running", "start", "stop", "submit"]

QUEUE_LENGTH = 5_000
BATCH_LENGTH = 500
#: Ops are collected for half the time that the last batch took, within these bounds: what a batch costs by itself is
#: shared by the more, the dearer it is (many sessions in it, or other processes at the same heads).
COLLECT_SECONDS = (0.010, 0.030)
#: A lone op (a facilitator's click) is written at once; collecting begins when batches begin to fill.
COLLECT_FROM = 4
ANSWER_SECONDS = 30.0
#: Ops are said to be coming for so long after the last one was written.
BUSY_SECONDS = 0.05

logger = logging.getLogger(__name__)
Done = Callable[["Result"], None]
Deliver = Callable[[Sequence[tuple[Done, "Result"]]], None]


@dataclass(slots=True)
class _Entry:
    call: Call[Any] | None
    done: Done
    #: Answered on the event loop (a socket), together with the rest of its batch.
    on_loop: bool
    #: Work of the core itself (presence), run alone between two batches.
    job: Callable[[], None] | None = None


class Inbox:
    """The writer thread of a running server.

    Args:
        deliver: called on the writer thread, once a batch, with all answers that belong on the event loop.
    """

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._entries: deque[_Entry] = deque()
        self._some = threading.Event()
        self._full = threading.Event()
        self._stopping = False
        self._last = 0
        self._took = 0.0
        #: When the last batch ended.
        self.wrote_at = 0.0
        self.thread = threading.Thread(target=self._run, name="plenary-inbox", daemon=True)
        self.thread.start()

    def add(self, entry: _Entry) -> None:
        """Queue an entry, from any thread. Raises Refused ``busy`` when 5,000 wait or the server stops."""
        if self._stopping or len(self._entries) >= QUEUE_LENGTH:
            raise refuse_as_busy()
        self._entries.append(entry)
        # One wake-up a batch: waking the writer for every op would make both threads fight for the interpreter.
        if not self._some.is_set():
            self._some.set()
        if len(self._entries) >= BATCH_LENGTH and not self._full.is_set():
            self._full.set()

    @property
    def depth(self) -> int:
        """Entries that wait."""
        return len(self._entries)

    def close(self, seconds: float = 10.0) -> None:
        """Refuse new ops, write those that wait and end the thread."""
        self._stopping = True
        self._some.set()
        self._full.set()
        self.thread.join(seconds)

    def _run(self) -> None:
        apart.take()
        while not (self._stopping and not self._entries):
            self._some.wait()
            self._some.clear()
            while self._entries:
                self._collect()
                self._write(self._take())
        connection.close()

    def _collect(self) -> None:
        """Let more ops come, when the last batch says that there are more."""
        if self._last > COLLECT_FROM and len(self._entries) < BATCH_LENGTH and not self._stopping:
            least, most = COLLECT_SECONDS
            self._full.wait(min(most, max(least, self._took / 2)))
        self._full.clear()

    def _take(self) -> list[_Entry]:
        taken: list[_Entry] = []
        while self._entries and len(taken) < BATCH_LENGTH:
            taken.append(self._entries.popleft())
        self._last = len(taken)
        return taken

    def _write(self, entries: list[_Entry]) -> None:
        for entry in entries:
            if entry.job is not None:
                _run_job(entry.job)
        entries = [entry for entry in entries if entry.call is not None]
        if not entries:
            return
        began = time.perf_counter()
        try:
            results = batches.write([entry.call for entry in entries if entry.call is not None])
        except Exception:
            # Nothing may end the one writer; the clients keep their ops and send them again.
            logger.exception("a batch failed as a whole")
            connection.close()
            results = [refuse_as_busy()] * len(entries)
        self.wrote_at = time.monotonic()
        self._took = time.perf_counter() - began
        counts.batches.add(len(entries))
        counts.batch_seconds.add(self._took)
        for_loop: list[tuple[Done, Result]] = []
        for entry, result in zip(entries, results, strict=True):
            if entry.on_loop:
                for_loop.append((entry.done, result))
            else:
                entry.done(result)
        if for_loop:
            self._deliver(for_loop)


def _nobody_waits(result: Result) -> None:
    del result


def _run_job(job: Callable[[], None]) -> None:
    try:
        job()
    except Exception:
        logger.exception("a job of the inbox failed")
        connection.close()


_running: list[Inbox] = []


def start(deliver: Deliver) -> Inbox:
    """Start the writer thread of this process."""
    inbox = Inbox(deliver)
    _running[:] = [inbox]
    return inbox


def stop() -> None:
    """Write what waits and end the writer thread."""
    for inbox in _running:
        inbox.close()
    _running.clear()


def running() -> Inbox | None:
    """The inbox of the running server, if there is one."""
    return _running[0] if _running else None


def busy() -> bool:
    """Whether ops are being written, or were a moment ago."""
    inbox = running()
    return inbox is not None and (bool(inbox.depth) or time.monotonic() - inbox.wrote_at < BUSY_SECONDS)


def refuse_as_busy() -> Refused:
    """The refusal of an op that was not written and may be sent again as it is."""
    return Refused("busy", _("The server is busy. Your entry is kept and sent again."))


def permit(call: Call[Any]) -> None:
    """Refuse with ``not_allowed`` when the role table does not give the actor the op's permission."""
    if not door.current().may(call.actor, ops.get(call.op).permission):
        raise Refused("not_allowed", _("You may not do this."))


def put(call: Call[Any], done: Done) -> None:
    """Queue an op of a socket; ``done`` is called on the event loop after the commit.

    Raises:
        Refused: ``not_allowed`` or ``busy``; ``done`` is not called then.
    """
    permit(call)
    inbox = running()
    if inbox is None:
        raise refuse_as_busy()
    inbox.add(_Entry(call, done, on_loop=True))


def background(job: Callable[[], None]) -> None:
    """Run work of the core on the writer thread, because a second writer starves on SQLite. Dropped when busy."""
    inbox = running()
    if inbox is None:
        _run_job(job)
        return
    try:
        inbox.add(_Entry(None, _nobody_waits, on_loop=False, job=job))
    except Refused:
        logger.debug("a job was dropped: the inbox is full or stopping")


def submit(call: Call[Any]) -> dict[str, Json]:
    """Write one op and wait for its commit, from any thread but the event loop's.

    With a running server the op joins the inbox of the process; without one (commands, tests) it is a batch of one.
    The permission of the op is checked here too: no writer runs for an actor who may not.

    Raises:
        Refused: as the writer says, or ``not_allowed``, ``busy``.
    """
    permit(call)
    inbox = running()
    if inbox is None or threading.current_thread() is inbox.thread or connection.in_atomic_block:
        # Inside somebody's transaction the writer thread could wait for locks that this thread holds.
        return _unwrap(batches.write([call])[0])
    _refuse_on_loop()
    waiting: Future[Result] = Future()
    inbox.add(_Entry(call, waiting.set_result, on_loop=False))
    # So more of them can wait, and be written in one batch, than there are connections; and others can read meanwhile.
    apart.give_back()
    try:
        return _unwrap(waiting.result(ANSWER_SECONDS))
    except TimeoutError:
        raise refuse_as_busy() from None


async def asubmit(call: Call[Any]) -> dict[str, Json]:
    """``submit`` for coroutines of the server's event loop.

    Raises:
        Refused: as the writer says, or ``not_allowed``, ``busy``.
    """
    permit(call)
    inbox = running()
    if inbox is None:
        result = await asyncio.to_thread(batches.write, [call])
        return _unwrap(result[0])
    answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
    inbox.add(_Entry(call, lambda result: None if answer.done() else answer.set_result(result), on_loop=True))
    return _unwrap(await answer)


def _unwrap(result: Result) -> dict[str, Json]:
    if isinstance(result, Refused):
        raise result
    return result


def _refuse_on_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    message = "submit() would block the event loop; use asubmit()"
    raise RuntimeError(message)


def wait_idle(seconds: float = 5.0) -> bool:
    """Whether all ops queued before this call were written within the time (for tests and shutdown)."""
    deadline = time.monotonic() + seconds
    reached = threading.Event()
    background(reached.set)
    return reached.wait(deadline - time.monotonic())
