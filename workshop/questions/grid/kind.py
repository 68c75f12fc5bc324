"""Question kind: points on a plane with two axes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop.kinds import Chart, Json, QuestionKind, Refused, Specimen
from workshop.questions.covered import covered
from workshop.questions.gate import suppress
from workshop.questions.grid import specimens
from workshop.questions.grid.config import LAST, MIDDLE, GridConfig
from workshop.questions.grid.editor import GridEditor
from workshop.questions.grid.tally import QUARTERS, GridTally
from workshop.questions.options import revised

#: Sizes of dots on the plane.
SIZES = 7
#: Colours of the style sheet.
COLOURS = 8
#: Of more items the means alone are drawn: their dots could not be told apart.
DOTTED = 6


@dataclass(frozen=True, slots=True)
class Placed:
    """One item in the result. Numbers are None where too few people stand behind them."""

    name: str
    label: str
    colour: int
    placed: int | None
    mean: Mapping[str, float] | None
    #: Places of the raster by size of their dots, as a path in a field of 100 by 100.
    dots: list[tuple[int, str]]
    quarters: list[int | None]
    #: Mean and whiskers as attributes of SVG: x, y, left, right, top, bottom.
    at: Mapping[str, str] | None


class Grid(QuestionKind):
    """A 2×2: where does it stand on two axes?"""

    slug: ClassVar[str] = "grid"
    label: ClassVar[Any] = gettext_lazy("2×2 plane")
    icon: ClassVar[str] = "board"
    template_folder: ClassVar[str] = "grid"
    Config: ClassVar[type[GridConfig]] = GridConfig
    Editor: ClassVar[type[GridEditor]] = GridEditor
    value_shape: ClassVar[Any] = "json"
    modules: ClassVar[tuple[str, ...]] = ("questions/own-part.js", "grid/point-plane.js", "grid/own-point.js")
    styles: ClassVar[tuple[str, ...]] = ("questions/questions.css", "questions/standing.css", "grid/grid.css")
    types: ClassVar[Mapping[str, Mapping[str, Json]]] = {"grid": {}, "2x2": {}}

    def public(self, config: GridConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience, reveal
        return {**config.model_dump(mode="json", exclude={"retired"}), "last": LAST}

    def from_form(self, post: QueryDict, name: str) -> Json:
        """Places from two number fields each. Raises Refused where one is missing or no number."""
        start, found = f"{name}-", dict[str, dict[str, int]]()
        for field in post:
            text = str(post.get(field, "")).strip() if field.startswith(start) else ""
            item, _dash, axis = field.removeprefix(start).rpartition("-")
            if text and axis in ("x", "y"):
                found.setdefault(item, {})[axis] = _number(text)
        if any(len(place) != len("xy") for place in found.values()):
            raise Refused("bad_value", _("A point needs both numbers."))
        return {item: [place["x"], place["y"]] for item, place in found.items()} or None

    def parse(self, config: GridConfig, raw: Json) -> dict[str, list[int]]:
        """Places ``[x, y]`` by item, from 0 to 20. Raises Refused ``empty``, ``bad_choice`` or ``bad_value``."""
        places = self.partial(config, raw)
        if not places:
            raise Refused("empty", _("Please place at least one.") if config.items else _("Please place your point."))
        return places

    def partial(self, config: GridConfig, raw: Json) -> dict[str, list[int]]:
        given = {} if raw is None else raw
        if not isinstance(given, dict) or not set(given) <= set(config.ids):
            raise Refused("bad_choice", _("This does not fit the question. Please place your point again."))
        if not all(_is_place(place) for place in given.values()):
            raise Refused("bad_value", _("Please place it on the plane, from 0 to %d.") % LAST)
        return {name: list(given[name]) for name in config.ids if name in given}

    def answering(self, config: GridConfig, own: Json) -> dict[str, Any]:
        rows = [(point, (own or {}).get(point.id) or ["", ""]) for point in config.points]
        return {"rows": rows, "last": LAST, "middle": MIDDLE}

    def offered(self, config: GridConfig) -> list[str]:
        return [item.text for item in config.items]

    def tally(self, config: GridConfig) -> GridTally:
        return GridTally(config)

    def guarded(self, config: GridConfig, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        """Means of items that enough people placed, and how many lie in each quarter; never single places."""
        del config
        placed = covered(data["placed"], data["n"], least)
        names = [name for name, count in placed.items() if count]
        return {
            "n": data["n"],
            "placed": placed,
            "mean": {name: data["mean"][name] if name in names else None for name in placed},
            "quarters": {name: suppress(data["quarters"][name], least) for name in names},
        }

    def result(self, config: GridConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        rows = list(placings(config, data))
        return {"n": data["n"], "rows": rows, "several": bool(config.items), "cells": "cells" in data}

    def chart(self, config: GridConfig, data: Mapping[str, Json]) -> Chart | None:
        rows = [row for row in placings(config, data) if row.mean is not None]
        if not rows:
            return None
        ends = (*config.x_ends, *config.y_ends)
        names = (config.x, config.y)
        return Chart(
            "plane",
            tuple(row.label or _("Mean") for row in rows),
            tuple(float(row.placed or 0) for row in rows),
            "; ".join(_in_numbers(config, row) for row in rows),
            counts=False,
            across=(*names, *ends),
            cells=tuple((row.mean["x"] / LAST, row.mean["y"] / LAST) for row in rows if row.mean),
        )

    def revise(self, old: Mapping[str, Json], new: dict[str, Json]) -> dict[str, Json]:
        if not old.get("items"):
            return new
        known = GridConfig.model_validate(old)
        return revised(known.items, known.retired, new, "items")

    def sample(self, config: GridConfig, chance: Random) -> Json:
        """Around a place of its own for each item."""
        found = {}
        for at, name in enumerate(config.ids):
            middle = ((at * 7 + 14) % 17 + 2, (at * 11 + 12) % 15 + 3)
            found[name] = [min(LAST, max(0, round(chance.gauss(where, 3)))) for where in middle]
        return found

    def columns(self, config: GridConfig) -> list[str]:
        return [f"{point.text}: {axis}".removeprefix(": ") for point in config.points for axis in (config.x, config.y)]

    def cells(self, config: GridConfig, value: Json) -> list[Any]:
        """Both numbers of each item, empty where it was not placed."""
        given = value if isinstance(value, dict) else {}
        return [number for name in config.ids for number in given.get(name, (None, None))]

    def in_words(self, config: GridConfig, value: Json) -> str:
        given = value if isinstance(value, dict) else {}
        parts = [(point.text, given[point.id]) for point in config.points if point.id in given]
        return "; ".join(f"{text}: {config.x} {x}, {config.y} {y}".removeprefix(": ") for text, (x, y) in parts)

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        bad: list[Json] = [None, {}, [], [1, 2], "a", 5, True]
        for place in (
            [21, 0],
            [0, -1],
            [1.0, 2],
            ["1", 2],
            [True, 1],
            [None, 1],
            [1],
            [1, 2, 3],
            [10**30, 1],
            5,
            "1,2",
        ):
            bad += [{"point": place}, {"a": place}]
        bad += [{"point": [float("nan"), 1]}, {"a": [1e9, 1]}, {"a": {"x": 1, "y": 2}}, {"z": [1, 1]}]
        return [
            ({"x": "Effort", "y": "Benefit"}, [{"point": [0, 20]}, {"point": [10, 10]}, {"point": [3, 17]}], bad),
            (
                {
                    "x": "Effort",
                    "y": "Benefit",
                    "x_ends": ["little", "much"],
                    "y_ends": ["small", "large"],
                    "items": ["Tags", "Alerts", "Forecasts"],
                    "corners": ["Do now", "Plan", "Later", "Leave"],
                },
                [{"a": [1, 2]}, {"a": [20, 20], "c": [0, 0]}, {"b": [5, 5], "a": [6, 6], "c": [7, 7]}],
                bad,
            ),
        ]

    def specimens(self) -> list[Specimen]:
        return specimens.all_()


def placings(config: GridConfig, data: Mapping[str, Json]) -> Iterator[Placed]:
    """The items in their order."""
    cells: Mapping[str, list[list[int]]] = data.get("cells") or {}
    most = max((count for found in cells.values() for _x, _y, count in found), default=1)
    for at, point in enumerate(config.points):
        mean = data["mean"].get(point.id)
        found = (data.get("quarters") or {}).get(point.id) or {}
        yield Placed(
            name=point.id,
            label=point.text,
            colour=at % COLOURS + 1,
            placed=data["placed"].get(point.id),
            mean=mean,
            dots=_dots(cells.get(point.id, []), most) if len(config.points) <= DOTTED else [],
            quarters=[found.get(name) for name in QUARTERS[:4]] if found else [],
            at=mean and _whiskers(mean),
        )


def _dots(cells: list[list[int]], most: int) -> list[tuple[int, str]]:
    """A path of points without length for each size, drawn with round ends: one element instead of hundreds."""
    by_size: dict[int, list[str]] = {}
    for x, y, count in cells:
        by_size.setdefault(_size(count, most), []).append(f"M{_across(x)[:-1]} {_up(y)[:-1]}h0")
    return [(size, "".join(places)) for size, places in sorted(by_size.items())]


def _whiskers(mean: Mapping[str, float]) -> dict[str, str]:
    x, y, dx, dy = mean["x"], mean["y"], mean["dx"], mean["dy"]
    return {
        "x": _across(x),
        "y": _up(y),
        "left": _across(max(0, x - dx)),
        "right": _across(min(LAST, x + dx)),
        "top": _up(min(LAST, y + dy)),
        "bottom": _up(max(0, y - dy)),
    }


def _across(x: float) -> str:
    """Place in a drawing that leaves half a dot's width at both ends."""
    return f"{round(3 + 94 * x / LAST, 1):g}%"


def _up(y: float) -> str:
    return f"{round(97 - 94 * y / LAST, 1):g}%"


def _size(count: int, most: int) -> int:
    """1 to 7 by area: a dot of four people is twice as wide as one of a single person."""
    share: float = (count / max(most, 4)) ** 0.5
    return max(1, min(SIZES, round(SIZES * share)))


def _in_numbers(config: GridConfig, row: Placed) -> str:
    assert row.mean is not None
    said = f"{config.x} {row.mean['x']:g}, {config.y} {row.mean['y']:g}"
    return f"{row.label}: {said}" if row.label else said


def _is_place(place: Any) -> bool:
    return (
        isinstance(place, list)
        and len(place) == len("xy")
        and all(type(number) is int and 0 <= number <= LAST for number in place)
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LAST))):
        raise Refused("bad_value", _("Please place it on the plane, from 0 to %d.") % LAST)
    return int(text)
