"""Slots: named pieces of live state, each read by the reader registered for its prefix.

A slot's full name is ``<prefix>`` or ``<prefix>:<rest>``. A reader reads **the head first and the rows after it**.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from workshop.kinds import Json, Refused
from workshop.numbers import DIGITS_OF_A_ROW

Shape = Literal["value", "collection"]
#: Digits of a number that may stand in a slot's name.
LONGEST_NUMBER = DIGITS_OF_A_ROW


@dataclass(frozen=True, slots=True)
class SlotRequest:
    """One read.

    Args:
        session: the session's number.
        name: full slot name.
        audience: the audience it is read for; never depends on two of profile, group and person.
        language: of HTML.
        view: ``html`` or ``data``.
        since: for a collection, the revision that the receiver has (None: everything).
        actor: for slots of a person only.
    """

    session: int
    name: str
    audience: str
    language: str = "en"
    view: str = "html"
    since: int | None = None
    actor: Any = None

    @property
    def rest(self) -> str:
        """What stands after the prefix."""
        return self.name.partition(":")[2]


@dataclass(frozen=True, slots=True)
class SlotState:
    """What a slot holds at a revision. A value carries ``data`` or ``html`` or both; a collection ``items``.

    ``since`` of a collection: the revision from which ``items`` are complete (0 = all there are). An item that is
    None was removed. Every item carries its own ``r``.
    """

    epoch: int
    revision: int
    data: Json = None
    html: str | None = None
    items: Mapping[str, Json] | None = None
    since: int = 0


class SlotReader(ABC):
    """Reads the slots of one prefix. Subclasses set the class variables and ``read``."""

    prefix: ClassVar[str]
    shape: ClassVar[Shape] = "value"
    #: Counting changes are conflated and paced (tallies, room counts); all else goes at once.
    counting: ClassVar[bool] = False
    #: What everybody in the room waits for: read and sent before all else.
    first: ClassVar[bool] = False
    #: Answers alone never change it, though they move its head: only changes of state, round or text do.
    steady: ClassVar[bool] = False
    #: What people read in it differs by language: the HTML, or names that are made ("Seat 7"). Programs get English.
    by_language: ClassVar[bool] = True
    #: One slot per person, read in batches with ``request.actor``.
    personal: ClassVar[bool] = False
    #: Permission for the op registry and the matrix: audiences that may ever hear it.
    audiences: ClassVar[tuple[str, ...]] = ("staff", "learner", "screen")

    @abstractmethod
    def heads(self, name: str) -> tuple[str, ...]:
        """Names of the heads whose sum numbers this slot; a move of one of them makes it stale.
        A trailing ``*`` matches all heads with that beginning (``group:31:*``)."""

    @abstractmethod
    def read(self, request: SlotRequest) -> SlotState | None:
        """The slot now; None when there is nothing for this audience (the client is told that it is gone)."""

    def read_many(self, requests: Sequence[SlotRequest]) -> list[SlotState | None]:
        """Several reads of one session; personal readers override it with a constant number of queries."""
        return [self.read(request) for request in requests]


_readers: dict[str, SlotReader] = {}


def register(reader: SlotReader) -> None:
    """Add a reader. Raises ValueError when another class has its prefix."""
    known = _readers.get(reader.prefix)
    if known is not None and type(known) is not type(reader):
        message = f"two slot readers are called {reader.prefix!r}"
        raise ValueError(message)
    _readers[reader.prefix] = reader


def reader_for(name: str) -> SlotReader:
    """The reader of a full slot name. Raises Refused ``no_slot``, also for a number that no row can have."""
    prefix, *parts = name.split(":")
    if prefix not in _readers or any(part.isdecimal() and len(part) > LONGEST_NUMBER for part in parts):
        raise Refused("no_slot", "There is no such slot.")
    return _readers[prefix]


def readers() -> Iterable[SlotReader]:
    """All readers, by prefix (for the permission matrix)."""
    return [_readers[prefix] for prefix in sorted(_readers)]
