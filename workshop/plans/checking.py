"""What a plan must keep to before it is stored, each said in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from pydantic import ValidationError

from workshop.kinds import ActivitySpec, QuestionSpec, Refused, activity_kinds, question_kinds
from workshop.plans.edits import places
from workshop.plans.text import PlanDocument
from workshop.plans.text.errors import MAX_ACTIVITIES, MAX_BYTES, MAX_MINUTES, MAX_PHASES, MAX_QUESTIONS

LONGEST_TITLE = 300
LONGEST_PHASE_TITLE = 200
LONGEST_KEY = 80
LONGEST_TEXT = 100_000


def check(document: PlanDocument) -> None:
    """Check a tidied document against the limits of the database and the schemas of its kinds.

    Raises:
        Refused: ``empty_title``, ``too_long``, ``too_many``, ``bad_minutes``, ``bad_activity``, ``no_phases``.
    """
    if not document.title:
        raise Refused("empty_title", _("A plan needs a title."))
    _short(document.title, LONGEST_TITLE, _("The title of the plan"))
    _check_phases(document)
    _check_activities(document)
    size = sum(len(text) for text in _texts(document))
    if size > MAX_BYTES:
        raise Refused("too_long", _("This plan is too big: at most 1 MB of text."))


def _check_phases(document: PlanDocument) -> None:
    if not document.phases:
        raise Refused("no_phases", _("A plan needs at least one phase."))
    if len(document.phases) > MAX_PHASES:
        raise Refused("too_many", _("A plan has at most %(n)d phases.") % {"n": MAX_PHASES})
    for phase in document.phases:
        _short(phase.title, LONGEST_PHASE_TITLE, _("The title of a phase"))
        if not 0 <= phase.minutes <= MAX_MINUTES:
            raise Refused("bad_minutes", _("A phase has between 0 minutes and 7 days."))


def _check_activities(document: PlanDocument) -> None:
    specs = [place.spec for place in places(document)]
    if len(specs) > MAX_ACTIVITIES:
        raise Refused("too_many", _("A plan has at most %(n)d activities.") % {"n": MAX_ACTIVITIES})
    keys = [spec.key for spec in specs]
    if len(set(keys)) < len(keys):
        raise Refused("bad_activity", _("Two activities have the same key. Give one of them another."))
    for spec in specs:
        check_activity(spec)


def check_activity(spec: ActivitySpec) -> None:
    """Check one activity and its questions. Raises Refused ``unknown_kind``, ``too_long``, ``bad_activity`` …"""
    kind = activity_kinds.get(spec.kind)
    _short(spec.title, LONGEST_TITLE, _("The title of an activity"))
    _short(spec.key, LONGEST_KEY, _("The key of an activity"))
    if len(spec.questions) > MAX_QUESTIONS:
        raise Refused("too_many", _("An activity has at most %(n)d questions.") % {"n": MAX_QUESTIONS})
    try:
        kind.load(spec.config)
    except ValidationError as error:
        raise _bad(spec.title, error) from None
    for question in spec.questions:
        _check_question(question)


def _check_question(question: QuestionSpec) -> None:
    _short(question.prompt, LONGEST_TEXT, _("A question"))
    _short(question.key, LONGEST_KEY, _("The key of a question"))
    try:
        question_kinds.get(question.kind).load(question.config)
    except ValidationError as error:
        raise _bad(question.prompt, error) from None


def _short(text: str, limit: int, name: str) -> None:
    if len(text) > limit:
        message = _("%(name)s is too long: %(n)d characters, at most %(limit)d.")
        raise Refused("too_long", message % {"name": name, "n": len(text), "limit": limit})


def _bad(title: str, error: ValidationError) -> Refused:
    where = {"title": title[:60], "what": sentence(error)}
    return Refused("bad_activity", _("“%(title)s”: %(what)s") % where)


def sentence(error: ValidationError) -> str:
    """The first thing that a schema found wrong, for people."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = " ".join(str(part) for part in first["loc"])
    said = str(first.get("ctx", {}).get("error", first["msg"])).removeprefix("Value error, ")
    return f"{place}: {said}" if place else said


def _texts(document: PlanDocument) -> Iterable[str]:
    waiting: list[object] = [document.to_json()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
