"""Texts that somebody should look at before all see them: rude words, phone numbers, addresses, links."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glin_profanity import Filter

#: Word lists of the library that are read: what is rude in one language may be a plain word in another, so only those of
#: languages in which workshops are held.
LANGUAGES = (
    "arabic",
    "czech",
    "danish",
    "dutch",
    "english",
    "finnish",
    "french",
    "german",
    "hungarian",
    "italian",
    "norwegian",
    "persian",
    "polish",
    "portuguese",
    "russian",
    "spanish",
    "swedish",
    "turkish",
)
#: Plain words of one language that are rude in another.
PLAIN = ("con", "pros and cons", "die", "mist", "sex", "fan", "bite", "negro", "slut", "fart", "god", "kant", "fica")

#: Rude words that the lists lack, or spell in one way only.
MORE = ("scheisse", "gefickt")

# Seven digits or more with what people put between them, but not sums of money and not years ("2024-2025").
_PHONE = re.compile(r"(?<![\w€$£.,])(?:\+|00)?\(?\d{2,5}\)?(?:[ /().-]{0,2}\d){5,}(?![\w€$£%])")
_YEARS = re.compile(r"(?:19|20)\d\d(?:\s?[-–/,]\s?|\s)(?:19|20)\d\d")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}|(?:https?://|www\.)\S+", re.IGNORECASE)


def is_rude(text: str) -> bool:
    """Whether a word of the lists stands in the text: after folding (case, look-alike letters, digits for letters,
    letters spaced out) and as a word of its own, so that "Scunthorpe" and "class assessment" are none."""
    return bool(_words().is_profane(text))


def tells_where(text: str) -> bool:
    """Whether a phone number, an e-mail address or a link stands in the text."""
    return bool(_ADDRESS.search(text) or _PHONE.search(_YEARS.sub(" ", text)))


def suspicious(text: str) -> bool:
    """Whether a person should read the text before everybody does."""
    return is_rude(text) or tells_where(text)


@cache
def _words() -> Filter:
    # Read when first needed: the lists take a tenth of a second.
    from glin_profanity import Filter

    return Filter(
        {
            "languages": list(LANGUAGES),
            "detect_leetspeak": True,
            "normalize_unicode": True,
            "ignore_words": list(PLAIN),
            "custom_words": list(MORE),
        }
    )
