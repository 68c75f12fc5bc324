"""How often each option stood at each place, the Borda score and the mean rank that follow from it."""

from __future__ import annotations

from collections import Counter

from workshop.kinds import Json
from workshop.questions.ranking.config import RankingConfig


class RankingTally:
    """Counts by option and place.

    The Borda score gives as many points for the first place as there are places, one for the last, none to what was
    not placed. The mean rank is over those who placed the option.
    """

    def __init__(self, config: RankingConfig) -> None:
        self.n = 0
        self._ids = config.ids
        self._known = frozenset(config.ids)
        self._most = config.most
        self._counts: Counter[tuple[str, int]] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        # An option that was removed since leaves its place to the next one.
        there = [name for name in value if name in self._known]
        for place, name in enumerate(there[: self._most]):
            self._counts[name, place] += weight

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: RankingTally) -> None:
        self.n += other.n
        self._counts.update(other._counts)

    def data(self) -> dict[str, Json]:
        """By option id: ``places`` (how often at each), how many ``placed`` it, ``points`` and ``mean`` rank."""
        places = {name: [self._counts[name, place] for place in range(self._most)] for name in self._ids}
        placed = {name: sum(counts) for name, counts in places.items()}
        points = {name: sum(c * (self._most - at) for at, c in enumerate(counts)) for name, counts in places.items()}
        ranks = {name: sum(c * (at + 1) for at, c in enumerate(counts)) for name, counts in places.items()}
        mean = {name: round(ranks[name] / placed[name], 2) if placed[name] else None for name in self._ids}
        return {"n": self.n, "placed": placed, "points": points, "mean": mean, "places": places}
