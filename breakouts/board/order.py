"""Fractional indexes: an order kept in text, so that a move writes one card and no other.

A position is a fraction between 0 and 1 in base 36 without its trailing zeros; text order is the order of the
fractions. Positions at the ends go in fixed steps, so that the usual board never grows long ones; between two cards the
middle is taken, which costs about one character for five inserts at the same place.
"""

from __future__ import annotations

from collections.abc import Iterator

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BASE = len(DIGITS)
#: Digits used by positions at the ends: room for 26,000 steps of 64.
WIDTH = 4
STEP = 64
#: A longer position asks for the column to be numbered anew.
LONGEST = 24


def first() -> str:
    """The position of the first card of an empty column: the middle, with room on both sides."""
    return _at(BASE**WIDTH // 2)


def after(last: str) -> str:
    """A position behind the last card."""
    value = _value(last) + STEP
    return _at(value) if value < BASE**WIDTH else between(last, "")


def ahead(of: str) -> str:
    """A position before the first card."""
    value = _value(of) - STEP
    return _at(value) if value > 0 else between("", of)


def between(low: str, high: str) -> str:
    """A position strictly between two; '' stands for the beginning and the end."""
    if high:
        shared = 0
        while shared < len(high) and (low[shared : shared + 1] or DIGITS[0]) == high[shared]:
            shared += 1
        if shared:
            return high[:shared] + between(low[shared:], high[shared:])
    least = DIGITS.index(low[0]) if low else 0
    most = DIGITS.index(high[0]) if high else BASE
    if most - least > 1:
        return DIGITS[(least + most) // 2]
    if len(high) > 1:
        return high[0]
    return DIGITS[least] + between(low[1:], "")


def fresh(count: int) -> Iterator[str]:
    """Positions for a column that is numbered anew."""
    start = BASE**WIDTH // 2 - STEP * (count // 2)
    return (_at(start + STEP * index) for index in range(count))


def _value(position: str) -> int:
    return int(position[:WIDTH].ljust(WIDTH, "0"), BASE)


def _at(value: int) -> str:
    digits = []
    for _ in range(WIDTH):
        value, digit = divmod(value, BASE)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits)).rstrip("0")
