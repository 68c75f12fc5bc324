"""Activities and questions as a plan holds them, before anything of them is in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workshop.kinds.values import Json, Text

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a plan that may suggest an activity.

    Args:
        field: where it stands: ``technology``, ``learner_activities``, ``facilitator_actions``, ``resources`` or
            ``assessment``.
        text: the line as written.
        phase: title of its phase, '' for assessment lines of the whole plan.
        phase_kind: the recognised phase (``engage`` … ``evaluate``, ``break``, ``other``).
        objectives: texts of the plan's objectives.
        reflection: the plan's reflection questions for learners.
        key_concepts: the plan's key concepts.
    """

    field: str
    text: str
    phase: str = ""
    phase_kind: str = "other"
    objectives: tuple[str, ...] = ()
    reflection: tuple[str, ...] = ()
    key_concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionSpec:
    """A question as a plan describes it. ``objectives`` are 1-based numbers of the plan's objectives."""

    kind: str
    prompt: str
    config: Mapping[str, Json] = field(default_factory=dict)
    key: str = ""
    privacy: str = ""
    required: bool = False
    objectives: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivitySpec:
    """An activity as a plan describes it: what a fenced block, a proposal and the editor all produce.

    Args:
        kind: slug of an activity kind.
        key: stable within the plan ('' = made from the title); the same key in a later run is the same activity.
        audience: where it is shown: ``both``, ``screen`` or ``phones``.
        group_set: key of the group set it uses, '' for none.
        group_set_spec: how that set is made, for instance ``{"mode": "random", "size": 5}``; may stand in one activity.
        results: who sees results while it is open: ``staff``, ``screen`` or ``all``.
        children: activities that stand inside this one (a poll between two slides).
    """

    kind: str
    title: str
    key: str = ""
    config: Mapping[str, Json] = field(default_factory=dict)
    questions: tuple[QuestionSpec, ...] = ()
    minutes: int | None = None
    privacy: str = "pseudonymous"
    audience: str = "both"
    pace: str = "led"
    results: str = "screen"
    optional: bool = False
    keep_open: bool = False
    off_record: bool = False
    for_profiles: tuple[str, ...] = ()
    group_set: str = ""
    group_set_spec: Mapping[str, Json] = field(default_factory=dict)
    children: tuple[ActivitySpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """An activity that a kind offers for a line of a plan, with the reason in plain words."""

    spec: ActivitySpec
    because: Text


@dataclass(frozen=True, slots=True)
class Quick:
    """An activity that may be opened in two taps while the session runs ("Ask one question now").

    Args:
        label: on its button, a word or two ("Yes or no").
        spec: complete as it is; its title stands for the question until staff type one.
    """

    label: Text
    spec: ActivitySpec


@dataclass(frozen=True, slots=True)
class Specimen:
    """A question with which the gallery and the documents show what a kind looks like.

    Args:
        name: stable short name, part of an address: ``usual``, ``long-words``, ``fifty`` …
        prompt: the question.
        config: as stored.
        right_to_left: its words belong to a language that is written so.
        draw: makes one raw answer of a crowd; None: ``QuestionKind.sample``.
    """

    name: str
    prompt: str
    config: Mapping[str, Json] = field(default_factory=dict)
    right_to_left: bool = False
    draw: Callable[[Random], Json] | None = None


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One state of an activity, made up whole, with which the gallery and the documents show what a kind looks like.

    Args:
        name: stable short name, part of an address: ``usual``, ``much``, ``awkward`` …
        label: what there is to see.
        state: ``open`` or ``closed``.
        shown: whether its results are on screen and phones, ``reveal``: with the right answers.
        state_data: as ``ActivityRun.state_data``.
        people: who have answered each of its questions.
        slots: content of its own slots by their prefix and audience (``learner``, ``staff``, ``screen``): the data of a
            value, the items of a collection.
        own: its parts of the slot ``you``, each as it stands under the activity's number.
        context: what ``ActivityKind.stage`` would have read from the database.
        places: where it is to be seen; none: everywhere.
        right_to_left: its words belong to a language that is written so.
    """

    name: str
    label: Text
    spec: ActivitySpec
    state: str = "open"
    shown: bool = False
    reveal: bool = False
    state_data: Mapping[str, Json] = field(default_factory=dict)
    people: int = 0
    slots: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    own: Mapping[str, Json] = field(default_factory=dict)
    context: Mapping[str, object] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    right_to_left: bool = False


def question_block(question: QuestionSpec) -> dict[str, Json]:
    """A question as the mapping that a fenced block holds."""
    body: dict[str, Json] = {"kind": question.kind, "prompt": question.prompt}
    if question.key:
        body["key"] = question.key
    if question.privacy:
        body["privacy"] = question.privacy
    if question.required:
        body["required"] = True
    if question.objectives:
        body["objectives"] = list(question.objectives)
    body.update(question.config)
    return body
