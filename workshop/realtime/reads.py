"""Reading slots on the hub's reader threads: once for all who hear the same, in batches for persons.

All reads of one session run on one thread, one after another, so a slot's frames are made in the order of their
revisions. (Views read slots too, on threads of their own: what a reader keeps in memory needs a lock.)
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.utils import translation

from workshop.kinds import Refused
from workshop.realtime import apart, door, heads, patience, slots, wire
from workshop.realtime.apart import DUE, READERS
from workshop.realtime.slots import SlotReader, SlotRequest, SlotState

#: Readings for more people than this are one transaction.
FEW = 4
logger = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Got:
    """What a read found: ``content`` is the encoded part of the frame, None when the slot is gone.

    ``failed``: it could not be read; whoever wanted it tries again.
    """

    epoch: int = 0
    revision: int = 0
    since: int = 0
    content: str | None = None
    failed: bool = False


class Threads:
    """A few threads, each with its own connection to the database; a session always gets the same one."""

    def __init__(self) -> None:
        self._closed = False
        self._threads = [_executor(1, f"read-{number}") for number in range(READERS)]
        #: For what belongs to no session: letting in, the check of heads.
        self._common = _executor(1, "door")
        #: For what may wait for the inbox: deadlines.
        self._slow = _executor(DUE, "due")

    def of(self, session: int, act: Callable[..., T], *args: Any) -> Future[T]:
        """Run on the session's thread."""
        return self._submit(self._threads[session % READERS], act, *args)

    def common(self, act: Callable[..., T], *args: Any) -> Future[T]:
        """Run on the thread that serves all sessions."""
        return self._submit(self._common, act, *args)

    def slow(self, act: Callable[..., T], *args: Any) -> Future[T]:
        """Run where nobody waits behind it."""
        return self._submit(self._slow, act, *args)

    def _submit(self, pool: ThreadPoolExecutor, act: Callable[..., T], *args: Any) -> Future[T]:
        if self._closed:
            # The process ends: whoever still wants to read ends too, and is no fault.
            raise asyncio.CancelledError
        return pool.submit(_guarded, act, *args)

    def close(self) -> None:
        """Finish what was begun, close the connections and end the threads. Waits."""
        self._closed = True
        for pool in (*self._threads, self._common, self._slow):
            # ``connection.close`` would be that of the thread that says so here.
            pool.submit(connections.close_all)
            pool.shutdown()
        apart.close()


def _executor(threads: int, name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, f"plenary-{name}", apart.take)


def _guarded(act: Callable[..., T], *args: Any) -> T:
    try:
        with patience.watched():
            return act(*args)
    except (OperationalError, InterfaceError):
        # The connection may be dead (database restarted): the next one is new.
        connection.close()
        raise


def read_all(requests: Sequence[SlotRequest], lasting: heads.Lasting | None = None) -> tuple[list[Got], float]:
    """Read slots of one session, those of one reader and language together; and the seconds of processor time taken.

    ``lasting``: what the reading before has kept of the session.
    """
    began = time.thread_time()
    found: dict[int, Got] = {}
    groups: dict[tuple[str, str], list[int]] = {}
    for position, request in enumerate(requests):
        groups.setdefault((request.name.partition(":")[0], request.language), []).append(position)
    try:
        # What several readers read is no transaction: one that fails must not take the others with it.
        with at_once(len(requests) if len({prefix for prefix, _ in groups}) == 1 else 0), _together(requests, lasting):
            for (_, language), positions in groups.items():
                chosen = [requests[position] for position in positions]
                found.update(zip(positions, _read_group(chosen, language or "en"), strict=True))
    except (OperationalError, InterfaceError):
        connection.close()
        logger.warning("the database failed while heads were read")
    failed = Got(failed=True)
    return [found.get(position, failed) for position in range(len(requests))], time.thread_time() - began


def read_catalogue(session: int, lasting: heads.Lasting) -> Mapping[str, tuple[str, ...]]:
    """The slots of each audience; what it takes to know them is kept for the slots themselves."""
    with heads.reading(session, lasting):
        return door.current().catalogue(session)


@contextmanager
def at_once(count: int) -> Iterator[None]:
    """Read for so many at once: PostgreSQL begins and ends one transaction in place of one for each statement.

    Each statement still sees what was committed before it. On SQLite a transaction would wait for the writer.
    """
    if count > FEW and connection.vendor == "postgresql" and not connection.in_atomic_block:
        with transaction.atomic():
            yield
    else:
        yield


def _together(requests: Sequence[SlotRequest], lasting: heads.Lasting | None) -> AbstractContextManager[None]:
    """Read the heads once for all of them."""
    return heads.reading(requests[0].session, lasting) if requests else nullcontext()


def _read_group(requests: list[SlotRequest], language: str) -> list[Got]:
    try:
        reader = slots.reader_for(requests[0].name)
    except Refused:
        return [Got() for _ in requests]
    try:
        with translation.override(language):
            return [encode(reader, state) for state in reader.read_many(requests)]
    except (OperationalError, InterfaceError):
        connection.close()
        logger.warning("the database failed while slots were read: %s", reader.prefix)
    except Exception:
        logger.exception("a slot could not be read: %s", reader.prefix)
    return [Got(failed=True) for _ in requests]


def encode(reader: SlotReader, state: SlotState | None) -> Got:
    """A state as the inner part of its frame, the same text for all."""
    if state is None:
        return Got()
    if reader.shape == "collection":
        content = f'"items":{wire.text_of(state.items or {})}'
        return Got(state.epoch, state.revision, state.since, content)
    parts = []
    if state.data is not None or state.html is None:
        parts.append(f'"d":{wire.text_of(state.data)}')
    if state.html is not None:
        parts.append(f'"h":{wire.text_of(state.html)}')
    return Got(state.epoch, state.revision, 0, ",".join(parts))
