"""How staff have a result shown: beside what, with which note, standing still or not. Kept with the round.

It stands in ``ActivityRun.state_data["result"]``, so that it goes with the round, a new round begins without it, and
*Undo* takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from workshop.kinds import Json
from workshop.live.models import ActivityRun

#: ``auto``: this round alone while it is open, all rounds side by side afterwards. ``before``: beside the same question
#: of another activity.
View = Literal["auto", "now", "rounds", "backgrounds", "before"]
VIEWS: tuple[View, ...] = get_args(View)
KEY = "result"


@dataclass(frozen=True, slots=True)
class Display:
    """What staff have chosen for the result of one round.

    Args:
        view: as chosen; see ``View``.
        other: the activity that ``before`` means.
        note: one line below the result, '' for none.
        marks: by question key the label that staff point at.
        still: the result as it stood when it was stopped: ``{"at": ms, "answered": n, "questions": {key: data}}``.
        page: of the projector, from 0, where a result has several.
        hands: by question key ``[[raw answer, people], …]``, counted in the room.
    """

    view: View = "auto"
    other: int = 0
    note: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    still: Mapping[str, Json] | None = None
    hands: Mapping[str, Sequence[tuple[Json, int]]] = field(default_factory=dict)
    page: int = 0


def display_of(run: ActivityRun) -> Display:
    """What is chosen for this round."""
    return Display(**(run.state_data.get(KEY) or {}))


def change(run: ActivityRun, **values: Any) -> None:
    """Set some of it in memory; what is left empty is not kept."""
    chosen = {**(run.state_data.get(KEY) or {}), **values}
    kept = {name: value for name, value in chosen.items() if value not in (None, "", 0, {}, "auto")}
    others = {name: value for name, value in run.state_data.items() if name != KEY}
    run.state_data = {**others, KEY: kept} if kept else others


def view_of(run: ActivityRun) -> View:
    """The view that is drawn now."""
    chosen = display_of(run).view
    if chosen != "auto":
        return chosen
    return "rounds" if run.state == "closed" and run.round > 1 else "now"
