"""The backslash that keeps an ordinary line from being taken for a part of the plan.

A text field may hold any line, also ``# like a heading`` or ``**Duration:** like a label``. Written as it is, such a
line would be read as a heading or a label. So the writer puts a backslash before every line for which ``needs`` holds,
and the reader takes the backslash away from every line for whose rest it holds. A line that begins with a backslash
before such a rest needs one too; so ``unguard(guard(text)) == text`` for every text.

In Markdown a backslash before punctuation is invisible, so other programs show the line as it was meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, Literal

from workshop.kinds import activity_kinds
from workshop.plans.text import words

#: ``field``: a text field of a phase, an assessment, a profile. ``notes``: the free text of a phase. ``top``: text
#: below the title. ``extra``: an unknown section. ``item``: an item of a plain list. ``entry``: one that may begin with
#: a label (assessment, profile).
Place = Literal["field", "notes", "top", "extra", "item", "entry"]
#: The level on which phases are written: only deeper headings may stand in their notes.
_PHASE_LEVEL: Final = 3
_LABELLED: Final = frozenset({"field", "notes", "top"})

_HEADING = re.compile(r"(#{1,6})(?:\s+(.*?))?(?:\s+#+)?$")
_LINES_ONLY = re.compile(r"[-=*_+ ]+$|\d{1,9}[.)]$")
_FENCE = re.compile(r"`{3,}|~{3,}")
_FENCE_AT_MARGIN = re.compile(r"(`{3,}|~{3,})([^`]*)$")
_INFO = re.compile(r"[{.\s]*([\w-]+)")
_MARKER = re.compile(r"(?:[-*+]|\d{1,9}[.)])\s+")


def _alternatives(names: Iterable[str]) -> str:
    ordered = sorted(set(names), key=lambda name: (-len(name), name))
    return "|".join(r"[ \-]".join(map(re.escape, re.split("[ -]", name))) for name in ordered)


_KNOWN: Final = _alternatives(
    name for languages in words.LABELS.values() for names in languages.values() for name in names
)
_ASIDE: Final = r"(?:[ ]*\([^()\n]{0,60}\))?"
#: A known label in bold or italics, the colon inside or outside; not after a backslash.
KNOWN_LABEL: Final = re.compile(
    rf"(?<![\\*_])(?P<mark>\*{{1,3}}|_{{1,3}})(?P<label>{_KNOWN}){_ASIDE}[ ]*(?::[ ]*(?P=mark)|(?P=mark)[ ]*:)(?![*_])",
    re.IGNORECASE,
)
#: The same without marks, at the beginning of a line only.
PLAIN_LABEL: Final = re.compile(rf"(?P<label>{_KNOWN}){_ASIDE}[ ]*:(?=\s|$)", re.IGNORECASE)
_BOLD: Final = r"(?P<mark>\*\*|__)(?P<label>(?:\\.|(?!\*\*|__)[^\\\n])+?)(?::(?P=mark)|(?P=mark)[ ]*%s)"
#: Any bold words with a colon at the beginning of a line.
BOLD_LABEL: Final = re.compile(_BOLD % ":")
#: The same at the beginning of an item, where a dash is as good as a colon, and two words that need no bold.
ENTRY_LABEL: Final = re.compile(
    (_BOLD % r"(?::|[–—-](?=\s))")
    + r"|(?P<type>(?:formativ|summativ)(?:e[rs]?)?(?:[ ]+(?:assessments?|evaluation|bewertung|beurteilung))?)[ ]*:(?=\s|$)",
    re.IGNORECASE,
)
ALIGNMENT: Final = re.compile(
    rf"[*_]{{0,3}}(?:{_alternatives(n for names in words.ALIGNMENT.values() for n in names)})[ ]*[*_]{{0,3}}[ ]*:",
    re.IGNORECASE,
)
_LABEL_HERE = re.compile(KNOWN_LABEL.pattern.removeprefix(r"(?<![\\*_])"), re.IGNORECASE)
_TABLE_LABEL = re.compile(rf"\|?[ ]*[*_]{{0,3}}(?:{_KNOWN}){_ASIDE}[ ]*:?[ ]*[*_]{{0,3}}[ ]*:?[ ]*\|", re.IGNORECASE)


def guard(text: str, place: Place) -> str:
    """``text`` so that no line of it is taken for a part of the plan."""
    return "\n".join(_each_line(text, place, _guarded))


def unguard(text: str, place: Place) -> str:
    """The text that was guarded."""
    return "\n".join(_each_line(text, place, _unguarded))


def _each_line(text: str, place: Place, change: Callable[[str, Place], str]) -> Iterable[str]:
    lines = text.split("\n")
    verbatim = fenced(lines, kinds=place != "notes") if place in {"notes", "extra", "top"} else set()
    for number, line in enumerate(lines):
        yield line if number in verbatim else change(line, place)


def info_word(info: str) -> str:
    """The word after the marks of a fence that says what is in it."""
    found = _INFO.match(info)
    return found[1].lower() if found else ""


def fenced(lines: list[str], *, kinds: bool = True) -> set[int]:
    """The numbers of the lines that belong to a closed fence at the left margin; with ``kinds`` also activities."""
    inside: set[int] = set()
    hopeless: dict[str, int] = {}  # the shortest mark of each character that nothing closes from here on
    start = 0
    while start < len(lines):
        opened = _FENCE_AT_MARGIN.match(lines[start])
        if opened and (kinds or info_word(opened[2]) not in activity_kinds):
            mark = opened[1]
            sign = mark[0]
            end = None if len(mark) >= hopeless.get(sign, len(mark) + 1) else closing(lines, start + 1, mark)
            if end is None:
                hopeless[sign] = min(len(mark), hopeless.get(sign, len(mark)))
            else:
                inside.update(range(start, end + 1))
                start = end
        start += 1
    return inside


def closing(lines: list[str], start: int, mark: str) -> int | None:
    """The number of the line from ``start`` on that closes a fence opened by ``mark``."""
    pattern = re.compile(rf" {{0,3}}{re.escape(mark)}{re.escape(mark[0])}*\s*$")
    return next((number for number in range(start, len(lines)) if pattern.match(lines[number])), None)


def _guarded(line: str, place: Place) -> str:
    if place in _LABELLED:
        line = _guard_labels(line)
    indent, rest = _split(line)
    return f"{indent}\\{rest}" if needs(rest, place) else line


def _unguarded(line: str, place: Place) -> str:
    indent, rest = _split(line)
    if rest.startswith("\\") and needs(rest[1:], place):
        line = indent + rest[1:]
    return _unguard_labels(line) if place in _LABELLED else line


def _guard_labels(line: str) -> str:
    """A backslash before each known label, from the right: so the way back sees the same rest of the line."""
    for position in range(len(line) - 1, -1, -1):
        if _begins_label(line, position):
            line = f"{line[:position]}\\{line[position:]}"
    return line


def _unguard_labels(line: str) -> str:
    position = 1
    while position < len(line):
        if line[position - 1] == "\\" and _begins_label(line, position):
            line = line[: position - 1] + line[position:]
        position += 1
    return line


def _begins_label(line: str, position: int) -> bool:
    if line[position] not in "*_" or not _LABEL_HERE.match(line, position):
        return False
    while position and line[position - 1] == "\\":
        position -= 1
    return not position or line[position - 1] not in "*_"


def _split(line: str) -> tuple[str, str]:
    rest = line.lstrip(" ")
    return line[: len(line) - len(rest)], rest


def needs(rest: str, place: Place) -> bool:
    """Whether a line (without its indentation) would be taken for a part of the plan at that place."""
    rest = rest.lstrip("\\")
    if not rest:
        return False
    if _LINES_ONLY.match(rest):
        return True
    if place == "item":
        return False
    if place == "entry":
        return bool(ENTRY_LABEL.match(rest) or ALIGNMENT.match(_without_markers(rest)))
    if _FENCE.match(rest) or _is_heading(rest, place):
        return True
    return place != "extra" and _is_label(rest, place)


def _is_heading(rest: str, place: Place) -> bool:
    found = _HEADING.match(rest)
    if not found:
        return False
    return place != "notes" or len(found[1]) <= _PHASE_LEVEL or words.label(found[2] or "") is not None


def _is_label(rest: str, place: Place) -> bool:
    inner = _without_markers(rest)
    if PLAIN_LABEL.match(inner) or _TABLE_LABEL.match(inner):
        return True
    return place == "field" and bool(BOLD_LABEL.match(rest)) and not _LABEL_HERE.match(rest)


def _without_markers(rest: str) -> str:
    marker = _MARKER.match(rest)
    while marker:
        rest = rest[marker.end() :]
        marker = _MARKER.match(rest)
    return rest


def guard_heading(heading: str) -> str:
    """A heading so that it is not taken for one of the format."""
    return f"\\{heading}" if _known_heading(heading) else heading


def unguard_heading(heading: str) -> str:
    """The heading that was guarded."""
    return heading[1:] if heading.startswith("\\") and _known_heading(heading[1:]) else heading


def _known_heading(heading: str) -> bool:
    if heading.startswith("\\"):
        return _known_heading(heading[1:])
    return words.section(heading) is not None


def escape_label(label: str) -> str:
    """Words for between two asterisks and a colon."""
    return re.sub(r"[\\*_:]", r"\\\g<0>", label)


def unescape_label(label: str) -> str:
    """The words that were escaped."""
    return re.sub(r"\\([\\*_:])", r"\1", label)
