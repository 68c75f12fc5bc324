"""How often each number was given, and what follows: mean, median, histogram."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from workshop.kinds import Json
from workshop.questions.numeric.bins import binned, quantile
from workshop.questions.numeric.config import DECIMALS, NumericConfig
from workshop.questions.numeric.numbers import written


class NumericTally:
    """Counts by number, exactly."""

    def __init__(self, config: NumericConfig) -> None:
        self.n = 0
        self._config = config
        self._counts: Counter[str] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        self._counts[value] += weight

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: NumericTally) -> None:
        self.n += other.n
        self._counts.update(other._counts)

    def data(self) -> dict[str, Json]:
        """``bins`` as ``[from, to, count]`` (None is open), ``mean``, ``median``, ``lowest``, ``highest``, ``hits``.

        Numbers are texts, as they are stored; ``hits`` counts right answers, None where nothing is right.
        """
        counts = {Decimal(value): count for value, count in self._counts.items() if count > 0}
        known = self._config.right is not None
        return {
            "n": self.n,
            "bins": [[_text(low), _text(high), count] for low, high, count in binned(self._config, counts)],
            "mean": _mean(counts),
            "median": written(quantile(counts, Decimal("0.5"))) if counts else None,
            "lowest": written(min(counts)) if counts else None,
            "highest": written(max(counts)) if counts else None,
            "hits": sum(count for value, count in counts.items() if self._config.is_right(value)) if known else None,
        }


def _mean(counts: dict[Decimal, int]) -> str | None:
    """With one digit more than the answers have, at most as many as are kept."""
    people = sum(counts.values())
    if not people:
        return None
    digits = max(len(written(value).partition(".")[2]) for value in counts)
    total = sum((value * count for value, count in counts.items()), Decimal(0))
    return written((total / people).quantize(Decimal(1).scaleb(-min(DECIMALS, digits + 1))))


def _text(number: Decimal | None) -> str | None:
    return None if number is None else written(number)
