"""From the bytes of a file to blocks of Markdown, each with its place in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from workshop.plans.text.errors import MAX_BYTES, MAX_LINES, MAX_UPLOAD_BYTES, PlanUnreadable
from workshop.plans.text.guard import closing
from workshop.plans.text.tidy import clean

BlockKind = Literal["heading", "text", "list", "table", "fence", "rule"]

#: Pictures inside the file, as word processors and web pages export them.
_PICTURE = re.compile(r"data:[a-z]+/[\w.+-]+(?:;[\w=.-]+)*,[^)\s\"'>]*", re.IGNORECASE)
_MAGIC: Final = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "Word, Excel or ZIP"),
    (b"\xd0\xcf\x11\xe0", "Word"),
    (b"{\\rtf", "RTF"),
)
_FRONT_MATTER = re.compile(r"---\n((?:[\w -]+:.*\n){1,40})---(?=\n|$)")
_ITEM = re.compile(r"( *)(?:[-*+]|\d{1,9}[.)])( +|$)")
#: How deep lists and quotations may stand inside each other; what is deeper is plain text.
_DEEPEST = 20
_CODE_INDENT = 4

# Blocks only: raw lines are kept, so inline markup needs no parser. HTML and link definitions stay ordinary text, so
# that neither can swallow a part of the plan.
_PARSER = (
    MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
    .enable("table")
    .disable(["html_block", "reference", "inline", "text_join"], ignoreInvalid=True)
)


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list: its text without marker and indentation."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A block at the top level of the file.

    Args:
        start: first line, counted from 0; ``end`` is the line behind the last.
        raw: the lines as they stand in the file.
        level: of a heading, 1 to 6.
        text: of a heading or the body of a fence.
        info: the words after the marks of a fence.
        rows: the cells of a table, its head first.
    """

    kind: BlockKind
    start: int
    end: int
    raw: str
    level: int = 0
    text: str = ""
    info: str = ""
    items: tuple[Item, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def line(self) -> int:
        """The first line, counted from 1, as people do."""
        return self.start + 1


@dataclass(frozen=True, slots=True)
class Source:
    """A file as blocks; ``remarks`` are ``(line, message, code)`` for the author."""

    blocks: tuple[Block, ...]
    remarks: tuple[tuple[int, str, str], ...] = ()


def read_source(data: bytes | str) -> Source:
    """The blocks of a file.

    Raises:
        PlanUnreadable: empty, binary or too big, or a fence that is never closed.
    """
    remarks: list[tuple[int, str, str]] = []
    text = _decoded(data, remarks)
    text = _without_pictures(clean(text, " "), remarks)
    if not text.strip():
        raise PlanUnreadable(_("This file is empty."))
    if len(text.encode()) > MAX_BYTES:
        raise PlanUnreadable(_("This file is too big for a plan: at most 1 MB without its pictures."))
    if text.count("\n") > MAX_LINES:
        raise PlanUnreadable(_("A plan has at most %(most)s lines.") % {"most": MAX_LINES}, MAX_LINES)
    front = _FRONT_MATTER.match(text)
    if front:
        text = f"\n{front[1]}\n{text[front.end() :].removeprefix('---')}"
    return Source(tuple(_blocks(text)), tuple(remarks))


def _decoded(data: bytes | str, remarks: list[tuple[int, str, str]]) -> str:
    if len(data) > MAX_UPLOAD_BYTES:
        raise PlanUnreadable(_("This file is too big for a plan: at most 1 MB without its pictures."))
    if isinstance(data, str):
        text = data
    else:
        for magic, name in _MAGIC:
            if data.startswith(magic):
                raise PlanUnreadable(
                    _("This is a %(name)s file. Save the plan as text or Markdown first.") % {"name": name}
                )
        text = _text_of(data, remarks)
    strange = sum(text.count(chr(code)) for code in (*range(9), *range(14, 32)))
    if "\x00" in text or strange > len(text) // 100:
        raise PlanUnreadable(_("This is not a text file. Save the plan as text or Markdown first."))
    return text


def _text_of(data: bytes, remarks: list[tuple[int, str, str]]) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    if b"\x00" not in data:
        remarks.append(
            (line, _("The file is not in UTF-8; it was read as Windows text. Check the accents."), "encoding")
        )
    return data.decode("cp1252", "replace")


def _without_pictures(text: str, remarks: list[tuple[int, str, str]]) -> str:
    first = _PICTURE.search(text)
    if not first:
        return text
    line = text.count("\n", 0, first.start()) + 1
    remarks.append((line, _("Pictures inside the file were left out; upload them as resources."), "picture"))
    return _PICTURE.sub("", text)


def _blocks(text: str) -> list[Block]:
    lines = text.split("\n")
    tokens = _PARSER.parse(text)
    return [
        _block(tokens, number, lines)
        for number, token in enumerate(tokens)
        if token.level == 0 and token.map and token.nesting >= 0
    ]


def _block(tokens: list[Token], number: int, lines: list[str]) -> Block:
    token = tokens[number]
    start, end = token.map or [0, 0]
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    raw = "\n".join(lines[start:end])
    match token.type:
        case "heading_open":
            return Block("heading", start, end, raw, level=int(token.tag[1]), text=tokens[number + 1].content)
        case "fence":
            _check_closed(token, lines, start, end)
            return Block("fence", start, end, raw, info=token.info.strip(), text=token.content)
        case "hr":
            return Block("rule", start, end, raw)
        case "bullet_list_open" | "ordered_list_open":
            return Block("list", start, end, raw, items=tuple(_items(tokens[number:], lines, end)))
        case "table_open":
            return Block("table", start, end, raw, rows=tuple(_rows(tokens[number:])))
        case _:
            return Block("text", start, end, raw)


def _check_closed(token: Token, lines: list[str], start: int, end: int) -> None:
    if end == start + 1 or closing(lines, end - 1, token.markup) != end - 1:
        raise PlanUnreadable(
            _("The block that begins with “%(fence)s” is never closed.") % {"fence": lines[start].strip()[:40]},
            start + 1,
        )


def _items(tokens: list[Token], lines: list[str], end: int) -> list[Item]:
    """The items of the list with which ``tokens`` begin."""
    starts = []
    for token in tokens[1:]:
        if token.level == 0:
            break
        if token.type == "list_item_open" and token.level == 1 and token.map:
            starts.append(token.map[0])
    return [_item(lines, start, stop) for start, stop in zip(starts, [*starts[1:], end], strict=True)]


def _item(lines: list[str], start: int, end: int) -> Item:
    marker = _ITEM.match(lines[start])
    assert marker is not None
    # More than four spaces behind the marker are indented code, which begins one space behind it.
    indent = marker.end() if len(marker[2]) <= _CODE_INDENT else marker.start(2) + 1
    inner = [line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in lines[start + 1 : end]]
    return Item("\n".join([lines[start][indent:], *inner]), start, end)


def _rows(tokens: list[Token]) -> list[tuple[str, ...]]:
    rows: list[list[str]] = []
    for number, token in enumerate(tokens):
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type in {"th_open", "td_open"}:
            rows[-1].append(tokens[number + 1].content.strip())
    return [tuple(row) for row in rows]
