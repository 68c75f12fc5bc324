"""Whole numbers in what people and programs send. One that is too large is none: databases and browsers refuse it."""

from __future__ import annotations

#: Digits of a number that every database holds in a column of 64 bits, and of one that a browser counts exactly.
DIGITS_OF_A_ROW = 18
DIGITS_OF_A_FIELD = 15


def is_row(text: str) -> bool:
    """Whether this can be the number of a row: ASCII digits alone, as programs write them."""
    return text.isascii() and text.isdigit() and len(text) <= DIGITS_OF_A_ROW


def row(text: str, otherwise: int = 0) -> int:
    """The number of a row; ``otherwise`` for what is none."""
    return int(text) if is_row(text) else otherwise


def field(text: str, otherwise: int = 0) -> int:
    """The number in a form's field, in digits of any script; ``otherwise`` for what is none."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS_OF_A_FIELD else otherwise
