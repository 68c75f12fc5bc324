"""Phases written as the rows of a table or as the items of a list, below a heading like "Agenda"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from workshop.plans.text import words
from workshop.plans.text.document import PHASE_TEXTS, PhaseDoc
from workshop.plans.text.durations import read_duration, title_duration
from workshop.plans.text.errors import MAX_PHASES
from workshop.plans.text.outline import Section
from workshop.plans.text.sections import is_number
from workshop.plans.text.source import Block, Item
from workshop.plans.text.tidy import tidy_line

_TITLE: Final = re.compile(
    r"phase|block|step|schritt|abschnitt|stage|part|teil|activity|topic|thema|what|was\b|title", re.IGNORECASE
)
_TIME: Final = re.compile(r"dur|time|zeit|dauer|min|length", re.IGNORECASE)
_LABEL: Final = re.compile(
    r"(?:\*\*(?P<bold>[^*\n]+)\*\*|(?P<plain>[^:\n]+?))\s*(?P<aside>\([^()\n]*\))?\s*(?::|$)", re.MULTILINE
)


def phases_of_tables(structure: Sequence[Section], used: set[int]) -> list[PhaseDoc]:
    """The phases in the tables and lists of these sections.

    Args:
        structure: sections below a heading like "Agenda".
        used: gets the first lines of the blocks that were understood.
    """
    phases: list[PhaseDoc] = []
    for section in structure:
        for block in section.blocks:
            found = _of_table(block) if block.kind == "table" else _of_list(block) if block.kind == "list" else []
            if found:
                used.add(block.start)
            phases.extend(found[: MAX_PHASES - len(phases)])
    return phases


def _of_table(block: Block) -> list[PhaseDoc]:
    head = block.rows[0]
    time_at = next((number for number, cell in enumerate(head) if _TIME.search(cell)), -1)
    title_at = next((number for number, cell in enumerate(head) if number != time_at and _TITLE.search(cell)), -1)
    if min(time_at, title_at) < 0:
        return []
    return [
        _of_row(head, row, title_at, time_at, block.start + 3 + number) for number, row in enumerate(block.rows[1:])
    ]


def _of_row(head: Sequence[str], row: Sequence[str], title_at: int, time_at: int, line: int) -> PhaseDoc:
    texts: dict[str, list[str]] = {}
    for number, cell in enumerate(row):
        known = words.label(head[number])
        if number in {title_at, time_at} or not cell or (is_number(head[number]) and cell.rstrip(".").isdigit()):
            continue
        if known and known[0] in PHASE_TEXTS:
            texts.setdefault(known[0], []).append(cell)
        else:
            texts.setdefault("notes", []).append(f"{head[number]}: {cell}" if head[number] else cell)
    read = read_duration(row[time_at], line)
    if row[time_at] and (read is None or read.rest):
        texts.setdefault("notes", []).append(f"{head[time_at]}: {row[time_at]}")
    title = tidy_line(row[title_at])
    fields: dict[str, Any] = {name: "\n\n".join(parts) for name, parts in texts.items()}
    return PhaseDoc(title=title, kind=words.phase_kind(title), minutes=read.minutes if read else 0, line=line, **fields)


def _of_list(block: Block) -> list[PhaseDoc]:
    """Every item must begin with a name and a length of time: ``Engage (30 minutes): …``."""
    phases = [_of_item(item) for item in block.items]
    return [phase for phase in phases if phase] if all(phases) else []


def _of_item(item: Item) -> PhaseDoc | None:
    found = _LABEL.match(item.text)
    if not found:
        return None
    words_of_label = " ".join(filter(None, (found["bold"] or found["plain"], found["aside"]))).rstrip(" :")
    timed = title_duration(words_of_label, item.start + 1)
    if not timed:
        return None
    title, minutes = timed
    notes = item.text[found.end() :].strip(" ")
    return PhaseDoc(title=title, kind=words.phase_kind(title), minutes=minutes, notes=notes, line=item.start + 1)
