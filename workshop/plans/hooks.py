"""What higher packages show on the library page. Plans know nothing of sessions: others register here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workshop.accounts.models import User
    from workshop.plans.models import Plan


@dataclass(frozen=True, slots=True)
class ShelfSession:
    """A session as the library shows it.

    Args:
        plan: number of the plan it was made from.
        state: ``lobby``, ``running`` or ``ended``.
        code: join code, '' once it has ended.
        url: its page (before, now, after).
        panel_url: its control panel, '' once it has ended.
        when: when it began, or was made.
        people: how many joined.
    """

    plan: int
    title: str
    state: str
    code: str
    url: str
    panel_url: str
    when: datetime
    people: int = 0
    demonstration: bool = False


#: Sessions that run, wait, or ended lately, newest first: ``(user) -> sessions``. One query each, however many.
shelf: list[Callable[[User], Sequence[ShelfSession]]] = []
#: Loads the demonstration for somebody who has none: ``(user) -> None``.
demonstration: list[Callable[[User], None]] = []
#: What stands against removing a plan, as a sentence, or '': ``(plan) -> sentence`` (its sessions, for instance).
holds: list[Callable[[Plan], str]] = []
#: Called before a plan is removed, inside the transaction: ``(plan)``.
removals: list[Callable[[Plan], None]] = []


def sessions_for(user: User) -> list[ShelfSession]:
    """All sessions that higher packages show on this person's library page."""
    return [session for provider in shelf for session in provider(user)]
