"""The one door: who may come in, what they hear, what they may do. ``live`` registers the real one.

The realtime core knows sessions, people and slots as plain names; everything it must know about them it asks here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from workshop.kinds import Refused

if TYPE_CHECKING:
    from workshop.realtime.ops import Call


class Actor(Protocol):
    """Somebody who acts: ``key`` is ``p:<participant>``, ``u:<user>``, ``screen`` or ``system``."""

    @property
    def key(self) -> str: ...

    @property
    def session(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a connection or a fallback request brings, before anything is believed.

    Args:
        public_id: the session in the address.
        right: ``learner``, ``staff`` or ``screen`` (URL parameter ``as``).
        cookies: all cookies; bearer: token of the Authorization header or ''.
        user_id: the signed-in staff user of the Django session, already looked up, or None.
        languages: Accept-Language of the request.
        address: client address, for limits on failures only.
    """

    public_id: str
    right: str
    cookies: Mapping[str, str]
    bearer: str = ""
    user_id: int | None = None
    languages: str = ""
    address: str = ""


@dataclass(slots=True)
class Ticket:
    """Somebody let in.

    Args:
        session: the session's number.
        actor: handed to ops and slot readers as it is.
        audiences: whose slots it hears, for instance ``("learner", "learner:finance", "group:12", "person:p:7")``.
        language: of rendered HTML.
        you: goes out in the hello frame.
    """

    session: int
    actor: Any
    audiences: tuple[str, ...]
    language: str
    you: dict[str, Any] = field(default_factory=dict)


class Door(Protocol):
    """What the core asks. All methods are synchronous, may use the database and run in a worker thread."""

    def admit(self, handshakes: Sequence[Handshake]) -> list[Ticket | Refused]:
        """Let in or refuse, in one go for a wave of connections: a constant number of queries a wave.

        Codes of refusal: ``not_joined`` (4401), ``removed`` (4403), ``no_session`` (4404).
        """

    def refresh(self, session: int, tickets: Sequence[Ticket]) -> list[Ticket | Refused]:
        """The tickets as they must be now (groups changed, person removed); asked when head ``session`` or
        ``people`` has moved."""

    def catalogue(self, session: int) -> Mapping[str, tuple[str, ...]]:
        """The slots of each audience now: ``{"staff": ("stage", …), "learner": …, "group:12": …, "person": ("you",)}``.
        ``person`` stands for every person's own slots. Asked when head ``session`` has moved."""

    def may(self, actor: Any, permission: str) -> bool:
        """Whether the actor has that permission in their session, by the role table alone (no query)."""

    def check(self, calls: Sequence[Call[Any]]) -> list[Refused | None]:
        """Inside the locked batch: removed people, changed roles, ended sessions, asked of the database once."""

    def known(self, heads: Sequence[tuple[int, str]]) -> Collection[tuple[int, str]]:
        """Of these ``(session, head)`` those that belong to something that there is; the others are never made."""

    def may_watch(self, actor: Any, slot: str) -> bool:
        """Whether ``watch`` of a slot outside the actor's own audiences is allowed."""

    def deadline(self, session: int) -> datetime | None:
        """The next instant at which something closes by itself, grace included. Asked when a head has moved."""

    def due(self, session: int) -> None:
        """The deadline has passed: close what is due (through the inbox, compare-and-set)."""


_door: list[Door] = []


def use(door: Door) -> None:
    """Register the door. Called once while Django starts; tests may call it again."""
    _door[:] = [door]


def current() -> Door:
    """The registered door."""
    return _door[0]
