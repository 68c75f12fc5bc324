"""Devices of a session without sockets: each holds what its page shows and takes the frames that the hub would send.

The hub's own parts do the work: its door and catalogue say which slots a device hears, its feeds say what is read anew
after a signal and which frame comes of it, and the client of the protocol applies the frame.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from tests.realtime.client import Frame, apply
from workshop.kinds import Refused
from workshop.realtime import door, signals, slots, wire
from workshop.realtime.door import Ticket
from workshop.realtime.feeds import EMPTY, Band, Feed, FeedKey
from workshop.realtime.reads import Got, read_all
from workshop.realtime.slots import SlotRequest


@dataclass
class Signal:
    """What the inbox announced: heads that moved, persons whose own slots changed, heads moved by answers alone."""

    heads: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)

    def take(self, heads: set[str], people: set[str], counted: set[str]) -> None:
        """Hear another one: what one of them says moved by more than answers, has moved by more than answers."""
        plain = (self.heads - self.counted) | (heads - counted)
        self.heads |= heads
        self.people |= people
        self.counted = (self.counted | counted) - plain


@contextmanager
def listening(session: int) -> Iterator[Signal]:
    """Hear what is announced about a session."""
    found = Signal()

    def hear(moved: Any, people: Any, *calm: Any) -> None:
        concerned = {key for number, key in people if number == session}
        counted = set()
        for each in calm:
            concerned |= {key for number, key in each.people if number == session}
            counted |= {name for number, name in each.heads if number == session}
        found.take({name for number, name in moved if number == session}, concerned, counted)

    before = list(signals._listener)
    signals.listen(hear)
    try:
        yield found
    finally:
        signals._listener[:] = before


@dataclass(eq=False)
class Device:
    """One device: its ticket, its band and its page."""

    name: str
    ticket: Ticket
    view: str
    band: Band = field(init=False)
    page: dict[str, Frame] = field(default_factory=dict)
    #: Text of all frames that came after the hello.
    heard: list[str] = field(default_factory=list)
    removed: bool = False

    def __post_init__(self) -> None:
        self.enter(self.ticket)

    def enter(self, ticket: Ticket) -> None:
        self.ticket = ticket
        audiences = tuple(each for each in ticket.audiences if not each.startswith("person:"))
        self.band = Band(audiences, ticket.language, self.view)

    def take(self, text: str) -> None:
        assert apply(self.page, json.loads(text)), f"{self.name} has a gap: {text[:200]}"
        self.heard.append(text)

    def content(self) -> dict[str, Any]:
        """What the page shows: without the numbers of frames, without what is drawn over or not drawn at all."""
        found = {}
        for name, frame in sorted(self.page.items()):
            html = frame.get("h")
            found[name] = [frame.get("d"), html and emptied(html, self.page.keys()), frame.get("items")]
        if "you" in found and "stage" in found:
            found["you"][0] = {**found["you"][0], "answers": self._answers(found["you"][0]["answers"])}
        return found

    def _answers(self, all_answers: dict[str, Any]) -> dict[str, Any]:
        """Own answers to what is on the page, in its round; a page looks at no others."""
        rounds = {str(line["id"]): line["round"] for line in self.page["stage"]["d"]["activities"]}
        return {a: said for a, said in all_answers.items() if said["q"] and rounds.get(a) == said["round"]}


class Site:
    """Some devices of one session and the feeds that they share."""

    def __init__(self, session: int, devices: Sequence[Device]) -> None:
        self.session = session
        self.devices = list(devices)
        self.feeds: dict[FeedKey, Feed] = {}
        self._follow()

    def add(self, device: Device) -> None:
        """Somebody opens a page; the others go on with what they hold."""
        self.devices.append(device)
        self._follow()

    def hear(self, signal: Signal) -> None:
        """What the hub does when this was announced."""
        stale = [feed for feed in self.feeds.values() if self._is_stale(feed, signal)]
        self._broadcast(stale)
        own = {device for device in self.devices if device.ticket.actor.key in signal.people}
        if signal.heads & {"session", "people"}:
            own |= self._refresh()
        if "session" in signal.heads or own:
            self._follow()
        for device in own:
            self._read_own(device)

    @staticmethod
    def _is_stale(feed: Feed, signal: Signal) -> bool:
        heads = signal.heads - signal.counted if getattr(feed.reader, "steady", False) else signal.heads
        return any(
            head == wanted or (wanted.endswith("*") and head.startswith(wanted[:-1]))
            for wanted in feed.heads
            for head in heads
        )

    def _broadcast(self, feeds: list[Feed]) -> None:
        since = [feed.next_since() for feed in feeds]
        again = []
        for feed, got in zip(feeds, self._read(feeds, since), strict=True):
            message = feed.take(got)
            if not feed.known:
                again.append(feed)
            elif message is not None:
                for band in feed.bands:
                    for device in self._of(band):
                        device.take(str(message["text"]))
        if again:
            self._broadcast(again)

    def _read(self, feeds: list[Feed], since: list[int | None]) -> list[Got]:
        found, _seconds = read_all([feed.request(s) for feed, s in zip(feeds, since, strict=True)])
        assert not any(got.failed for got in found), [f.name for f, got in zip(feeds, found, strict=True) if got.failed]
        return found

    def _of(self, band: Band) -> list[Device]:
        return [device for device in self.devices if device.band is band]

    def _refresh(self) -> set[Device]:
        """Ask the door about everybody again; those whose audiences or language changed."""
        changed = set()
        answers = door.current().refresh(self.session, [device.ticket for device in self.devices])
        for device, answer in zip(list(self.devices), answers, strict=True):
            if isinstance(answer, Refused):
                device.removed = True
                self.devices.remove(device)
            elif (answer.audiences, answer.language) != (device.ticket.audiences, device.ticket.language):
                changed.add(device)
                for feed in device.band.feeds.values():
                    feed.bands.pop(device.band, None)
                device.enter(answer)
        return changed

    def _follow(self) -> None:
        """Bring every device's slots up to date with the catalogue."""
        catalogue = door.current().catalogue(self.session)
        new: dict[Feed, list[Device]] = {}
        for device in self.devices:
            wanted = device.band.wanted(catalogue)
            for name in [n for n, f in device.band.feeds.items() if wanted.get(n) != f.key.audience]:
                device.band.feeds.pop(name).bands.pop(device.band, None)
            for name in device.page.keys() - wanted.keys() - set(catalogue.get("person", ())):
                device.take(wire.gone_frame(name))
            for name, audience in wanted.items():
                if name not in device.band.feeds:
                    feed = device.band.feeds[name] = self._feed(device, name, audience)
                    feed.bands[device.band] = None
                    new.setdefault(feed, []).append(device)
        self._bring(new)
        for device in self.devices:
            if not device.page.keys() & set(catalogue.get("person", ())):
                self._read_own(device)

    def _feed(self, device: Device, name: str, audience: str) -> Feed:
        reader = slots.reader_for(name)
        language = device.ticket.language if reader.by_language and device.view == "html" else ""
        key = FeedKey(name, audience, language, device.view)
        if key not in self.feeds:
            self.feeds[key] = Feed(self.session, key, reader, reader.heads(name))
        return self.feeds[key]

    def _bring(self, new: dict[Feed, list[Device]]) -> None:
        """The complete state of feeds for devices that did not hear them before."""
        for feed, got in zip(new, self._read(list(new), [None] * len(new)), strict=True):
            if got.content is None:
                feed.take(got)
                continue
            if feed.is_collection:
                text = wire.items_frame(feed.name, got.epoch, 0, got.revision, got.content or EMPTY)
            else:
                text = wire.value_frame(feed.name, got.epoch, got.revision, got.content)
            feed.take(got)
            for device in new[feed]:
                device.page.pop(feed.name, None)
                device.take(text)

    def _read_own(self, device: Device) -> None:
        if device.removed or device.ticket.actor.role != "learner":
            return
        ticket = device.ticket
        names = door.current().catalogue(self.session).get("person", ())
        requests = [
            SlotRequest(
                self.session, name, f"person:{ticket.actor.key}", ticket.language, device.view, actor=ticket.actor
            )
            for name in names
        ]
        for request, got in zip(requests, read_all(requests)[0], strict=True):
            assert not got.failed
            text = wire.gone_frame(request.name)
            if got.content is not None:
                text = wire.value_frame(request.name, got.epoch, got.revision, got.content)
            device.take(text)


class _Emptying(HTMLParser):
    """Leaves out what stands inside elements that another slot fills."""

    VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})

    def __init__(self, slots_: Collection[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._slots, self._inside = slots_, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._inside:
            self.out.append(self.get_starttag_text() or "")
        # Elements of SVG that close themselves come as start and end.
        if tag not in self.VOID and (self._inside or dict(attrs).get("data-slot") in self._slots):
            self._inside += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._inside:
            self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag not in self.VOID:
            self._inside -= 1
        if not self._inside:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def emptied(html: str, slots_: Collection[str]) -> str:
    """HTML of a slot without the content of the slots within it: those have frames of their own."""
    parser = _Emptying(slots_)
    parser.feed(html)
    parser.close()
    return "".join(parser.out)


def fresh(devices: Sequence[Device]) -> list[dict[str, Any]]:
    """What pages show that the same people open now."""
    if not devices:
        return []
    session = devices[0].ticket.session
    new = []
    for device, ticket in zip(devices, door.current().refresh(session, [each.ticket for each in devices]), strict=True):
        assert isinstance(ticket, Ticket)
        new.append(Device(device.name, ticket, device.view))
    Site(session, new)
    return [device.content() for device in new]
