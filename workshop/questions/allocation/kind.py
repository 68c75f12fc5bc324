"""Question kind: points or dots shared out over options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from workshop.kinds import Chart, Json, QuestionKind, Refused, Specimen
from workshop.questions.allocation import specimens
from workshop.questions.allocation.config import AllocationConfig
from workshop.questions.allocation.editor import AllocationEditor
from workshop.questions.covered import covered
from workshop.questions.options import revised
from workshop.questions.standing import standing_fit, standing_pages, standing_turns

#: Digits of the largest amount, with room for a typing mistake; longer ones are no numbers of people.
DIGITS = 6
#: Longer words take a line of their own above the buttons.
BESIDE = 48
#: So many are named where a result is one line.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Share:
    """One option in the result; None where too few people stand behind the numbers."""

    name: str
    label: str
    rank: int | None
    points: int | None
    givers: int | None
    mean: float | None
    width: str


class AllocationTally:
    """How much each option got, and from how many people."""

    def __init__(self, config: AllocationConfig) -> None:
        self.n = 0
        self._ids = config.ids
        self._points: Counter[str] = Counter()
        self._givers: Counter[str] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        for name, points in value.items():
            self._points[name] += points * weight
            self._givers[name] += weight

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: AllocationTally) -> None:
        self.n += other.n
        self._points.update(other._points)
        self._givers.update(other._givers)

    def data(self) -> dict[str, Json]:
        """By option id: ``points`` and how many ``givers``; options that are gone are not shown."""
        return {
            "n": self.n,
            "points": {name: self._points[name] for name in self._ids},
            "givers": {name: self._givers[name] for name in self._ids},
        }


class Allocation(QuestionKind):
    """100 points, or a few dots, over options."""

    slug: ClassVar[str] = "allocation"
    label: ClassVar[Any] = gettext_lazy("Points or dots")
    icon: ClassVar[str] = "plus"
    template_folder: ClassVar[str] = "allocation"
    Config: ClassVar[type[AllocationConfig]] = AllocationConfig
    Editor: ClassVar[type[AllocationEditor]] = AllocationEditor
    value_shape: ClassVar[Any] = "json"
    modules: ClassVar[tuple[str, ...]] = ("questions/own-part.js", "allocation/share-out.js")
    styles: ClassVar[tuple[str, ...]] = (
        "questions/questions.css",
        "questions/standing.css",
        "allocation/allocation.css",
    )
    types: ClassVar[Mapping[str, Mapping[str, Json]]] = {"points": {}, "dots": {"give": "dots"}}

    def public(self, config: AllocationConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience, reveal
        options = [option.model_dump() for option in config.options]
        return {"options": options, "give": config.give, "total": config.total, "max": config.most}

    def from_form(self, post: QueryDict, name: str) -> Json:
        """The amounts beside the options. Raises Refused where one is no number."""
        start, found = f"{name}-", {}
        for field in post:
            text = str(post.get(field, "")).strip() if field.startswith(start) else ""
            if text:
                found[field.removeprefix(start)] = _number(text)
        return found or None

    def parse(self, config: AllocationConfig, raw: Json) -> dict[str, int]:
        """Amounts by option id, without zeros. Raises Refused ``empty``, ``bad_choice`` or ``bad_value``."""
        given = self.partial(config, raw)
        spent = sum(given.values())
        if not spent:
            raise Refused("empty", _("Please give away at least one."))
        if config.all and spent < config.total:
            left = config.total - spent
            message = ngettext(
                "%d point is left. Please give it away.", "%d points are left. Please give all of them away.", left
            )
            raise Refused("bad_choice", message % left)
        return given

    def partial(self, config: AllocationConfig, raw: Json) -> dict[str, int]:
        given = {} if raw is None else raw
        if not isinstance(given, dict) or not set(given) <= set(config.ids):
            raise Refused("bad_choice", _("This does not fit the question. Please share out again."))
        if not all(type(points) is int for points in given.values()):
            raise Refused("bad_value", _("Please give whole numbers."))
        if not all(0 <= points <= config.most for points in given.values()):
            raise Refused("bad_value", _("Please give each option %d at most.") % config.most)
        over = sum(given.values()) - config.total
        if over > 0:
            message = _("These are %(over)d too many: there are %(total)d to give.")
            raise Refused("bad_choice", message % {"over": over, "total": config.total})
        return {name: given[name] for name in config.ids if given.get(name)}

    def answering(self, config: AllocationConfig, own: Json) -> dict[str, Any]:
        rows = [(option, (own or {}).get(option.id)) for option in config.options]
        return {"rows": rows, "long": any(len(option.text) > BESIDE for option in config.options)}

    def offered(self, config: AllocationConfig) -> list[str]:
        return [option.text for option in config.options]

    def signs(self, config: AllocationConfig) -> list[str]:
        """Phones show no letters."""
        return ["•"] * len(config.options)

    def tally(self, config: AllocationConfig) -> AllocationTally:
        return AllocationTally(config)

    def guarded(self, config: AllocationConfig, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        """What an option got is shown where neither those who gave nor those who did not are a few.

        Where everything is given away what is hidden must not be the rest of one: at least two are hidden.
        """
        del config
        givers = covered(data["givers"], data["n"], least)
        points = {name: data["points"][name] if count is not None else None for name, count in givers.items()}
        return {"n": data["n"], "points": points, "givers": givers}

    def turns(self, config: AllocationConfig) -> bool:
        return standing_turns([option.text for option in config.options])

    def leaves(self, config: AllocationConfig, data: Mapping[str, Json]) -> list[Mapping[str, Json]]:
        """All options; where their words are cut off, then some after the other, whole."""
        rows = list(shares(config, data))
        parts = standing_pages([row.label for row in rows])
        return [data, *({**data, "only": [rows[place].name for place in part]} for part in parts)]

    def result(self, config: AllocationConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        only = data.get("only")
        rows = [row for row in shares(config, data) if only is None or row.name in only]
        return {"n": data["n"], "rows": rows, "fit": standing_fit([row.label for row in rows])}

    def chart(self, config: AllocationConfig, data: Mapping[str, Json]) -> Chart | None:
        shown = [
            (option.text, points) for option in config.options if (points := data["points"][option.id]) is not None
        ]
        if not shown:
            return None
        labels, values = zip(*shown, strict=True)
        first = sorted(shown, key=lambda item: -item[1])[:NAMED]
        said = "; ".join(f"{label} {points}" for label, points in first if points)
        note = (_("Points: %s") if config.all else _("Dots: %s")) % said
        return Chart("bars", labels, tuple(float(points) for points in values), note if data["n"] else "", counts=False)

    def revise(self, old: Mapping[str, Json], new: dict[str, Json]) -> dict[str, Json]:
        if not old.get("options"):
            return new
        known = AllocationConfig.model_validate(old)
        return revised(known.options, known.retired, new, "options")

    def sample(self, config: AllocationConfig, chance: Random) -> Json:
        """Something for most options, more for the earlier ones."""
        weights = [chance.random() ** 2 / (at + 1.5) for at in range(len(config.ids))]
        given = dict.fromkeys(config.ids, 0)
        left = config.total if config.all else chance.randint(1, config.total)
        step = max(1, config.step if left > config.step else 1)
        while left > 0:
            open_ = [
                (name, weight) for name, weight in zip(config.ids, weights, strict=True) if given[name] < config.most
            ]
            if not open_:
                break
            [name] = chance.choices([name for name, _w in open_], [weight + 1e-9 for _n, weight in open_])
            more = min(step, left, config.most - given[name])
            given[name] += more
            left -= more
        return {name: points for name, points in given.items() if points}

    def columns(self, config: AllocationConfig) -> list[str]:
        return [option.text for option in config.options]

    def cells(self, config: AllocationConfig, value: Json) -> list[Any]:
        """What each option got; 0 for nothing."""
        given = value if isinstance(value, dict) else None
        return [given.get(name, 0) if given is not None else None for name in config.ids]

    def in_words(self, config: AllocationConfig, value: Json) -> str:
        given = value if isinstance(value, dict) else {}
        return ", ".join(f"{option.text}: {given[option.id]}" for option in config.options if given.get(option.id))

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        options: list[Json] = ["Tags", "Alerts", "Forecasts"]
        bad: list[Json] = [
            None,
            {},
            [],
            "a",
            5,
            True,
            {"z": 1},
            {"a": 1.0},
            {"a": "1"},
            {"a": True},
            {"a": None},
            {"a": -1},
        ]
        bad += [{"a": 10**30}, {"a": 1e9}, {"a": float("nan")}, {"a": [1]}, {"a": {"a": 1}}, {"a": 0, "b": 0}]
        return [
            (
                {"options": options},
                [{"a": 100}, {"a": 50, "b": 50}, {"a": 34, "b": 33, "c": 33}, {"b": 99, "c": 1, "a": 0}],
                [*bad, {"a": 50}, {"a": 60, "b": 60}, {"a": 101}, {"a": 99}],
            ),
            (
                {"options": [*options, "Budgets"], "give": "dots", "total": 3, "max": 2},
                [{"a": 1}, {"a": 2, "d": 1}, {"b": 1, "c": 1, "d": 1}],
                [*bad, {"a": 3}, {"a": 2, "b": 2}, {"a": 1, "b": 1, "c": 1, "d": 1}, ["a"]],
            ),
        ]

    def specimens(self) -> list[Specimen]:
        return specimens.all_()


def shares(config: AllocationConfig, data: Mapping[str, Json]) -> Iterator[Share]:
    """The options from the one with most down, with equal ones on one rank; those that are not shown come last."""
    points: Mapping[str, int | None] = data.get("points") or {}
    givers: Mapping[str, int | None] = data.get("givers") or {}
    people = max(1, data["n"])
    highest = max((found or 0 for found in points.values()), default=0)
    order = sorted(config.options, key=lambda option: _most_first(points.get(option.id)))
    rank = 0
    for at, option in enumerate(order, 1):
        mine = points.get(option.id)
        if at == 1 or mine != points.get(order[at - 2].id):
            rank = at
        yield Share(
            name=option.id,
            label=option.text,
            rank=rank if highest and mine is not None else None,
            points=mine,
            givers=givers.get(option.id),
            mean=None if mine is None else round(mine / people, 1),
            width=f"{round(100 * (mine or 0) / highest, 1) if highest else 0}%",
        )


def _most_first(points: int | None) -> tuple[bool, int]:
    return points is None, -(points or 0)


def _number(text: str) -> int:
    """A whole number as people type it. Raises Refused."""
    if not (text.isascii() and text.removeprefix("+").isdigit() and len(text) <= DIGITS):
        raise Refused("bad_value", _("“%s” is not a whole number.") % text[:20])
    return int(text)
