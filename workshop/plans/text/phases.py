"""One phase of a plan: its fields, its activities, and everything else as notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from workshop.kinds import ActivitySpec, activity_kinds
from workshop.plans.text import words
from workshop.plans.text.blocks import activity_from_block, nearest_kind
from workshop.plans.text.document import PhaseDoc
from workshop.plans.text.durations import read_duration, title_duration
from workshop.plans.text.guard import info_word
from workshop.plans.text.outline import Section
from workshop.plans.text.pieces import UNKNOWN, Collected, Piece, pieces
from workshop.plans.text.source import Block

Remark = Callable[[int, str, str], None]
#: Labels with one short value: what else stands behind them belongs to the notes.
_VALUES: Final = frozenset({"duration", "kind"})
#: Labels that mean something below the title only.
_ELSEWHERE: Final = frozenset({"audience", "language"})


@dataclass(slots=True)
class _Draft:
    """A phase while it is read."""

    line: int
    remark: Remark
    fields: dict[str, Collected] = field(default_factory=dict)
    minutes: int | None = None
    kind: str = ""
    activities: list[ActivitySpec] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)

    def add(self, name: str, raw: str, start: int, end: int) -> None:
        self.fields.setdefault(name, Collected()).add(raw, start, end)

    def text(self, name: str) -> str:
        found = self.fields.get(name)
        return found.text("notes" if name == "notes" else "field") if found else ""


def read_phase(sections: Sequence[Section], remark: Remark) -> tuple[PhaseDoc, list[str]]:
    """The phase of a heading and the sections below it, and the languages of its labels."""
    first = sections[0]
    draft = _Draft(first.heading.line, remark)
    blocks = [*first.blocks]
    for section in sections[1:]:
        blocks += [section.heading, *section.blocks]
    _collect(draft, blocks)
    title = first.title.strip()
    if draft.minutes is None:
        stated = title_duration(title, draft.line)
        title, draft.minutes = stated or (title, 0)
    return _finished(draft, title), draft.languages


def _finished(draft: _Draft, title: str) -> PhaseDoc:
    return PhaseDoc(
        title=title,
        kind=draft.kind or words.phase_kind(title),
        minutes=draft.minutes or 0,
        facilitator_actions=draft.text("facilitator_actions"),
        learner_activities=draft.text("learner_activities"),
        resources=draft.text("resources"),
        differentiation=draft.text("differentiation"),
        technology=draft.text("technology"),
        activities=tuple(draft.activities),
        notes=draft.text("notes"),
        line=draft.line,
    )


def _collect(draft: _Draft, blocks: Sequence[Block]) -> None:
    current, sticky = "notes", False
    text: list[Block] = []
    for block in [*blocks, None]:
        if block is not None and not _is_activity(block):
            text.append(block)
            continue
        for piece in pieces(text):
            current, sticky = _place(draft, piece, current, sticky=sticky)
        text = []
        if block is not None:
            draft.activities.append(activity_from_block(block.info, block.text, block.line))
            current = "notes"
    _remark_blocks(draft, blocks)


def _is_activity(block: Block) -> bool:
    return block.kind == "fence" and info_word(block.info) in activity_kinds


def _place(draft: _Draft, piece: Piece, current: str, *, sticky: bool) -> tuple[str, bool]:
    """Put a piece into its field; the field for the next one, and whether labels count no more."""
    heading = piece.written.lstrip().startswith("#") and not piece.raw
    known = piece.label not in {"", UNKNOWN} and (not sticky or heading)
    if piece.label in _ELSEWHERE or (piece.label and not known):
        draft.add("notes", piece.written or piece.raw, piece.start, piece.end)
        return "notes", sticky or piece.sticky
    if not known:
        return _add_plain(draft, piece, current), sticky
    draft.languages.append(piece.language)
    if piece.label in _VALUES:
        return _add_value(draft, piece), False
    draft.add(piece.label, piece.raw, piece.start, piece.end)
    return piece.label, False


def _add_plain(draft: _Draft, piece: Piece, current: str) -> str:
    if current in _VALUES:
        return _add_value(draft, Piece(current, piece.raw, piece.start, piece.end, written=piece.raw))
    draft.add(current, piece.raw, piece.start, piece.end)
    return current


def _add_value(draft: _Draft, piece: Piece) -> str:
    """A duration or a kind; the field for what follows: this one while it has no value yet, then the notes."""
    raw = piece.raw.strip()
    value, _newline, rest = raw.partition("\n")
    if not value:
        return piece.label
    understood = _set_minutes(draft, value, piece) if piece.label == "duration" else _set_kind(draft, value)
    if not understood:
        draft.add("notes", piece.written, piece.start, piece.end)
    elif rest:
        draft.add("notes", rest, piece.start + 1, piece.end)
    return "notes"


def _set_minutes(draft: _Draft, value: str, piece: Piece) -> bool:
    line = piece.start + 1
    value = value.strip(" *_")
    read = read_duration(value, line)
    if draft.minutes is not None:
        draft.remark(line, _("This phase states its length twice; the first counts."), "duration_twice")
        return False
    if read is None:
        draft.remark(line, _("“%(text)s” is no length of time.") % {"text": value[:60]}, "duration_unknown")
        return False
    draft.minutes = read.minutes
    # Nothing is lost: more than a length of time stays in the notes too.
    return not read.rest


def _set_kind(draft: _Draft, value: str) -> bool:
    kind = value.strip(" *_`").lower()
    if kind not in words.PHASE_KINDS or draft.kind:
        return False
    draft.kind = kind
    return True


def _remark_blocks(draft: _Draft, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if block.kind != "fence" or _is_activity(block):
            continue
        near = nearest_kind(block.info)
        if near:
            message = _("“%(word)s” is no kind of activity: did you mean “%(near)s”? It stays in the notes as text.")
            draft.remark(block.line, message % {"word": info_word(block.info), "near": near}, "unknown_kind")
