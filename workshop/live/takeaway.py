"""A learner's own answers for their take-away file. Packages above ``live`` add what they keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workshop.live.access import Actor
from workshop.live.models import Participant, Session


@dataclass(frozen=True, slots=True)
class Line:
    """A question and what the learner answered, as text."""

    prompt: str
    answer: str
    round: int = 1


@dataclass(frozen=True, slots=True)
class Keep:
    """One activity's lines."""

    title: str
    lines: tuple[Line, ...]


#: ``(session, person, actor) -> parts``, in the order of the plan. Registered while Django starts.
sources: list[Callable[[Session, Participant, Actor], list[Keep]]] = []


def keepsake(session: Session, person: Participant, actor: Actor) -> list[Keep]:
    """Everything that the sources keep of this person."""
    return [part for source in sources for part in source(session, person, actor) if part.lines]
