"""Question kind: options put in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from random import Random
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from workshop.kinds import Chart, Json, QuestionKind, Refused, Specimen
from workshop.questions.covered import covered
from workshop.questions.gate import whole_or_nothing
from workshop.questions.options import revised
from workshop.questions.ranking import specimens
from workshop.questions.ranking.config import RankingConfig
from workshop.questions.ranking.editor import RankingEditor
from workshop.questions.ranking.tally import RankingTally
from workshop.questions.standing import standing_fit, standing_pages, standing_turns

#: Up to so many places are a list to choose from; more are typed as a number.
CHOSEN = 12
#: Longer words take a line of their own above what moves them.
BESIDE = 48
#: So many are named where a result is one line.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """One option in the result. ``points``, ``mean`` and ``placed`` are None where too few people stand behind them."""

    name: str
    label: str
    rank: int | None
    points: int | None
    mean: float | None
    placed: int | None
    width: str
    places: list[int] | None


class Ranking(QuestionKind):
    """All of the options in order, or the best few of them."""

    slug: ClassVar[str] = "ranking"
    label: ClassVar[Any] = gettext_lazy("Ranking")
    icon: ClassVar[str] = "drag"
    template_folder: ClassVar[str] = "ranking"
    Config: ClassVar[type[RankingConfig]] = RankingConfig
    Editor: ClassVar[type[RankingEditor]] = RankingEditor
    value_shape: ClassVar[Any] = "json"
    modules: ClassVar[tuple[str, ...]] = ("questions/own-part.js", "ranking/rank-order.js")
    styles: ClassVar[tuple[str, ...]] = ("questions/questions.css", "questions/standing.css", "ranking/ranking.css")

    def public(self, config: RankingConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience
        shown: dict[str, Json] = {"options": [option.model_dump() for option in config.options], "top": config.top}
        return {**shown, "right": config.right} if reveal and config.right else shown

    def from_form(self, post: QueryDict, name: str) -> Json:
        """The options by the places that stand beside them. Raises Refused where a place is missing or given twice."""
        by_place: dict[str, str] = {}
        start = f"{name}-"
        for field in post:
            place = str(post.get(field, "")).strip() if field.startswith(start) else ""
            if place and by_place.setdefault(place, field.removeprefix(start)) != field.removeprefix(start):
                raise Refused(
                    "bad_choice", _("Two of them have the place %s. Please give each place once.") % place[:9]
                )
        missing = next((str(place) for place in range(1, len(by_place) + 1) if str(place) not in by_place), None)
        if missing is not None:
            raise Refused("bad_choice", _("Nothing has the place %s. Please leave no place out.") % missing)
        return [by_place[str(place)] for place in range(1, len(by_place) + 1)] or None

    def parse(self, config: RankingConfig, raw: Json) -> list[str]:
        """Ids from the first place on. Raises Refused ``empty`` or ``bad_choice``."""
        order = self.partial(config, raw)
        if len(order) < config.least:
            left = config.least - len(order)
            if config.top:
                raise Refused("empty", _("Please place at least one."))
            message = ngettext(
                "Please place all of them: %d is missing.", "Please place all of them: %d are missing.", left
            )
            raise Refused("bad_choice" if order else "empty", message % left)
        return order

    def partial(self, config: RankingConfig, raw: Json) -> list[str]:
        items = [] if raw is None else raw
        if not isinstance(items, list) or len(items) > len(config.options) or not _all_texts(items):
            raise _bad()
        if len(set(items)) != len(items) or not set(items) <= set(config.ids):
            raise _bad()
        if len(items) > config.most:
            message = ngettext("Please place %d only.", "Please place %d at most.", config.most) % config.most
            raise Refused("bad_choice", message)
        return list(items)

    def answering(self, config: RankingConfig, own: Json) -> dict[str, Any]:
        place = {name: at for at, name in enumerate(own or [], 1)}
        rows = [(option, place.get(option.id)) for option in config.options]
        long = any(len(option.text) > BESIDE for option in config.options)
        return {"rows": rows, "chosen": config.most <= CHOSEN, "long": long}

    def offered(self, config: RankingConfig) -> list[str]:
        return [option.text for option in config.options]

    def signs(self, config: RankingConfig) -> list[str]:
        """Phones show no letters."""
        return ["•"] * len(config.options)

    def tally(self, config: RankingConfig) -> RankingTally:
        return RankingTally(config)

    def guarded(self, config: RankingConfig, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        """Points and mean ranks where enough people placed an option; the places alone when no cell is small.

        Of two options the points say how many placed each first, so they are shown with the places or not at all.
        """
        del config
        cells = {(name, at): c for name, counts in data["places"].items() for at, c in enumerate(counts)}
        if whole_or_nothing(cells, least) and data["n"] >= least:
            return dict(data)
        names = list(data["placed"])
        enough = covered(data["placed"], data["n"], least) if len(names) > 2 else dict.fromkeys(names)  # noqa: PLR2004
        shown: dict[str, Json] = {"n": data["n"], "placed": enough}
        for figure in ("points", "mean"):
            shown[figure] = {name: data[figure][name] if enough[name] is not None else None for name in names}
        return shown

    def score(self, config: RankingConfig, value: Json) -> float | None:
        """All points for the right order."""
        return float(list(value) == config.right) if config.right else None

    def credit(self, config: RankingConfig, value: Json) -> float | None:
        """The share of pairs in the right order less that of pairs in the wrong one (Kendall's tau), never below 0.

        By chance nobody gets a part of the points. What is not placed stands behind what is.
        """
        if not config.right:
            return None
        place = {name: at for at, name in enumerate(value)}
        behind = [name for name in config.ids if name not in config.right]
        pairs = list(combinations(config.right, 2)) + list(product(config.right, behind))
        last = len(config.ids)
        found = sum(sign(place.get(later, last) - place.get(first, last)) for first, later in pairs)
        return max(0.0, found / len(pairs))

    def right(self, config: RankingConfig) -> list[str]:
        """From the first place on."""
        texts = {option.id: option.text for option in config.options}
        return [texts[name] for name in config.right]

    def turns(self, config: RankingConfig) -> bool:
        return standing_turns([option.text for option in config.options])

    def leaves(self, config: RankingConfig, data: Mapping[str, Json]) -> list[Mapping[str, Json]]:
        """All options; where their words are cut off, then some after the other, whole."""
        rows = list(standings(config, data))
        parts = standing_pages([row.label for row in rows])
        return [data, *({**data, "only": [rows[place].name for place in part]} for part in parts)]

    def result(self, config: RankingConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        only = data.get("only")
        rows = [row for row in standings(config, data) if only is None or row.name in only]
        return {
            "n": data["n"],
            "rows": rows,
            "places": list(config.places) if "places" in data else [],
            "partly": config.top is not None,
            "highest": config.most,
            "fit": standing_fit([row.label for row in rows]),
        }

    def chart(self, config: RankingConfig, data: Mapping[str, Json]) -> Chart | None:
        shown = [
            (option.text, points) for option in config.options if (points := data["points"][option.id]) is not None
        ]
        if not shown:
            return None
        first = sorted(shown, key=lambda item: -item[1])[:NAMED]
        note = _("Borda points: %s") % "; ".join(f"{label} {points}" for label, points in first if points)
        labels, values = zip(*shown, strict=True)
        return Chart("bars", labels, tuple(float(points) for points in values), note if data["n"] else "", counts=False)

    def revise(self, old: Mapping[str, Json], new: dict[str, Json]) -> dict[str, Json]:
        if not old.get("options"):
            return new
        known = RankingConfig.model_validate(old)
        return revised(known.options, known.retired, new, "options")

    def sample(self, config: RankingConfig, chance: Random) -> Json:
        """Earlier options are a little more liked."""
        liked = {name: at + chance.gauss(0, len(config.ids) / 3) for at, name in enumerate(config.ids)}
        return sorted(config.ids, key=lambda name: liked[name])[: config.most]

    def columns(self, config: RankingConfig) -> list[str]:
        return [option.text for option in config.options]

    def cells(self, config: RankingConfig, value: Json) -> list[Any]:
        """The place of each option, empty where it has none."""
        order = value if isinstance(value, list) else []
        return [order.index(name) + 1 if name in order else None for name in config.ids]

    def in_words(self, config: RankingConfig, value: Json) -> str:
        texts = {option.id: option.text for option in config.options}
        order = [name for name in value if name in texts] if isinstance(value, list) else []
        return ", ".join(f"{place}. {texts[name]}" for place, name in enumerate(order, 1))

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        junk: list[Json] = [None, [], "a", {"a": 1}, 1, True, 1e9, float("nan"), 10**30, [["a", "b", "c"]], [1, 2, 3]]
        return [
            (
                {"options": ["Tags", "Alerts", "Forecasts"]},
                [["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a"]],
                [*junk, ["a", "b"], ["a", None, "b"], ["a", "a", "b"], ["a", "b", "z"], ["a", "b", "c", "a"]],
            ),
            (
                {"options": ["Tags", "Alerts", "Forecasts", "Budgets"], "top": 2},
                [["a"], ["d", "b"], ["b", "a"]],
                [*junk, ["a", "b", "c"], ["a", "a"], ["a", ""], [None, "a"], ["Tags"]],
            ),
            (
                {"options": ["Design", "Discovery", "Build"], "right": ["Discovery", "Design", "Build"], "points": 2},
                [["b", "a", "c"], ["a", "b", "c"]],
                [*junk, ["a", "b"]],
            ),
        ]

    def specimens(self) -> list[Specimen]:
        return specimens.all_()


def standings(config: RankingConfig, data: Mapping[str, Json]) -> Iterator[Standing]:
    """The options from the highest score down, with equal ones on one rank; those that are not shown come last."""
    points: Mapping[str, int | None] = data.get("points") or {}
    # Where not all are placed nobody comes near the possible: the first one's bar is then the full one.
    highest = max((found or 0 for found in points.values()), default=0)
    full = max(1, highest if config.top else data["n"] * config.most)
    places: Mapping[str, list[int]] = data.get("places") or {}
    order = sorted(config.options, key=lambda option: _highest_first(points.get(option.id)))
    rank = 0
    for at, option in enumerate(order, 1):
        mine = points.get(option.id)
        if at == 1 or mine != points.get(order[at - 2].id):
            rank = at
        yield Standing(
            name=option.id,
            label=option.text,
            rank=rank if highest and mine is not None else None,
            points=mine,
            mean=(data.get("mean") or {}).get(option.id),
            placed=(data.get("placed") or {}).get(option.id),
            width=f"{round(100 * (mine or 0) / full, 1)}%",
            places=places.get(option.id),
        )


def sign(number: int) -> int:
    """-1, 0 or 1."""
    return (number > 0) - (number < 0)


def _highest_first(points: int | None) -> tuple[bool, int]:
    return points is None, -(points or 0)


def _all_texts(items: list[Any]) -> bool:
    return all(isinstance(item, str) for item in items)


def _bad() -> Refused:
    return Refused("bad_choice", _("This order does not fit the question. Please put it in order again."))
