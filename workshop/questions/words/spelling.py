"""Words of many people as one cloud: what counts as the same word, and how large each is drawn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from workshop.questions.texts import fold

#: Several words of one person stand on lines of their own or behind these.
_BETWEEN = re.compile(r"[\n,;/•·|،、，；]+")
#: Punctuation around a word; hyphens, apostrophes, plus signs and number signs inside stay ("C++", "fine-tuning").
_AROUND = re.compile(r"^[\s\"'“”„‘’«»().:!?…\-–—*]+|[\s\"'“”„‘’«»().:!?…\-–—*]+$")
_NO_PLURAL = ("ss", "us", "is", "as", "os")
#: "GPUs", "CPUs", "APIs": a plural in spite of its ending.
_ABBREVIATIONS = re.compile(r"(?:[cdgnt]pu|api|roi|kpi|ui)s")
#: A phrase longer than this is no word for a cloud; it stays in the list.
LONGEST = 40
#: Sizes 1 to 7; the largest only when enough people agree, so that one lonely answer does not fill the wall.
SIZES = 7
MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the cloud: as most people wrote it, how many did, and its size from 1 to 7."""

    text: str
    count: int
    size: int


def phrases(text: str, most: int) -> list[str]:
    """The words of one answer, at most ``most``, each once."""
    found: dict[str, str] = {}
    for part in _BETWEEN.split(text):
        word = _AROUND.sub("", " ".join(part.split()))
        if word and len(word) <= LONGEST:
            found.setdefault(same(word), word)
    return list(found.values())[:most]


def same(word: str) -> str:
    """What spellings of one word have in common: case, accents and a simple plural apart."""
    return " ".join([*fold(word).split(" ")[:-1], _singular(fold(word).split(" ")[-1])])


def _singular(word: str) -> str:
    """Without a plural's ending, where it surely is one: "costs", "policies", but not "focus", "analysis", "gas"."""
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004 - "ties" keeps its letters
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(_NO_PLURAL):  # noqa: PLR2004
        return word[:-1]
    if _ABBREVIATIONS.fullmatch(word):
        return word[:-1]
    return word


def cloud(spellings: Iterable[tuple[str, int]]) -> list[Word]:
    """Words with sizes, the most frequent first, for ``(spelling, count)``. Does not depend on their order."""
    totals: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for spelling, count in spellings:
        if count > 0:
            key = same(spelling)
            totals[key] += count
            written.setdefault(key, Counter())[spelling] += count
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:MOST_SHOWN]
    highest = ranked[0][1] if ranked else 0
    return [Word(_most_written(written[key]), count, size_of(count, highest)) for key, count in ranked]


def size_of(count: int, highest: int) -> int:
    """1 to 7: by the share of the most frequent word, and no larger than 3 + the number of people."""
    if highest <= 0:
        return 1
    share: float = (count / highest) ** 0.85
    return max(1, min(round(SIZES * share), 3 + count, SIZES))


def _most_written(spellings: Counter[str]) -> str:
    return min(spellings.items(), key=lambda item: (-item[1], item[0]))[0]
