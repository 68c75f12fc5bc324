"""Question kind: stars, or 0 to 10 with the Net Promoter Score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from workshop.kinds import Chart, Json, QuestionKind, Refused, Specimen
from workshop.questions.gate import suppress, whole_or_nothing
from workshop.questions.rating.config import DETRACTORS, PROMOTERS, RatingConfig
from workshop.questions.rating.editor import RatingEditor
from workshop.questions.shares import bar_rows

GROUPS = ("detractors", "passives", "promoters")
_GROUP_NAMES: Mapping[str, str | Promise] = {
    "detractors": gettext_lazy("Detractors (0 to 6)"),
    "passives": gettext_lazy("Passives (7 and 8)"),
    "promoters": gettext_lazy("Promoters (9 and 10)"),
}


@dataclass(frozen=True, slots=True)
class Slice:
    """One group of the score; numbers are None where too few people stand behind them."""

    name: str
    label: str
    count: int | None
    percent: int | None
    start: str
    width: str


class RatingTally:
    """How often each step was chosen."""

    def __init__(self, config: RatingConfig) -> None:
        self.n = 0
        self._config = config
        self._counts: Counter[int] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        self._counts[value] += weight

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: RatingTally) -> None:
        self.n += other.n
        self._counts.update(other._counts)

    def data(self) -> dict[str, Json]:
        """``counts`` by step and the ``mean`` to two digits; for the score its ``groups`` too."""
        counts = {str(step): self._counts[step] for step in self._config.steps}
        people = sum(counts.values())
        total = sum(int(step) * count for step, count in counts.items())
        data: dict[str, Json] = {"n": self.n, "counts": counts, "mean": round(total / people, 2) if people else None}
        if not self._config.stars:
            data["groups"] = {
                name: sum(c for step, c in counts.items() if group_of(int(step)) == name) for name in GROUPS
            }
        return data


class Rating(QuestionKind):
    """Stars with their mean, or the share of promoters less that of detractors."""

    slug: ClassVar[str] = "rating"
    label: ClassVar[Any] = gettext_lazy("Rating")
    icon: ClassVar[str] = "check"
    template_folder: ClassVar[str] = "rating"
    Config: ClassVar[type[RatingConfig]] = RatingConfig
    Editor: ClassVar[type[RatingEditor]] = RatingEditor
    value_shape: ClassVar[Any] = "number"
    modules: ClassVar[tuple[str, ...]] = ("questions/own.js",)
    styles: ClassVar[tuple[str, ...]] = ("questions/questions.css", "questions/standing.css", "rating/rating.css")
    types: ClassVar[Mapping[str, Mapping[str, Json]]] = {"stars": {}, "nps": {"show": "nps"}}

    def public(self, config: RatingConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience, reveal
        return {"show": config.show, "steps": config.steps, "ends": list(config.ends)}

    def parse(self, config: RatingConfig, raw: Json) -> int:
        """A whole number, as a number: ``"3"`` and ``3.0`` are mistakes of a program."""
        if raw is None or raw == "":
            raise Refused("empty", _("Please choose your rating."))
        if type(raw) is not int or raw not in config.steps:
            limits = {"low": config.steps[0], "high": config.steps[-1]}
            raise Refused("bad_value", _("Please choose a number from %(low)d to %(high)d.") % limits)
        return raw

    def tally(self, config: RatingConfig) -> RatingTally:
        return RatingTally(config)

    def guarded(self, config: RatingConfig, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        """Everything where no step is small; else the mean, and the groups without the small ones."""
        if whole_or_nothing(data["counts"], least):
            return dict(data)
        shown: dict[str, Json] = {"n": data["n"], "mean": data["mean"]}
        if not config.stars:
            shown["groups"] = suppress(data["groups"], least)
        return shown

    def measure(self, config: RatingConfig, value: Json) -> float | None:
        del config
        return float(value)

    def ballots(self, config: RatingConfig) -> list[tuple[str, Json]]:
        return [(label, step) for step, label in zip(config.steps, labels(config), strict=True)]

    def result(self, config: RatingConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        counts: Mapping[str, int] = data.get("counts") or {}
        named = list(zip(config.steps, labels(config), strict=True))
        rows = bar_rows([(str(step), label, counts[str(step)]) for step, label in named if counts], int(data["n"]))
        highest = max((row.count or 0 for row in rows), default=0)
        groups: Mapping[str, int | None] = data.get("groups") or {}
        return {
            "n": data["n"],
            "mean": data.get("mean"),
            "rows": rows[::-1] if config.stars else rows,
            "columns": [
                (row, f"{100 - _height(row.count, highest)}%", f"{_height(row.count, highest)}%") for row in rows
            ],
            "filled": [f"{_share_of_star(data.get('mean'), star)}%" for star in config.steps] if config.stars else [],
            "groups": slices(groups) if groups else [],
            "score": score_in_words(score_of(groups)),
        }

    def chart(self, config: RatingConfig, data: Mapping[str, Json]) -> Chart | None:
        counts: Mapping[str, int] = data.get("counts") or {}
        score = score_of(data.get("groups") or {})
        mean = data.get("mean")
        said = [_("Mean %s") % mean] if mean is not None else []
        said += [_("Score %s") % score_in_words(score)] if score is not None else []
        note = ", ".join(said)
        figure = mean if config.stars or score is None else float(score)
        if not counts:
            return Chart("histogram", (), (), note, figure=figure) if note else None
        return Chart("histogram", tuple(labels(config)), tuple(float(c) for c in counts.values()), note, figure=figure)

    def sample(self, config: RatingConfig, chance: Random) -> Json:
        """Mostly content."""
        low, high = config.steps[0], config.steps[-1]
        return low + round((high - low) * chance.betavariate(5, 1.8))

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        bad: list[Json] = [3.5, 3.0, "3", None, "", 1e9, 10**30, float("nan"), True, False, [3], {"v": 3}, -1]
        return [
            ({}, [1, 3, 5], [*bad, 0, 6]),
            ({"points": 3, "ends": ["poor", "great"]}, [1, 2, 3], [*bad, 0, 4]),
            ({"show": "nps", "ends": ["not at all", "surely"]}, [0, 6, 8, 10], [*bad, 11]),
        ]

    def specimens(self) -> list[Specimen]:
        long = "I would tell every one of my colleagues about it this week"
        return [
            Specimen("usual", _("How was today?")),
            Specimen("nps", _("Would you recommend this workshop?"), {"show": "nps", "ends": [_("no"), _("surely")]}),
            Specimen("ten", "Ten stars", {"points": 10, "ends": ["poor", "great"]}),
            Specimen("long-words", "Would you recommend it?", {"show": "nps", "ends": [long[::-1][:60], long[:60]]}),
            Specimen("right-to-left", "كيف كان اليوم؟", {"ends": ["سيئ", "رائع"]}, right_to_left=True),
            Specimen("right-to-left-nps", "هل توصي بها؟", {"show": "nps", "ends": ["لا", "نعم"]}, right_to_left=True),
        ]


def labels(config: RatingConfig) -> list[str]:
    """The steps in words: "3 stars", or the number."""
    if not config.stars:
        return [str(step) for step in config.steps]
    return [ngettext("%d star", "%d stars", step) % step for step in config.steps]


def group_of(step: int) -> str:
    """The group of an answer from 0 to 10."""
    if step <= DETRACTORS:
        return "detractors"
    return "promoters" if step >= PROMOTERS else "passives"


def score_of(groups: Mapping[str, int | None]) -> int | None:
    """Per cent of promoters less per cent of detractors, -100 to 100; None where a group is not shown or empty."""
    known = [groups.get(name) for name in GROUPS]
    total = sum(count or 0 for count in known)
    if not total or None in known:
        return None
    return round(100 * ((groups["promoters"] or 0) - (groups["detractors"] or 0)) / total)


def score_in_words(score: int | None) -> str | None:
    """With its sign; the minus is a minus, not a hyphen."""
    return None if score is None else f"{score:+d}".replace("-", "−") if score else "0"


def slices(groups: Mapping[str, int | None]) -> list[Slice]:
    """The groups as parts of one bar; without widths where one of them is not shown."""
    whole = None not in groups.values()
    total = sum(count or 0 for count in groups.values())
    found, start = [], 0.0
    for name in GROUPS:
        count = groups[name]
        share = 100 * (count or 0) / total if total and whole else 0.0
        percent = round(share) if whole else None
        found.append(Slice(name, str(_GROUP_NAMES[name]), count, percent, f"{start:.2f}%", f"{share:.2f}%"))
        start += share
    return found


def _share_of_star(mean: float | None, star: int) -> int:
    """How much of a star is filled, in per cent."""
    return round(100 * max(0.0, min(1.0, (mean or 0) - star + 1)))


def _height(count: int | None, highest: int) -> int:
    """Of a column, in per cent of the tallest one."""
    return round(100 * (count or 0) / highest) if highest else 0
