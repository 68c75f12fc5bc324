"""Where a led quiz is: each question is asked, then told with its right answer, and never asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from workshop.live.models import ActivityRun
from workshop.questions.catalogue import Asked


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a led quiz: question ``index`` from 0, ``told`` once its right answer is shown."""

    index: int
    told: bool
    asks: Sequence[Asked]

    @property
    def asked(self) -> Asked | None:
        """The question it is at."""
        return self.asks[self.index] if self.index < len(self.asks) else None

    @property
    def known(self) -> list[str]:
        """Keys of the questions whose right answers everybody has seen."""
        return [asked.key for asked in self.asks[: self.index + self.told]]


def place_of(run: ActivityRun, asks: Sequence[Asked]) -> Place:
    """Where the run is. One that was closed has told everything that it asked."""
    state = run.state_data
    index = min(int(state.get("at", 0)), max(len(asks) - 1, 0))
    return Place(index, bool(state.get("told")), asks)


def is_over(run: ActivityRun, place: Place) -> bool:
    """Whether a question was told before the step back to it: what everybody knows is not asked again."""
    return place.index < int(run.state_data.get("seen", 0))


def moved(run: ActivityRun, place: Place, *, forward: bool) -> dict[str, Any] | None:
    """The state one step further or back, None at either end."""
    step = 2 * place.index + place.told + (1 if forward else -1)
    if not 0 <= step < 2 * len(place.asks):
        return None
    index, told = divmod(step, 2)
    seen = int(run.state_data.get("seen", 0))
    if not forward and index < seen:
        # Back means: look again at what was told.
        told = 1
        if (index, True) == (place.index, place.told):
            index -= 1
        if index < 0:
            return None
    state = {**run.state_data, "at": index, "told": bool(told), "seen": max(seen, index + told)}
    if forward and not told:
        began = dict(state.get("began", {}))
        began.setdefault(place.asks[index].key, round(timezone.now().timestamp() * 1000))
        state["began"] = began
    return state
