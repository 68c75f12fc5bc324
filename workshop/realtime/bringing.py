"""Bringing a connection up to date: the hello, what it missed while it could not take frames, and its own slots."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workshop.realtime import clock, slots, wire
from workshop.realtime.connection import Connection, Own
from workshop.realtime.counts import counts
from workshop.realtime.lanes import Lane
from workshop.realtime.pace import in_slices
from workshop.realtime.reads import Got
from workshop.realtime.slots import SlotRequest

if TYPE_CHECKING:
    from workshop.realtime.feeds import Feed
    from workshop.realtime.followed import Followed

SLICE = 100
#: Reads for one round at most; the rest comes in the next one.
PERSONS = 500
#: After so long without an answer a person's own slots are read at leisure, and after so long in any case.
PAUSE_SECONDS, PATIENCE_SECONDS = 0.8, 5.0
RETRY_SECONDS = 0.1
#: Until a slot that could not be read is tried again: a broken one must not keep the database and the log busy.
FAILED_SECONDS = 1.0


class Bringing:
    """Those connections of a followed session that lack something, and the lanes of what each hears alone."""

    def __init__(self, home: Followed) -> None:
        self._home = home
        self.own = Lane(home.hub.own_pacer, self._own_round)
        self.leisure = Lane(home.hub.leisure_pacer, self.leisure_round)
        self._late: dict[Connection, None] = {}
        self._late_own: dict[Connection, None] = {}
        #: Since when each waits and when its last answer came; the latest comes last.
        self._at_leisure: dict[Connection, tuple[float, float]] = {}

    def catch_up(self, connection: Connection, *, hurry: bool = True) -> None:
        """Have a connection brought up to date soon, if it lacks something and can take it.

        Who lacks personal slots alone waits in a lane with a pace: every answer changes one. Without ``hurry`` it is a
        slow one: in a vote of thousands the device that sent the answer knows it already.
        """
        if not (connection.ready or connection.polls):
            return
        if connection.marked:
            self._late[connection] = None
            self._home.urgent.wake()
        elif connection.own_stale and hurry:
            self._late_own[connection] = None
            self.own.wake()
        elif connection.own_stale:
            now = time.monotonic()
            since, _last = self._at_leisure.pop(connection, (now, now))
            self._at_leisure[connection] = (since, now)
            self.leisure.wake()

    def drop(self, connection: Connection) -> None:
        """Forget a connection that is gone."""
        self._late.pop(connection, None)
        self._late_own.pop(connection, None)
        self._at_leisure.pop(connection, None)

    async def bring_late(self) -> float:
        """Bring those who wait; the seconds of processor time it took."""
        return await self._bring_some(self._late, self._home.urgent)

    async def _own_round(self, feeds: list[Feed]) -> tuple[float, list[Feed]]:
        """Bring those whose own slots changed."""
        del feeds
        return await self._bring_some(self._late_own, self.own), []

    async def leisure_round(self, feeds: list[Feed]) -> tuple[float, list[Feed]]:
        """Bring those who know by an ack what changed, unless they were brought meanwhile.

        Who goes on answering is left alone until a pause comes, within limits: it would all be old at once.
        """
        del feeds
        for connection in [c for c in self._at_leisure if not c.own_stale]:
            del self._at_leisure[connection]
        now = time.monotonic()
        due = [
            connection
            for connection, (since, last) in self._at_leisure.items()
            if now - last >= PAUSE_SECONDS or now - since >= PATIENCE_SECONDS
        ][:PERSONS]
        for connection in due:
            del self._at_leisure[connection]
        if self._at_leisure:
            self.leisure.wake()
        return await self.bring([c for c in due if c.ready or c.polls]) if due else 0.0, []

    async def _bring_some(self, late: dict[Connection, None], lane: Lane) -> float:
        if not late:
            return 0.0
        chosen = list(late)[:PERSONS]
        for connection in chosen:
            del late[connection]
        if late:
            lane.wake()
        return await self.bring([c for c in chosen if c.ready or c.polls])

    async def bring(self, connections: Sequence[Connection]) -> float:
        """Read what these connections lack, once for all, and send it; the first time as their hello."""
        missing = self._missing(connections)
        personal = self._personal(connections)
        feeds = list(missing)
        for feed, _ in feeds:
            # Unless its lane has it, this read makes it fresh; a mark during the read takes that back.
            feed.fresh = feed.fresh or not feed.pending
        requests = [feed.request(since) for feed, since in feeds]
        requests += [request for _, request in personal]
        found, cost = await self._home.read(requests) if requests else ([], 0.0)
        read_at = self._keep(feeds, found)
        own = self._keep_own(personal, found[len(feeds) :])
        pause = FAILED_SECONDS if any(got.failed for got in found) else RETRY_SECONDS
        async for some in in_slices(connections, SLICE):
            began = time.thread_time()
            for connection in some:
                self._give(connection, own.get(connection, []), read_at, pause)
            cost += time.thread_time() - began
        return cost

    # ── what must be read ───────────────────────────────────────────────────────────────────────────────────────

    def _missing(self, connections: Sequence[Connection]) -> dict[tuple[Feed, int | None], None]:
        wants: dict[tuple[Feed, int | None], None] = {}
        for connection in connections:
            for feed, since in connection.marked.items():
                if connection.opening and feed.is_collection:
                    since = connection.marked[feed] = self._had(connection, feed)  # noqa: PLW2901 - what it has
                if feed.is_collection:
                    if not self._has_items(feed, since):
                        wants[feed, since] = None
                elif not feed.pending and not (feed.known and feed.fresh):
                    # A pending feed's newest frame is on its way to everybody; its last one will do until then.
                    wants[feed, None] = None
        return wants

    def _had(self, connection: Connection, feed: Feed) -> int | None:
        """The revision of a collection that a client brought, if it can be continued from there."""
        had = connection.have.get(feed.name)
        if had is None or len(feed.heads) != 1:
            return None
        epoch, revision = self._home.heads.get(feed.heads[0], (1, 0))
        return had[1] if had[0] == epoch and 0 < had[1] <= revision else None

    @staticmethod
    def _has_items(feed: Feed, since: int | None) -> bool:
        if not (feed.known and feed.fresh):
            return False
        if feed.content is None:
            return True
        return feed.complete_at >= feed.revision if since is None else since in feed.deltas

    def _personal(self, connections: Sequence[Connection]) -> list[tuple[Connection, SlotRequest]]:
        wants = []
        for connection in connections:
            if not connection.own_stale or not connection.key.startswith(("p:", "u:")):
                connection.own_stale = False
                continue
            # Before the read: what changes while it runs marks the connection again.
            connection.own_stale = False
            ticket = connection.ticket
            audience = next((a for a in ticket.audiences if a.startswith("person:")), "")
            for name in self._home.catalogue.get("person", ()) if audience else ():
                request = SlotRequest(
                    self._home.id, name, audience, ticket.language, connection.view, actor=ticket.actor
                )
                wants.append((connection, request))
        return wants

    # ── what was read ───────────────────────────────────────────────────────────────────────────────────────────

    def _keep(self, feeds: list[tuple[Feed, int | None]], found: Sequence[Got]) -> dict[tuple[Feed, int | None], Got]:
        read_at: dict[tuple[Feed, int | None], Got] = {}
        for (feed, since), got in zip(feeds, found, strict=False):
            read_at[feed, since] = got
            if got.failed:
                feed.fresh = False
            elif not feed.is_collection or got.content is None:
                if feed.would_tell(got):
                    # Others have been given what was before, perhaps a moment ago: its lane tells everybody.
                    self._home.stale(feed)
                else:
                    feed.take(got)
            elif since is None:
                feed.keep_whole(got)
            elif got.epoch == feed.epoch or not feed.known:
                feed.keep_delta(since, got)
        return read_at

    @staticmethod
    def _keep_own(personal: list[tuple[Connection, SlotRequest]], found: Sequence[Got]) -> dict[Connection, list[str]]:
        texts: dict[Connection, list[str]] = {}
        for (connection, request), got in zip(personal, found, strict=True):
            if got.failed:
                connection.own_stale = True
                continue
            name, before = request.name, connection.own.get(request.name)
            if got.content is None:
                if connection.own.pop(name, None) is not None:
                    texts.setdefault(connection, []).append(wire.gone_frame(name))
                continue
            digest = hash(got.content)
            if before is not None and (before.epoch, before.digest) == (got.epoch, digest):
                continue
            text = wire.value_frame(name, got.epoch, got.revision, got.content)
            connection.own[name] = Own(got.epoch, got.revision, digest, text if connection.polls else "")
            if connection.have.get(name) != (got.epoch, got.revision):
                texts.setdefault(connection, []).append(text)
        return texts

    # ── what is sent ────────────────────────────────────────────────────────────────────────────────────────────

    def _give(
        self, connection: Connection, own: list[str], read_at: dict[tuple[Feed, int | None], Got], pause: float
    ) -> None:
        if connection.closed:
            return
        texts = [*self._shared_texts(connection, read_at), *own]
        counts.slots += len(texts)
        if connection.polls:
            connection.opening = False
        elif connection.opening:
            self._say_hello(connection, texts)
        else:
            for text in texts:
                connection.send(text)
        if connection.marked or connection.own_stale:
            self._home.hub.later(pause, self.catch_up, connection)

    def _shared_texts(self, connection: Connection, read_at: dict[tuple[Feed, int | None], Got]) -> list[str]:
        texts: list[str] = []
        for feed, since in list(connection.marked.items()):
            got = read_at.get((feed, since))
            if (got is not None and got.failed) or not feed.known:
                continue
            del connection.marked[feed]
            swapped = feed.name in connection.swapped
            if swapped and not connection.polls:
                connection.swapped.discard(feed.name)
            if feed.is_collection and since is not None and feed.content is not None:
                self._give_delta(connection, feed, since, got, texts)
            elif feed.message is not None and swapped:
                texts.append(wire.anew(feed.message["text"]))
            elif feed.message is not None and connection.have.get(feed.name) != (feed.epoch, feed.revision):
                texts.append(feed.message["text"])
            elif feed.message is None and (swapped or feed.name in connection.have):
                texts.append(wire.gone_frame(feed.name))
            if feed.is_collection and since is None and feed.content is not None and feed.complete_at < feed.revision:
                # A frame went out while the complete state was read: this connection must have it too.
                connection.marked[feed] = feed.complete_at
        return texts

    @staticmethod
    def _give_delta(connection: Connection, feed: Feed, since: int, got: Got | None, texts: list[str]) -> None:
        if got is not None and got.since and got.epoch == feed.epoch:
            if got.revision > since:
                texts.append(wire.items_frame(feed.name, got.epoch, got.since, got.revision, got.content or ""))
            if got.revision < feed.revision:
                connection.marked[feed] = got.revision
        elif got is None and since in feed.deltas:
            texts.append(feed.deltas[since]["text"])
        else:
            # The reader gave everything, or the epoch is another: begin anew.
            connection.marked[feed] = None

    def _say_hello(self, connection: Connection, texts: list[str]) -> None:
        heard = connection.band.feeds if connection.band is not None else {}
        known = heard.keys() | connection.own.keys()
        if connection.own_stale:
            # They could not be read now: they come later.
            known |= set(self._home.catalogue.get("person", ()))
        texts += [wire.gone_frame(name) for name in connection.have if name not in known and _is_slot(name)]
        connection.have = {}
        connection.opening = False
        you = wire.text_of(connection.ticket.you)
        connection.send(f'{{"t":"hello","you":{you},"now":{clock.now_ms()},"slots":[{",".join(texts)}]}}')


def _is_slot(name: str) -> bool:
    """Whether a name that a client sent may be repeated to it."""
    try:
        slots.reader_for(name)
    except Exception:  # noqa: BLE001 - any name may come
        return False
    return len(name) <= wire.SLOT_NAME_LENGTH
