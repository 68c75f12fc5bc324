"""Text that people type: what is refused, what is tidied, and how long it may be."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from workshop.kinds import Json, Refused

#: Longest text that any kind may store, in characters.
MOST = 10_000
#: Combining marks in a row that scripts really use; more is decoration that climbs over the lines above.
MARKS = 4

# Controls but tab and line ends, halves of surrogate pairs, and code points that are no characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane | end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))
    + "]"
)
_LINES = re.compile(r"[ \t]*\n[ \t]*(?:\n[ \t]*){2,}")
_SPACES = re.compile(r"[^\S\n]+")


def clean(raw: Json, longest: int, *, lines: bool = False) -> str:
    """The text to store for what somebody typed: NFC, no control characters, spaces tidied; '' when nothing is left.

    Args:
        raw: what the client sent.
        longest: limit in characters, after tidying.
        lines: whether line breaks are kept (at most two in a row) or become spaces.

    Raises:
        Refused: ``bad_value`` (not a text), ``bad_text`` (characters that no database or page can hold),
            ``too_long``.
    """
    if not isinstance(raw, str):
        raise Refused("bad_value", _("Please answer this question with a text."))
    if len(raw) > MOST:
        raise _too_long(longest, len(raw))
    if _FORBIDDEN.search(raw):
        raise Refused("bad_text", _("This text contains a character that cannot be stored. Please type it again."))
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    text = _fewer_marks(text)
    text = _LINES.sub("\n\n", text) if lines else text.replace("\n", " ")
    text = _SPACES.sub(" ", text).strip()
    if not any(map(_visible, text)):
        return ""
    if len(text) > longest:
        raise _too_long(longest, len(text))
    return text


def fold(text: str) -> str:
    """What two spellings of the same words have in common: no case, no accents, single spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.split())


def _too_long(longest: int, length: int) -> Refused:
    message = ngettext_lazy(
        "This text is too long: at most %(longest)d character.",
        "This text is too long: at most %(longest)d characters.",
        longest,
    )
    return Refused("too_long", str(message) % {"longest": longest}, longest=longest, length=length)


def _visible(character: str) -> bool:
    """Whether the character leaves a mark: spaces, joiners and direction signs alone are no answer."""
    return unicodedata.category(character) not in {"Zs", "Zl", "Zp", "Cf", "Cc", "Mn", "Me"}


def _fewer_marks(text: str) -> str:
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MARKS:
            kept.append(character)
    return "".join(kept)
