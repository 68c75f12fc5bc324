"""Who is there: one row per (session, process) with the people it hears. Nothing to clean up after kill -9.

A row is written at most every 2 s when it changed and every 10 s anyway, and is void 25 s after ``seen_at``. Its
``keys`` are pairs ``[key, seconds]``: 0 for those who were online at ``seen_at``, else when they were last heard.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, When
from django.db.models.functions import Now

from workshop.realtime import batches, heads, inbox
from workshop.realtime.batches import Batch
from workshop.realtime.models import Presence

if TYPE_CHECKING:
    from workshop.realtime.connection import Connection
    from workshop.realtime.followed import Followed

ONLINE_SECONDS = 25.0
ANYWAY_SECONDS = 10.0
REMEMBERED_SECONDS = 600.0
FORGOTTEN = timedelta(hours=1)
HEAD = heads.PRESENCE


def online(session: int) -> set[str]:
    """The keys (``p:7``, ``u:1``) heard from in the last 25 s, over all processes."""
    return heard(session)[0]


def heard(session: int, minutes: int = 10) -> tuple[set[str], set[str]]:
    """The keys online, and those heard from in the last minutes (at most 10), online or not; one query."""
    now = time.time()
    rows = Presence.objects.filter(session=session, seen_at__gt=Now() - timedelta(minutes=minutes))
    # Whether a row is void is the database's to say: clocks of processes differ.
    valid = Case(When(seen_at__gt=Now() - timedelta(seconds=ONLINE_SECONDS), then=True), default=False)
    here: set[str] = set()
    lately: set[str] = set()
    for keys, seen_at, is_valid in rows.annotate(valid=valid).values_list("keys", "seen_at", "valid"):
        here.update(key for key, heard_at in keys if is_valid and not heard_at)
        lately.update(key for key, heard_at in keys if (heard_at or seen_at.timestamp()) >= now - minutes * 60)
    return here, lately


def seen(session: int, minutes: int = 10) -> set[str]:
    """The keys heard from in the last minutes (at most 10), online or not."""
    return heard(session, minutes)[1]


@dataclass(slots=True)
class _Page:
    online: frozenset[str] = frozenset()
    seen: dict[str, int] = field(default_factory=dict)
    written_at: float = 0.0


class Roll:
    """What this process has written about each session."""

    def __init__(self, process: str) -> None:
        self._process = process
        self._pages: dict[int, _Page] = {}

    def call(self, sessions: Iterable[Followed]) -> None:
        """Look who is there and have the rows written that changed or are due, in one batch."""
        now = time.monotonic()
        due: dict[int, tuple[list[list[Any]], bool]] = {}
        for home in sessions:
            page = self._pages.setdefault(home.id, _Page())
            heard = _heard(home.people, now - ONLINE_SECONDS)
            changed = heard != page.online
            if changed or ((heard or page.seen) and now - page.written_at >= ANYWAY_SECONDS):
                self._note(page, heard, now)
                due[home.id] = ([[key, page.seen.get(key, 0)] for key in {*heard, *page.seen}], changed)
        followed = {home.id for home in sessions}
        for session in self._pages.keys() - followed:
            del self._pages[session]
        if due:
            process = self._process
            inbox.background(lambda: write(process, due))

    @staticmethod
    def _note(page: _Page, heard: frozenset[str], now: float) -> None:
        wall = int(time.time())
        page.seen.update(dict.fromkeys(page.online - heard, wall))
        page.seen = {k: at for k, at in page.seen.items() if k not in heard and wall - at < REMEMBERED_SECONDS}
        page.online, page.written_at = heard, now


def _heard(people: Mapping[str, Collection[Connection]], since: float) -> frozenset[str]:
    """Who was heard after that instant. Plain loops: thousands are looked through on the event loop."""
    heard = set()
    for key, connections in people.items():
        for connection in connections:
            if connection.heard_at > since:
                heard.add(key)
                break
    return frozenset(heard)


def write(process: str, due: dict[int, tuple[list[list[Any]], bool]]) -> None:
    """Write this process's rows; the head ``presence`` moves where somebody came or went. On the writer thread."""

    def body(batch: Batch) -> None:
        rows = [
            Presence(session=session, process=process, keys=keys, seen_at=batch.now)
            for session, (keys, _) in due.items()
        ]
        Presence.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["session", "process"], update_fields=["keys", "seen_at"]
        )
        for session in {*changed, *_take_out(list(due), process, batch.now)}:
            batch.move(session, HEAD)
        if changed:
            Presence.objects.filter(session__in=changed, seen_at__lt=batch.now - FORGOTTEN).delete()

    changed = [session for session, (_, moved) in due.items() if moved]
    batches.within([(session, HEAD) for session in due], body)


def _take_out(sessions: list[int], process: str, now: datetime) -> set[int]:
    """Where another process died with people in it, they are online no longer, and those who count must be told.

    When it was last heard of is kept: they were seen then. The sessions in which somebody was taken out.
    """
    void = Presence.objects.filter(session__in=sessions, seen_at__lt=now - timedelta(seconds=ONLINE_SECONDS))
    left = [row for row in void.exclude(process=process) if any(not heard_at for _, heard_at in row.keys)]
    for row in left:
        row.keys = [[key, heard_at or int(row.seen_at.timestamp())] for key, heard_at in row.keys]
    Presence.objects.bulk_update(left, ["keys"])
    return {row.session for row in left}
