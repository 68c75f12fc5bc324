"""Question kind: a number between two ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, model_validator

from workshop.kinds import Chart, Json, KindConfig, QuestionKind, Refused
from workshop.questions.gate import whole_or_nothing
from workshop.questions.scale.editor import ScaleEditor
from workshop.questions.shares import bar_rows

#: More points than this are drawn as smaller buttons.
ROOMY = 7


class ScaleConfig(KindConfig):
    """``points`` steps from ``start``; ``labels`` of both ends."""

    points: int = Field(default=5, ge=2, le=11)
    start: int = Field(default=1, ge=0, le=1)
    labels: tuple[str, str] = ("", "")

    @model_validator(mode="after")
    def _short(self) -> ScaleConfig:
        if any(len(label) > 80 for label in self.labels):  # noqa: PLR2004 - two of them stand side by side on a phone
            message = "labels: at most 80 characters each"
            raise ValueError(message)
        return self

    @property
    def steps(self) -> list[int]:
        """The numbers that may be chosen."""
        return list(range(self.start, self.start + self.points))


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
        """``counts`` by step and the ``mean`` to two digits, None without answers."""
        counts = {str(step): self._counts[step] for step in self._steps}
        people = sum(counts.values())
        total = sum(step * self._counts[step] for step in self._steps)
        return {"n": self.n, "counts": counts, "mean": round(total / people, 2) if people else None}


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
        return {"points": config.points, "start": config.start, "labels": list(config.labels)}

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
        return [(str(step), step) for step in config.steps]

    def result(self, config: ScaleConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        counts: Mapping[str, int] | None = data.get("counts")
        steps = [(str(step), str(step), counts[str(step)]) for step in config.steps] if counts else []
        rows = bar_rows(steps, int(data["n"]))
        highest = max((row.count or 0 for row in rows), default=0)
        tall = [(row, f"{100 - _height(row.count, highest)}%", f"{_height(row.count, highest)}%") for row in rows]
        return {"n": data["n"], "mean": data.get("mean"), "columns": tall, "rows": rows}

    def chart(self, config: ScaleConfig, data: Mapping[str, Json]) -> Chart | None:
        del config
        counts: Mapping[str, int] | None = data.get("counts")
        note = _("Mean %s") % data["mean"] if data.get("mean") is not None else ""
        if counts is None:
            # The distribution is withheld: the mean stands alone.
            return Chart("histogram", (), (), note, figure=data["mean"]) if note else None
        values = tuple(float(count) for count in counts.values())
        return Chart("histogram", tuple(counts), values, note, figure=data["mean"])

    def sample(self, config: ScaleConfig, chance: Random) -> Json:
        """Somewhat above the middle."""
        return config.start + round(chance.triangular(0, config.points - 1, 0.65 * (config.points - 1)))

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        return [
            ({}, [1, 3, 5], [0, 6, 3.5, "3", None, 1e9, True, [3], {"v": 3}, -1]),
            ({"points": 11, "start": 0, "labels": ["Never", "Gladly"]}, [0, 10], [11, -1, "0"]),
            ({"points": 2, "labels": ["No", "Yes"]}, [1, 2], [3, 0]),
        ]


def _height(count: int | None, highest: int) -> int:
    """Of a column, in per cent of the tallest one."""
    return round(100 * (count or 0) / highest) if highest else 0
