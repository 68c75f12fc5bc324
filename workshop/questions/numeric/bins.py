"""Bins of a histogram with round edges; far-away answers are put together at the ends, so that the others are seen."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from workshop.questions.numeric.config import NumericConfig

#: About so many bins, never more than MOST.
WANTED, MOST = 10, 12
_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
#: Beyond three times the middle half of the answers one is far away (Tukey's outer fences).
FAR = 3

Bin = tuple[Decimal | None, Decimal | None, int]


def binned(config: NumericConfig, counts: Mapping[Decimal, int]) -> list[Bin]:
    """``(from, to, count)``: ``from`` belongs to the bin, ``to`` to the next one; None is open.

    With ``min`` and ``max`` the edges are those of the question, so that rounds can be laid side by side; the last bin
    then holds ``max`` too, unless it holds a single number.
    """
    values = {value: count for value, count in counts.items() if count > 0}
    if not values:
        return []
    low, high = _range(config, values)
    width = _width(config, high - low)
    start = _first(config, low, width)
    number = int((high - start) // width) + 1
    closed = config.max == high and width != config.step and number > 1 and (high - start) % width == 0
    number -= closed
    edges = [start + width * at for at in range(number + 1)]
    found = [0] * number
    below = above = 0
    for value, count in values.items():
        at = int((value - start) // width) if value >= start else -1
        at -= closed and value == high
        if at < 0:
            below += count
        elif at >= number:
            above += count
        else:
            found[at] += count
    bins: list[Bin] = [(edges[at], edges[at + 1], found[at]) for at in range(number)]
    return [*([(None, start, below)] if below else []), *bins, *([(edges[-1], None, above)] if above else [])]


def quantile(counts: Mapping[Decimal, int], share: Decimal) -> Decimal:
    """The value below which that share of the people is; halfway between two where both are meant."""
    people = sum(counts.values())
    place = share * people
    ranked = sorted(counts.items())
    done = 0
    for at, (value, count) in enumerate(ranked):
        done += count
        if done > place or at == len(ranked) - 1:
            return value
        if done == place:
            return (value + ranked[at + 1][0]) / 2
    return ranked[-1][0]


def _range(config: NumericConfig, values: Mapping[Decimal, int]) -> tuple[Decimal, Decimal]:
    """What the bins cover: the question's limits, else the answers without those that are far away."""
    lowest, highest = min(values), max(values)
    quarter, three = quantile(values, Decimal("0.25")), quantile(values, Decimal("0.75"))
    away = FAR * (three - quarter) if three > quarter else highest - lowest
    if three == quarter and sum(values.values()) > 4 * sum(c for v, c in values.items() if v != quarter):
        # Nearly everybody says the same: the others are the far ones.
        away = max(abs(quarter), Decimal(1)) * 2
    low, high = max(lowest, quarter - away), min(highest, three + away)
    inside = [value for value in values if low <= value <= high]
    low, high = min(inside), max(inside)
    return (low if config.min is None else config.min), (high if config.max is None else config.max)


def _width(config: NumericConfig, spread: Decimal) -> Decimal:
    """A round number, a multiple of the step, that makes about WANTED bins."""
    step = config.step or Decimal(0)
    if spread <= 0:
        return step or Decimal(1)
    if step and spread / step < MOST:
        return step
    rough = spread / WANTED
    power = Decimal(10) ** rough.adjusted()
    width = next(power * nice for nice in _NICE if power * nice >= rough)
    if step and width % step:
        width = step * max(Decimal(1), -(-width // step))
    return width


def _first(config: NumericConfig, low: Decimal, width: Decimal) -> Decimal:
    """The edge at or below the lowest value: on the question's own limit where it has one, else on a round number."""
    return config.min if config.min is not None else (low / width).to_integral_value(rounding="ROUND_FLOOR") * width
