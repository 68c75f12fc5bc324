"""Ops: what people do. Each is registered once with its shape, its permission, its heads and its writer.

    class Extend(Payload):
        minutes: int = Field(ge=-60, le=60)

    @op("phase.extend", Extend, permission="session.drive", heads=session_head)
    def extend_phase(batch: Batch, call: Call[Extend]) -> dict[str, Json]: ...

    @op("respond", Respond, permission="respond", heads=..., rate="answer", once=False, many=True)
    def respond(batch: Batch, calls: Sequence[Call[Respond]]) -> list[Result]: ...

A writer runs inside the one transaction of the batch, after the heads were locked. It raises (or returns, for
``many``) ``Refused`` for an act that is not allowed now. **It promises to check before it writes.** A writer of one call
that refuses after it has written something is noticed: the batch is rolled back and run again in halves without that
call, which costs time but leaves no half-written rows. A ``many`` writer that *returns* a refusal must not have written
anything for that call; nobody can check this for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict

from workshop.kinds import Json, Refused

#: Classes of limits, see limits.py: answers, saves as typed and moves, creating things, all other acts.
Rate = Literal["answer", "save", "create", "act"]
Result = dict[str, Json] | Refused


class HalfWritten(Exception):  # noqa: N818 - named for what happened, like Refused
    """A writer refused a call after it had written something for it: its batch must be rolled back."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


class Payload(BaseModel):
    """Base of every op's shape: strict types, unknown fields refused (``extra_field``)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Nothing(Payload):
    """The shape of an op without parameters."""


P = TypeVar("P", bound=Payload)


@dataclass(frozen=True, slots=True)
class Call(Generic[P]):
    """One op of one actor. ``id`` was made by the client; a repeat has the same id and the same payload.

    ``language`` is that of a refusal's sentence: without one, the language in which the caller speaks now.
    """

    session: int
    actor: Any
    op: str
    id: UUID
    payload: P
    language: str = field(default_factory=lambda: get_language() or "", compare=False)

    @property
    def author(self) -> str:
        """The actor's key: ``p:<participant>``, ``u:<user>`` …"""
        return str(self.actor.key)


@dataclass(frozen=True, slots=True)
class OpSpec:
    """A registered op. ``heads`` gives the names of the heads to lock, of the call's session, before the transaction;
    a head that does not exist yet is made."""

    name: str
    payload: type[Payload]
    permission: str
    heads: Callable[[Call[Any]], Iterable[str]]
    write: Callable[[Any, Sequence[Call[Any]]], list[Result]]
    rate: Rate
    #: Whether the result is kept in Op under the client's id (answers keep ``n`` instead).
    once: bool
    #: Whether programs and browsers may send it; False for the server's own (timers).
    public: bool


_ops: dict[str, OpSpec] = {}
F = TypeVar("F", bound=Callable[..., Any])


def session_head(call: Call[Any]) -> tuple[str, ...]:
    """Heads of an op that changes the session itself."""
    del call
    return ("session",)


def op(
    name: str,
    payload: type[Payload],
    *,
    permission: str,
    heads: Callable[[Call[Any]], Iterable[str]] = session_head,
    rate: Rate = "act",
    once: bool = True,
    many: bool = False,
    public: bool = True,
) -> Callable[[F], F]:
    """Register a writer. With ``many`` it gets all calls of the batch in order, else one at a time."""

    def register(writer: F) -> F:
        if name in _ops:
            message = f"two ops are called {name!r}"
            raise ValueError(message)
        write = writer if many else _one_by_one(writer)
        _ops[name] = OpSpec(name, payload, permission, heads, write, rate, once, public)
        return writer

    return register


def _one_by_one(writer: Callable[..., Any]) -> Callable[[Any, Sequence[Call[Any]]], list[Result]]:
    def write(batch: Any, calls: Sequence[Call[Any]]) -> list[Result]:
        results: list[Result] = []
        for call in calls:
            before = batch.written
            try:
                results.append(writer(batch, call) or {})
            except Refused as refusal:
                if batch.written != before:
                    raise HalfWritten(refusal) from None
                results.append(refusal)
        return results

    return write


def get(name: str) -> OpSpec:
    """The op of that name. Raises Refused ``unknown_op``."""
    try:
        return _ops[name]
    except KeyError:
        raise Refused("unknown_op", _("This page is newer or older than the server. Please reload.")) from None


def all_ops() -> list[OpSpec]:
    """All ops by name (for the permission matrix and the replay tests)."""
    return [_ops[name] for name in sorted(_ops)]
