"""The states in which the gallery shows a question, for each place where it is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workshop.config.gallery import crowd
from workshop.kinds import Json, QuestionKind, Refused, Specimen
from workshop.questions.gate import LEAST
from workshop.questions.sketch import KEY, NOWHERE, Sketch

View = Literal["phone", "screen", "panel", "editor"]
LITTLE, MUCH, CROWD = 7, 240, 5_000
#: People in the room: the smallest one that holds all who have answered.
ROOMS = (40, 260, CROWD)
#: How the result grows while somebody watches.
GROWING = (1, 3, LITTLE, 30, 60, 120, MUCH, 1_000, CROWD)


@dataclass(frozen=True, slots=True)
class State:
    """One state.

    Args:
        count: people who have answered.
        every: of all specimens, not of the usual one alone.
        reveal: with the right answers, where there are any.
        page: of the projector, where there are so many.
    """

    name: str
    label: str | Promise
    state: str = "open"
    shown: bool = False
    count: int = 0
    own: bool = False
    guarded: bool = False
    every: bool = False
    reveal: bool = False
    page: int = 1

    @property
    def seen(self) -> int | None:
        """People in the room, of whom so many have answered; None where their number does not stand still."""
        return room(self.count) if self.name != "growing" else None


def room(people: int) -> int:
    """How many are in a room of whom so many have answered."""
    return next((seats for seats in ROOMS if people <= seats), people)


STATES: Mapping[View, Sequence[State]] = {
    "phone": (
        State("open", _("Not answered yet"), every=True),
        State("answered", _("Answered"), own=True),
        State("refused", _("Refused"), own=True),
        State("closed", _("Closed"), "closed", own=True),
        State("live", _("Answered, with the result so far"), shown=True, count=MUCH, own=True),
        State("result", _("The result, with one's own answer"), "closed", shown=True, count=MUCH, own=True, every=True),
        State("none", _("A result of nobody"), "closed", shown=True),
        State("right", _("The right answer"), "closed", shown=True, count=MUCH, own=True, every=True, reveal=True),
    ),
    "screen": (
        State("prompt", _("The question"), every=True),
        State("none", _("Nobody has answered"), shown=True),
        State("little", _("Few answers"), shown=True, count=LITTLE),
        State("much", _("Many answers"), shown=True, count=MUCH, every=True),
        State("crowd", _("5,000 answers"), shown=True, count=CROWD, every=True),
        State("second", _("The second page"), shown=True, count=MUCH, every=True, page=2),
        State("guarded", _("Confidential: nothing that stands for a few"), shown=True, count=MUCH // 4, guarded=True),
        State("right", _("The right answer"), "closed", shown=True, count=MUCH, every=True, reveal=True),
        State("growing", _("Growing, at each press of N"), shown=True),
    ),
    "panel": (
        State("none", _("Nobody has answered")),
        State("much", _("Many answers"), count=MUCH, every=True),
    ),
    "editor": (
        State("filled", _("Filled in"), every=True),
        State("empty", _("Empty")),
        State("mistakes", _("With mistakes")),
    ),
}


def state_of(view: str, name: str) -> State | None:
    """The state of that name, or None."""
    return next((state for state in STATES.get(view, ()) if state.name == name), None)  # type: ignore[call-overload]


def shown_states(kind: QuestionKind, view: View, specimen: Specimen, usual: Specimen) -> list[State]:
    """The states in which this specimen is shown."""
    right = bool(kind.right(kind.load(specimen.config)))
    return [
        state
        for state in STATES[view]
        if (state.every or specimen.name == usual.name)
        and (right or not state.reveal)
        and (state.page == 1 or state.page <= _pages(kind, specimen, state.count))
    ]


def _pages(kind: QuestionKind, specimen: Specimen, count: int) -> int:
    """How many pages of the projector so many answers take."""
    config = kind.load(specimen.config)
    return len(kind.leaves(config, crowd.data(kind, specimen, count))) if kind.turns(config) else 1


def sketch(kind: QuestionKind, specimen: Specimen, state: State, number: int = NOWHERE) -> Sketch:
    """The question as it stands in that state."""
    found = crowd.data(kind, specimen, state.count)
    own = next(iter(crowd.answers(kind, specimen, 1)), None) if state.own else None
    return Sketch(
        kind=kind,
        config=specimen.config,
        prompt=specimen.prompt,
        state=state.state,
        shown=state.shown,
        reveal=state.reveal,
        data=kind.guarded(kind.load(specimen.config), found, LEAST) if state.guarded else found,
        own=own,
        number=number,
        page=state.page - 1,
    )


def standing(kind: QuestionKind, specimen: Specimen, state: State) -> dict[str, Any]:
    """What a page that belongs to no session knows: its slots, what its acts are answered, what comes later."""
    drawn = sketch(kind, specimen, state)
    refused = state.name == "refused"
    you = {"name": "Ana", "answers": {} if refused else drawn.answers()}
    page: dict[str, Any] = {"slots": [{"t": "slot", "s": "you", "e": 1, "r": 1, "d": you}]}
    if refused:
        page["typed"] = {"a": NOWHERE, "q": KEY, "round": 1, "v": drawn.own}
        page["answer"] = {"t": "no", "code": "refused", "message": refusal(kind, specimen)}
    if state.name == "growing":
        page["later"] = [
            _frame(place, replace(drawn, data=crowd.data(kind, specimen, count)))
            for place, count in enumerate(GROWING, 1)
        ]
    return page


def refusal(kind: QuestionKind, specimen: Specimen) -> str:
    """What the kind says to an answer that does not fit."""
    config = kind.load(specimen.config)
    for _config, _good, bad in kind.examples():
        for raw in bad:
            try:
                kind.parse(config, raw)
            except Refused as no:
                return str(no.message)
    return ""


def _frame(revision: int, drawn: Sketch) -> dict[str, Json]:
    return {"t": "slot", "s": f"tally:{NOWHERE}", "e": 1, "r": revision, "h": drawn.result("screen")}
