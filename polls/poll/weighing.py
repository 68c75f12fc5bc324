"""Lines of a plan in which things are weighed: ranked, given points or dots, compared, laid on a plane."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from workshop.kinds import Json, QuestionSpec
from workshop.questions.shorthand import question

_NOUNS = {
    "en": r"(platform|tool|vendor|provider|option|solution|product|alternative|system|model)s?",
    "de": r"(plattform|werkzeug|tool|anbieter|lösung|option|produkt|alternative|system|modell)(?:en|e|n|s)?",
}
#: In this order: "dot vote" is no common vote, "rank by 100 points" is points.
_PATTERNS: Final = (
    ("grid", re.compile(r"\b(2 ?[x×] ?2|two[- ]by[- ]two)\b|\b(effort|impact)\b.{1,12}\b(impact|benefit|value|effort)\b|"
                        r"\baufwand\b.{1,12}\bnutzen\b|\bvierfelder", re.IGNORECASE)),
    ("dots", re.compile(r"\bdot[- ]?vot(e|es|ing)\b|\bdotmocracy\b|klebepunkt|punktabfrage|mehrpunkt", re.IGNORECASE)),
    ("points", re.compile(r"\b(100|hundred|hundert) (points|punkte)\b|\b(allocate|distribute|share out) points\b|"
                          r"\bpunkte (verteil|vergeb)", re.IGNORECASE)),
    ("ranking", re.compile(r"\brank(s|ed|ing)?\b|\bprioriti[sz](e|es|ed|ing|ation)\b|\bpriorisier|\brangfolge\b|"
                           r"\brangliste\b|\bin (eine|die) reihenfolge\b", re.IGNORECASE)),
    ("matrix", re.compile(rf"\bcompar(?:e|es|ing|ison)\b[^.;:]{{0,30}}\b{_NOUNS['en']}\b|"
                          rf"\bvergleich\w*\b[^.;:]{{0,30}}\b{_NOUNS['de']}\b", re.IGNORECASE)),
)  # fmt: skip
_AND: Final = re.compile(r"\s*[,;]\s*(?:and\s+|or\s+|und\s+|oder\s+)?|\s+(?:and|or|und|oder)\s+", re.IGNORECASE)
_MOST, _LONGEST = 8, 80

_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "ranking": "What comes first?",
        "dots": "Where do you put your dots?",
        "points": "How would you share out 100 points?",
        "matrix": "How do they compare?",
        "grid": "Where does it belong?",
        "criteria": "Price|Ease of use|Fits our work",
        "axes": "Effort|Benefit",
        "because_weigh": "The plan weighs things: “{line}”",
    },
    "de": {
        "ranking": "Was kommt zuerst?",
        "dots": "Wohin setzen Sie Ihre Punkte?",
        "points": "Wie würden Sie 100 Punkte verteilen?",
        "matrix": "Wie schneiden sie im Vergleich ab?",
        "grid": "Wohin gehört es?",
        "criteria": "Preis|Bedienung|Passt zu unserer Arbeit",
        "axes": "Aufwand|Nutzen",
        "because_weigh": "Der Plan wägt ab: „{line}“",
    },
}


def weighed(text: str, concepts: Sequence[str], language: str) -> tuple[QuestionSpec, str] | None:
    """The question that a line suggests, and the sentence that says why (with ``{line}``); None for other lines.

    What is weighed stands behind a colon of the line, else it is the plan's key concepts. Comparisons without either
    get letters, for staff to put names in.
    """
    found = next(((word, build, match) for word, build, pattern in _LINES if (match := pattern.search(text))), None)
    if found is None:
        return None
    word, build, match = found
    texts = _TEXTS[language]
    asked = build(word, listed(text), [*dict.fromkeys(concepts)][:_MOST], match, texts)
    return (asked, texts["because_weigh"]) if asked else None


def listed(text: str) -> list[str]:
    """What is named behind a colon: two things or more, or nothing."""
    behind = text.partition(":")[2].strip().rstrip(".")
    things = [thing.strip() for thing in _AND.split(behind)]
    fitting = list(dict.fromkeys(thing for thing in things if thing and len(thing) <= _LONGEST))[:_MOST]
    return fitting if len(fitting) > 1 else []


def _in_order(
    word: str, things: list[str], concepts: list[str], match: re.Match[str], texts: Mapping[str, str]
) -> QuestionSpec | None:
    """Something done with a list: without two things there is nothing to ask."""
    del match
    options: list[Json] = [*(things or concepts)]
    return question(word, texts[word], options=options) if len(options) > 1 else None


def _compared(
    word: str, things: list[str], concepts: list[str], match: re.Match[str], texts: Mapping[str, str]
) -> QuestionSpec:
    """Things judged by criteria."""
    del concepts
    noun = next((part for part in match.groups() if part), "")
    rows: list[Json] = [*things] or [f"{noun.capitalize()} {letter}" for letter in "ABC"]
    return question(word, texts[word], rows=rows, criteria=texts["criteria"].split("|"))


def _placed(
    word: str, things: list[str], concepts: list[str], match: re.Match[str], texts: Mapping[str, str]
) -> QuestionSpec:
    """Things on a plane, or one point for everybody."""
    del match
    x, y = texts["axes"].split("|")
    items: list[Json] = [*(things or concepts)]
    return question(word, texts[word], x=x, y=y, **({"items": items} if items else {}))


_LINES: Final = tuple(
    (word, {"matrix": _compared, "grid": _placed}.get(word, _in_order), pattern) for word, pattern in _PATTERNS
)
