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
_ALIGN_HEAD = re.compile(r"align|bezug|ausricht|objective|lernziel|abstimm", re.IGNORECASE)
_LEVEL_BEHIND = re.compile(
    r"(?P<text>.*\S)\s*(?:[(\[](?P<aside>[^()\[\]]*)[)\]]|\s[–—|→-]+\s+(?P<tail>[^–—|→]+))\.?$", re.DOTALL
)
_LEVEL_PREFIX = re.compile(r"(?:bloom\S*(?:\s+taxonom\w*)?|taxonom\w*|level|stufe|niveau|\s|:)*", re.IGNORECASE)
_BOLD_ONLY = re.compile(r"(\*\*|__)((?:\\.|(?!\*\*|__)[^\\])+)\1\s*:?$")
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
            for row in block.rows[1:] or block.rows:
                yield Item(_row_text(block.rows[0], row), block.start, block.end)
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
    level_at = next(
        (n for n, cell in enumerate(head) if _LEVEL_HEAD.search(cell)), len(head) - 1 if len(head) > 1 else -1
    )
    text_at = next((n for n, cell in enumerate(head) if n != level_at and not _is_number(cell)), 0)
    for number, row in enumerate(block.rows[1:]):
        text, level = row[text_at], row[level_at] if level_at >= 0 else ""
        rest = [(head[n], row[n]) for n in range(len(row)) if n not in {text_at, level_at} and row[n]]
        text += "".join(f" ({name}: {cell})" for name, cell in rest if not _is_number(name))
        if text.strip():
            yield ObjectiveDoc(tidy_line(text), words.bloom_level(level), tidy_line(level), block.start + 3 + number)


def _is_number(head: str) -> bool:
    return head.strip().rstrip(".").lower() in {"", "#", "no", "nr", "number", "nummer"}


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
    term_at = next((number for number, cell in enumerate(head) if _TERM_HEAD.search(cell)), 0)
    for row in block.rows[1:]:
        rest = [(head[number], cell) for number, cell in enumerate(row) if number != term_at and cell]
        meaning = rest[0][1] if len(rest) == 1 else "; ".join(f"{name}: {cell}" for name, cell in rest)
        yield Concept(row[term_at], meaning)


def concept(text: str) -> Concept:
    """``Term``, ``Term: meaning`` or ``**Term**: meaning``."""
    bold = _BOLD_ONLY.match(text)
    if bold:
        return Concept(unescape_label(bold[2]).rstrip(":"))
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
    type_at = next((number for number, cell in enumerate(head) if _TYPE_HEAD.search(cell)), -1)
    align_at = next((n for n, cell in enumerate(head) if n != type_at and _ALIGN_HEAD.search(cell)), -1)
    for row in block.rows[1:]:
        rest = [(head[number], cell) for number, cell in enumerate(row) if number not in {type_at, align_at} and cell]
        text = rest[0][1] if len(rest) == 1 else "; ".join(f"{name}: {cell}" for name, cell in rest)
        kind = row[type_at].strip("*_ ") if type_at >= 0 else ""
        yield AssessmentDoc(words.assessment_type(kind), text, row[align_at] if align_at >= 0 else "")


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
    label_at = next((number for number, cell in enumerate(head) if _LABEL_HEAD.search(cell)), 0)
    for row in block.rows[1:]:
        rest = [(head[number], cell) for number, cell in enumerate(row) if number != label_at and cell]
        text = rest[0][1] if len(rest) == 1 else "; ".join(f"{name}: {cell}" for name, cell in rest)
        yield ProfileDoc(row[label_at].strip("*_ "), text)


def _labelled(text: str) -> tuple[str, str]:
    found = ENTRY_LABEL.match(text)
    if not found:
        return "", text
    return unescape_label(found["label"] or found["type"]).strip(), text[found.end() :].lstrip(" ")


def _row_text(head: Sequence[str], row: Sequence[str]) -> str:
    if len(head) == 1 or head is row:
        return "; ".join(cell for cell in row if cell)
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in zip(head, row, strict=True) if cell)
