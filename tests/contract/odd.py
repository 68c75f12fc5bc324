"""An answer made wrong in every way that its own shape suggests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.contract.leaves import leaves, replaced

NUMBERS = (0, -1, 6, 3.5, 1e9, -0.5, 2**63, -(2**70), True)
TEXTS = ("", " ", "3", "zz", "a\0b", "\ud800", "x" * 5_000, "__proto__", "../x", "⁣")
WHOLES = (None, True, 0, 3.5, "", "3", "zz", [], {}, [None], [[]], {"v": 1}, "\0", [1] * 300, {"a": {"a": {"a": 1}}})


def variants(raw: Any) -> Iterator[Any]:
    """Wrong and strange neighbours of a good answer; some of them may be right."""
    yield from WHOLES
    yield [raw]
    yield {"v": raw}
    found = list(leaves(raw))
    for path, leaf in found:
        for new in (None, [leaf], {"x": leaf}, *NUMBERS, *TEXTS, str(leaf)):
            yield replaced(raw, path, new)
        if isinstance(leaf, int | float) and not isinstance(leaf, bool):
            yield from (replaced(raw, path, leaf + step) for step in (1, -1, 0.5, 1_000_000))
        for _path, other in found:
            # The same thing twice.
            yield replaced(raw, path, other)
    yield from _of_lists(raw)
    yield from _of_dicts(raw)


def _of_lists(raw: Any) -> Iterator[Any]:
    if not isinstance(raw, list):
        return
    yield raw + raw
    yield raw[::-1]
    yield raw[1:]
    yield [*raw, None]
    yield raw * 500


def _of_dicts(raw: Any) -> Iterator[Any]:
    if not isinstance(raw, dict):
        return
    yield {**raw, "zz": 1}
    yield {**raw, "__proto__": {}}
    for key, inner in raw.items():
        yield {name: value for name, value in raw.items() if name != key}
        yield {**raw, key: [inner, inner]}
        yield {**raw, key + " ": inner}
