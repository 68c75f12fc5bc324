"""Anything that JSON can say, and answers and payloads that are nearly right."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.contract.leaves import leaves, replaced

#: Letters that have made trouble somewhere: ends of lines, directions, joiners, the ends of ranges.
LETTERS = st.characters(codec="utf-8") | st.sampled_from("\t\n\r\u200b\u200d\u202e\u2028\ufeff\ufffe😀é'\"<&%\\{}")
TEXTS = st.text(LETTERS, max_size=40) | st.sampled_from(
    ["", " ", "1", "-1", "٣", "null", "true", "__proto__", "p:1", "u:1", "x:0", "../x", "<b>", "%s", "{0}", "a" * 3_000]
)
NUMBERS = st.integers(-5, 12) | st.integers(-(2**63), 2**63 - 1) | st.sampled_from([2**31, 2**53, 2**63 - 1, -(2**63)])
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | FLOATS | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(LETTERS, max_size=8), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def mutated(draw: st.DrawFn, whole: Any, parts: st.SearchStrategy[Any] = VALUES) -> Any:
    """A value that was right, with up to three of its parts exchanged, taken out, doubled or added."""
    for _ in range(draw(st.integers(0, 3))):
        found = list(leaves(whole))
        act = draw(st.sampled_from(("replace", "swap", "drop", "add", "whole")))
        if act == "replace" and found:
            whole = replaced(whole, draw(st.sampled_from(found))[0], draw(parts))
        elif act == "swap" and found:
            whole = replaced(whole, draw(st.sampled_from(found))[0], draw(st.sampled_from(found))[1])
        elif act == "drop" and isinstance(whole, dict) and whole:
            gone = draw(st.sampled_from(sorted(whole, key=str)))
            whole = {key: value for key, value in whole.items() if key != gone}
        elif act == "drop" and isinstance(whole, list) and whole:
            whole = whole[1:] + whole[:1] * draw(st.integers(0, 2))
        elif act == "add" and isinstance(whole, dict):
            whole = {**whole, draw(TEXTS): draw(parts)}
        elif act == "add" and isinstance(whole, list):
            whole = [*whole, draw(parts)]
        elif act == "whole":
            whole = draw(parts)
    return whole
