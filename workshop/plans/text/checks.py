"""What the author of a plan should look at: nothing here keeps a plan from being stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from workshop.kinds import ActivitySpec
from workshop.plans.text.document import PHASE_TEXTS, PlanDocument

#: Minutes after which people need a break.
LONGEST_WITHOUT_BREAK: Final = 180


class PlanWarning(NamedTuple):
    """A remark for the author of a plan.

    Args:
        line: of the file, counted from 1; 0 when it is about the whole plan.
        code: short and stable: ``time_differs``, ``no_break``, ``phase_without_time``, ``phase_without_text``,
            ``objective_without_activity``, ``unknown_objective``, ``activity_without_text``, ``unknown_profile``, and
            from reading ``duration_unknown``, ``duration_twice``, ``unknown_kind``, ``activity_outside``,
            ``encoding``, ``picture``.
    """

    line: int
    message: str
    code: str


def warnings_for(document: PlanDocument) -> tuple[PlanWarning, ...]:
    """Everything that looks wrong in a plan, in the order of the file."""
    found = [*_of_time(document), *_of_phases(document), *_of_objectives(document), *_of_activities(document)]
    return tuple(sorted(found, key=lambda warning: warning.line))


def _of_time(document: PlanDocument) -> Iterator[PlanWarning]:
    stated, planned = document.stated_minutes, document.total_minutes
    if stated is not None and stated != planned:
        message = _("The plan states %(stated)s minutes, but its phases take %(planned)s.")
        yield PlanWarning(0, message % {"stated": stated, "planned": planned}, "time_differs")
    running = 0
    for phase in document.phases:
        before, running = running, 0 if phase.kind == "break" else running + phase.minutes
        if before < LONGEST_WITHOUT_BREAK <= running:
            message = _("At the end of “%(phase)s” people have worked for %(minutes)s minutes without a break.")
            yield PlanWarning(phase.line, message % {"phase": phase.title, "minutes": running}, "no_break")


def _of_phases(document: PlanDocument) -> Iterator[PlanWarning]:
    for phase in document.phases:
        if not phase.minutes:
            message = _("The phase “%(phase)s” has no length of time.") % {"phase": phase.title}
            yield PlanWarning(phase.line, message, "phase_without_time")
        empty = not phase.activities and not any(getattr(phase, name) for name in PHASE_TEXTS)
        if empty and phase.kind != "break":
            message = _("The phase “%(phase)s” says nothing of what happens in it.") % {"phase": phase.title}
            yield PlanWarning(phase.line, message, "phase_without_text")


def _of_objectives(document: PlanDocument) -> Iterator[PlanWarning]:
    used = {number for phase in document.phases for spec in _all(phase.activities) for number in _objectives_of(spec)}
    for number, objective in enumerate(document.objectives, 1):
        if number not in used:
            message = _("No activity gives evidence for objective %(number)s: “%(text)s”.")
            yield PlanWarning(
                objective.line, message % {"number": number, "text": objective.text}, "objective_without_activity"
            )


def _of_activities(document: PlanDocument) -> Iterator[PlanWarning]:
    profiles = {profile.label for profile in document.profiles}
    for phase in document.phases:
        for spec in _all(phase.activities):
            name = spec.title or spec.kind
            if not spec.title or any(not question.prompt for question in spec.questions):
                message = _("An activity (“%(name)s”) or one of its questions has no text.") % {"name": name}
                yield PlanWarning(phase.line, message, "activity_without_text")
            for number in sorted(_objectives_of(spec)):
                if number > len(document.objectives):
                    message = _("“%(name)s” names objective %(number)s, which the plan does not have.")
                    yield PlanWarning(phase.line, message % {"name": name, "number": number}, "unknown_objective")
            for label in sorted(set(spec.for_profiles) - profiles):
                message = _("“%(name)s” is for “%(label)s”, which is no profile of the plan.")
                yield PlanWarning(phase.line, message % {"name": name, "label": label}, "unknown_profile")


def _all(specs: Sequence[ActivitySpec]) -> Iterator[ActivitySpec]:
    for spec in specs:
        yield spec
        yield from _all(spec.children)


def _objectives_of(spec: ActivitySpec) -> set[int]:
    return {number for question in spec.questions for number in question.objectives}
