"""What counts as the same word: case, accents and a simple plural apart."""

from __future__ import annotations

import re
from functools import lru_cache

from workshop.questions.rude import is_rude
from workshop.questions.texts import fold

#: Several words of one person stand on lines of their own or behind these.
_BETWEEN = re.compile(r"[\n,;/•·|،、，；]+")
#: Punctuation around a word; hyphens, apostrophes, plus signs and number signs inside stay ("C++", "fine-tuning").
_AROUND = re.compile(r"^[\s\"'“”„‘’«»().:!?…\-–—*]+|[\s\"'“”„‘’«»().:!?…\-–—*]+$")
_NO_PLURAL = ("ss", "us", "is", "as", "os")
#: "GPUs", "CPUs", "APIs": a plural in spite of its ending.
_ABBREVIATIONS = re.compile(r"(?:[cdgnt]pu|api|roi|kpi|ui)s")
#: A phrase longer than this is no word for a cloud.
LONGEST = 40
#: Spellings whose sameness is remembered: of several rooms at once.
_REMEMBERED = 60_000


def phrases(text: str) -> list[str]:
    """The words of a text, tidied, each once; '' for none is left out."""
    found: dict[str, str] = {}
    for part in _BETWEEN.split(text):
        word = _AROUND.sub("", " ".join(part.split()))
        if word:
            found.setdefault(same(word), word)
    return list(found.values())


@lru_cache(maxsize=_REMEMBERED)
def same(word: str) -> str:
    """What spellings of one word have in common."""
    *before, last = fold(word).split(" ")
    return " ".join([*before, _singular(last)])


@lru_cache(maxsize=_REMEMBERED)
def rude(word: str) -> bool:
    """Whether the word lists have it. Asked once for each spelling: it is dear."""
    return is_rude(word)


def banned_in(word: str, banned: frozenset[str]) -> bool:
    """Whether the word, or one of the words of a phrase, is among ``banned`` (as ``same`` gives them)."""
    key = same(word)
    return key in banned or (" " in key and any(same(part) in banned for part in key.split(" ")))


def _singular(word: str) -> str:
    """Without a plural's ending, where it surely is one: "costs", "policies", but not "focus", "analysis", "gas"."""
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004 - "ties" keeps its letters
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(_NO_PLURAL):  # noqa: PLR2004
        return word[:-1]
    if _ABBREVIATIONS.fullmatch(word):
        return word[:-1]
    return word
