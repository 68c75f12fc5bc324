"""One batch of ops: one transaction over all heads concerned, locked before any writer runs.

What goes wrong by data (an exception of a writer) is run again in halves until the culprit stands alone and is refused
with ``bad_value``; what goes wrong by the database is tried again three times and then refused with ``busy``.
"""

from __future__ import annotations

import hashlib
import logging
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import InterfaceError, InternalError, OperationalError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from workshop.kinds import Json, Refused
from workshop.realtime import door, heads, ops, patience, signals
from workshop.realtime.heads import HeadState, Place
from workshop.realtime.models import Op
from workshop.realtime.ops import HalfWritten
from workshop.realtime.signals import Calm

if TYPE_CHECKING:
    from workshop.realtime.ops import Call, OpSpec, Result

TRIES = 3
FIRST_PAUSE_SECONDS = 0.05
#: No statement of a batch, and no wait for a lock that another process holds, may stop the one writer for ever; a
#: process that was frozen inside a batch loses its locks. For one transaction only, so poolers keep it apart.
_PATIENCE = (
    "SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '10s';"
    " SET LOCAL idle_in_transaction_session_timeout = '5s'"
)

logger = logging.getLogger(__name__)
#: InternalError: the server takes no writes, as a stand-by does to which a failover has not come yet.
_BROKEN = (OperationalError, InterfaceError, InternalError)
#: Name of an op and the language of its refusals.
_Manner = tuple[str, str]
_of_thread = threading.local()


def writing() -> bool:
    """Whether this thread is inside a batch. What it reads then may be rolled back: it must not be remembered."""
    return getattr(_of_thread, "writing", False)


@dataclass(slots=True)
class Batch:
    """One transaction over all heads concerned, locked before any writer runs.

    ``now`` is the database's time, read by a statement of its own after the lock.
    """

    now: datetime
    heads: dict[tuple[int, str], HeadState] = field(default_factory=dict)
    people: set[tuple[int, str]] = field(default_factory=set)
    #: People whose devices know the change by their ack.
    told: set[tuple[int, str]] = field(default_factory=set)
    #: Statements that changed something so far; tells whether a refused call left rows behind.
    written: int = 0
    _acts: list[Callable[[], None]] = field(default_factory=list)

    def move(self, session: int, head: str, *, counting: bool = False) -> int:
        """Note that this head moves in this batch; its new revision (the same for all writers of the batch).

        With ``counting`` (answers) the slots that call themselves ``steady`` need not be read again. The head must be
        among those the op named; raises KeyError otherwise.
        """
        state = self.heads[session, head]
        state.moved = True
        state.changed = state.changed or not counting
        return state.revision + 1

    def new_epoch(self, session: int, head: str) -> int:
        """Move the head and raise its epoch: what clients and tallies hold is void (rows were rewritten)."""
        state = self.heads[session, head]
        if not state.fresh_epoch:
            state.epoch += 1
        state.moved = state.changed = state.fresh_epoch = True
        return state.epoch

    def touch_person(self, session: int, key: str, *, told: bool = False) -> None:
        """Note that the personal slots of ``key`` (``p:7``) changed.

        With ``told`` the ack says it all: their only device gets the slots again at leisure, other devices as ever.
        """
        (self.told if told else self.people).add((session, key))

    def after_commit(self, act: Callable[[], None]) -> None:
        """Run ``act`` on the writer thread once the batch is committed (not when it is rolled back)."""
        self._acts.append(act)

    def committed(self) -> None:
        """Run the acts, then tell the hub and the other processes what moved."""
        for act in self._acts:
            try:
                act()
            except Exception:
                logger.exception("an act after a commit failed")
        moved = {place: (state.epoch, state.revision + 1) for place, state in self.heads.items() if state.moved}
        counted = {place: 1 for place, state in self.heads.items() if state.moved and not state.changed}
        signals.announce(moved, self.people, Calm(counted, frozenset(self.told - self.people)))


def write(calls: Sequence[Call[Any]]) -> list[Result]:
    """Write these ops; their results (or refusals) in order. Permissions were checked before."""
    results: dict[int, Result] = {}
    named: dict[int, tuple[Place, ...]] = {}
    for position, call in enumerate(calls):
        try:
            named[position] = tuple((call.session, name) for name in ops.get(call.op).heads(call))
        except Refused as refusal:
            results[position] = refusal
        except _BROKEN:
            connection.close_if_unusable_or_obsolete()
            results[position] = _busy()
        except Exception:  # noqa: BLE001 - any failure of an op is its own
            results[position] = _culprit(call)
    rest = list(named)
    places = sorted({place for position in rest for place in named[position]})
    if rest:
        results.update(zip(rest, _write_halving([calls[i] for i in rest], places), strict=True))
    return [results[position] for position in range(len(calls))]


def within(places: Sequence[Place], body: Callable[[Batch], None]) -> None:
    """Run work of the core itself in a batch of its own over these heads (presence). Raises what ``body`` raises."""

    def run(batch: Batch) -> list[Result]:
        body(batch)
        return []

    _transact(sorted(places), run)


def _write_halving(calls: list[Call[Any]], places: list[Place]) -> list[Result]:
    try:
        return _write_persisting(calls, places)
    except HalfWritten as half:
        if len(calls) == 1:
            return [half.refusal]
    except Exception:  # noqa: BLE001 - any failure of an op is its own
        if len(calls) == 1:
            return [_culprit(calls[0])]
    # Each half locks all heads of the batch: it is rare, and the order of locks stays right.
    middle = len(calls) // 2
    return _write_halving(calls[:middle], places) + _write_halving(calls[middle:], places)


def _culprit(call: Call[Any]) -> Refused:
    # The log names the op and the place, never the text of an exception: it may hold what a person wrote.
    error, place = sys.exc_info()[1], "?"
    if error is not None and error.__traceback__ is not None:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{frame.filename}:{frame.lineno}"
    logger.error("an op failed: %s, %s at %s", call.op, type(error).__name__, place)
    return Refused("bad_value", _("The server could not store this."))


def _busy() -> Refused:
    return Refused("busy", _("The server is busy. Your entry is kept and sent again."))


def _write_persisting(calls: list[Call[Any]], places: list[Place]) -> list[Result]:
    """Try again when the database fails; an op whose commit went unheard is recognised by its id the second time."""
    nested = connection.in_atomic_block
    for attempt in range(TRIES + 1):
        try:
            return _transact(places, lambda batch: _run_calls(batch, calls))
        except _BROKEN:
            if nested:
                raise
            logger.warning("the database failed, attempt %d", attempt + 1, exc_info=attempt == TRIES)
            connection.close()
            if attempt < TRIES:
                time.sleep(FIRST_PAUSE_SECONDS * 2**attempt * (0.5 + random.random()))  # noqa: S311 - jitter
    return [_busy() for _ in calls]


def _transact(places: list[Place], body: Callable[[Batch], list[Result]]) -> list[Result]:
    nested = connection.in_atomic_block
    while True:
        with patience.watched(), _write_transaction():
            locked = heads.lock(connection, places) if places else {}
            missing = _to_make([place for place in places if place not in locked])
            if missing and nested:
                # Somebody else's transaction is around ours (tests, migrations): there is no other to make them in.
                heads.create(missing)
                locked = heads.lock(connection, places)
            if nested or not missing:
                return _run_locked(locked, body)
        # New heads are made in a transaction of their own: holding their rows while waiting for other locks could
        # deadlock with a process that makes them too.
        heads.create(missing)


def _to_make(missing: list[Place]) -> list[Place]:
    """Of the missing heads those of things that there are: a number that somebody made up gets no row."""
    known = door.current().known(missing) if missing else frozenset()
    return [place for place in missing if place in known]


def _run_locked(locked: dict[Place, HeadState], body: Callable[[Batch], list[Result]]) -> list[Result]:
    batch = Batch(now=_database_time(), heads=locked)
    around, _of_thread.writing = writing(), True
    try:
        with _counting_writes(batch):
            results = body(batch)
    finally:
        _of_thread.writing = around
    heads.raise_moved(connection, locked.values())
    transaction.on_commit(batch.committed, robust=True)
    return results


@contextmanager
def _write_transaction() -> Iterator[None]:
    """``atomic`` that waits for nobody for ever; on SQLite BEGIN IMMEDIATE, because a deferred one fails when it turns
    from reading to writing."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    if connection.vendor != "sqlite":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_PATIENCE)
            yield
        return
    # Connecting sets the mode anew, so it comes first.
    connection.ensure_connection()
    usual, connection.transaction_mode = connection.transaction_mode, "IMMEDIATE"  # type: ignore[attr-defined] # of SQLite's alone
    try:
        with transaction.atomic():
            yield
    finally:
        connection.transaction_mode = usual  # type: ignore[attr-defined] # the same


def _database_time() -> datetime:
    """The database's time, read after the lock.

    SQLite has no clock of its own: it runs in this process, so Python's clock is the same one, and finer.
    """
    if connection.vendor != "postgresql":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now


@contextmanager
def _counting_writes(batch: Batch) -> Iterator[None]:
    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        if not sql.lstrip()[:6].upper().startswith(("SELECT", "SAVEPO", "RELEAS")):
            batch.written += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


def _run_calls(batch: Batch, calls: list[Call[Any]]) -> list[Result]:
    """Check every call once for all, then let the writers run; the results in the order of the calls."""
    kept = _Kept(calls)
    refusals = door.current().check(calls)
    results: dict[int, Result] = {position: no for position, no in enumerate(refusals) if no is not None}
    for wave in _waves(calls, results, kept):
        for (op, language), positions in wave.items():
            chosen = [calls[position] for position in positions]
            with translation.override(language or None):
                written = ops.get(op).write(batch, chosen)
            for position, result in zip(positions, written, strict=True):
                results[position] = result
                kept.add(calls[position], result)
    kept.store()
    for position, original in kept.repeats.items():
        results[position] = results[original]
    return [results[position] for position in range(len(calls))]


def _waves(calls: list[Call[Any]], results: dict[int, Result], kept: _Kept) -> list[dict[_Manner, list[int]]]:
    """Group calls by op, so that 500 answers are one statement, and keep the order of each author's own calls.
    Those of one language stand together: a refusal is a sentence.

    Calls of different authors in one batch are concurrent: nobody had an answer yet, so any order of them is right.
    """
    waves: list[dict[_Manner, list[int]]] = []
    last: dict[tuple[int, str], tuple[_Manner, int]] = {}
    for position, call in enumerate(calls):
        if position in results:
            continue
        answer = kept.known(position, call)
        if answer is not None:
            results[position] = answer
            continue
        if position in kept.repeats:
            continue
        manner = (call.op, call.language)
        before, wave = last.get((call.session, call.author), (manner, 0))
        wave += before != manner
        last[call.session, call.author] = (manner, wave)
        while len(waves) <= wave:
            waves.append({})
        waves[wave].setdefault(manner, []).append(position)
    return waves


class _Kept:
    """What the ops of this batch did before, and what they did now (``once``)."""

    def __init__(self, calls: list[Call[Any]]) -> None:
        self._specs: dict[str, OpSpec] = {call.op: ops.get(call.op) for call in calls}
        once = [call for call in calls if self._specs[call.op].once]
        self._stored: dict[tuple[int, str, UUID], tuple[str, Json]] = {}
        self._first: dict[tuple[int, str, UUID], tuple[int, str]] = {}
        self._new: list[Op] = []
        #: Position of a repeat within the batch → position of the call whose answer it gets.
        self.repeats: dict[int, int] = {}
        if once:
            rows = Op.objects.filter(session__in={c.session for c in once}, op_id__in={c.id for c in once})
            for row in rows.values_list("session", "author", "op_id", "digest", "result"):
                self._stored[row[0], row[1], row[2]] = (row[3], row[4])

    def known(self, position: int, call: Call[Any]) -> Result | None:
        """The stored result of a repeat, the refusal of a reused id, or None for a call that must be written."""
        if not self._specs[call.op].once:
            return None
        place, digest = (call.session, call.author, call.id), digest_of(call)
        stored = self._stored.get(place)
        if stored is not None:
            return stored[1] if stored[0] == digest else _reused()
        first = self._first.setdefault(place, (position, digest))
        if first[0] != position:
            if first[1] != digest:
                return _reused()
            self.repeats[position] = first[0]
        return None

    def add(self, call: Call[Any], result: Result) -> None:
        if self._specs[call.op].once and not isinstance(result, Refused):
            self._new.append(
                Op(session=call.session, author=call.author, op_id=call.id, digest=digest_of(call), result=result)
            )

    def store(self) -> None:
        if self._new:
            Op.objects.bulk_create(self._new)


def digest_of(call: Call[Any]) -> str:
    """What tells a repeat from another op under the same id."""
    content = f"{call.op}\n{call.payload.model_dump_json()}".encode()
    return hashlib.sha256(content).hexdigest()


def _reused() -> Refused:
    return Refused("op_reused", _("This entry was already used for something else."))
