"""What passes between the core and the kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from django import forms
from django.utils.functional import Promise
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from workshop.plans.models import Plan

Text = str | Promise
#: Any value that survives a round trip through JSON.
Json = Any
#: The families of audience. A slot's full audience may carry more: ``learner:finance``, ``group:12``, ``person:p:7``.
Audience = Literal["staff", "learner", "screen"]


class Refused(Exception):  # noqa: N818 - the project's word for "no", see architecture.md
    """An act that is not allowed now, with a code for programs and a plain sentence for people.

    Args:
        code: a short stable word, part of the wire protocol (``closed``, ``stale``, ``bad_choice`` …).
        message: one sentence for the person who acted; never the text of an exception.
        details: extra JSON values for programs (for instance the stored value of a stale answer).
    """

    def __init__(self, code: str, message: Text, **details: Json) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.details = details


class KindConfig(BaseModel):
    """Base of every kind's ``Config``: unknown keys are refused, so that a typo in a plan is found on import."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class Part:
    """A template and its context: what one audience sees of one activity."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SlotUse:
    """One slot that an activity keeps while it is on the stage.

    Args:
        name: full slot name, for instance ``board:31:7``; its prefix is registered in ``realtime.slots``.
        audience: who gets it without asking: ``staff``, ``learner``, ``screen``, ``group:7`` …
    """

    name: str
    audience: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page of a kind that another page leads to."""

    address: str
    label: Text


@dataclass(frozen=True, slots=True)
class Table:
    """One table of an export. ``rows`` may be a generator; cells are str, int, float, bool, datetime or None."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that people said and nobody has taken up: its words, and what is known of it ("7 votes")."""

    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A result as numbers, from which pages and reports draw a picture: labelled bars, or weighted words.

    Args:
        shape: bars and histograms of the same question have the same labels, so that rounds, phases and backgrounds
            can be laid beside each other, label by label; words and lists cannot.
        labels: what was chosen or said.
        values: a number for each.
        note: a line below.
        counts: the values count people, so that shares of all who answered may stand beside them; False for points,
            means and the like.
        figure: one number that sums the result up (a mean), for the shift between two of them; None where none does.
        across: headings of ``heat`` (labels are its rows); of ``plane`` the names of both axes and their four ends.
        cells: of ``heat`` the numbers row by row (None where one is withheld); of ``plane`` the place of each label,
            0 to 1 from left to right and from bottom to top.
    """

    shape: Literal["bars", "words", "list", "histogram", "heat", "plane"]
    labels: tuple[str, ...]
    values: tuple[float, ...]
    note: str = ""
    counts: bool = True
    figure: float | None = None
    across: tuple[str, ...] = ()
    cells: tuple[tuple[float | None, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an activity is. ``by`` maps ``p:<id>`` or ``g:<id>`` to done steps; empty for anonymous activities."""

    done: int
    total: int
    by: Mapping[str, int] = field(default_factory=dict)


class Tally(Protocol):
    """The aggregate of the answers to one question. Its result must not depend on the order of the calls."""

    n: int

    def add(self, value: Json, weight: int = 1) -> None: ...

    def remove(self, value: Json, weight: int = 1) -> None: ...

    def merge(self, other: Any) -> None: ...

    def data(self) -> dict[str, Json]: ...


class EditorForm(forms.Form):
    """The form in which staff fill in a kind's config: plain words, options pasted one a line, never YAML."""

    @classmethod
    def initial_for(cls, config: Mapping[str, Json]) -> dict[str, Any]:
        """The form's initial values for a stored ``config``."""
        return dict(config)

    def config(self) -> dict[str, Json]:
        """The config that the cleaned form stands for; call after ``is_valid``."""
        return dict(self.cleaned_data)

    def keep(self, plan: Plan) -> None:
        """Store what was uploaded with the form in the plan. Called once, when the whole form is right."""
