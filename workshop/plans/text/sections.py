"""The sections of a plan that are lists or tables: objectives, concepts, assessments, profiles and plain lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from workshop.plans.text import words
from workshop.plans.text.document import AssessmentDoc, Concept, ObjectiveDoc, ProfileDoc
from workshop.plans.text.guard import ALIGNMENT, ENTRY_LABEL, unescape_label, unguard
from workshop.plans.text.source import Block, Item
from workshop.plans.text.tidy import tidy_line, tidy_text

_LEVEL_HEAD = re.compile(r"bloom|level|taxonom|stufe|niveau|kategorie", re.IGNORECASE)
_TERM_HEAD = re.compile(r"term|concept|begriff|konzept|word|wort", re.IGNORECASE)
_TYPE_HEAD = re.compile(r"\btype?|\bart\b|\bform\b|\bkind", re.IGNORECASE)
_LABEL_HEAD = re.compile(
    r"profil|group|gruppe|learner|lernende|who|wer\b|background|hintergrund|audience|ziel", re.IGNORECASE
)
_TEXT_HEAD = re.compile(
    r"objective|goal|outcome|ziel|kompetenz|mean|defin|bedeut|erkl|desc|beschr|method|assess|bewert|text|what|was\b|do\b"
    r"|strateg|support|adapt|angebot|maßnahm|unterstütz|item|material|question|frage",
    re.IGNORECASE,
)
_ALIGN_HEAD = re.compile(r"align|bezug|ausricht|objective|lernziel|abstimm", re.IGNORECASE)
_LEVEL_BEHIND = re.compile(
    r"(?P<text>.*\S)\s*(?:[(\[](?P<aside>[^()\[\]]*)[)\]]|\s[–—|→-]+\s+(?P<tail>[^–—|→]+))\.?$", re.DOTALL
)
_LEVEL_PREFIX = re.compile(r"(?:bloom\S*(?:\s+taxonom\w*)?|taxonom\w*|level|stufe|niveau|\s|:)*", re.IGNORECASE)
_BOLD_ONLY = re.compile(r"(\*\*|__)((?:\\.|(?!\*\*|__)[^\\])+)\1\s*:?$")
_LAST_COLON = re.compile(r"(?<!\\):$")
_PLAIN_TERM = re.compile(r"((?:(?!\*\*|__|: | [–—-] ).)+?)(?:: | [–—-] )(.*)$", re.DOTALL)
#: Words in the name of a level.
_LONGEST_LEVEL = 2
_MARKER = re.compile(r" *[-*+]\s+")


def items(blocks: Iterable[Block]) -> Iterator[Item]:
    """Every item of these blocks: list items, rows of tables (``Head: cell; Head: cell``), paragraphs."""
    for block in blocks:
        if block.kind == "list":
            yield from block.items
        elif block.kind == "table":
            for _number, row in _body(block):
                yield Item(_cells(block.rows[0], row, set()), block.start, block.end)
        elif block.kind != "rule":
            yield Item(block.raw, block.start, block.end)


def plain_items(blocks: Iterable[Block]) -> tuple[str, ...]:
    """The items of a plain list."""
    return tuple(text for text in (unguard(tidy_text(item.text), "item") for item in items(blocks)) if text)


def objectives(blocks: Iterable[Block]) -> Iterator[ObjectiveDoc]:
    """Objectives in a table or a list, with Bloom's level in a column, in brackets, behind a dash or in bold before."""
    for block in blocks:
        if block.kind == "table":
            yield from _objective_rows(block)
            continue
        for item in items([block]):
            text = tidy_line(item.text)
            if text:
                yield _objective(text, item.start + 1)


def _objective_rows(block: Block) -> Iterator[ObjectiveDoc]:
    head = block.rows[0]
    level_at = _column(head, _LEVEL_HEAD)
    if level_at < 0 and all(len(row) > 1 and _is_level(row[-1]) for row in block.rows[1:]):
        level_at = len(head) - 1
    for number, row in _body(block):
        level = row[level_at] if level_at >= 0 else ""
        text = tidy_line(_cells(head, row, {level_at}))
        if text:
            yield ObjectiveDoc(text, words.bloom_level(level), tidy_line(level), block.start + 1 + number)


def _column(head: Sequence[str], pattern: re.Pattern[str], taken: int = -1) -> int:
    """The number of the first column whose head fits, -1 when none does."""
    return next((number for number, cell in enumerate(head) if number != taken and pattern.search(cell)), -1)


def _body(block: Block) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of a table with their line, counted from that of the head; a head without rows is a row itself."""
    if len(block.rows) == 1:
        yield 0, block.rows[0]
    yield from enumerate(block.rows[1:], 2)


def _cells(head: Sequence[str], row: Sequence[str], taken: set[int]) -> str:
    """All other cells of a row as one text, with the head of their column where that says more than "text"."""
    rest = [(head[number], cell) for number, cell in enumerate(row) if number not in taken and cell]
    plain = len(rest) == 1 and (_TEXT_HEAD.search(rest[0][0]) or head is row)
    return "; ".join(
        cell if plain or head is row or not name or is_number(name) else f"{name}: {cell}" for name, cell in rest
    )


def is_number(head: str) -> bool:
    """Whether this is the head of a column that only numbers the rows."""
    return head.strip().rstrip(".").lower() in {"#", "no", "nr", "number", "nummer"}


def _objective(text: str, line: int) -> ObjectiveDoc:
    before = ENTRY_LABEL.match(text)
    if before and before["label"] and _is_level(before["label"]):
        return ObjectiveDoc(text[before.end() :].strip(), words.bloom_level(before["label"]), before["label"], line)
    behind = _LEVEL_BEHIND.match(text)
    if behind:
        level = (behind["aside"] or behind["tail"] or "").strip(" *_")
        if _is_level(level):
            level = _LEVEL_PREFIX.sub("", level, count=1)
            return ObjectiveDoc(behind["text"].strip(), words.bloom_level(level), level, line)
    return ObjectiveDoc(text, line=line)


def _is_level(text: str) -> bool:
    """Whether these words say a level and nothing else; a sentence may well contain "evaluate"."""
    stripped = _LEVEL_PREFIX.sub("", text.strip(), count=1)
    return len(stripped.split()) <= _LONGEST_LEVEL and bool(words.bloom_level(stripped))


def concepts(blocks: Sequence[Block]) -> Iterator[Concept]:
    """Concepts in a list, a table, or one line with commas."""
    kept = [block for block in blocks if block.kind != "rule"]
    if len(kept) == 1 and kept[0].kind == "text" and "\n\n" not in kept[0].raw:
        for term in re.split(r"[;\n]" if ";" in kept[0].raw else r"[,\n]", kept[0].raw):
            yield concept(tidy_line(term))
        return
    for block in kept:
        if block.kind == "table" and len(block.rows[0]) > 1:
            yield from _concept_rows(block)
            continue
        for item in items([block]):
            yield concept(tidy_line(item.text))


def _concept_rows(block: Block) -> Iterator[Concept]:
    head = block.rows[0]
    term_at = _column(head, _TERM_HEAD)
    for _number, row in _body(block):
        if term_at < 0:
            yield concept(tidy_line(_cells(head, row, set())))
        else:
            yield Concept(row[term_at].strip("*_ "), _cells(head, row, {term_at}))


def concept(text: str) -> Concept:
    """``Term``, ``Term: meaning`` or ``**Term**: meaning``."""
    bold = _BOLD_ONLY.match(text)
    if bold:
        return Concept(unescape_label(_LAST_COLON.sub("", bold[2])))
    labelled = ENTRY_LABEL.match(text)
    if labelled and labelled["label"]:
        return Concept(unescape_label(labelled["label"]), text[labelled.end() :].strip())
    plain = _PLAIN_TERM.match(text)
    return Concept(plain[1].strip(), plain[2].strip()) if plain else Concept(text)


def assessments(blocks: Iterable[Block]) -> tuple[AssessmentDoc, ...]:
    """Methods of assessment with their alignment, in a list or a table."""
    found: list[AssessmentDoc] = []
    for block in blocks:
        if block.kind == "table" and len(block.rows[0]) > 1:
            found.extend(_assessment_rows(block))
            continue
        for item in items([block]):
            text = tidy_text(item.text)
            aligned = ALIGNMENT.match(text)
            if aligned and found and not found[-1].alignment:
                found[-1] = AssessmentDoc(found[-1].type, found[-1].text, tidy_line(text[aligned.end() :]))
            elif text:
                found.append(_assessment(text))
    return tuple(found)


def _assessment_rows(block: Block) -> Iterator[AssessmentDoc]:
    head = block.rows[0]
    type_at = _column(head, _TYPE_HEAD)
    align_at = _column(head, _ALIGN_HEAD, taken=type_at)
    for _number, row in _body(block):
        kind = row[type_at].strip("*_ ") if type_at >= 0 else ""
        alignment = row[align_at] if align_at >= 0 else ""
        yield AssessmentDoc(words.assessment_type(kind), _cells(head, row, {type_at, align_at}), alignment)


def _assessment(text: str) -> AssessmentDoc:
    """``**Type**: text`` and, in a line of its own, ``Alignment: …``; other lines stay in the text."""
    kind, rest = _labelled(text)
    kept: list[str] = []
    alignment: list[str] = []
    open_alignment = False
    for number, line in enumerate(rest.split("\n")):
        bare = _MARKER.sub("", line, count=1) if number else line
        aligned = ALIGNMENT.match(bare.strip()) if number else None
        if aligned and not alignment:
            alignment.append(bare.strip()[aligned.end() :])
            open_alignment = True
        elif open_alignment and line.startswith("  ") and not _MARKER.match(line):
            alignment.append(line)
        else:
            open_alignment = False
            kept.append(line)
    body = unguard(tidy_text("\n".join(kept)), "entry")
    return AssessmentDoc(words.assessment_type(kind), body, tidy_line(" ".join(alignment)))


def profiles(blocks: Iterable[Block]) -> Iterator[ProfileDoc]:
    """Backgrounds of learners with what is done for them, in a list or a table."""
    for block in blocks:
        if block.kind == "table" and len(block.rows[0]) > 1:
            yield from _profile_rows(block)
            continue
        for item in items([block]):
            text = tidy_text(item.text)
            if text:
                label, rest = _labelled(text)
                yield ProfileDoc(label, unguard(tidy_text(rest), "entry"))


def _profile_rows(block: Block) -> Iterator[ProfileDoc]:
    head = block.rows[0]
    label_at = _column(head, _LABEL_HEAD)
    for _number, row in _body(block):
        label = row[label_at].strip("*_ ") if label_at >= 0 else ""
        yield ProfileDoc(label, _cells(head, row, {label_at}))


def _labelled(text: str) -> tuple[str, str]:
    found = ENTRY_LABEL.match(text)
    if not found:
        return "", text
    return unescape_label(found["label"] or found["type"]).strip(), text[found.end() :].lstrip(" ")
