"""Lengths of time as people write them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from workshop.plans.text.errors import MAX_MINUTES, PlanUnreadable

_HOUR = r"(?:h(?:ours?|rs?|rs\.)?|std\.?|stunden?)"
_MINUTE = r"(?:m(?:in(?:ute[ns]?|s|\.)?)?|['′’])"
_NUMBER = r"(?:\d+(?:[.,]\d+)?\s*[½¼¾]?|[½¼¾])"
_END = r"(?![^\W\d_])"
_FORMS = re.compile(
    rf"""(?<![\w.,])(?:
    (?P<clock_h>\d{{1,4}}):(?P<clock_m>[0-5]\d)(?:\s*{_HOUR}{_END})?(?![:\d])
    | (?P<hours>{_NUMBER})[ \t-]*{_HOUR}{_END}
      (?:\s*(?:,|and|und|&|\+)?\s*(?P<more>\d{{1,3}})(?:[ \t-]*{_MINUTE}{_END}|(?![\d.,:\w]|\s*[-–—]\s*\d)))?
    | (?P<short_h>\d+)h(?P<short_m>[0-5]?\d)(?:\s*{_MINUTE})?(?!\w)
    | (?P<minutes>{_NUMBER})[ \t-]*{_MINUTE}{_END}
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_WORDS = (
    (re.compile(r"\b(?:half an hour|(?:eine )?halbe stunde)\b", re.IGNORECASE), "30 min"),
    (
        re.compile(
            r"\b(?:an hour and a half|one and a half hours|anderthalb stunden|eineinhalb stunden)\b", re.IGNORECASE
        ),
        "90 min",
    ),
    (re.compile(r"\b(?:a quarter of an hour|(?:eine )?viertelstunde)\b", re.IGNORECASE), "15 min"),
    (re.compile(r"\b(?:dreiviertelstunde)\b", re.IGNORECASE), "45 min"),
    (re.compile(r"\b(?:one|an|eine) (?=hour|stunde)", re.IGNORECASE), "1 "),
    (re.compile(r"\b(?:two|zwei) (?=hours|stunden)", re.IGNORECASE), "2 "),
    (re.compile(r"\b(?:three|drei) (?=hours|stunden)", re.IGNORECASE), "3 "),
)
_BARE = re.compile(r"[~≈]?\s*(\d+(?:[.,]\d+)?)\s*\.?$")
_RANGE = re.compile(
    rf"{_NUMBER}\s*(?:{_HOUR}|{_MINUTE})?\s*(?:-|–|—|\bto\b|\bbis\b|\bor\b|\boder\b)\s*{_NUMBER}"
    rf"(?:\s*(?:{_HOUR}|{_MINUTE}){_END}|\s*$)",
    re.IGNORECASE,
)
_CLOCK_RANGE = re.compile(
    r"(\d{1,2})[:.]([0-5]\d)\s*(?:uhr|am|pm|h)?\s*(?:-|–|—|to|bis)\s*(\d{1,2})[:.]([0-5]\d)(?!\d)", re.IGNORECASE
)
_IN_TITLE = re.compile(
    r"(?P<title>.*?\S)\s*(?:[(\[](?P<aside>[^()\[\]]*)[)\]]|(?:\s[-–—|]|[:,|])\s+(?P<tail>[^:,|]*\d[^:,|()]*))\s*$"
)
_SHOWN = 60
#: More words than this state no length of time.
_LONGEST = 300
_MANY_DIGITS = re.compile(r"\d{10}")
_NEGATIVE = re.compile(r"(?:^|\s)[-−–]\s?(?:\d|[½¼¾]|\.\d)")
_NOT_A_NUMBER = re.compile(r"\b(?:nan|inf(?:inity)?)\b|∞", re.IGNORECASE)
_PARTS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}


class Duration(NamedTuple):
    """Whole minutes, and whether the text said anything beside them."""

    minutes: int
    rest: str


def read_duration(text: str, line: int | None = None) -> Duration | None:
    """The length of time in ``text``, or None when it states none.

    Understood: ``90``, ``90 Minuten``, ``3 hours``, ``1,5 h``, ``1h30``, ``1 Std 30``, ``1:30``, ``half an hour``,
    ``10:00-10:30``.

    Raises:
        PlanUnreadable: a range ("20-30 minutes"), a negative or endless length, or more than seven days.
    """
    words = text.strip()
    if _MANY_DIGITS.search(words):
        raise _too_long(words, line)
    if len(words) > _LONGEST:
        return None
    for pattern, plain in _WORDS:
        words = pattern.sub(plain, words)
    _refuse_strange(words, line)
    clock = _CLOCK_RANGE.search(words)
    # The times of day are masked, not cut out: what is left of the words keeps them.
    found = _FORMS.search(_CLOCK_RANGE.sub(lambda times: "~" * len(times[0]), words))
    if found:
        return Duration(_bounded(_minutes(found), text, line), _rest(words, found))
    if clock:
        return Duration(_between(clock), words)
    bare = _BARE.match(words)
    return Duration(_bounded(_number(bare[1]), text, line), "") if bare else None


def title_duration(title: str, line: int | None = None) -> tuple[str, int] | None:
    """The title without the length of time at its end, and that length: ``Engage (30 minutes)``, ``Engage - 30 min``.

    Raises:
        PlanUnreadable: a range.
    """
    found = _IN_TITLE.match(title) if len(title) <= _LONGEST else None
    if not found:
        return None
    words = found["aside"] or found["tail"]
    if not (_FORMS.search(words) or _CLOCK_RANGE.search(words)):
        return None
    read = read_duration(words, line)
    if read is None or (found["tail"] and read.rest and not _CLOCK_RANGE.search(words)):
        return None
    kept = title if read.rest and not _CLOCK_RANGE.fullmatch(words.strip()) else found["title"]
    return kept.strip(), read.minutes


def write_duration(minutes: int, language: str) -> str:
    """Minutes as the format writes them: ``30 minutes``, ``3 hours``."""
    hours, rest = divmod(minutes, 60)
    if hours > 1 and not rest:
        return f"{hours} {'Stunden' if language == 'de' else 'hours'}"
    return f"{minutes} {'Minuten' if language == 'de' else 'minutes'}"


def _refuse_strange(words: str, line: int | None) -> None:
    if _NEGATIVE.match(words) or (_NOT_A_NUMBER.search(words) and not _FORMS.search(words)):
        raise PlanUnreadable(_("“%(text)s” is no length of time.") % {"text": _short(words)}, line)
    if _RANGE.search(_CLOCK_RANGE.sub("", words)):
        raise PlanUnreadable(
            _("“%(text)s” is a range: a phase needs one length, for instance “30 minutes”.") % {"text": _short(words)},
            line,
        )


def _minutes(found: re.Match[str]) -> Fraction:
    parts = found.groupdict()
    if parts["clock_h"]:
        return Fraction(int(parts["clock_h"]) * 60 + int(parts["clock_m"]))
    if parts["short_h"]:
        return Fraction(int(parts["short_h"]) * 60 + int(parts["short_m"]))
    if parts["hours"]:
        return _number(parts["hours"]) * 60 + int(parts["more"] or 0)
    return _number(parts["minutes"])


def _between(clock: re.Match[str]) -> int:
    """Minutes from one time of day to the next."""
    hours, minutes, until_hours, until_minutes = (int(part) for part in clock.groups())
    return ((until_hours - hours) * 60 + until_minutes - minutes) % (24 * 60)


def _number(text: str) -> Fraction:
    total = Fraction(0)
    digits = text
    for sign, value in _PARTS.items():
        if sign in digits:
            total += value
            digits = digits.replace(sign, "")
    digits = digits.strip().replace(",", ".")
    return total + (Fraction(digits[:40]) if digits else 0)


def _bounded(minutes: Fraction, text: str, line: int | None) -> int:
    whole = int(minutes + Fraction(1, 2))
    if whole > MAX_MINUTES:
        raise _too_long(text, line)
    return whole


def _too_long(text: str, line: int | None) -> PlanUnreadable:
    message = _("“%(text)s” is too long: at most %(days)s days.")
    return PlanUnreadable(message % {"text": _short(text), "days": MAX_MINUTES // 1440}, line)


def _rest(words: str, found: re.Match[str]) -> str:
    rest = words[: found.start()] + words[found.end() :]
    return rest.strip(" \t.,;:()[]~≈") if re.search(r"\w", rest) else ""


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
