"""One socket as the hub sees it: what it hears, whether it can take a frame now, and sending by hand."""

from __future__ import annotations

import asyncio
import logging
import time
import types
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from workshop.realtime import limits, wire
from workshop.realtime.counts import counts, size_of

if TYPE_CHECKING:
    from workshop.realtime.door import Ticket
    from workshop.realtime.feeds import Band, Feed

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]

MALFORMED, NOT_JOINED, REMOVED, NO_SESSION, TOO_SLOW = 4400, 4401, 4403, 4404, 4408
FIFTH_SOCKET, RESTART, BUSY, TOO_BIG, FLOODING = 4409, 4412, 4413, 4419, 4429
CLOSE_OF = {"not_joined": NOT_JOINED, "removed": REMOVED, "no_session": NO_SESSION, "busy": BUSY}

logger = logging.getLogger(__name__)


class Home(Protocol):
    """Where a connection belongs: a followed session, or one of its streams."""

    def catch_up(self, connection: Connection) -> None:
        """It can take frames again."""

    def remove(self, connection: Connection) -> None:
        """It is gone."""


@dataclass(frozen=True, slots=True)
class Own:
    """A personal slot as it was last sent. The text is kept for those who poll only."""

    epoch: int
    revision: int
    digest: int
    text: str = ""


class Connection:
    """A socket, or (``send`` None) somebody who polls.

    ``marked`` holds the feeds of which it has missed a frame, with the revision that it has (None: nothing). A marked
    feed sends it nothing until ``Followed.bring`` has given it the newest state.
    """

    __slots__ = (
        "_owed",
        "_send",
        "_task",
        "band",
        "closed",
        "frozen",
        "have",
        "heard_at",
        "home",
        "is_poller",
        "marked",
        "opened_at",
        "opening",
        "own",
        "own_stale",
        "swapped",
        "ticket",
        "view",
        "waiting",
        "watched",
    )

    def __init__(self, ticket: Ticket, view: str, send: Send | None, task: asyncio.Task[Any] | None = None) -> None:
        self.ticket = ticket
        self.view = view
        self.home: Home | None = None
        self.band: Band | None = None
        self.marked: dict[Feed, int | None] = {}
        #: Slots asked for by ``watch``.
        self.watched: dict[str, Band] = {}
        #: Slots that it hears as somebody else from now on (another background, another language): what it is sent next
        #: of them replaces what it holds, though its revision may be the same.
        self.swapped: set[str] = set()
        #: Personal slots as last sent; ``own_stale`` when they must be read again.
        self.own: dict[str, Own] = {}
        self.own_stale = True
        #: What it had when it came; only until the hello.
        self.have: dict[str, tuple[int, int]] = {}
        self.opening = True
        self.frozen = False
        self.waiting = False
        self.closed = False
        self.opened_at = self.heard_at = time.monotonic()
        self.is_poller = send is None
        self._send = send
        self._task = task
        self._owed: deque[Message] = deque()

    @property
    def polls(self) -> bool:
        """Whether it is no socket but somebody who comes back for what is newer."""
        return self.is_poller and not self.closed

    @property
    def key(self) -> str:
        """Whose socket it is: ``p:7``, ``u:1``, ``screen``."""
        return str(self.ticket.actor.key)

    @property
    def ready(self) -> bool:
        """Whether a frame of a slot may be sent now."""
        return not (self.opening or self.frozen or self.waiting or self.closed)

    def offer(self, feed: Feed, message: Message, since: int | None) -> bool:
        """Send the frame of a feed, or note that this connection has missed it; whether it was sent."""
        if self._send is None:
            return False
        if self.opening or self.frozen or self.waiting or self.closed or feed in self.marked:
            self.marked.setdefault(feed, since)
            return False
        self._begin(message)
        return True

    def send(self, text: str) -> None:
        """Send what must not be lost (answers), in order; a client that leaves 1,000 of them unread is closed."""
        self._give({"type": "websocket.send", "text": text})

    def send_bytes(self, data: bytes) -> None:
        """The same for streams."""
        self._give({"type": "websocket.send", "bytes": data})

    def ping(self, message: Message) -> bool:
        """Send a ping unless an earlier send still waits; whether it was sent."""
        if self._send is None or self.waiting or self.closed or self.opening:
            return False
        self._begin(message)
        return True

    def close(self, code: int) -> None:
        """Close the socket. When its earlier sends still wait nothing more can be said: its task is ended."""
        if self.closed:
            return
        counts.closes[code] += 1
        if self._send is not None and not self.waiting:
            self._begin({"type": "websocket.close", "code": code, "reason": ""})
        stuck = self.waiting
        self.closed = True
        if stuck and self._task is not None:
            self._task.cancel()

    def say_bye(self, code: int, within: int) -> None:
        """Tell the client to come back within so many milliseconds, then close."""
        self.send(wire.text_of({"t": "bye", "code": code, "within": within}))
        self.close(code)

    def forget(self) -> None:
        """Cut all references, so that a closed connection needs no garbage collection."""
        self.closed = True
        self._send = self._task = None
        self.home = self.band = None
        self.watched.clear()
        self.marked.clear()
        self.swapped.clear()
        self.own.clear()
        self._owed.clear()

    def _give(self, message: Message) -> None:
        if self.closed or self._send is None:
            return
        counts.frames += 1
        counts.bytes += size_of(message)
        if not self.waiting:
            self._begin(message)
        elif len(self._owed) < limits.UNREAD_ANSWERS:
            self._owed.append(message)
        else:
            self.close(TOO_SLOW)

    def _begin(self, message: Message) -> None:
        """Start the server's ``send`` by hand: nearly always it is done at once, and a task would cost as much again."""
        assert self._send is not None
        coroutine: Coroutine[Any, Any, None] = self._send(message)  # type: ignore[assignment] # servers give a coroutine
        try:
            waits_for = coroutine.send(None)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 - servers raise what they like for a client that is gone
            self.closed = True
            return
        self.waiting = True
        keep(asyncio.get_running_loop().create_task(self._finish(_rest(coroutine, waits_for))))

    async def _finish(self, rest: Awaitable[None]) -> None:
        try:
            await rest
            while self._owed and self._send is not None:
                await self._send(self._owed.popleft())
        except Exception:  # noqa: BLE001 - as above
            self.closed = True
            return
        finally:
            self.waiting = False
        if self.home is not None:
            self.home.catch_up(self)


@types.coroutine
def _rest(coroutine: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """What is left of a coroutine that was started by hand and waits for something."""
    try:
        yield waits_for
    except BaseException as error:
        coroutine.throw(error)
        raise
    yield from coroutine.__await__()


_kept: set[asyncio.Task[Any]] = set()


def keep(task: asyncio.Task[Any]) -> asyncio.Task[Any]:
    """Hold a task until it is done: the event loop itself holds tasks only weakly."""
    _kept.add(task)
    task.add_done_callback(_finished)
    return task


def _finished(task: asyncio.Task[Any]) -> None:
    _kept.discard(task)
    if not task.cancelled() and task.exception() is not None:
        logger.error("a task of the realtime core failed", exc_info=task.exception())
