"""Numbers in what people and programs send."""

from __future__ import annotations

import pytest

from workshop import numbers


@pytest.mark.parametrize(
    ("text", "row", "field"),
    [
        ("0", 0, 0), ("7", 7, 7), ("007", 7, 7), ("٣", -1, 3), ("²", -1, -1), ("", -1, -1), ("-1", -1, -1),
        ("+1", -1, -1), ("1.5", -1, -1), (" 1", -1, -1), ("9" * 15, 10**15 - 1, 10**15 - 1),
        ("9" * 16, 10**16 - 1, -1), ("9" * 18, 10**18 - 1, -1), ("9" * 19, -1, -1), ("9" * 5_000, -1, -1),
    ],
)  # fmt: skip
def test_a_number_is_one_that_databases_and_browsers_hold(text: str, row: int, field: int) -> None:
    assert (numbers.row(text, -1), numbers.field(text, -1)) == (row, field)
