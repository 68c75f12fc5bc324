"""Question kind: rows that are judged on one scale, or by several criteria."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop.kinds import Chart, Json, QuestionKind, Refused, Specimen
from workshop.questions.covered import covered
from workshop.questions.gate import whole_or_nothing
from workshop.questions.matrix import specimens, wall
from workshop.questions.matrix.config import ITSELF, MatrixConfig
from workshop.questions.matrix.editor import MatrixEditor
from workshop.questions.matrix.tally import MatrixTally, chosen
from workshop.questions.options import revised

#: Fields get darker in so many steps.
SHADES = 7
#: So many are named where a result is one line.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the heat map: its number as text, how dark it is, and what it stands for."""

    head: str
    text: str | None
    shade: int
    width: str = "0%"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: with criteria a mean for each, else how many chose each point."""

    name: str
    label: str
    mean: float | None
    given: int | None
    fields: list[Field]


class Matrix(QuestionKind):
    """Statements on a scale, or things compared by criteria."""

    slug: ClassVar[str] = "matrix"
    label: ClassVar[Any] = gettext_lazy("Matrix")
    icon: ClassVar[str] = "board"
    template_folder: ClassVar[str] = "matrix"
    Config: ClassVar[type[MatrixConfig]] = MatrixConfig
    Editor: ClassVar[type[MatrixEditor]] = MatrixEditor
    value_shape: ClassVar[Any] = "json"
    modules: ClassVar[tuple[str, ...]] = ("questions/own-part.js", "matrix/matrix-grid.js")
    styles: ClassVar[tuple[str, ...]] = ("questions/questions.css", "questions/standing.css", "matrix/matrix.css")

    def public(self, config: MatrixConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience, reveal
        return dict(config.model_dump(mode="json", exclude={"retired", "retired_criteria"}))

    def from_form(self, post: QueryDict, name: str) -> Json:
        """Points from fields ``v.<row>.<criterion>``; without criteria ``v.<row>``. Raises Refused."""
        found: dict[str, Any] = {}
        for field in post:
            start, *place = field.split(".")
            text = str(post.get(field, "")).strip()
            if start != name or not place or not text:
                continue
            if not (text.isascii() and text.isdigit() and len(text) == 1):
                raise _bad_point()
            if len(place) == 1:
                found[place[0]] = int(text)
            else:
                row = found.setdefault(place[0], {})
                if isinstance(row, dict):
                    row[place[1]] = int(text)
        return found or None

    def parse(self, config: MatrixConfig, raw: Json) -> dict[str, Json]:
        """Points by row, and by criterion where there are any. Raises Refused ``empty``, ``bad_choice``, ``bad_value``."""
        given = self.partial(config, raw)
        if not given:
            raise Refused("empty", _("Please choose in at least one row."))
        return given

    def partial(self, config: MatrixConfig, raw: Json) -> dict[str, Json]:
        given = {} if raw is None else raw
        if not isinstance(given, dict) or not set(given) <= {row.id for row in config.rows}:
            raise _bad_choice()
        ordered = {row.id: given[row.id] for row in config.rows if row.id in given}
        if not config.criteria:
            if not all(_is_point(config, point) for point in ordered.values()):
                raise _bad_point()
            return ordered
        judged = config.judged
        rows = {row: self._judged(config, judged, cells) for row, cells in ordered.items()}
        return {row: cells for row, cells in rows.items() if cells}

    def _judged(self, config: MatrixConfig, judged: list[str], cells: Json) -> dict[str, int]:
        """The points of one row by criterion."""
        if not isinstance(cells, dict) or not cells.keys() <= set(judged):
            raise _bad_choice()
        if not all(_is_point(config, point) for point in cells.values()):
            raise _bad_point()
        return {criterion: cells[criterion] for criterion in judged if criterion in cells}

    def answering(self, config: MatrixConfig, own: Json) -> dict[str, Any]:
        mine = {(row, criterion): point for row, criterion, point in chosen(own)}
        rows = [
            (
                row,
                [(criterion, mine.get((row.id, criterion.id))) for criterion in config.criteria],
                mine.get((row.id, ITSELF)),
            )
            for row in config.rows
        ]
        return {"rows": rows}

    def offered(self, config: MatrixConfig) -> list[str]:
        return [row.text for row in config.rows]

    def signs(self, config: MatrixConfig) -> list[str]:
        """Phones show no letters."""
        return ["•"] * len(config.rows)

    def tally(self, config: MatrixConfig) -> MatrixTally:
        return MatrixTally(config)

    def guarded(self, config: MatrixConfig, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        """Means of cells in which enough people chose; how many chose what only where no point is small.

        On a scale of two points the mean says how many chose each.
        """
        given = {(row, by): data["given"][row][by] for row, by in config.places}
        enough = covered(given, data["n"], least)
        whole = {place: whole_or_nothing(dict(enumerate(data["counts"][place[0]][place[1]])), least) for place in given}
        shown = {
            place: count is not None and (whole[place] or config.points > 2)  # noqa: PLR2004 - not only both ends
            for place, count in enough.items()
        }
        counts = {place: shown[place] and whole[place] for place in given}
        return {
            "n": data["n"],
            "given": _nested(data["given"], shown),
            "mean": _nested(data["mean"], shown),
            "counts": _nested(data["counts"], counts),
        }

    def turns(self, config: MatrixConfig) -> bool:
        return bool(wall.pages(config))

    def leaves(self, config: MatrixConfig, data: Mapping[str, Json]) -> list[Mapping[str, Json]]:
        """All rows; where words are cut off there, then some after the other, whole."""
        return [data, *({**data, "only": part} for part in wall.pages(config))]

    def result(self, config: MatrixConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        only = data.get("only")
        rows = [row for row in lines(config, data) if only is None or row.name in only]
        heads = [criterion.text for criterion in config.criteria]
        return {
            "n": data["n"],
            "rows": rows,
            "heads": heads or [words or str(number) for number, words in config.steps],
            "compared": bool(config.criteria),
            "top": config.points,
            "words": json.dumps({str(number): words for number, words in config.named}, ensure_ascii=False),
            "fit": wall.WHOLE if only else wall.picture(len(rows)),
        }

    def chart(self, config: MatrixConfig, data: Mapping[str, Json]) -> Chart | None:
        rows = list(lines(config, data))
        if all(row.mean is None for row in rows):
            return None
        steps = [words or str(number) for number, words in config.steps]
        across = [criterion.text for criterion in config.criteria] or [*steps, _("Mean")]
        means = [row.mean for row in rows if row.mean is not None]
        first = sorted((row for row in rows if row.mean is not None), key=lambda row: -(row.mean or 0))[:NAMED]
        said = {"top": config.points, "rows": "; ".join(f"{row.label} {row.mean:g}" for row in first)}
        return Chart(
            "heat",
            tuple(row.label for row in rows),
            tuple(row.mean or 0.0 for row in rows),
            _("Means from 1 to %(top)d: %(rows)s") % said,
            counts=False,
            figure=round(sum(means) / len(means), 2),
            across=tuple(across),
            cells=tuple(_numbers(config, data, row.name) for row in rows),
        )

    def measure(self, config: MatrixConfig, value: Json) -> float | None:
        """The mean of all that was chosen."""
        del config
        points = [point for _row, _by, point in chosen(value)]
        return sum(points) / len(points) if points else None

    def revise(self, old: Mapping[str, Json], new: dict[str, Json]) -> dict[str, Json]:
        if not old.get("rows"):
            return new
        known = MatrixConfig.model_validate(old)
        rows = revised(known.rows, known.retired, new, "rows")
        return revised(known.criteria, known.retired_criteria, rows, "criteria", "retired_criteria")

    def sample(self, config: MatrixConfig, chance: Random) -> Json:
        """Each cell is liked as its place says, more or less."""
        found: dict[str, Any] = {}
        for at, (row, criterion) in enumerate(config.places):
            liked = 1 + (at * 7 + 5) % 11 / 10 * (config.points - 1)
            point = min(config.points, max(1, round(chance.gauss(liked, config.points / 5))))
            if criterion == ITSELF:
                found[row] = point
            else:
                found.setdefault(row, {})[criterion] = point
        return found

    def columns(self, config: MatrixConfig) -> list[str]:
        texts = {row.id: row.text for row in config.rows}
        by = {criterion.id: criterion.text for criterion in config.criteria}
        return [f"{texts[row]}: {by[name]}" if name in by else texts[row] for row, name in config.places]

    def cells(self, config: MatrixConfig, value: Json) -> list[Any]:
        """The number in each cell, empty where nothing was chosen."""
        mine = {(row, criterion): point for row, criterion, point in chosen(value if isinstance(value, dict) else {})}
        return [mine.get(place) for place in config.places]

    def in_words(self, config: MatrixConfig, value: Json) -> str:
        words = dict(config.steps)
        pairs = zip(self.columns(config), self.cells(config, value), strict=True)
        return "; ".join(f"{text}: {words.get(point) or point}" for text, point in pairs if point is not None)

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        bad: list[Json] = [None, {}, [], "a", 5, True, {"z": 1}, [["a", 1]]]
        bad += [{"a": point} for point in (0, 6, -1, 3.0, "3", True, None, 10**30, 1e9, float("nan"), [3])]
        deep: list[Json] = [{"a": {"x": 3}}, {"a": 3}, {"a": {"b": {"c": 3}}}, {"a": {"b": 3.0}}, {"a": {"b": "3"}}]
        return [
            (
                {"rows": ["I can read our bill", "I know whom to ask"], "ends": ["not at all", "fully"]},
                [{"a": 1}, {"a": 5, "b": 3}, {"b": 2, "a": 4}],
                [*bad, {"a": {"a": 3}}, {"a": 3, "z": 1}],
            ),
            (
                {"rows": ["Alpha", "Beta"], "criteria": ["Price", "Ease"], "points": 4},
                [{"a": {"a": 1, "b": 4}}, {"b": {"b": 2}, "a": {"a": 3}}, {"a": {"a": 2}, "b": {}}],
                [*bad, *deep, {"a": {"a": 5}}, {"a": {}}, {"a": {"a": True}}, {"a": {"a": None}}],
            ),
            (
                {"rows": ["We tag every run"], "words": ["No", "Partly", "Yes"]},
                [{"a": 1}, {"a": 3}],
                [*bad, {"a": 4}, {"a": "Yes"}],
            ),
        ]

    def specimens(self) -> list[Specimen]:
        return specimens.all_()


def lines(config: MatrixConfig, data: Mapping[str, Json]) -> Iterator[Line]:
    """The rows in their order, with their fields."""
    shares = [max(counts) / sum(counts) for counts in _known_counts(config, data) if sum(counts)]
    for row in config.rows:
        means, given = data["mean"][row.id], data["given"][row.id]
        known = [mean for mean in means.values() if mean is not None]
        yield Line(
            name=row.id,
            label=row.text,
            mean=round(sum(known) / len(known), 2) if known else None,
            given=given.get(ITSELF),
            fields=list(
                _compared(config, means)
                if config.criteria
                else _chosen(config, data["counts"][row.id][ITSELF], max(shares, default=1.0))
            ),
        )


def _compared(config: MatrixConfig, means: Mapping[str, float | None]) -> Iterator[Field]:
    """A mean for each criterion; the higher it is on the scale, the darker its field."""
    for criterion in config.criteria:
        mean = means.get(criterion.id)
        share = (mean - 1) / (config.points - 1) if mean is not None else 0.0
        text = f"{mean:.1f}" if mean is not None else None
        yield Field(criterion.text, text, _shade(share), f"{round(100 * share, 1)}%", criterion.id)


def _known_counts(config: MatrixConfig, data: Mapping[str, Json]) -> list[list[int]]:
    """What is shown of how many chose each point, row by row."""
    return [counts for row, by in config.places if (counts := data["counts"][row][by]) is not None]


def _chosen(config: MatrixConfig, counts: list[int] | None, most: float) -> Iterator[Field]:
    """How many chose each point; the nearer its share of the row is to the largest one, the darker its field."""
    people = sum(counts or ())
    for number, words in config.steps:
        count = counts[number - 1] if counts else None
        share = (count or 0) / people if people else 0.0
        yield Field(words or str(number), None if count is None else str(count), _shade(share / most), name=str(number))


def _shade(share: float) -> int:
    """0 to 7; 0 of nothing alone."""
    return max(1, min(SHADES, round(SHADES * share))) if share > 0 else 0


def _numbers(config: MatrixConfig, data: Mapping[str, Json], row: str) -> tuple[float | None, ...]:
    means = data["mean"][row]
    if config.criteria:
        return tuple(means.get(criterion.id) for criterion in config.criteria)
    counts = data["counts"][row][ITSELF] or [None] * config.points
    return (*(None if count is None else float(count) for count in counts), means[ITSELF])


def _nested(
    cells: Mapping[str, Mapping[str, Json]], shown: Mapping[tuple[str, str], bool]
) -> dict[str, dict[str, Json]]:
    """By row and criterion, None where it is not shown."""
    return {row: {by: value if shown[row, by] else None for by, value in found.items()} for row, found in cells.items()}


def _is_point(config: MatrixConfig, point: Json) -> bool:
    return type(point) is int and 1 <= point <= config.points


def _bad_choice() -> Refused:
    return Refused("bad_choice", _("This does not fit the question. Please choose again."))


def _bad_point() -> Refused:
    return Refused("bad_value", _("Please choose one of the points of the scale."))
