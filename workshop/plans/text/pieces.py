"""Labels and what stands behind them: blocks of a phase (or of the text below the title) cut into pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from workshop.plans.text import words
from workshop.plans.text.guard import BOLD_LABEL, KNOWN_LABEL, PLAIN_LABEL, unguard
from workshop.plans.text.guard import Place as GuardPlace
from workshop.plans.text.source import Block

#: The label of a piece that belongs to none: it stands in the notes, with its own label or heading.
UNKNOWN = "?"
_TWO_COLUMNS = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text.

    Args:
        label: what the label in front of it means, '' when there is none, ``UNKNOWN`` when it is not of the format.
        raw: the text behind a known label; else all of it.
        start: first line, from 0; ``end`` is the line behind the last.
        language: of the label.
        written: the label and its text as they stand in the file.
        sticky: everything behind it, up to the next known heading, belongs to it.
    """

    label: str
    raw: str
    start: int
    end: int
    language: str = ""
    written: str = ""
    sticky: bool = False


@dataclass(slots=True)
class Collected:
    """The pieces of one field, in order; neighbours stay neighbours, others get a blank line between them."""

    pieces: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, raw: str, start: int, end: int) -> None:
        """Add a part that stood on these lines."""
        if raw.strip():
            self.pieces.append((raw, start, end))

    def text(self, place: GuardPlace) -> str:
        """All parts as one text."""
        joined = ""
        last = -1
        for raw, start, end in self.pieces:
            joined += ("" if last < 0 else "\n" if start <= last else "\n\n") + raw
            last = end
        return unguard(joined.strip("\n"), place)


def pieces(blocks: Iterable[Block]) -> Iterator[Piece]:
    """The pieces of these blocks (rules between them mean nothing)."""
    for block in blocks:
        match block.kind:
            case "rule":
                continue
            case "heading":
                known = words.label(block.text)
                label, language = known or (UNKNOWN, "")
                raw = "" if known else block.raw
                yield Piece(label, raw, block.start, block.end, language, block.raw, sticky=not known)
            case "fence":
                yield Piece(UNKNOWN, block.raw, block.start, block.end)
            case "list":
                yield from _of_list(block)
            case "table":
                yield from _of_table(block)
            case _:
                yield from _of_text(block.raw, block.start, block.end)


def _of_list(block: Block) -> Iterator[Piece]:
    cut = [list(_of_text(item.text.rstrip(), item.start, item.end)) for item in block.items]
    if not any(piece.label not in {"", UNKNOWN} for parts in cut for piece in parts[:1]):
        yield Piece("", block.raw, block.start, block.end)
        return
    lines = block.raw.split("\n")
    for item, parts in zip(block.items, cut, strict=True):
        if parts and parts[0].label:
            yield from parts
        else:
            raw = "\n".join(lines[item.start - block.start : item.end - block.start]).rstrip()
            yield Piece("", raw, item.start, item.end)


def _of_table(block: Block) -> Iterator[Piece]:
    """A table of two columns with labels in the first is as good as labels in bold."""
    known = [words.label(row[0]) if row else None for row in block.rows]
    body = known[1:]
    if not body or not all(body) or any(len(row) != _TWO_COLUMNS for row in block.rows):
        yield Piece("", block.raw, block.start, block.end)
        return
    for row, found in zip(block.rows, known, strict=True):
        if found:
            yield Piece(found[0], row[1], block.start, block.end, found[1], f"**{row[0]}:** {row[1]}")


def _of_text(raw: str, start: int, end: int) -> Iterator[Piece]:
    """Known labels anywhere in a paragraph, unknown ones at the beginning of its lines."""
    cuts = _cuts(raw)
    if not cuts or cuts[0][0] > 0:
        yield from _piece(raw[: cuts[0][0]] if cuts else raw, "", "", 0, start, end, raw)
    stops = [*(cut[0] for cut in cuts[1:]), len(raw)]
    for (begin, label, language, text_at), stop in zip(cuts, stops, strict=False):
        part = raw[begin:stop]
        yield from _piece(part, label, language, text_at - begin, start, end, raw, begin)


def _piece(
    part: str, label: str, language: str, text_at: int, start: int, end: int, raw: str, begin: int = 0
) -> Iterator[Piece]:
    first = start + raw.count("\n", 0, begin)
    last = min(end, first + part.rstrip().count("\n") + 1)
    text = part[text_at:].lstrip(" ").rstrip() if label not in {"", UNKNOWN} else part.rstrip()
    if text.strip() or label:
        yield Piece(label, text, first, last, language, part.strip())


def _cuts(raw: str) -> list[tuple[int, str, str, int]]:
    """``(begin, label, language, where its text begins)`` of every label, in order."""
    cuts: dict[int, tuple[int, str, str, int]] = {}
    for found in KNOWN_LABEL.finditer(raw):
        _add(cuts, found.start(), found["label"], found.end())
    position = 0
    for line in raw.split("\n"):
        begin = position + len(line) - len(line.lstrip(" "))
        plain, bold = PLAIN_LABEL.match(raw, begin), BOLD_LABEL.match(raw, begin)
        if plain:
            _add(cuts, begin, plain["label"], plain.end())
        elif bold and begin not in cuts:
            cuts[begin] = (begin, UNKNOWN, "", bold.end())
        position += len(line) + 1
    return [cuts[begin] for begin in sorted(cuts)]


def _add(cuts: dict[int, tuple[int, str, str, int]], begin: int, label: str, end: int) -> None:
    what, language = words.label(re.sub(r"\s+", " ", label)) or (UNKNOWN, "")
    cuts[begin] = (begin, what, language, end)


def labels_in(blocks: Sequence[Block]) -> set[str]:
    """What the known labels in these blocks mean."""
    return {piece.label for piece in pieces(blocks)} - {"", UNKNOWN}
