"""A question together with what may be seen of its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workshop.kinds import Json
from workshop.live.models import ActivityRun
from workshop.questions.beside import Beside
from workshop.questions.catalogue import Asked
from workshop.questions.gate import Seen


@dataclass(frozen=True, slots=True)
class Shown:
    """One question's result for one audience.

    Args:
        asked: the question.
        seen: its numbers, or why there are none.
        held: answers that wait to be shown.
        hands: people among the numbers that were counted by hand.
        alone: its prompt need not be repeated because it is the activity's only question.
        beside: what is drawn in place of the plain result.
        right: the right answers, while they are shown.
        marked: the label that staff point at, '' for none.
        below: height of what stands below it on the projector, in its rem.
        leaf: the part of its numbers that the projector shows now, ``page`` (from 1) of ``pages``; None: all of them.
    """

    asked: Asked
    seen: Seen
    held: int = 0
    hands: int = 0
    alone: bool = True
    beside: Beside | None = None
    right: tuple[str, ...] = ()
    marked: str = ""
    below: float = 0.0
    leaf: Mapping[str, Json] | None = None
    page: int = 1
    pages: int = 1

    @property
    def fit(self) -> int:
        """How small the projector must draw what stands side by side."""
        return self.beside.fit(self.below) if self.beside is not None else 1


@dataclass(frozen=True, slots=True)
class Results:
    """An activity's results for one audience, with what staff have written below them."""

    items: Sequence[Shown]
    answered: int
    view: str = "now"
    note: str = ""
    still: Mapping[str, Json] | None = None

    def data(self, run: ActivityRun) -> dict[str, Json]:
        """For programs: what the gate lets through."""
        found: dict[str, Any] = {
            "round": run.round,
            "answered": self.still["answered"] if self.still else self.answered,
            "questions": {item.asked.key: item.seen.data for item in self.items if item.seen.data is not None},
        }
        besides = {item.asked.key: item.beside.data() for item in self.items if item.beside is not None}
        marks = {item.asked.key: item.marked for item in self.items if item.marked}
        hands = {item.asked.key: item.hands for item in self.items if item.hands}
        more = {"beside": besides, "marks": marks, "hands": hands, "note": self.note}
        return found | {name: value for name, value in more.items() if value}
