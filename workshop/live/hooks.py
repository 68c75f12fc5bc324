"""Registered acts of higher packages at moments that ``live`` owns. All run inside the batch of the op."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workshop.live.models import ActivityRun, Participant, Session
    from workshop.realtime.inbox import Batch

#: Called after a participant has joined a running session: ``(batch, session, participant)``.
arrivals: list[Callable[[Batch, Session, Participant], None]] = []
#: Called before a run is opened, for what the activity needs (its group set): ``(batch, session, run)``. What it returns
#: (JSON) is kept with the step as one of its ``prepared`` parts, for ``undoings``.
openings: list[Callable[[Batch, Session, ActivityRun], dict[str, Any] | None]] = []
#: Called when a step is to be taken back: ``(batch, session, step)``, before anything is written, so it may refuse;
#: returns what puts its own part back, which runs after the session's rows were restored.
undoings: list[Callable[[Batch, Session, Mapping[str, Any]], Callable[[], None] | None]] = []
#: Called when staff remove a participant: ``(batch, session, participant)``. The heads of all activities are locked;
#: whoever changes rows of an activity moves its head.
removals: list[Callable[[Batch, Session, Participant], None]] = []
#: Called once when a close is final, before the kind's own ``settled``: ``(batch, session, run)``.
settlings: list[Callable[[Batch, Session, ActivityRun], None]] = []
#: Called for each run that *Undo* has put back, after its row: ``(batch, session, run)``; its activity's head is held.
restorations: list[Callable[[Batch, Session, ActivityRun], None]] = []
#: Called when a participant is erased: ``(participant)``.
erasures: list[Callable[[Participant], None]] = []
#: Pages of those staff who do not see the session: a permission -> the name of the address, which takes the session's
#: public id. The control panel sends them there.
desks: dict[str, str] = {}
#: Parts of the ``you`` slot: ``(session id, participants, actors) -> one dict per participant``, merged.
personal: list[Callable[[int, list[Participant], list[Any]], list[dict[str, Any]]]] = []
