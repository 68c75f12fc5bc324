"""From a text to a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

from django.utils.translation import gettext as _

from workshop.kinds import ActivitySpec, activity_kinds
from workshop.plans.text import sections as parts
from workshop.plans.text import words
from workshop.plans.text.checks import PlanWarning, warnings_for
from workshop.plans.text.document import LISTS, ExtraDoc, PlanDocument
from workshop.plans.text.durations import read_duration
from workshop.plans.text.errors import LONGEST_PHASE_TITLE, LONGEST_TITLE, MAX_ACTIVITIES, MAX_PHASES, PlanUnreadable
from workshop.plans.text.guard import info_word, unguard, unguard_heading
from workshop.plans.text.keys import keys_of
from workshop.plans.text.outline import Outline, Section, outline
from workshop.plans.text.phases import read_phase
from workshop.plans.text.pieces import Collected, Piece, pieces
from workshop.plans.text.proposals import PhaseProposal, proposals_for
from workshop.plans.text.source import Block, read_source
from workshop.plans.text.tables import phases_of_tables
from workshop.plans.text.tidy import tidy_line

_NO_PHASE_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class PlanReading:
    """What was read: the plan, what its author should look at, and activities that the kinds offer."""

    document: PlanDocument
    warnings: tuple[PlanWarning, ...] = ()
    proposals: tuple[PhaseProposal, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A plan while it is read."""

    values: dict[str, Any] = field(default_factory=dict)
    extras: list[ExtraDoc] = field(default_factory=list)
    top: Collected = field(default_factory=Collected)
    warnings: list[PlanWarning] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)
    #: First lines of the tables and lists that became phases.
    used: set[int] = field(default_factory=set)

    def remark(self, line: int, message: str, code: str) -> None:
        self.warnings.append(PlanWarning(line, message, code))

    def extend(self, name: str, values: Sequence[Any]) -> None:
        self.values[name] = (*self.values.get(name, ()), *values)


def read_plan(data: bytes | str, *, filename: str = "") -> PlanReading:
    """Read a plan in the format of docs/plan-format.md.

    Args:
        data: the file; bytes in UTF-8 (UTF-16 and Windows text are understood).
        filename: gives a plan without a title its name.

    Raises:
        PlanUnreadable: the file is empty, binary, too big or no plan, or something in it is wrong; with the line.
    """
    source = read_source(data)
    draft = _Draft(warnings=[PlanWarning(*remark) for remark in source.remarks])
    shape = outline(source.blocks)
    _check_titles(shape)
    _read_phases(draft, shape)
    _read_top(draft, shape)
    for section, what, language in shape.others:
        draft.languages[language] += 1
        _read_section(draft, section, what)
    _remark_stray(draft, shape)
    document = _document(draft, shape, filename).tidy()
    warnings = sorted({*draft.warnings, *warnings_for(document)}, key=lambda warning: (warning.line, warning.code))
    return PlanReading(document, tuple(warnings), proposals_for(document))


def _check_titles(shape: Outline) -> None:
    limits = [(shape.title, LONGEST_TITLE)] if shape.title else []
    limits += [(sections[0].heading, LONGEST_PHASE_TITLE) for sections in shape.phases]
    for heading, most in limits:
        if len(heading.text) > most:
            message = _("This title is too long: at most %(most)s characters.") % {"most": most}
            raise PlanUnreadable(message, heading.line)


def _document(draft: _Draft, shape: Outline, filename: str) -> PlanDocument:
    stated = draft.values.pop("title", "")
    title = unguard_heading(tidy_line(shape.title.text)) if shape.title else stated or PurePath(filename).stem
    language = draft.values.pop("language", "") or ("de" if draft.languages["de"] > draft.languages["en"] else "en")
    return PlanDocument(title=title, language=language, extras=tuple(draft.extras), **draft.values)


def _read_phases(draft: _Draft, shape: Outline) -> None:
    if len(shape.phases) > MAX_PHASES:
        raise PlanUnreadable(
            _("A plan has at most %(most)s phases.") % {"most": MAX_PHASES}, shape.phases[MAX_PHASES][0].heading.line
        )
    for sections in shape.phases:
        phase, languages = read_phase(sections, draft.remark)
        draft.languages.update(languages)
        draft.extend("phases", [phase])
    if not shape.phases:
        draft.extend("phases", phases_of_tables(shape.structure, draft.used))
    if not draft.values["phases"]:
        raise PlanUnreadable(_no_phase(shape))
    _check_activities(draft)


def _no_phase(shape: Outline) -> str:
    headings = [shape.title.text] if shape.title else []
    found = [heading for heading in (*headings, *shape.headings) if heading][:_NO_PHASE_SHOWN]
    if not found:
        return _("This is no plan: it has no headings. A phase is a heading with a line “Duration: 30 minutes”.")
    quoted = ", ".join(f"“{heading[:60]}”" for heading in found)
    return _(
        "No phase was found. A phase is a heading with a line “Duration: 30 minutes”. Headings found: %(headings)s."
    ) % {"headings": quoted}


def _check_activities(draft: _Draft) -> None:
    """Too many activities, or a key that is given twice."""
    seen: set[str] = set()
    number = 0
    for phase in draft.values["phases"]:
        number += _count(phase.activities)
        if number > MAX_ACTIVITIES:
            raise PlanUnreadable(_("A plan has at most %(most)s activities.") % {"most": MAX_ACTIVITIES}, phase.line)
        for key in keys_of(phase.activities):
            if key in seen:
                raise PlanUnreadable(_("The key “%(key)s” is given twice.") % {"key": key}, phase.line)
            seen.add(key)


def _count(specs: Sequence[ActivitySpec]) -> int:
    return sum(1 + _count(spec.children) for spec in specs)


def _read_top(draft: _Draft, shape: Outline) -> None:
    """Labels below the title; everything else there is kept as one text."""
    current = ""
    for piece in pieces(shape.top):
        if piece.label in {"duration", "audience", "language"}:
            draft.languages[piece.language] += 1
            current = _set_value(draft, piece.label, piece)
        elif piece.label == "" and current:
            current = _set_value(draft, current, piece)
        else:
            draft.top.add(piece.written or piece.raw, piece.start, piece.end)
            current = ""
    text = draft.top.text("top")
    if text:
        line = draft.top.pieces[0][1] + 1
        draft.extras.insert(0, ExtraDoc("", 0, text, line=line))


def _set_value(draft: _Draft, label: str, piece: Piece) -> str:
    """Take a label's value; the label again while it has none yet."""
    value, _newline, rest = piece.raw.strip().partition("\n")
    if not value:
        return label
    line = piece.start + 1
    kept = draft.values.get(_FIELD[label]) is None and _take(draft, label, value, line)
    if not kept:
        draft.top.add(piece.written or piece.raw, piece.start, piece.end)
    elif rest:
        draft.top.add(rest, piece.start + 1, piece.end)
    return ""


_FIELD: Final = {"duration": "stated_minutes", "audience": "audience", "language": "language"}


def _take(draft: _Draft, label: str, value: str, line: int) -> bool:
    """Whether the value was understood completely."""
    if label == "language":
        draft.values["language"] = words.language_code(unguard(tidy_line(value), "top"))
        return True
    if label == "audience":
        draft.values["audience"] = unguard(tidy_line(value), "top")
        return True
    read = read_duration(value.strip(" *_"), line)
    if read is None:
        draft.remark(line, _("“%(text)s” is no length of time.") % {"text": value[:60]}, "duration_unknown")
        return False
    draft.values["stated_minutes"] = read.minutes
    return not read.rest


def _read_section(draft: _Draft, section: Section, what: str) -> None:
    blocks = section.blocks
    if what in _FIELD:
        _read_value_section(draft, section, what)
    elif what == "objectives":
        draft.extend("objectives", list(parts.objectives(blocks)))
    elif what == "key_concepts":
        draft.extend("key_concepts", list(parts.concepts(blocks)))
    elif what == "assessments":
        draft.extend("assessments", parts.assessments(blocks))
    elif what == "profiles":
        draft.extend("profiles", list(parts.profiles(blocks)))
    elif what == "reflection":
        draft.extend("reflection_learners", parts.plain_items(blocks))
    elif what in LISTS:
        draft.extend(what, parts.plain_items(blocks))
    else:
        _read_extra(draft, section, what)


def _read_value_section(draft: _Draft, section: Section, what: str) -> None:
    """``## Duration`` and ``## Target Audience`` as headings."""
    kept = [block for block in section.blocks if block.kind != "rule"]
    text = "\n\n".join(block.raw for block in kept)
    plain = tidy_line(" ".join(item.text for item in parts.items(kept)))
    free = draft.values.get(_FIELD[what]) is None
    if not (free and plain and _take(draft, what, plain, section.heading.line)) and text:
        draft.extras.append(ExtraDoc(section.title, section.level, text, section.heading.line))


def _read_extra(draft: _Draft, section: Section, what: str) -> None:
    collected = Collected()
    for block in section.blocks:
        if block.kind != "rule" and block.start not in draft.used:
            collected.add(block.raw, block.start, block.end)
    markdown = collected.text("extra")
    if what != "structure" or markdown:
        heading = unguard_heading(tidy_line(section.title))
        draft.extras.append(ExtraDoc(heading, section.level, markdown, section.heading.line))


def _remark_stray(draft: _Draft, shape: Outline) -> None:
    """Activities outside any phase stay text."""
    blocks: list[Block] = [*shape.top]
    for section, _what, _language in shape.others:
        blocks += section.blocks
    for block in blocks:
        if block.kind == "fence" and info_word(block.info) in activity_kinds:
            message = _("The activity “%(kind)s” stands outside any phase; it was kept as text only.")
            draft.remark(block.line, message % {"kind": info_word(block.info)}, "activity_outside")
