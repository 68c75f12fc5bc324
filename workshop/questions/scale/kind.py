"""Question kind: a number between two ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, model_validator

from workshop.kinds import Chart, Json, KindConfig, QuestionKind, Refused, Specimen
from workshop.questions.fitting import BARS, ROOM, fit
from workshop.questions.gate import whole_or_nothing
from workshop.questions.scale.editor import ScaleEditor
from workshop.questions.scale.sets import SETS, words
from workshop.questions.shares import bar_rows

LONGEST = 80
#: Beside a mean the bars stand in this step of their sizes or a smaller one.
SMALLEST_BARS = 2
LONG_LOW = "They hardly know of each other, and nobody has the time for a talk about it"
LONG_HIGH = "They meet every week, decide together, and everybody knows the figures"


class ScaleConfig(KindConfig):
    """``points`` steps from ``start``. ``labels``: of both ends, or one for each point. ``set``: ready-made ones."""

    points: int = Field(default=5, ge=2, le=11)
    start: int = Field(default=1, ge=0, le=1)
    labels: list[str] = Field(default_factory=list, max_length=11)
    set: str = ""

    @model_validator(mode="after")
    def _fits(self) -> ScaleConfig:
        if any(len(label) > LONGEST for label in self.labels):
            message = f"labels: at most {LONGEST} characters each"
            raise ValueError(message)
        if len(self.labels) not in (0, 2, self.points):
            message = f"labels: two for both ends, or {self.points}, one for each point"
            raise ValueError(message)
        if self.set and self.set not in SETS:
            message = f"set: one of {', '.join(SETS)}"
            raise ValueError(message)
        return self

    @property
    def steps(self) -> list[int]:
        """The numbers that may be chosen."""
        return list(range(self.start, self.start + self.points))

    @property
    def words(self) -> list[str]:
        """What stands at each step, '' for nothing. Own words come before ready-made ones."""
        if len(self.labels) == self.points:
            return list(self.labels)
        if self.labels:
            return [self.labels[0], *[""] * (self.points - 2), self.labels[1]]
        return words(self.set, self.points) if self.set else [""] * self.points

    @property
    def everywhere(self) -> bool:
        """Whether every step has words of its own."""
        return all(self.words)

    @property
    def ends(self) -> tuple[str, str]:
        """The words at both ends."""
        return self.words[0], self.words[-1]


class ScaleTally:
    """How often each step was chosen."""

    def __init__(self, config: ScaleConfig) -> None:
        self.n = 0
        self._steps = config.steps
        self._counts: Counter[int] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        self._counts[value] += weight

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: ScaleTally) -> None:
        self.n += other.n
        self._counts.update(other._counts)

    def data(self) -> dict[str, Json]:
        """``counts`` by step, the ``mean`` to two digits and the ``median``; None without answers."""
        counts = {str(step): self._counts[step] for step in self._steps}
        people = sum(counts.values())
        total = sum(step * self._counts[step] for step in self._steps)
        mean = round(total / people, 2) if people else None
        return {"n": self.n, "counts": counts, "mean": mean, "median": self._median(people)}

    def _median(self, people: int) -> float | None:
        """The step in the middle; between two steps where the middle is."""
        if people <= 0:
            return None
        middle = (self._at((people - 1) // 2) + self._at(people // 2)) / 2
        return int(middle) if middle.is_integer() else middle

    def _at(self, place: int) -> int:
        """The answer in that place, counted from 0, from the lowest to the highest."""
        for step in self._steps:
            place -= self._counts[step]
            if place < 0:
                return step
        return self._steps[-1]


class Scale(QuestionKind):
    """A scale of 2 to 11 points with words at both ends: mean and distribution."""

    slug: ClassVar[str] = "scale"
    label: ClassVar[Any] = gettext_lazy("Scale")
    icon: ClassVar[str] = "up"
    template_folder: ClassVar[str] = "scale"
    Config: ClassVar[type[ScaleConfig]] = ScaleConfig
    Editor: ClassVar[type[ScaleEditor]] = ScaleEditor
    value_shape: ClassVar[Any] = "number"
    modules: ClassVar[tuple[str, ...]] = ("questions/own.js",)
    styles: ClassVar[tuple[str, ...]] = ("questions/questions.css", "scale/scale.css")

    def public(self, config: ScaleConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience, reveal
        return {"points": config.points, "start": config.start, "labels": config.words if any(config.words) else []}

    def parse(self, config: ScaleConfig, raw: Json) -> int:
        """A whole number of the scale, as a number: ``"3"`` and ``3.0`` are mistakes of a program."""
        if raw is None or raw == "":
            raise Refused("empty", _("Please choose a number."))
        if type(raw) is not int or raw not in config.steps:
            limits = {"low": config.steps[0], "high": config.steps[-1]}
            raise Refused("bad_value", _("Please choose a number from %(low)d to %(high)d.") % limits)
        return raw

    def tally(self, config: ScaleConfig) -> ScaleTally:
        return ScaleTally(config)

    def guarded(self, config: ScaleConfig, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        """The distribution when no step is small, else the mean alone: side by side they would give small steps away."""
        del config
        if whole_or_nothing(data["counts"], least):
            return dict(data)
        return {"n": data["n"], "mean": data["mean"]}

    def measure(self, config: ScaleConfig, value: Json) -> float | None:
        del config
        return float(value)

    def ballots(self, config: ScaleConfig) -> list[tuple[str, Json]]:
        return [(label, step) for step, label in zip(config.steps, _labels(config), strict=True)]

    def offered(self, config: ScaleConfig) -> list[str]:
        """The steps where each has its words; else what both ends mean, where both have words."""
        if config.everywhere:
            return config.words
        low, high = config.ends
        return [low, high] if low and high else []

    def signs(self, config: ScaleConfig) -> list[str]:
        steps = config.steps if config.everywhere else [config.steps[0], config.steps[-1]]
        return [str(step) for step in steps]

    def result(self, config: ScaleConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        """Columns of numbers, or bars where each step has its words; where the mean stands on the way between them."""
        counts: Mapping[str, int] = data.get("counts") or {}
        labels = config.words if config.everywhere else [str(step) for step in config.steps]
        named = zip(config.steps, labels, strict=True)
        rows = bar_rows(
            [(str(step), label, counts[str(step)]) for step, label in named if counts],
            int(data["n"]),
        )
        highest = max((row.count or 0 for row in rows), default=0)
        tall = [(row, f"{100 - _height(row.count, highest)}%", f"{_height(row.count, highest)}%") for row in rows]
        mean = data.get("mean")
        return {
            "n": data["n"],
            "mean": mean,
            "median": data.get("median"),
            "columns": tall,
            "rows": rows,
            "fit": max(SMALLEST_BARS, fit(labels, BARS, room=ROOM - 16)),
            "at": None if mean is None else f"{100 * (mean - config.start + 0.5) / config.points:.1f}%",
        }

    def chart(self, config: ScaleConfig, data: Mapping[str, Json]) -> Chart | None:
        counts: Mapping[str, int] | None = data.get("counts")
        note = _("Mean %s") % data["mean"] if data.get("mean") is not None else ""
        if counts is None:
            # The distribution is withheld: the mean stands alone.
            return Chart("histogram", (), (), note, figure=data["mean"]) if note else None
        values = tuple(float(count) for count in counts.values())
        return Chart("histogram", tuple(_labels(config)), values, note, figure=data["mean"])

    def sample(self, config: ScaleConfig, chance: Random) -> Json:
        """Somewhat above the middle."""
        return config.start + round(chance.triangular(0, config.points - 1, 0.65 * (config.points - 1)))

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        return [
            ({}, [1, 3, 5], [0, 6, 3.5, "3", None, 1e9, True, [3], {"v": 3}, -1]),
            ({"points": 11, "start": 0, "labels": ["Never", "Gladly"]}, [0, 10], [11, -1, "0"]),
            ({"points": 2, "labels": ["No", "Yes"]}, [1, 2], [3, 0]),
            ({"set": "agreement"}, [1, 4, 5], [0, 6]),
            ({"points": 3, "labels": ["Slower", "As it is", "Faster"]}, [1, 2, 3], [4, ""]),
        ]

    def specimens(self) -> list[Specimen]:
        return [
            Specimen(
                "usual",
                _("How ready is your team to tag its AI costs?"),
                {"labels": [_("Nobody does it"), _("Every run has a tag")]},
            ),
            Specimen("agreement", _("I can explain what drives our bill."), {"set": "agreement"}),
            Specimen("frequency", _("How often do you look at the bill?"), {"set": "frequency", "points": 4}),
            Specimen("two", _("Is this for you?"), {"points": 2, "labels": [_("Rather not"), _("Rather yes")]}),
            Specimen("eleven", _("How likely is it that you use this next week?"), {"points": 11, "start": 0}),
            Specimen(
                "long-words",
                _(
                    "Think of the three workloads that cost most in your own team, and of the people who could change "
                    "them: how well do they work together at this time?"
                ),
                {"points": 7, "labels": [LONG_LOW, LONG_HIGH]},
            ),
            Specimen(
                "right-to-left", "ما مدى استعداد فريقكم؟", {"labels": ["غير مستعد", "مستعد تماماً"]}, right_to_left=True
            ),
        ]


def _labels(config: ScaleConfig) -> list[str]:
    """The steps as a table names them: ``1 Never``, ``2`` …"""
    return [f"{step} {word}".strip() for step, word in zip(config.steps, config.words, strict=True)]


def _height(count: int | None, highest: int) -> int:
    """Of a column, in per cent of the tallest one."""
    return round(100 * (count or 0) / highest) if highest else 0
