"""What the database says everybody should see now: read by the same readers as a fresh hello, in the tests' process."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

import orjson
from django.db import connection

from tests.faults.people import Pass, Person
from tests.realtime.client import Frame
from workshop.kinds import Refused
from workshop.questions import counting
from workshop.realtime import admission, door, heads
from workshop.realtime.door import Handshake, Ticket
from workshop.realtime.slots import SlotRequest, SlotState, reader_for

#: Who is online depends on the instant of the read; presence has tests of its own.
#: So does what can be taken back: ten seconds after a step the page's script takes the button away.
BY_THE_CLOCK = {"room": ("online", "seen"), "panel": ("undo",)}
#: HTML with times and counts of the instant in which it was drawn: the number alone tells whether it is the newest.
DRAWN_ANEW = ("panel", "scene")
Shown = dict[str, Frame]


class Truth:
    """The slots of everybody in one session. All methods run on a thread with a connection to the database."""

    def __init__(self, session: int, people: Sequence[Person]) -> None:
        self.session = session
        self.people = list(people)
        self.total = -1
        self._wrong = 0
        self.expected: list[Shown] = []

    def moved(self) -> bool:
        """Whether anything has changed since the last ``read``."""
        return heads.sums(connection, [self.session]).get(self.session, 0) != self.total

    def read(self) -> None:
        """Read everything, counted anew from the rows; again when something moved meanwhile."""
        while True:
            counting.memory.forget()
            self.total = heads.sums(connection, [self.session]).get(self.session, 0)
            self.expected = self._read()
            if not self.moved():
                return

    def _read(self) -> list[Shown]:
        tickets = admission.admit([_handshake(person.entry) for person in self.people])
        catalogue = door.current().catalogue(self.session)
        shared: dict[tuple[str, str, str, str], Frame | None] = {}
        found: list[Shown] = []
        for person, ticket in zip(self.people, tickets, strict=True):
            assert not isinstance(ticket, Refused), f"{person} may not come in: {ticket.code}"
            found.append(self._shared(ticket, person.entry.view, catalogue, shared))
        self._add_personal(tickets, catalogue, found)
        return found

    def _shared(
        self,
        ticket: Ticket,
        view: str,
        catalogue: Mapping[str, tuple[str, ...]],
        shared: dict[tuple[str, str, str, str], Frame | None],
    ) -> Shown:
        audiences = [each for each in ticket.audiences if not each.startswith("person:")]
        wanted = {name: audience for audience in audiences for name in catalogue.get(audience, ())}
        shown: Shown = {}
        for name, audience in wanted.items():
            place = (name, audience, ticket.language, view)
            if place not in shared:
                request = SlotRequest(self.session, name, audience, ticket.language, view)
                shared[place] = _frame(name, reader_for(name).read(request))
            frame = shared[place]
            if frame is not None:
                shown[name] = frame
        return shown

    def _add_personal(
        self, tickets: Sequence[Ticket], catalogue: Mapping[str, tuple[str, ...]], found: list[Shown]
    ) -> None:
        for name in catalogue.get("person", ()):
            places = [i for i, ticket in enumerate(tickets) if ticket.actor.key.startswith("p:")]
            requests = []
            for place in places:
                ticket, view = tickets[place], self.people[place].entry.view
                audience = next(each for each in ticket.audiences if each.startswith("person:"))
                requests.append(SlotRequest(self.session, name, audience, ticket.language, view, actor=ticket.actor))
            for place, state in zip(places, reader_for(name).read_many(requests), strict=True):
                frame = _frame(name, state)
                if frame is not None:
                    found[place][name] = frame

    def differences(self, most: int = 5) -> list[str]:
        """Who shows something else than the database says; the first few."""
        found: list[str] = []
        for person, expected in zip(self.people, self.expected, strict=True):
            found += [f"{person}: {line}" for line in compare(person.slots, expected)]
            if len(found) >= most:
                break
        return found[:most]

    @property
    def all_right(self) -> bool:
        """Whether everybody shows what the database says. Begins with whom it found wrong the last time."""
        pairs = list(zip(self.people, self.expected, strict=True))
        for place in (self._wrong, *range(len(pairs))):
            if compare(pairs[place][0].slots, pairs[place][1]):
                self._wrong = place
                return False
        return True

    def unequal(self) -> int:
        """How many people show something else."""
        return sum(any(compare(p.slots, e)) for p, e in zip(self.people, self.expected, strict=True))


def compare(shown: Shown, expected: Shown) -> list[str]:
    """What of a page is not as it must be."""
    found = [f"{name} should not be there" for name in shown.keys() - expected.keys()]
    for name, frame in expected.items():
        held = shown.get(name)
        if held is None:
            found.append(f"{name} is missing")
        elif name in DRAWN_ANEW and (held["e"], held["r"]) == (frame["e"], frame["r"]):
            continue
        elif not _same(name, held, frame):
            numbers = f"{held['e']}.{held['r']} is not what it is at {frame['e']}.{frame['r']}"
            found.append(f"{name} at {numbers}: {_first_difference(_content(name, held), _content(name, frame))}")
        elif (held["e"], held["r"]) > (frame["e"], frame["r"]):
            found.append(f"{name} is ahead: {held['e']}.{held['r']} of {frame['e']}.{frame['r']}")
    return found


def _first_difference(held: Any, expected: Any) -> str:
    one, other = (orjson.dumps(each).decode() for each in (held, expected))
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"…{one[max(0, place - 40) : place + 60]}… for …{other[max(0, place - 40) : place + 60]}…"


def _content(name: str, frame: Frame) -> Any:
    if "items" in frame:
        return frame["items"]
    data = frame.get("d")
    if isinstance(data, dict):
        data = {key: value for key, value in data.items() if key not in BY_THE_CLOCK.get(name, ())}
    if name == "you" and isinstance(data, dict):
        # A step changes nobody's own answers, so it sends them to nobody; activities without one need no word.
        data["answers"] = {key: each for key, each in data["answers"].items() if each["q"]}
    return data, own_part(frame["h"]) if "h" in frame else None


def _same(name: str, held: Frame, frame: Frame) -> bool:
    if all(held.get(part) == frame.get(part) for part in ("d", "h", "items")):
        return True
    one, other = _content(name, held), _content(name, frame)
    if name == "you":
        # Answers of steps that are over stay on the page that gave them.
        there = frame["d"]["answers"]
        one[0]["answers"] = {key: each for key, each in one[0]["answers"].items() if key in there}
    return bool(one == other)


#: Attributes that carry the instant of the rendering; the page's own script goes on from there.
_INSTANTS = re.compile(r' data-(?:at|left|end)="\d+"')


@lru_cache(maxsize=2_000)
def own_part(html: str) -> str:
    """HTML of a slot without what stands in it of other slots: that comes by itself, and later."""
    if "data-slot" not in html:
        return _INSTANTS.sub("", html)
    parser = _Own()
    parser.feed(html)
    return _INSTANTS.sub("", "".join(parser.kept))


class _Own(HTMLParser):
    """Keeps the text of a page but for the content of elements that are slots."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self._inside = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._inside:
            self._depth += tag == self._inside
            return
        self.kept.append(self.get_starttag_text() or "")
        if any(name == "data-slot" for name, _ in attrs):
            self._inside, self._depth = tag, 1

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            self._depth -= tag == self._inside
            if self._depth:
                return
            self._inside = ""
        self.kept.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.kept.append(data)


def _frame(name: str, state: SlotState | None) -> Frame | None:
    if state is None:
        return None
    frame: Frame = {"s": name, "e": state.epoch, "r": state.revision}
    if reader_for(name).shape == "collection":
        frame["items"] = {key: item for key, item in (state.items or {}).items() if item is not None}
    else:
        if state.data is not None or state.html is None:
            frame["d"] = state.data
        if state.html is not None:
            frame["h"] = str(state.html)
    return dict(orjson.loads(orjson.dumps(frame, default=str)))


def _handshake(entry: Pass) -> Handshake:
    cookies = dict(part.split("=", 1) for part in entry.cookie.split("; ") if part)
    return Handshake(entry.public_id, entry.right, cookies, bearer=entry.token)
