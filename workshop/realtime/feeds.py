"""Feeds and bands: one slot as one audience hears it, and those who hear exactly the same slots.

A feed is read once and rendered once; the same text goes to everybody in its bands. Joining a band is all it takes to
subscribe, so thousands of connections cost no work when the catalogue of a session changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workshop.realtime import wire
from workshop.realtime.slots import SlotReader, SlotRequest

if TYPE_CHECKING:
    from workshop.realtime.connection import Connection, Message
    from workshop.realtime.reads import Got

EMPTY = '"items":{}'
#: Deltas kept for clients that come back: those of one wave have the same few revisions.
DELTAS = 50


@dataclass(frozen=True, slots=True)
class FeedKey:
    """What makes two connections hear the same text of a slot."""

    name: str
    audience: str
    language: str
    view: str


class Band:
    """Connections with the same audiences, language and view."""

    __slots__ = ("audiences", "connections", "feeds", "language", "view")

    def __init__(self, audiences: tuple[str, ...], language: str, view: str) -> None:
        self.audiences = audiences
        self.language = language
        self.view = view
        self.connections: dict[Connection, None] = {}
        #: Slot name → feed.
        self.feeds: dict[str, Feed] = {}

    @property
    def is_front(self) -> bool:
        """Screens and panels: few, and looked at by everybody in the room."""
        return self.audiences[0].startswith(("staff", "screen"))

    def wanted(self, catalogue: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
        """``{slot: audience}`` by the catalogue; a later, narrower audience wins over an earlier one."""
        return {name: audience for audience in self.audiences for name in catalogue.get(audience, ())}


@dataclass(eq=False, slots=True)
class Feed:
    """One slot for one audience, language and view: its newest frame and its listeners."""

    session: int
    key: FeedKey
    reader: SlotReader
    heads: tuple[str, ...]
    bands: dict[Band, None] = field(default_factory=dict)
    #: Nothing moved since the last read began.
    fresh: bool = False
    #: Its lane will read and broadcast it; nobody else may take that news away.
    pending: bool = False
    #: Read at least once.
    known: bool = False
    epoch: int = 0
    revision: int = 0
    content: str | None = None
    #: The complete frame; None when there is no such slot (now).
    message: Message | None = None
    #: Collections: the revision of ``message``, and frames for clients that come back, by the revision they have.
    complete_at: int = -1
    deltas: dict[int, Message] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The slot's full name."""
        return self.key.name

    @property
    def is_collection(self) -> bool:
        """Whether frames carry changed items and not the whole."""
        return self.reader.shape == "collection"

    @property
    def has_listeners(self) -> bool:
        """Whether anybody is there to hear it."""
        return any(band.connections for band in self.bands)

    @property
    def is_front(self) -> bool:
        """Whether screens or panels hear it."""
        return any(band.is_front for band in self.bands)

    def request(self, since: int | None = None) -> SlotRequest:
        """The read of this feed."""
        key = self.key
        return SlotRequest(self.session, key.name, key.audience, key.language, key.view, since)

    def would_tell(self, got: Got) -> bool:
        """Whether this read is news to somebody who has been given the state before it."""
        if not self.known or (got.epoch, got.content) == (self.epoch, self.content):
            return False
        if got.content is not None and (got.epoch, got.revision) < (self.epoch, self.revision):
            return False
        return any(not (c.opening or self in c.marked) for band in self.bands for c in band.connections)

    def next_since(self) -> int | None:
        """From which revision on the next broadcast must tell what changed."""
        return self.revision if self.is_collection and self.known and self.content is not None else None

    def take(self, got: Got) -> Message | None:
        """Keep what a broadcast's read found; the frame to send, or None when there is nothing new to say."""
        if got.content is None:
            return self._gone()
        if self.known and (got.epoch, got.revision) < (self.epoch, self.revision):
            return None
        return self._take_items(got) if self.is_collection else self._take_value(got)

    def keep_whole(self, got: Got) -> None:
        """Keep a collection's complete state, read for somebody who came. A broadcast goes on from where it was."""
        text = wire.items_frame(self.name, got.epoch, 0, got.revision, got.content or EMPTY)
        self.message, self.complete_at = _message(text), got.revision
        if not self.pending and (not self.known or self.content is None):
            self._advance(got)

    def keep_delta(self, since: int, got: Got) -> Message:
        """Keep what changed since a client's revision, for the next client that comes back with the same."""
        if not self.pending and not self.known:
            # Nobody has heard it here before: broadcasts go on from what this client has now.
            self._advance(got)
        text = wire.items_frame(self.name, got.epoch, got.since, got.revision, got.content or EMPTY)
        message = _message(text)
        if got.revision >= self.revision and len(self.deltas) < DELTAS:
            self.deltas[since] = message
        return message

    def _gone(self) -> Message | None:
        was_there = self.content is not None
        self.known, self.content, self.message, self.complete_at = True, None, None, -1
        self.deltas.clear()
        return _message(wire.gone_frame(self.name)) if was_there else None

    def _take_value(self, got: Got) -> Message | None:
        assert got.content is not None
        same = self.known and got.epoch == self.epoch and got.content == self.content
        if same and got.revision == self.revision:
            return None
        self._advance(got)
        self.message = _message(wire.value_frame(self.name, got.epoch, got.revision, got.content))
        # A head moved and this audience's text did not: whoever comes gets the new number, nobody is sent the same.
        return None if same else self.message

    def _take_items(self, got: Got) -> Message | None:
        if got.since and (not self.known or got.epoch != self.epoch):
            # Rows were rewritten: what clients hold is void, so the next read is a complete one.
            self.known = self.fresh = False
            return None
        if got.since and got.content == EMPTY:
            # The number stays where it was: a client must not see a gap between two frames.
            return None
        self._advance(got)
        message = _message(wire.items_frame(self.name, got.epoch, got.since, got.revision, got.content or EMPTY))
        if not got.since:
            self.message, self.complete_at = message, got.revision
        return message

    def _advance(self, got: Got) -> None:
        self.known = True
        self.epoch, self.revision, self.content = got.epoch, got.revision, got.content
        self.deltas.clear()


def in_parts(feeds: Iterable[Feed]) -> list[list[Feed]]:
    """The feeds of an urgent round in the parts that are read and sent one after another."""
    parts: list[list[Feed]] = [[], [], []]
    for feed in dict.fromkeys(feeds):
        parts[0 if feed.reader.first else 1 if feed.reader.steady else 2].append(feed)
    return [sorted(part, key=lambda feed: (feed.reader.counting, not feed.is_front)) for part in parts]


def _message(text: str) -> Message:
    """An ASGI message; the same object goes to every connection."""
    return {"type": "websocket.send", "text": text}
