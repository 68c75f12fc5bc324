"""Changes of a plan as values: each takes a document and gives the next one. Nothing here knows the database.

Phases are named by their place (from 0), activities by their key, which is unique within the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from workshop.kinds import ActivitySpec, QuestionSpec, Refused
from workshop.plans.text import PhaseDoc, PlanDocument
from workshop.plans.text.errors import MAX_ACTIVITIES, MAX_MINUTES, MAX_PHASES

Specs = tuple[ActivitySpec, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an activity stands: its phase, and the activity around it if there is one."""

    phase: int
    spec: ActivitySpec
    parent: ActivitySpec | None = None


def _gone() -> Refused:
    return Refused("gone", _("That part of the plan is no longer there. Below is the plan as it is now."))


def phase_at(document: PlanDocument, index: int) -> PhaseDoc:
    """The phase at that place. Raises Refused ``gone``."""
    if not 0 <= index < len(document.phases):
        raise _gone()
    return document.phases[index]


def change_phase(document: PlanDocument, index: int, **changes: Any) -> PlanDocument:
    """The document with other values in one phase. Raises Refused ``gone``, ``bad_minutes``."""
    changed = replace(phase_at(document, index), **changes)
    if not 0 <= changed.minutes <= MAX_MINUTES:
        raise Refused("bad_minutes", _("A phase has between 0 minutes and 7 days."))
    return _with_phases(document, lambda phases: phases.__setitem__(index, changed))


def add_phase(document: PlanDocument, phase: PhaseDoc, at: int | None = None) -> PlanDocument:
    """The document with one phase more, at the end unless ``at`` says where. Raises Refused ``too_many``."""
    if len(document.phases) >= MAX_PHASES:
        raise Refused("too_many", _("A plan has at most %(n)d phases.") % {"n": MAX_PHASES})
    place = len(document.phases) if at is None else at
    return _with_phases(document, lambda phases: phases.insert(place, phase))


def move_phase(document: PlanDocument, index: int, to: int) -> PlanDocument:
    """The document with one phase at another place; a place beyond an end means that end. Raises Refused ``gone``."""
    phase = phase_at(document, index)

    def move(phases: list[PhaseDoc]) -> None:
        del phases[index]
        phases.insert(min(max(to, 0), len(phases)), phase)

    return _with_phases(document, move)


def duplicate_phase(document: PlanDocument, index: int) -> PlanDocument:
    """The document with a copy of a phase behind it. Copied activities get keys of their own."""
    phase = phase_at(document, index)
    copied = replace(phase, activities=tuple(without_keys(spec) for spec in phase.activities))
    return add_phase(document, copied, index + 1)


def remove_phase(document: PlanDocument, index: int) -> PlanDocument:
    """The document without one phase. Raises Refused ``gone``, ``last_phase``."""
    phase_at(document, index)
    if len(document.phases) == 1:
        raise Refused("last_phase", _("A plan has at least one phase. Rename this one instead."))
    return _with_phases(document, lambda phases: phases.pop(index))


def _with_phases(document: PlanDocument, act: Callable[[list[PhaseDoc]], Any]) -> PlanDocument:
    phases = list(document.phases)
    act(phases)
    return replace(document, phases=tuple(phases))


def places(document: PlanDocument) -> Iterator[Place]:
    """Every activity of the plan, in order, an inner one after the one around it."""
    for index, phase in enumerate(document.phases):
        yield from _places(phase.activities, index, None)


def _places(specs: Specs, phase: int, parent: ActivitySpec | None) -> Iterator[Place]:
    for spec in specs:
        yield Place(phase, spec, parent)
        yield from _places(spec.children, phase, spec)


def place_of(document: PlanDocument, key: str) -> Place:
    """Where the activity of that key stands. Raises Refused ``gone``."""
    for place in places(document):
        if place.spec.key == key:
            return place
    raise _gone()


def replace_activity(document: PlanDocument, key: str, spec: ActivitySpec) -> PlanDocument:
    """The document with another activity in that place. Raises Refused ``gone``."""
    return _among_siblings(document, key, lambda specs, at: specs.__setitem__(at, spec))


def remove_activity(document: PlanDocument, key: str) -> PlanDocument:
    """The document without that activity and what stands inside it. Raises Refused ``gone``."""
    return _among_siblings(document, key, lambda specs, at: specs.pop(at))


def duplicate_activity(document: PlanDocument, key: str) -> PlanDocument:
    """The document with a copy behind that activity, with keys of its own. Raises Refused ``gone``, ``too_many``."""
    _room_for_one(document)
    return _among_siblings(document, key, lambda specs, at: specs.insert(at + 1, without_keys(specs[at])))


def add_activity(document: PlanDocument, index: int, spec: ActivitySpec, parent: str = "") -> PlanDocument:
    """The document with one activity more, at the end of a phase or inside the activity ``parent``.

    Raises:
        Refused: ``gone``, ``too_many``.
    """
    _room_for_one(document)
    if parent:
        around = place_of(document, parent).spec
        return replace_activity(document, parent, replace(around, children=(*around.children, spec)))
    phase = phase_at(document, index)
    return change_phase(document, index, activities=(*phase.activities, spec))


def move_activity(document: PlanDocument, key: str, by: int) -> PlanDocument:
    """The document with an activity one step earlier (-1) or later (1).

    At the edge of its phase it goes on to the next one; an inner activity stays inside the one around it.
    """
    place = place_of(document, key)
    siblings = place.parent.children if place.parent else document.phases[place.phase].activities
    at = [spec.key for spec in siblings].index(key)
    if 0 <= at + by < len(siblings):
        return _among_siblings(document, key, lambda specs, i: specs.insert(i + by, specs.pop(i)))
    target = place.phase + by
    if place.parent or not 0 <= target < len(document.phases):
        return document
    return move_to_phase(document, key, target, first=by > 0)


def move_to_phase(document: PlanDocument, key: str, index: int, *, first: bool = False) -> PlanDocument:
    """The document with an activity in another phase, at its end or as its first. Raises Refused ``gone``."""
    spec = place_of(document, key).spec
    phase_at(document, index)
    without = remove_activity(document, key)
    there = without.phases[index].activities
    return change_phase(without, index, activities=(spec, *there) if first else (*there, spec))


def without_keys(spec: ActivitySpec) -> ActivitySpec:
    """A copy whose keys, and those of its questions and inner activities, are still to be made."""
    questions = tuple(replace(question, key="") for question in spec.questions)
    return replace(spec, key="", questions=questions, children=tuple(without_keys(child) for child in spec.children))


def _room_for_one(document: PlanDocument) -> None:
    if sum(1 for _place in places(document)) >= MAX_ACTIVITIES:
        raise Refused("too_many", _("A plan has at most %(n)d activities.") % {"n": MAX_ACTIVITIES})


def _among_siblings(document: PlanDocument, key: str, act: Callable[[list[ActivitySpec], int], Any]) -> PlanDocument:
    index = place_of(document, key).phase
    return change_phase(document, index, activities=_edited(document.phases[index].activities, key, act))


def _edited(specs: Specs, key: str, act: Callable[[list[ActivitySpec], int], Any]) -> Specs:
    keys = [spec.key for spec in specs]
    if key in keys:
        siblings = list(specs)
        act(siblings, keys.index(key))
        return tuple(siblings)
    return tuple(replace(spec, children=_edited(spec.children, key, act)) for spec in specs)


def renumber_objectives(document: PlanDocument, numbers: Mapping[int, int]) -> PlanDocument:
    """The document whose questions name objectives by their new numbers; an objective without one is dropped."""

    def question(old: QuestionSpec) -> QuestionSpec:
        kept = tuple(sorted(numbers[number] for number in old.objectives if number in numbers))
        return replace(old, objectives=kept)

    def activity(old: ActivitySpec) -> ActivitySpec:
        return replace(
            old,
            questions=tuple(question(each) for each in old.questions),
            children=tuple(activity(child) for child in old.children),
        )

    phases = tuple(replace(p, activities=tuple(activity(a) for a in p.activities)) for p in document.phases)
    return replace(document, phases=phases)
