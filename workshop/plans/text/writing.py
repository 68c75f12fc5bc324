"""From a plan to its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from workshop.plans.text import words
from workshop.plans.text.blocks import block_from_activity
from workshop.plans.text.document import AssessmentDoc, Concept, ExtraDoc, PhaseDoc, PlanDocument, ProfileDoc
from workshop.plans.text.durations import write_duration
from workshop.plans.text.guard import escape_label, guard, guard_heading
from workshop.plans.text.sections import concept as read_concept

_BEFORE = ("prior_knowledge", "materials")
_AFTER = ("cross_disciplinary", "applications", "metacognition", "extensions", "safety")
#: Level of the headings of sections; phases stand one below.
_SECTION: Final = 2
_FIELDS = ("facilitator_actions", "learner_activities", "resources", "differentiation", "technology")


def write_plan(document: PlanDocument) -> str:
    """The plan as text that ``read_plan`` reads back: ``read_plan(text).document == document.tidy()``."""
    plan = document.tidy()
    return "\n\n".join(part for part in _parts(plan) if part) + "\n"


def _parts(plan: PlanDocument) -> Iterator[str]:
    yield _heading(1, guard_heading(plan.title))
    yield _top(plan)
    yield _objectives(plan)
    yield _section(plan, "key_concepts", map(_concept, plan.key_concepts))
    for name in _BEFORE:
        yield _plain_section(plan, name)
    structure = _section_heading(plan, "structure")
    for phase in plan.phases:
        yield f"{structure}\n{_phase(phase, plan.language)}".lstrip("\n")
        structure = ""
    yield _section(plan, "assessments", (_assessment(one, plan.language) for one in plan.assessments))
    yield _section(plan, "profiles", map(_profile, plan.profiles))
    for name in _AFTER:
        yield _plain_section(plan, name)
    yield from _reflection(plan)
    for name in ("virtual", "resources"):
        yield _plain_section(plan, name)
    yield from _extras(plan)


def _heading(level: int, text: str) -> str:
    # Marks at the end would be taken for a closing sequence, so there is one more.
    closing = " #" if text.rstrip("#") != text and (text.strip("#") == "" or text.rstrip("#").endswith(" ")) else ""
    return f"{'#' * level} {text}{closing}".rstrip()


def _label(what: str, language: str) -> str:
    return f"**{words.write(what, words.LABELS, language)}:**"


def _top(plan: PlanDocument) -> str:
    lines = []
    if plan.stated_minutes is not None:
        lines.append(f"{_label('duration', plan.language)} {write_duration(plan.stated_minutes, plan.language)}")
    if plan.audience:
        lines.append(f"{_label('audience', plan.language)} {guard(plan.audience, 'top')}")
    if plan.language not in words.LANGUAGES:
        lines.append(f"{_label('language', plan.language)} {guard(plan.language, 'top')}")
    text = "\n\n".join(guard(extra.markdown, "top") for extra in plan.extras if not extra.level)
    return "\n\n".join(part for part in ("\n".join(lines), text) if part)


def _objectives(plan: PlanDocument) -> str:
    if not plan.objectives:
        return ""
    german = plan.language == "de"
    head = ("Lernziel", "Taxonomiestufe nach Bloom") if german else ("Objective", "Bloom's Taxonomy Level")
    rows = [(_cell(one.text), _cell(one.level_text)) for one in plan.objectives]
    rule = f"|{'-' * (len(head[0]) + 2)}|{'-' * (len(head[1]) + 2)}|"
    first, *rest = (f"| {text} | {level} |" for text, level in (head, *rows))
    return "\n".join([_section_heading(plan, "objectives"), "", first, rule, *rest])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _section_heading(plan: PlanDocument, what: str) -> str:
    return _heading(_SECTION, words.write(what, words.SECTIONS, plan.language))


def _section(plan: PlanDocument, what: str, items: Iterable[str]) -> str:
    text = "\n".join(_item(item) for item in items)
    return f"{_section_heading(plan, what)}\n{text}" if text else ""


def _plain_section(plan: PlanDocument, what: str) -> str:
    return _section(plan, what, (guard(item, "item") for item in getattr(plan, what)))


def _item(text: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([f"* {first}", *(f"  {line}" if line else "" for line in rest)])


def _concept(one: Concept) -> str:
    """The plain form where it is read back as this, else the term in bold."""
    if not one.meaning:
        plain = guard(one.term, "item")
        return plain if plain == one.term and read_concept(plain) == one else f"**{escape_label(one.term)}**"
    return f"**{escape_label(one.term)}**: {one.meaning}"


def _assessment(one: AssessmentDoc, language: str) -> str:
    kind = one.type
    if kind in {"formative", "summative"}:
        kind = kind.removesuffix("e").capitalize() if language == "de" else kind.capitalize()
    text = guard(one.text, "entry")
    lines = [f"**{escape_label(kind)}**: {text}".rstrip() if kind else text]
    if one.alignment:
        word = words.ALIGNMENT.get(language, words.ALIGNMENT["en"])[0]
        lines.append(f"- {word}: {one.alignment}")
    return "\n".join(lines)


def _profile(one: ProfileDoc) -> str:
    text = guard(one.text, "entry")
    return f"**{escape_label(one.label)}**: {text}".rstrip() if one.label else text


def _phase(phase: PhaseDoc, language: str) -> str:
    head = [_heading(_SECTION + 1, phase.title)]
    head.append(f"{_label('duration', language)} {write_duration(phase.minutes, language)}")
    if words.phase_kind(phase.title) != phase.kind:
        head.append(f"{_label('kind', language)} {phase.kind}")
    parts = ["\n".join(head)]
    parts += [_labelled(name, guard(getattr(phase, name), "field"), language) for name in _FIELDS]
    parts += map(block_from_activity, phase.activities)
    parts.append(_labelled("notes", guard(phase.notes, "notes"), language))
    return "\n\n".join(part for part in parts if part)


def _labelled(name: str, text: str, language: str) -> str:
    if not text:
        return ""
    between = "\n\n" if "\n" in text else " "
    return f"{_label(name, language)}{between}{text}"


def _reflection(plan: PlanDocument) -> Iterator[str]:
    if not (plan.reflection_learners or plan.reflection_facilitator):
        return
    heading = _section_heading(plan, "reflection")
    for what in ("reflection_learners", "reflection_facilitator"):
        items = "\n".join(_item(guard(item, "item")) for item in getattr(plan, what))
        if items:
            below = _heading(_SECTION + 1, words.write(what, words.FOR_WHOM, plan.language))
            yield f"{heading}\n{below}\n{items}".lstrip("\n")
            heading = ""


def _extras(plan: PlanDocument) -> Iterator[str]:
    extras = [extra for extra in plan.extras if extra.level]
    if extras and extras[0].level > _SECTION and not plan.resources:
        # A deeper heading would be taken for a part of the section above it.
        yield _section_heading(plan, "resources")
    for extra in extras:
        yield _extra(extra)


def _extra(extra: ExtraDoc) -> str:
    heading = _heading(extra.level, guard_heading(extra.heading))
    return f"{heading}\n\n{guard(extra.markdown, 'extra')}".rstrip()
