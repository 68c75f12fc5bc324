"""The inbox: the one writer of live data in a process (architecture, section 4, "Inbox").

This is the interface others code against; see ``Batch``, ``submit`` and ``asubmit``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workshop.kinds import Json
    from workshop.realtime.ops import Call


@dataclass(slots=True)
class HeadState:
    """A locked head: ``revision`` is the one before this batch."""

    id: int
    revision: int
    epoch: int
    moved: bool = False


@dataclass(slots=True)
class Batch:
    """One transaction over all heads concerned, locked before any writer runs.

    ``now`` is the database's time, read by a statement of its own after the lock.
    """

    now: datetime
    heads: dict[tuple[int, str], HeadState] = field(default_factory=dict)
    people: set[tuple[int, str]] = field(default_factory=set)

    def move(self, session: int, head: str) -> int:
        """Note that this head moves in this batch; its new revision (the same for all writers of the batch).

        The head must be among those the op named; raises KeyError otherwise.
        """
        state = self.heads[session, head]
        state.moved = True
        return state.revision + 1

    def new_epoch(self, session: int, head: str) -> int:
        """Move the head and raise its epoch: what clients and tallies hold is void (rows were rewritten)."""
        state = self.heads[session, head]
        state.moved = True
        state.epoch += 1
        return state.epoch

    def touch_person(self, session: int, key: str) -> None:
        """Note that the personal slots of ``key`` (``p:7``) changed."""
        self.people.add((session, key))

    def after_commit(self, act: Callable[[], None]) -> None:
        """Run ``act`` on the writer thread once the batch is committed (not when it is rolled back)."""
        raise NotImplementedError


def submit(call: Call[Any]) -> dict[str, Json]:
    """Write one op and wait for its commit, from any thread but the event loop's.

    With a running server the op joins the inbox of the process; without one (commands, tests) it is a batch of one.
    The permission of the op is checked here too: no writer runs for an actor who may not.

    Raises:
        Refused: as the writer says, or ``not_allowed``, ``busy``.
    """
    raise NotImplementedError


async def asubmit(call: Call[Any]) -> dict[str, Json]:
    """``submit`` for coroutines of the server's event loop."""
    raise NotImplementedError
