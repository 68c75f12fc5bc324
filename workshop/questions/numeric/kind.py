"""Question kind: a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop.kinds import Chart, Json, QuestionKind, Refused, Specimen
from workshop.questions.covered import covered
from workshop.questions.gate import whole_or_nothing
from workshop.questions.numeric import specimens
from workshop.questions.numeric.config import LIMIT, NumericConfig
from workshop.questions.numeric.editor import NumericEditor, plain
from workshop.questions.numeric.numbers import in_words, read, written
from workshop.questions.numeric.tally import NumericTally


@dataclass(frozen=True, slots=True)
class Column:
    """One bin of the histogram, as text and as attributes of SVG. ``right``: the right value lies in it."""

    name: str
    label: str
    count: int
    top: str
    height: str
    right: bool


class Numeric(QuestionKind):
    """A number with its unit; an estimate where there is a right value."""

    slug: ClassVar[str] = "numeric"
    label: ClassVar[Any] = gettext_lazy("Number")
    icon: ClassVar[str] = "poll"
    template_folder: ClassVar[str] = "numeric"
    Config: ClassVar[type[NumericConfig]] = NumericConfig
    Editor: ClassVar[type[NumericEditor]] = NumericEditor
    value_shape: ClassVar[Any] = "text"
    modules: ClassVar[tuple[str, ...]] = ("questions/own-part.js",)
    styles: ClassVar[tuple[str, ...]] = ("questions/questions.css", "questions/standing.css", "numeric/numeric.css")
    types: ClassVar[Mapping[str, Mapping[str, Json]]] = {"number": {}}

    def public(self, config: NumericConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience
        shown = {name: getattr(config, name) for name in ("min", "max", "step")}
        if reveal:
            shown |= {"right": config.right, "tolerance": config.tolerance}
        return {"unit": config.unit} | {name: None if n is None else plain(n) for name, n in shown.items()}

    def parse(self, config: NumericConfig, raw: Json) -> str:
        """The number as it is stored, a text such as ``12.5``. Raises Refused ``empty`` or ``bad_value``."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            raise Refused("empty", _("Please write a number."))
        value = read(raw, unit=config.unit, whole=config.whole)
        if not config.low <= value <= config.high:
            raise Refused("bad_value", self._limits(config))
        if not config.on_a_step(value):
            message = _("Please write a whole number.") if config.step == 1 else _("Please answer in steps of %s.")
            raise Refused("bad_value", message if config.step == 1 else message % in_words(config.step or Decimal(1)))
        return written(value)

    def partial(self, config: NumericConfig, raw: Json) -> str:
        """What was typed so far, if it may still become a number."""
        if raw is None or (isinstance(raw, str) and raw.strip() in ("", "-", "+", ".", ",")):
            return ""
        return written(read(raw, unit=config.unit, whole=config.whole))

    def _limits(self, config: NumericConfig) -> str:
        low, high = in_words(config.low, config.unit), in_words(config.high, config.unit)
        if config.low == -LIMIT and config.high == LIMIT:
            return _("This number is too large.")
        if config.high == LIMIT:
            return _("Please write a number of at least %s.") % low
        if config.low == -LIMIT:
            return _("Please write a number of at most %s.") % high
        return _("Please write a number from %(low)s to %(high)s.") % {"low": low, "high": high}

    def answering(self, config: NumericConfig, own: Json) -> dict[str, Any]:
        low = in_words(config.min, config.unit) if config.min is not None else ""
        high = in_words(config.max, config.unit) if config.max is not None else ""
        step = in_words(config.step) if config.step is not None and config.step != 1 else ""
        return {"own": own, "low": low, "high": high, "step": step, "negative": config.low < 0}

    def tally(self, config: NumericConfig) -> NumericTally:
        return NumericTally(config)

    def shared(self, config: NumericConfig, data: Mapping[str, Json]) -> dict[str, Json]:
        """``hits`` go with the right answer, which has a switch of its own; the template waits for it."""
        del config
        return dict(data)

    def guarded(self, config: NumericConfig, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        """The mean; the histogram where no bin is small. Median, lowest and highest are numbers of single people."""
        del config
        shown: dict[str, Json] = {"n": data["n"], "mean": data["mean"]}
        if whole_or_nothing({at: count for at, (_low, _high, count) in enumerate(data["bins"])}, least):
            shown["bins"] = data["bins"]
        if data["hits"] is not None:
            right, wrong = data["hits"], data["n"] - data["hits"]
            shown["hits"] = covered({"right": right, "wrong": wrong}, data["n"], least)["right"]
        return shown

    def score(self, config: NumericConfig, value: Json) -> float | None:
        if config.right is None:
            return None
        return float(value is not None and config.is_right(Decimal(value)))

    def right(self, config: NumericConfig) -> tuple[str, ...]:
        if config.right is None:
            return ()
        value = in_words(config.right, config.unit)
        return (f"{value} ± {in_words(config.tolerance, config.unit)}" if config.tolerance else value,)

    def measure(self, config: NumericConfig, value: Json) -> float | None:
        del config
        return float(value)

    def result(self, config: NumericConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        figures = {
            name: in_words(Decimal(data[name]), config.unit) if data.get(name) is not None else None
            for name in ("mean", "median", "lowest", "highest")
        }
        found = list(columns(config, data.get("bins") or []))
        return {"n": data["n"], **figures, "hits": data.get("hits"), "columns": found, "binned": "bins" in data}

    def chart(self, config: NumericConfig, data: Mapping[str, Json]) -> Chart | None:
        if data.get("mean") is None:
            return None
        said = [_("Mean %s") % in_words(Decimal(data["mean"]), config.unit)]
        if data.get("median") is not None:
            said.append(_("Median %s") % in_words(Decimal(data["median"]), config.unit))
        found = list(columns(config, data.get("bins") or []))
        values = tuple(float(column.count) for column in found)
        labels = tuple(column.label for column in found)
        return Chart("histogram", labels, values, ", ".join(said), figure=float(data["mean"]))

    def sample(self, config: NumericConfig, chance: Random) -> Json:
        """Around the right value, or around the middle."""
        low = config.min if config.min is not None else Decimal(0)
        high = config.max if config.max is not None else max(low, (config.right or Decimal(50)) * 2) + 1
        middle = config.right if config.right is not None else (low + high) / 2
        step = config.step or Decimal(1)
        drawn = Decimal(repr(round(chance.gauss(float(middle), float(high - low) / 7), 3)))
        value = (config.min or Decimal(0)) + step * ((drawn - (config.min or Decimal(0))) / step).to_integral_value()
        return written(min(config.high, max(config.low, value)))

    def cells(self, config: NumericConfig, value: Json) -> list[Any]:
        """A number, for a spreadsheet."""
        del config
        return [plain(Decimal(value)) if value else None]

    def columns(self, config: NumericConfig) -> list[str]:
        return [config.unit]

    def in_words(self, config: NumericConfig, value: Json) -> str:
        return in_words(Decimal(value), config.unit) if value else ""

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        bad: list[Json] = [
            None,
            "",
            " ",
            "x",
            "1e3",
            "NaN",
            "inf",
            True,
            False,
            [1],
            {"v": 1},
            float("nan"),
            float("inf"),
        ]
        bad += [10**30, 1e15, "9" * 41, "0x10", "1_000", "--1", "1.2.3", "1,2,3", "1.0000001", "½"]
        return [
            ({}, ["12", "12,5", "-0.25", 7, 0.1, "٣"], bad),
            (
                {"unit": "%", "min": 0, "max": 100, "step": 1, "right": 35, "tolerance": 5},
                ["35", "30 %", "100", 0],
                [*bad, "101", "-1", "35.5", "1,000"],
            ),
            ({"unit": "€", "min": -5, "max": 5.5, "step": 0.5}, ["-5", "0,5", "5.5"], [*bad, "6", "0.25", "-5.5"]),
        ]

    def specimens(self) -> list[Specimen]:
        return specimens.all_()


def columns(config: NumericConfig, bins: list[list[Any]]) -> Iterator[Column]:
    """The bins with their labels and heights."""
    highest = max((count for _low, _high, count in bins), default=0)
    for at, (low, high, count) in enumerate(bins):
        tall = round(100 * count / highest) if highest else 0
        first, last = (None if edge is None else Decimal(edge) for edge in (low, high))
        inside = config.right is not None and _within(config.right, first, last, config.max)
        yield Column(f"bin-{at}", _label(config, first, last), count, f"{100 - tall}%", f"{tall}%", inside)


def _within(value: Decimal, first: Decimal | None, last: Decimal | None, top: Decimal | None) -> bool:
    """Whether the value lies in a bin; the last one holds the question's upper limit too."""
    return (first is None or first <= value) and (last is None or value < last or value == last == top)


def _label(config: NumericConfig, low: Decimal | None, high: Decimal | None) -> str:
    """``10–19`` for whole numbers, ``12`` for a single one, ``0–2.5`` where the upper edge belongs to the next bin."""
    if low is None:
        return f"< {in_words(high or Decimal(0))}"
    if high is None:
        return f"≥ {in_words(low)}"
    if config.step is not None:
        last = high if high == config.max and high - low != config.step else high - config.step
        last = last if config.max is None else min(last, config.max)
        return in_words(low) if last <= low else f"{in_words(low)}–{in_words(last)}"
    return f"{in_words(low)}–{in_words(high)}"
