"""Heads: read, lock and raise. Reading outside a batch: head first, rows after it.

The only hand-written SQL about heads, for PostgreSQL and SQLite: Django can neither lock ``FOR NO KEY UPDATE`` in an
order that includes a join on pairs, nor raise many rows in one statement of constant text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection as database
from django.db.models import Q

from workshop.realtime import clock
from workshop.realtime.models import Head

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")
#: The session's own head.
OWN = "session"
#: The head of who is online, which is in rows of the core alone.
PRESENCE = "presence"
#: A head's place: its session and its name.
Place = tuple[int, str]
#: A head that nobody has raised yet.
NEW = (1, 0)

_LOCK_POSTGRES = """
SELECT h.session, h.name, h.id, h.revision, h.epoch
  FROM realtime_head h
  JOIN unnest(%s::bigint[], %s::text[]) AS wanted(session, name) ON h.session = wanted.session AND h.name = wanted.name
 ORDER BY h.level, h.id
   FOR NO KEY UPDATE OF h
"""
_LOCK_SQLITE = """
SELECT session, name, id, revision, epoch
  FROM realtime_head WHERE (session, name) IN (VALUES {pairs}) ORDER BY level, id
"""
_RAISE_POSTGRES = "UPDATE realtime_head SET revision = revision + 1 WHERE id = ANY(%s)"
_RAISE_SQLITE = "UPDATE realtime_head SET revision = revision + 1 WHERE id IN ({ids})"
_ALL = "SELECT session, name, epoch, revision FROM realtime_head WHERE session {among}"
# Sums of a session's heads only ever rise, so an equal sum means that nothing moved.
_SUMS = "SELECT session, SUM(revision) + SUM(epoch), {clock} FROM realtime_head WHERE session {among} GROUP BY session"


@dataclass(slots=True)
class HeadState:
    """A locked head: ``revision`` is the one before this batch."""

    id: int
    revision: int
    epoch: int
    moved: bool = False
    #: Something other than answers moved it, see ``Batch.move``.
    changed: bool = False
    #: Set by ``Batch.new_epoch``: the rare case that costs a statement of its own.
    fresh_epoch: bool = False


def level_of(name: str) -> int:
    """0 for ``session`` and ``people`` and any other head of the session, 1 for ``activity:…``, 2 for ``group:…``."""
    return {"activity": 1, "group": 2}.get(name.partition(":")[0], 0)


def _is_same(name: str, before: tuple[int, int], now: tuple[int, int]) -> bool:
    del name
    return before == now


@dataclass(slots=True)
class Lasting:
    """What a process that follows a session keeps from one reading to the next, each part until a head moves.

    Args:
        calm: whether nothing but answers can have moved this head from one state to the other.
    """

    calm: Callable[[str, tuple[int, int], tuple[int, int]], bool] = _is_same
    heads: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: While nothing but answers has moved any head, and people who come and go.
    read: dict[str, Any] = field(default_factory=dict)
    #: While the session's own head has not moved.
    settled: dict[str, Any] = field(default_factory=dict)

    def until(self, found: dict[str, tuple[int, int]]) -> Lasting:
        """Forget what these heads, read just now, have made old. What stays was read between two looks at them, and
        nothing that concerns it has happened between the two."""
        if found.get(OWN) != self.heads.get(OWN):
            self.settled = {}
        if found != self.heads:
            names = (found.keys() | self.heads.keys()) - {PRESENCE}
            if not all(self.calm(name, self.heads.get(name, NEW), found.get(name, NEW)) for name in names):
                self.read = {}
            self.heads = found
        return self


@dataclass(slots=True)
class Reading:
    """One reading of many slots of a session: its heads, and what was read after them and may be used again."""

    session: int
    lasting: Lasting
    #: What this reading alone has read.
    found: dict[str, Any] = field(default_factory=dict)


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading(session: int, lasting: Lasting | None = None) -> Iterator[None]:
    """Read the heads of a session now, before all rows; whatever asks for them within gets these.

    So many slots that are read together read each thing once. A number that is older than the rows beside it is right,
    if not the newest: the next signal brings what is missing. A batch that is written within ends it. ``lasting``: of
    the reading before, by the same thread.
    """
    lasting = (lasting or Lasting()).until(all_heads([session])[session])
    token = _reading.set(Reading(session, lasting))
    try:
        yield
    finally:
        _reading.reset(token)


def kept(session: int) -> dict[str, Any] | None:
    """What is kept while answers and comings and goings alone move heads; None outside of a reading of this session.

    So only for what neither changes.
    """
    now = _reading.get()
    return now.lasting.read if now is not None and now.session == session else None


def once(session: int, name: str, read: Callable[[], T]) -> T:
    """What ``read`` gives; while many slots of the session are read together, it is read only the first time."""
    now = _reading.get()
    if now is None or now.session != session:
        return read()
    if name not in now.found:
        now.found[name] = read()
    found: T = now.found[name]
    return found


def while_still(session: int, name: str, read: Callable[[], T]) -> T:
    """Like ``once``, but whoever follows the session keeps it until the session's own head moves.

    Only for what never changes without that head: phases, states and rounds of activities, their questions.
    """
    now = _reading.get()
    if now is None or now.session != session:
        return read()
    known = now.lasting.settled
    if name not in known:
        # Read after the head: it may be newer than its number, never older.
        known[name] = read()
    found: T = known[name]
    return found


def read_heads(session: int, names: Iterable[str], prefix: str = "") -> dict[str, tuple[int, int]]:
    """``{name: (epoch, revision)}`` in one statement; a head that does not exist yet counts as ``(1, 0)``.

    With ``prefix`` also all heads that begin with it.
    """
    wanted = list(names)
    now = _reading.get()
    if now is not None and now.session == session:
        found = {name: state for name, state in now.lasting.heads.items() if prefix and name.startswith(prefix)}
        return found | {name: now.lasting.heads.get(name, NEW) for name in wanted}
    which = Q(name__in=wanted) | Q(name__startswith=prefix) if prefix else Q(name__in=wanted)
    rows = Head.objects.filter(which, session=session).values_list("name", "epoch", "revision")
    return dict.fromkeys(wanted, NEW) | {name: (epoch, revision) for name, epoch, revision in rows}


def read_head(session: int, name: str) -> tuple[int, int]:
    """``(epoch, revision)`` of one head."""
    return read_heads(session, (name,))[name]


def all_heads(sessions: Iterable[int]) -> dict[int, dict[str, tuple[int, int]]]:
    """``{session: {name: (epoch, revision)}}`` of every head of these sessions, in one statement."""
    found: dict[int, dict[str, tuple[int, int]]] = {session: {} for session in sessions}
    if not found:
        return found
    with database.cursor() as cursor:
        cursor.execute(*_among(database, _ALL, list(found)))
        for session, name, epoch, revision in cursor.fetchall():
            found[session][name] = (epoch, revision)
    return found


def sums(connection: BaseDatabaseWrapper, sessions: Sequence[int]) -> dict[int, int]:
    """``{session: sum of its revisions and epochs}`` in one statement, however many sessions: the check of the hub.

    The same statement tells this process what the database's time is.
    """
    with connection.cursor() as cursor:
        cursor.execute(*_among(connection, _SUMS, sessions))
        rows = cursor.fetchall()
    if rows:
        clock.compare(rows[-1][2])
    return {int(session): int(total) for session, total, _ in rows}


def lock(connection: BaseDatabaseWrapper, wanted: Sequence[Place]) -> dict[Place, HeadState]:
    """Lock these heads in the one order that all writers keep, (level, id). Missing heads are missing in the answer.

    On SQLite the transaction itself (BEGIN IMMEDIATE) is the lock.
    """
    # What was read before is no base for writing.
    _reading.set(None)
    values: list[Any]
    if connection.vendor == "postgresql":
        sql = _LOCK_POSTGRES
        values = [[session for session, _ in wanted], [name for _, name in wanted]]
    else:
        sql = _LOCK_SQLITE.format(pairs=",".join(["(%s,%s)"] * len(wanted)))
        values = [part for place in wanted for part in place]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {(row[0], row[1]): HeadState(row[2], row[3], row[4]) for row in cursor.fetchall()}


def create(places: Iterable[Place]) -> None:
    """Make heads that do not exist yet; another process may make the same ones at the same time.

    Sorted, so that two processes that make the same heads wait for each other and never deadlock.
    """
    rows = [Head(session=session, name=name, level=level_of(name)) for session, name in sorted(places)]
    Head.objects.bulk_create(rows, ignore_conflicts=True)


def raise_moved(connection: BaseDatabaseWrapper, states: Iterable[HeadState]) -> None:
    """Raise the revision of every head that moved, in one statement; the epochs that changed in one each."""
    moved = [state for state in states if state.moved]
    if not moved:
        return
    ids = [state.id for state in moved]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_RAISE_POSTGRES, [ids])
        else:
            cursor.execute(_RAISE_SQLITE.format(ids=_marks(len(ids))), ids)
    for state in moved:
        if state.fresh_epoch:
            Head.objects.filter(pk=state.id).update(epoch=state.epoch)


def _among(connection: BaseDatabaseWrapper, sql: str, sessions: Sequence[int]) -> tuple[str, list[Any]]:
    """A statement about some sessions and its values."""
    if connection.vendor == "postgresql":
        return sql.format(among="= ANY(%s)", clock=clock.POSTGRES), [list(sessions)]
    return sql.format(among=f"IN ({_marks(len(sessions))})", clock="NULL"), list(sessions)


def _marks(count: int) -> str:
    return ",".join(["%s"] * count)
