"""Names that learners give themselves: what is refused, what is tidied, and how two of the same are told apart.

A name is never an identity. It is text that will stand on a projector, so what could turn it into something else
(controls, direction marks, invisible characters, towers of accents) is refused or taken out, and nobody is called like
the people who lead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import gettext as _

from workshop.kinds import Refused

MAX_GRAPHEMES = 80
#: The column holds this many code points.
MAX_CHARACTERS = 160
#: Accents upon one letter; more are a tower that covers the lines around it.
MAX_MARKS = 4

#: Of every plane of Unicode the last two code points are no characters.
_LAST_TWO = 0xFFFE
_FIRST_EMOJI = "\U0001f000"
#: The scripts that need joiners stand between these: Arabic to Tibetan.
_ARABIC, _TIBETAN = "\u0600", "\u0fff"
_JOINERS = "\u200c\u200d"
#: What looks like a Latin letter, after case folding and without accents.
_LOOKALIKES = str.maketrans(
    "аевкмнорстухіјѕԁӏքοανκρτυχιεմոս0134578@$!|ıł",
    "aebkmhopctyxijsdlpoavkptuxielnuoieastbasiiil",
)
#: Words that nobody's name may contain who does not lead, in the languages of a class.
_TITLES = (
    "facilitator", "facilitatorin", "cofacilitator", "facilitateur", "facilitatrice", "facilitador", "facilitadora",
    "moderator", "moderatorin", "moderateur", "moderador", "admin", "administrator", "administrador", "organiser",
    "organizer", "organisator", "organisatorin",
)  # fmt: skip
#: Words that are no name by themselves; a class of teachers may have "Ana, teacher".
_ROLES = (
    "host", "presenter", "trainer", "trainerin", "teacher", "lehrer", "lehrerin", "instructor", "support", "system",
    "plenary", "staff", "root", "server", "screen",
)  # fmt: skip


def clean_name(raw: str, *, reserved: Iterable[str] = ()) -> str:
    """The name as it is stored, '' for none.

    Args:
        raw: as typed.
        reserved: names of the session's own staff, which nobody else may use.

    Raises:
        Refused: ``bad_text`` (control characters, halves of surrogate pairs), ``name_too_long`` or ``name_taken``.
    """
    if any(_forbidden(character) for character in raw[: 4 * MAX_CHARACTERS]):
        raise Refused("bad_text", _("This name has characters in it that cannot be shown. Please type it again."))
    if len(raw) > 4 * MAX_CHARACTERS:
        raise _too_long()
    name = _tidied(raw)
    if len(name) > MAX_CHARACTERS or len(graphemes(name)) > MAX_GRAPHEMES:
        raise _too_long()
    if looks_like_staff(name, reserved):
        raise Refused("name_taken", _("This name is kept for those who lead the session. Please choose another."))
    return name


def clean_line(raw: str) -> str:
    """One line of text for everybody (a notice): white space joined, invisible characters taken out.

    Raises:
        Refused: ``bad_text``.
    """
    if any(_forbidden(character) for character in raw if not character.isspace()):
        raise Refused("bad_text", _("This text has characters in it that cannot be shown. Please type it again."))
    return _tidied(" ".join(raw.split()))


def looks_like_staff(name: str, reserved: Iterable[str] = ()) -> bool:
    """Whether a name reads like a word for those who lead, or like one of their own names."""
    if not name:
        return False
    whole = skeleton(name)
    words = {plain(word) for word in re.split(r"[\W_]+", name) if word}
    titles, roles = _special_words()
    if words & titles or whole in titles | roles:
        return True
    return whole in {skeleton(other) for other in reserved if other}


def told_apart(name: str, others: Iterable[str]) -> str:
    """The name, with a number behind it when somebody has one that looks the same: ``Ana (2)``."""
    taken = {skeleton(other) for other in others if other}
    if not name or skeleton(name) not in taken:
        return name
    number = 2
    while skeleton(candidate := _numbered(name, number)) in taken:
        number += 1
    return candidate


@lru_cache(maxsize=20_000)
def skeleton(name: str) -> str:
    """The form in which two names that look the same are the same: letters and digits alone, look-alikes joined."""
    number = re.search(r" \((\d+)\)$", name)
    # The number of told_apart must not be folded away by the look-alikes.
    return plain(name[: number.start()]) + f"({number[1]})" if number else plain(name)


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Case, accents, width, punctuation and look-alike letters folded away."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    letters = "".join(c for c in folded if not unicodedata.combining(c)).translate(_LOOKALIKES)
    # In most typefaces l and I are one stroke, and rn is m.
    letters = letters.replace("l", "i").replace("rn", "m").replace("vv", "w")
    # Names in scripts without a Latin look-alike keep their own letters.
    return "".join(c for c in letters if c.isalnum()) or folded


def graphemes(text: str) -> list[str]:
    """What a reader sees as single characters: letters with their accents, joined emoji, flags.

    A simplified form of Unicode's text segmentation (UAX 29), enough to count.
    """
    found: list[str] = []
    for character in text:
        if found and _continues(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def _continues(cluster: str, character: str) -> bool:
    if unicodedata.category(character) in {"Mn", "Me", "Mc"} or character in _JOINERS:
        return True
    if "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f":
        return True
    if cluster.endswith("\u200d"):
        return not character.isalnum()
    return _is_flag(character) and len(cluster) == 1 and _is_flag(cluster)


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _forbidden(character: str) -> bool:
    """Control characters, halves of surrogate pairs, private characters and code points that are none."""
    return unicodedata.category(character) in {"Cc", "Cs", "Co"} or ord(character) & _LAST_TWO == _LAST_TWO


def _tidied(raw: str) -> str:
    name = unicodedata.normalize("NFC", raw)
    kept: list[str] = []
    marks = 0
    for place, character in enumerate(name):
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > MAX_MARKS or (category in {"Mn", "Me"} and not kept):
            continue
        if category == "Cf" and not _needed(name, place):
            continue
        kept.append(" " if category in {"Zs", "Zl", "Zp"} else character)
    tidied = " ".join("".join(kept).split())
    return tidied if any(_visible(character) for character in tidied) else ""


def _needed(name: str, place: int) -> bool:
    """Joiners belong to emoji and to the writing of Persian and Indian languages; tags to the flags of regions."""
    character = name[place]
    if "\U000e0020" <= character <= "\U000e007f":
        return place > 0 and name[place - 1] >= _FIRST_EMOJI
    joined = 0 < place < len(name) - 1 and _joins(name[place - 1]) and _joins(name[place + 1])
    return character in _JOINERS and joined


def _joins(character: str) -> bool:
    if character >= _FIRST_EMOJI or character in "\ufe0f♀♂⚕⚖✈❤":
        return True
    return _ARABIC <= character <= _TIBETAN


def _visible(character: str) -> bool:
    # The Hangul fillers and the blank of Braille are letters that show nothing.
    return unicodedata.category(character)[0] in "LNPS" and character not in "\u115f\u1160\u3164\uffa0\u2800"


def _numbered(name: str, number: int) -> str:
    suffix = f" ({number})"
    return "".join(graphemes(name)[: MAX_GRAPHEMES - len(suffix)])[: MAX_CHARACTERS - len(suffix)] + suffix


@lru_cache(maxsize=1)
def _special_words() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(plain(word) for word in _TITLES), frozenset(plain(word) for word in _ROLES)


def _too_long() -> Refused:
    message = _("This name is too long. Please keep it to %(count)s characters.") % {"count": MAX_GRAPHEMES}
    return Refused("name_too_long", message)
