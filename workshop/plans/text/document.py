"""A lesson plan as values: what a plan version stores, the editor edits, and the text format reads and writes.

Texts of several lines are Markdown source. ``line`` is where something stood in the file that was read; it takes no
part in comparisons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from workshop.kinds import ActivitySpec, Json, QuestionSpec, question_kinds
from workshop.plans.text.errors import LONGEST_TITLE
from workshop.plans.text.keys import with_keys
from workshop.plans.text.tidy import tidy_items, tidy_line, tidy_text, tidy_title
from workshop.plans.text.words import BLOOM, PHASE_KINDS, assessment_type, bloom_level, language_code

#: The fields of a plan that are plain lists of items, in the order of the file.
LISTS = (
    "prior_knowledge",
    "materials",
    "cross_disciplinary",
    "applications",
    "metacognition",
    "extensions",
    "safety",
    "reflection_learners",
    "reflection_facilitator",
    "virtual",
    "resources",
)
#: The text fields of a phase, in the order of the file.
PHASE_TEXTS = ("facilitator_actions", "learner_activities", "resources", "differentiation", "technology", "notes")
#: ``Beginners: more time``: a few words before a colon name a profile that has no label yet.
_NAMED_PROFILE = re.compile(r"([^\W_][^:*_.\\\n]{0,60}):(?=\s|$)")


@dataclass(frozen=True, slots=True)
class ObjectiveDoc:
    """A learning objective.

    Args:
        level: Bloom's level as one of ``words.BLOOM``, or ''.
        level_text: the level as the author wrote it.
    """

    text: str
    level: str = ""
    level_text: str = ""
    line: int = field(default=0, compare=False)

    def tidy(self) -> ObjectiveDoc:
        """The same in the form in which it is read."""
        level_text = tidy_line(self.level_text)
        if self.level in BLOOM and bloom_level(level_text) != self.level:
            level_text = self.level.capitalize()
        return replace(self, text=tidy_line(self.text), level=bloom_level(level_text), level_text=level_text)


@dataclass(frozen=True, slots=True)
class Concept:
    """A key concept, with its meaning where the plan explains it."""

    term: str
    meaning: str = ""

    def tidy(self) -> Concept:
        """The same in the form in which it is read."""
        term, meaning = tidy_line(self.term), tidy_line(self.meaning)
        return Concept(term, meaning) if term else Concept(meaning)


@dataclass(frozen=True, slots=True)
class AssessmentDoc:
    """A method of assessment. ``type`` is ``formative``, ``summative``, any other label as written, or ''."""

    type: str
    text: str
    alignment: str = ""

    def tidy(self) -> AssessmentDoc:
        """The same in the form in which it is read."""
        kind = assessment_type(tidy_line(self.type))
        text, alignment = tidy_text(self.text), tidy_line(self.alignment)
        return AssessmentDoc(kind, text, alignment) if kind or text else AssessmentDoc("", alignment)


@dataclass(frozen=True, slots=True)
class ProfileDoc:
    """A background of learners, and what the plan does for them."""

    label: str
    text: str = ""

    def tidy(self) -> ProfileDoc:
        """The same in the form in which it is read."""
        label, text = tidy_line(self.label), tidy_text(self.text)
        named = None if label else _NAMED_PROFILE.match(text)
        return ProfileDoc(named[1].strip(), text[named.end() :].strip()) if named else ProfileDoc(label, text)


@dataclass(frozen=True, slots=True)
class ExtraDoc:
    """A part of the file under a heading that the format does not know. Level 0: text below the title of the plan."""

    heading: str
    level: int
    markdown: str
    line: int = field(default=0, compare=False)

    def tidy(self) -> ExtraDoc:
        """The same in the form in which it is read."""
        level = min(max(self.level, 2), 6) if self.level else 0
        return replace(
            self, heading=tidy_title(self.heading) if level else "", level=level, markdown=tidy_text(self.markdown)
        )


@dataclass(frozen=True, slots=True)
class PhaseDoc:
    """A timed block of the plan.

    Args:
        kind: one of ``words.PHASE_KINDS``.
        minutes: planned length; 0 when the plan does not say.
        notes: everything in the phase that is none of its fields.
    """

    title: str
    kind: str = "other"
    minutes: int = 0
    facilitator_actions: str = ""
    learner_activities: str = ""
    resources: str = ""
    differentiation: str = ""
    technology: str = ""
    activities: tuple[ActivitySpec, ...] = ()
    notes: str = ""
    line: int = field(default=0, compare=False)

    def tidy(self, number: int = 1) -> PhaseDoc:
        """The same in the form in which it is read, as the phase of that ``number``."""
        texts: dict[str, Any] = {name: tidy_text(getattr(self, name)) for name in PHASE_TEXTS}
        kind = self.kind if self.kind in PHASE_KINDS else "other"
        activities = tuple(tidy_activity(spec) for spec in self.activities)
        title = tidy_title(self.title) or f"Phase {number}"
        return replace(self, title=title, kind=kind, activities=activities, **texts)


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A whole lesson plan.

    Args:
        stated_minutes: the total that the plan states, None when it states none.
        language: code of the language of its headings (``en``, ``de``), or what the plan says itself.
        extras: parts that the format does not know, in the order of the file.
    """

    title: str
    stated_minutes: int | None = None
    audience: str = ""
    language: str = "en"
    objectives: tuple[ObjectiveDoc, ...] = ()
    key_concepts: tuple[Concept, ...] = ()
    prior_knowledge: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    phases: tuple[PhaseDoc, ...] = ()
    assessments: tuple[AssessmentDoc, ...] = ()
    profiles: tuple[ProfileDoc, ...] = ()
    cross_disciplinary: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    metacognition: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    safety: tuple[str, ...] = ()
    reflection_learners: tuple[str, ...] = ()
    reflection_facilitator: tuple[str, ...] = ()
    virtual: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    extras: tuple[ExtraDoc, ...] = ()

    @property
    def total_minutes(self) -> int:
        """The sum of the phases."""
        return sum(phase.minutes for phase in self.phases)

    def tidy(self) -> PlanDocument:
        """The same plan in the form in which it is read: white space, levels, and a key for everything.

        A text that only consists of white space is dropped.
        """
        lists: dict[str, Any] = {name: tidy_items(getattr(self, name)) for name in LISTS}
        phases = [phase.tidy(number) for number, phase in enumerate(self.phases, 1)]
        keyed = with_keys([phase.activities for phase in phases])
        return replace(
            self,
            title=tidy_title(self.title),
            audience=tidy_line(self.audience),
            language=language_code(tidy_line(self.language)) or "en",
            objectives=tuple(each for each in (one.tidy() for one in self.objectives) if each.text),
            key_concepts=tuple(each for each in (one.tidy() for one in self.key_concepts) if each.term),
            phases=tuple(replace(phase, activities=specs) for phase, specs in zip(phases, keyed, strict=True)),
            assessments=tuple(a for a in (one.tidy() for one in self.assessments) if a.type or a.text or a.alignment),
            profiles=tuple(each for each in (one.tidy() for one in self.profiles) if each.label or each.text),
            extras=_tidy_extras(self.extras),
            **lists,
        )

    def to_json(self) -> dict[str, Json]:
        """The plan as JSON values; ``from_json`` gives it back."""
        listed: dict[str, Json] = _listed(asdict(self))
        return listed

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> PlanDocument:
        """The plan of ``to_json``. Unknown keys are ignored, missing ones take their defaults."""
        return _made(cls, data, _PARTS)


def _tidy_extras(extras: Sequence[ExtraDoc]) -> tuple[ExtraDoc, ...]:
    """Text below the title comes first and in one piece."""
    tidied = [extra.tidy() for extra in extras]
    top = [extra for extra in tidied if not extra.level and extra.markdown]
    rest = tuple(extra for extra in tidied if extra.level and (extra.heading or extra.markdown))
    if not top:
        return rest
    text = "\n\n".join(extra.markdown for extra in top)
    return (ExtraDoc("", 0, text, line=top[0].line), *rest)


def tidy_activity(spec: ActivitySpec) -> ActivitySpec:
    """The same in the form in which it is read: an activity without title takes it from its first question."""
    questions = tuple(replace(question, prompt=tidy_text(question.prompt)) for question in spec.questions)
    title = tidy_line(spec.title) or tidy_line(questions[0].prompt if questions else "")
    return replace(
        spec,
        title=title[:LONGEST_TITLE].strip(),
        questions=questions,
        config=_listed(spec.config),
        for_profiles=tuple(label for label in map(tidy_line, spec.for_profiles) if label),
        children=tuple(tidy_activity(child) for child in spec.children),
    )


def _listed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _listed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(item) for item in value]
    return value


MadeT = TypeVar("MadeT")


def _made(cls: type[MadeT], data: Mapping[str, Json], parts: Mapping[str, Callable[[Any], Any]]) -> MadeT:
    values: dict[str, Any] = {}
    for known in fields(cls):  # type: ignore[arg-type]  # every cls here is a dataclass
        if known.name not in data:
            continue
        value = data[known.name]
        if known.name in parts:
            value = tuple(parts[known.name](item) for item in value)
        elif isinstance(value, list) and str(known.type).startswith("tuple"):
            value = tuple(value)
        values[known.name] = value
    return cls(**values)


def question_from_json(data: Mapping[str, Json]) -> QuestionSpec:
    """The question of ``PlanDocument.to_json``, as it is said today."""
    spec = _made(QuestionSpec, data, {})
    if spec.kind not in question_kinds:
        return spec
    kind, config = question_kinds.get(spec.kind).renewed(spec.config)
    return replace(spec, kind=kind, config=config)


def activity_from_json(data: Mapping[str, Json]) -> ActivitySpec:
    """The activity of ``PlanDocument.to_json``."""
    return _made(ActivitySpec, data, {"questions": question_from_json, "children": activity_from_json})


def activity_to_json(spec: ActivitySpec) -> dict[str, Json]:
    """An activity as JSON values; ``activity_from_json`` gives it back."""
    listed: dict[str, Json] = _listed(asdict(spec))
    return listed


_PARTS: dict[str, Callable[[Any], Any]] = {
    "objectives": lambda item: _made(ObjectiveDoc, item, {}),
    "key_concepts": lambda item: _made(Concept, item, {}),
    "phases": lambda item: _made(PhaseDoc, item, {"activities": activity_from_json}),
    "assessments": lambda item: _made(AssessmentDoc, item, {}),
    "profiles": lambda item: _made(ProfileDoc, item, {}),
    "extras": lambda item: _made(ExtraDoc, item, {}),
}
