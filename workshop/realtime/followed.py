"""A session that this process follows: its heads, its bands of connections, and what goes out to them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from django.db import connection as database

from workshop.realtime import heads, slots, wire
from workshop.realtime.asking import Asking
from workshop.realtime.bringing import Bringing
from workshop.realtime.connection import Connection, Message
from workshop.realtime.counts import counts, size_of
from workshop.realtime.feeds import Band, Feed, FeedKey, in_parts
from workshop.realtime.lanes import Lane
from workshop.realtime.moves import LATE_SECONDS, Known, News
from workshop.realtime.pace import in_slices
from workshop.realtime.reads import Got, read_all, read_catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workshop.realtime.hub import Hub
    from workshop.realtime.streams import StreamFeed

#: Timers may come a little early.
MARGIN_SECONDS = 0.05
#: Counts wait so long for a step of the session that is on its way.
STEP_SECONDS = 1.0


class Followed:
    """All that one process knows about one session. Lives on the event loop; reads run on the session's thread."""

    def __init__(self, hub: Hub, session: int) -> None:
        self.hub = hub
        self.id = session
        self.known = Known()
        self.catalogue: Mapping[str, tuple[str, ...]] = {}
        self.bands: dict[tuple[tuple[str, ...], str, str], Band] = {}
        self.people: dict[str, set[Connection]] = {}
        self.left_at = time.monotonic()
        self.streams: dict[str, StreamFeed] = {}
        #: How many of the connections poll.
        self.polled = 0
        self._feeds: dict[FeedKey, Feed] = {}
        self._by_head: dict[str, set[Feed]] = {}
        self._by_prefix: dict[str, set[Feed]] = {}
        self.urgent = Lane(hub.urgent_pacer, self._urgent_round)
        self._front = Lane(hub.front_pacer, self._counted_round)
        self._crowd = Lane(hub.crowd_pacer, self._counted_round)
        self.bringing = Bringing(self)
        self.asking = Asking(self)
        #: Of the session's thread alone.
        self._lasting = heads.Lasting(calm=self.known.calm)
        self._catalogue_moved = False
        #: Whether the session's last step has gone out to everybody.
        self._told = asyncio.Event()
        self._told.set()
        #: What a new catalogue has brought and no round has read yet: it is in no lane.
        self._unread: dict[Feed, None] = {}
        #: Slots that bands hear no more and have not been told so.
        self._gone: list[tuple[Band, str]] = []

    # ── what moved ──────────────────────────────────────────────────────────────────────────────────────────────

    def moved(self, name: str, epoch: int, revision: int, *, answers: int = 0) -> None:
        """A head moved: whatever it numbers is stale, but for the steady slots where it was by answers alone.

        ``answers``: how many of its last steps were. An older or repeated signal changes nothing.
        """
        news = self.known.take(name, epoch, revision, answers)
        if news is not News.NOTHING:
            self._follow_head(name, changed=news is News.CHANGE)
        if self.known.waits(name):
            self.hub.later(LATE_SECONDS + MARGIN_SECONDS, self._look_for_late, name)

    def _look_for_late(self, name: str) -> None:
        if self.known.late(name):
            self._follow_head(name, changed=True)

    def _follow_head(self, name: str, *, changed: bool) -> None:
        if name == "session":
            self._catalogue_moved = True
            self._told.clear()
            self.urgent.wake()
        if name in ("session", "people"):
            self.asking.tickets.wake()
        if changed and (name == "session" or name.startswith("activity:")):
            self.asking.deadlines.wake()
        for feed in self._numbered_by(name):
            if changed or not feed.reader.steady:
                self.stale(feed)
        if name.startswith("stream:") and name[7:] in self.streams:
            self.streams[name[7:]].wake()

    @property
    def heads(self) -> Mapping[str, tuple[int, int]]:
        """``{name: (epoch, revision)}`` as signals have told."""
        return self.known.heads

    def person_moved(self, key: str, *, told: bool = False) -> None:
        """The personal slots of somebody changed; ``told``: one of their devices here has heard it by an ack."""
        connections = self.people.get(key, ())
        for connection in connections:
            connection.own_stale = True
            self.bringing.catch_up(connection, hurry=not told or len(connections) > 1)

    def everybody_moved(self) -> None:
        """Signals were lost, and with them perhaps some about persons."""
        for key in list(self.people):
            self.person_moved(key)
        for stream in self.streams.values():
            stream.wake()

    def _numbered_by(self, head: str) -> set[Feed]:
        found = self._by_head.get(head, set())
        for prefix, feeds in self._by_prefix.items():
            if head.startswith(prefix):
                found = found | feeds
        return found

    def stale(self, feed: Feed) -> None:
        """Have a feed read, and everybody told, by its lane."""
        feed.fresh = False
        if not feed.has_listeners:
            return
        feed.pending = True
        if not feed.reader.counting:
            self.urgent.add(feed)
        elif feed.is_front:
            self._front.add(feed)
        else:
            self._crowd.add(feed)

    # ── who hears ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """All lanes."""
        bringing, asking = self.bringing, self.asking
        ours = (self.urgent, self._front, self._crowd)
        return (*ours, bringing.own, bringing.leisure, asking.tickets, asking.deadlines)

    async def load(self) -> None:
        """Read the heads, then the catalogue; what moves meanwhile comes by signals."""
        await self.hub.on_thread(self.id, heads.sums, database, [self.id])
        found = await self.hub.on_thread(self.id, heads.all_heads, [self.id])
        for name, (epoch, revision) in found[self.id].items():
            if (epoch, revision) > self.heads.get(name, (0, 0)):
                self.known.put(name, epoch, revision)
        self.catalogue = await self.hub.on_thread(self.id, read_catalogue, self.id, self._lasting)
        self.asking.deadlines.wake()

    @property
    def connections(self) -> list[Connection]:
        """Everybody who is connected or polls."""
        return [connection for of_one in self.people.values() for connection in of_one]

    def add(self, connection: Connection) -> None:
        """Let a connection in. It hears nothing before its hello (``bring``)."""
        connection.home = self
        self.polled += connection.is_poller
        self.people.setdefault(connection.key, set()).add(connection)
        band = self.band_of(connection)
        band.connections[connection] = None
        connection.band = band
        connection.marked.update(dict.fromkeys(band.feeds.values()))

    def remove(self, connection: Connection) -> None:
        """Forget a connection and whatever only it heard."""
        of_one = self.people.get(connection.key)
        if of_one is not None and connection in of_one:
            of_one.discard(connection)
            self.polled -= connection.is_poller
            if not of_one:
                del self.people[connection.key]
        for name in list(connection.watched):
            self.unwatch(connection, name)
        if connection.band is not None:
            connection.band.connections.pop(connection, None)
        self.bringing.drop(connection)
        connection.forget()
        if not self.people:
            self.left_at = time.monotonic()

    def stop(self) -> None:
        """Nobody follows it any more."""
        self.asking.stop()

    def catch_up(self, connection: Connection) -> None:
        """Have a connection brought up to date soon, if it lacks something and can take it."""
        self.bringing.catch_up(connection)

    async def bring(self, connections: Sequence[Connection]) -> None:
        """Give these connections what they lack; the first time it is their hello."""
        await self.bringing.bring(connections)

    def watch(self, connection: Connection, name: str) -> None:
        """Send this slot to a connection that does not hear it anyway; the door has allowed it."""
        assert connection.band is not None
        if name in connection.watched or name in connection.band.feeds:
            return
        band = Band(connection.band.audiences, connection.band.language, connection.view)
        band.connections[connection] = None
        feed = self._feed(name, band.audiences[0], band)
        band.feeds[name] = feed
        feed.bands[band] = None
        connection.watched[name] = band
        connection.marked[feed] = None
        self.catch_up(connection)

    def unwatch(self, connection: Connection, name: str) -> None:
        """Stop sending a watched slot."""
        band = connection.watched.pop(name, None)
        if band is None:
            return
        for feed in band.feeds.values():
            connection.marked.pop(feed, None)
            self._leave(band, feed)

    def feed_heard_by(self, connection: Connection, name: str) -> Feed | None:
        """The feed of a slot that this connection hears."""
        band = connection.watched.get(name) or connection.band
        return band.feeds.get(name) if band is not None else None

    def band_of(self, connection: Connection) -> Band:
        """The band of its audiences, language and view."""
        audiences = tuple(a for a in connection.ticket.audiences if not a.startswith("person:"))
        key = (audiences, connection.ticket.language, connection.view)
        band = self.bands.get(key)
        if band is None:
            band = self.bands[key] = Band(*key)
            self._follow_catalogue(band)
        return band

    def _follow_catalogue(self, band: Band) -> tuple[list[Feed], list[str]]:
        """Bring a band's feeds up to date with the catalogue: those that are new to it, names that are gone."""
        wanted = band.wanted(self.catalogue)
        gone = [name for name, feed in band.feeds.items() if wanted.get(name) != feed.key.audience]
        for name in gone:
            self._leave(band, band.feeds.pop(name))
        new = []
        for name, audience in wanted.items():
            if name not in band.feeds:
                feed = band.feeds[name] = self._feed(name, audience, band)
                feed.bands[band] = None
                new.append(feed)
        return new, [name for name in gone if name not in wanted]

    def _feed(self, name: str, audience: str, band: Band) -> Feed:
        reader = slots.reader_for(name)
        language = band.language if reader.by_language and band.view == "html" else ""
        key = FeedKey(name, audience, language, band.view)
        feed = self._feeds.get(key)
        if feed is None:
            feed = self._feeds[key] = Feed(self.id, key, reader, reader.heads(name))
            for head in feed.heads:
                index, place = (self._by_prefix, head[:-1]) if head.endswith("*") else (self._by_head, head)
                index.setdefault(place, set()).add(feed)
        return feed

    def _leave(self, band: Band, feed: Feed) -> None:
        feed.bands.pop(band, None)
        if feed.bands:
            return
        self._feeds.pop(feed.key, None)
        for index in (self._by_head, self._by_prefix):
            for head in feed.heads:
                place = head.removesuffix("*")
                if place in index:
                    index[place].discard(feed)

    # ── rounds ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _urgent_round(self, feeds: list[Feed]) -> tuple[float, list[Feed]]:
        """What everybody waits for, what they act on, then the rest (few before many, counts last), then what is gone.

        The panel takes longer to draw than all activities together, so these do not wait for it.
        """
        try:
            if self._catalogue_moved:
                self._unread.update(dict.fromkeys(await self._read_catalogue()))
            first, *rest = in_parts([*feeds, *self._unread])
            cost, again = await self._round(first)
        finally:
            self._told.set()
        for part in rest:
            spent, later = await self._round(part)
            cost, again = cost + spent, again + later
        # Not before: a round that failed is tried again with them.
        self._unread.clear()
        cost += await self._say_gone()
        return cost + await self.bringing.bring_late(), again

    async def _counted_round(self, feeds: list[Feed]) -> tuple[float, list[Feed]]:
        """What counts goes out after a step of the session: its reading and sending would only hold that up."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._told.wait(), STEP_SECONDS)
        return await self._round(feeds)

    async def _round(self, feeds: list[Feed]) -> tuple[float, list[Feed]]:
        for feed in feeds:
            feed.pending = feed.has_listeners
        feeds = [feed for feed in feeds if feed.pending]
        if not feeds:
            return 0.0, []
        since = [feed.next_since() for feed in feeds]
        for feed in feeds:
            feed.fresh = True
        found, cost = await self.read([feed.request(s) for feed, s in zip(feeds, since, strict=True)])
        again = []
        for feed, got, before in zip(feeds, found, since, strict=True):
            message = None if got.failed else feed.take(got)
            # A mark that came during the read has put it into its lane again.
            feed.pending = not feed.fresh
            if got.failed or not feed.known:
                feed.fresh, feed.pending = False, True
                again.append(feed)
            elif message is not None:
                cost += await self.fan_out(feed, message, before)
        return cost, again

    async def fan_out(self, feed: Feed, message: Message, since: int | None) -> float:
        """Send a feed's frame to all its bands, in slices; the seconds of processor time that the sending took."""
        spent, count, sent = 0.0, 0, 0
        async for some in in_slices(connection for band in feed.bands for connection in band.connections):
            began = time.thread_time()
            for connection in some:
                sent += connection.offer(feed, message, since)
            count += len(some)
            spent += time.thread_time() - began
        self.hub.sent += count
        counts.slots += sent
        counts.frames += sent
        counts.bytes += sent * size_of(message)
        return spent

    async def _read_catalogue(self) -> list[Feed]:
        """Follow the changed catalogue; the feeds that must be read for bands that did not hear them before."""
        self._catalogue_moved = False
        try:
            self.catalogue = await self.hub.on_thread(self.id, read_catalogue, self.id, self._lasting)
        except Exception:
            self._catalogue_moved = True
            raise
        unread: list[Feed] = []
        for key, band in list(self.bands.items()):
            if not band.connections:
                for name in list(band.feeds):
                    self._leave(band, band.feeds.pop(name))
                del self.bands[key]
                continue
            new, gone = self._follow_catalogue(band)
            for feed in new:
                if not feed.known:
                    feed.pending = True
                    unread.append(feed)
            self._mark(band, [feed for feed in new if feed.known])
            self._gone += [(band, name) for name in gone]
        return unread

    def _mark(self, band: Band, feeds: list[Feed]) -> None:
        for connection in band.connections if feeds else ():
            connection.marked.update(dict.fromkeys(feeds))
            self.catch_up(connection)

    async def _say_gone(self) -> float:
        """Tell the bands what they hear no more, in slices; the seconds of processor time that it took."""
        spent = 0.0
        while self._gone:
            band, name = self._gone.pop()
            text = wire.gone_frame(name)
            async for some in in_slices(band.connections if name not in band.feeds else ()):
                began = time.thread_time()
                for connection in some:
                    if not connection.opening and name not in connection.watched:
                        connection.send(text)
                spent += time.thread_time() - began
        return spent

    async def read(self, requests: list[slots.SlotRequest]) -> tuple[list[Got], float]:
        """Read on this session's thread; the seconds of processor time that it took."""
        found, cost = await self.hub.on_thread(self.id, read_all, requests, self._lasting)
        counts.refreshes.add(cost)
        return found, cost
