"""QR codes as drawings: one path, dark on white in both themes, no style of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import segno

#: Light modules around a code, as the standard asks for.
QUIET = 4


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: modules a side, quiet zone included, and the path of the dark ones."""

    size: int
    path: str


@lru_cache(maxsize=256)
def qr_code(text: str) -> Code:
    """The code of a text, with medium error correction: readable from the back of a hall, also with a stain."""
    rows = segno.make(text, error="m", micro=False, boost_error=False).matrix
    path = "".join(_runs(row, y + QUIET) for y, row in enumerate(rows))
    return Code(len(rows) + 2 * QUIET, path)


def _runs(row: bytearray, y: int) -> str:
    """Dark modules side by side as one rectangle each."""
    parts: list[str] = []
    x = 0
    while x < len(row):
        width = 0
        while x + width < len(row) and row[x + width]:
            width += 1
        if width:
            parts.append(f"M{x + QUIET} {y}h{width}v1h-{width}z")
        x += max(width, 1)
    return "".join(parts)
