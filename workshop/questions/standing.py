"""How close the rows of a result stand on the projector, so that all of them find room above its foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

#: Labels of more characters take a second line while there is room for it.
ONE_LINE = 60
#: In rem of the projector (1/108 of its height): height of a row, of a second line, and what all may take.
_FEW = (12.4, 3.6, 66)
_SOME = (8, 4, 72)
_TWO_COLUMNS = 20


def density(labels: Sequence[str]) -> Literal["few", "some", "many", "most"]:
    """``few`` and ``some``: one column of large or smaller rows; ``many``: two columns; ``most``: four."""
    lines = len(labels), sum(len(label) > ONE_LINE for label in labels)
    if _FEW[0] * lines[0] + _FEW[1] * lines[1] <= _FEW[2]:
        return "few"
    if _SOME[0] * lines[0] + _SOME[1] * lines[1] <= _SOME[2]:
        return "some"
    return "many" if lines[0] <= _TWO_COLUMNS else "most"
