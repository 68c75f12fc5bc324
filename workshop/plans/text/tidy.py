"""Characters and white space in the form in which the reader leaves them."""

from __future__ import annotations

import re

#: Line ends of Windows and old Macs, and the soft line break of slide programs.
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
#: Control characters, halves of surrogate pairs and the byte order mark mean nothing in a plan.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(text: str, line_end: str = "\n") -> str:
    """``text`` with plain line ends, spaces for tabs, and without control characters and trailing white space."""
    text = _CONTROLS.sub("", _LINE_ENDS.sub(lambda found: "\n" if found[0][0] == "\r" else line_end, text))
    return "\n".join(line.rstrip() for line in text.expandtabs(4).split("\n"))


def tidy_text(text: str) -> str:
    """Several lines of Markdown: cleaned, stripped, never two blank lines in a row."""
    return _BLANK_LINES.sub("\n\n", clean(text)).strip()


def tidy_line(text: str) -> str:
    """One line: all white space is a single space."""
    return " ".join(clean(text).split())


_BOLD = re.compile(r"\*\*([^*]+)\*\*")


def tidy_title(text: str) -> str:
    """A title: one line, not wholly in bold."""
    line = tidy_line(text)
    bold = _BOLD.fullmatch(line)
    return bold[1].strip() if bold else line


def tidy_items(items: tuple[str, ...]) -> tuple[str, ...]:
    """The items of a list, without empty ones."""
    return tuple(item for item in map(tidy_text, items) if item)
