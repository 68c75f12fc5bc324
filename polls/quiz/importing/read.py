"""Which reader a file or a text is for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from polls.quiz.importing import aiken, gift, sheets
from polls.quiz.importing.found import Found, Unreadable

#: Of a file, in bytes.
LARGEST = 2_000_000
#: How every .xlsx begins.
ZIP = b"PK\x03\x04"


def read_file(content: bytes) -> Found:
    """The questions of a file, by its content, not by its name.

    Raises:
        Unreadable: with a sentence for the person who brought it.
    """
    if len(content) > LARGEST:
        raise Unreadable(_("This file is too large: 2 MB at most."))
    if content.startswith(ZIP):
        return sheets.read_xlsx(content)
    for encoding in ("utf-8-sig", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "cp1252"):
        try:
            return read_text(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("This is no text and no spreadsheet."))


def read_text(text: str) -> Found:
    """The questions of a text: Aiken, GIFT or CSV. Raises Unreadable when it is none of them, or has no question."""
    if "\0" in text:
        raise Unreadable(_("This is no text and no spreadsheet."))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Unreadable(_("There is nothing in it."))
    # Braces may stand in any text, lettered answers with their line behind them in no other.
    if aiken.looks_like(text):
        found = aiken.read(text)
    elif gift.looks_like(text):
        found = gift.read(text)
    else:
        found = sheets.read_csv(text)
    if not found.questions and not found.problems:
        raise Unreadable(_("There is no question in it."))
    return found
