"""Numbers as people write them: with a comma or a point, with spaces between thousands, in the digits of their script.

Everything is a decimal number, so that 0.1 and 0.2 make 0.3. No form with an exponent is read or written.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from workshop.kinds import Json, Refused
from workshop.questions.numeric.config import DECIMALS

#: Longest text that is read as a number.
LONGEST = 40
_MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-", "－": "-", "٫": ".", "٬": "'", "’": "'", "＋": "+"})
_GAPS = re.compile(r"(?<=\d)[\s'](?=\d{3}(?:\D|$))")
_PLAIN = re.compile(r"[+-]?(?:\d{1,15})(?:\.\d*)?|[+-]?\.\d+")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_BOTH = re.compile(r"[+-]?\d{1,3}(?:([.,])\d{3})+(?!\1)[.,]\d+")


def read(raw: Json, *, unit: str = "", whole: bool = False) -> Decimal:
    """The number in what a client sent: a text, or a number of a program.

    Args:
        raw: ``"12,5"``, ``"1 000"``, ``12`` …
        unit: may stand behind it.
        whole: only whole numbers are asked for, so that ``1.000`` and ``1,000`` are a thousand.

    Raises:
        Refused: ``bad_value``, also where a comma may mean thousands or decimals. A point means decimals: that is how
            numbers are stored.
    """
    if type(raw) in (int, float):
        # The shortest decimal that the program meant, not the nearest sum of halves.
        text = format(Decimal(repr(raw)), "f") if abs(raw) < 10**15 else ""
        return _decimal(text) if text else _no()
    if not isinstance(raw, str) or len(raw) > LONGEST:
        return _no()
    text = _tidied(raw, unit)
    several = _THOUSANDS.fullmatch(text)
    if several and (whole or text.count(several[1]) > 1):
        return _decimal(text.replace(several[1], ""))
    if several and several[1] == "," and not text.lstrip("+-").startswith("0"):
        message = _("“%s” may mean two numbers. Please write it without a sign between thousands.")
        raise Refused("bad_value", message % text)
    both = _BOTH.fullmatch(text)
    if both:
        text = text.replace(both[1], "")
    return _decimal(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)


def written(value: Decimal) -> str:
    """How a number is stored: ``12.5``, never ``12.50``, ``1.25E+1`` or ``-0``."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def in_words(value: Decimal, unit: str = "") -> str:
    """For people: in the signs of their language, with the unit."""
    number = localize(Decimal(written(value)))
    return f"{number}\u00a0{unit}" if unit else str(number)


def _tidied(raw: str, unit: str) -> str:
    """Without unit and gaps between thousands, in ASCII digits."""
    text = "".join(str(unicodedata.decimal(c, c)) for c in raw.translate(_MINUS)).strip()
    if unit and text.casefold().endswith(unit.casefold()):
        text = text[: -len(unit)].rstrip()
    return _GAPS.sub("", text)


def _decimal(text: str) -> Decimal:
    if not _PLAIN.fullmatch(text):
        return _no()
    value = Decimal(text)
    if len(written(value).partition(".")[2]) > DECIMALS:
        raise Refused("bad_value", _("At most %d digits behind the point, please.") % DECIMALS)
    return value


def _no() -> Decimal:
    raise Refused("bad_value", _("Please write a number, for instance 12 or 12.5."))
