"""Question kind: one or several of a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from workshop.kinds import Chart, Json, QuestionKind, Refused, Specimen
from workshop.questions.choice.config import OTHER, ChoiceConfig
from workshop.questions.choice.editor import ChoiceEditor
from workshop.questions.choice.specimens import specimens
from workshop.questions.fitting import BARS, fit, whole_pages
from workshop.questions.gate import suppress
from workshop.questions.shares import bar_rows
from workshop.questions.texts import clean

#: An answer in one's own words is stored as ``other:Kubernetes``.
PREFIX = f"{OTHER}:"
LONGEST_OTHER = 80
#: With more options all shares are small: their bars are drawn against the longest.
FEW = 12


class ChoiceTally:
    """How often each option was chosen; ``n`` counts people."""

    def __init__(self, config: ChoiceConfig) -> None:
        self.n = 0
        self._ids = [*config.ids, *([OTHER] if config.other else [])]
        self._counts: Counter[str] = Counter()
        self._texts: Counter[str] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        for item in value if isinstance(value, list) else [value]:
            name, _colon, text = item.partition(":")
            self._counts[name] += weight
            if text:
                self._texts[text] += weight

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: ChoiceTally) -> None:
        self.n += other.n
        self._counts.update(other._counts)
        self._texts.update(other._texts)

    def data(self) -> dict[str, Json]:
        """``counts`` by option id; options that are gone are not shown. ``texts`` of "other" are for staff."""
        data: dict[str, Json] = {"n": self.n, "counts": {name: self._counts[name] for name in self._ids}}
        if OTHER in self._ids:
            data["texts"] = sorted(([text, times] for text, times in self._texts.items() if times), key=_most_first)
        return data


class Choice(QuestionKind):
    """Single or multiple choice, with an optional answer in one's own words."""

    slug: ClassVar[str] = "choice"
    label: ClassVar[Any] = gettext_lazy("Choice")
    icon: ClassVar[str] = "poll"
    template_folder: ClassVar[str] = "choice"
    Config: ClassVar[type[ChoiceConfig]] = ChoiceConfig
    Editor: ClassVar[type[ChoiceEditor]] = ChoiceEditor
    value_shape: ClassVar[Any] = "one"
    modules: ClassVar[tuple[str, ...]] = ("questions/own.js", "choice/other.js")
    styles: ClassVar[tuple[str, ...]] = ("questions/questions.css",)
    types: ClassVar[Mapping[str, Mapping[str, Json]]] = {"single": {}, "multiple": {"multiple": True}}

    def public(self, config: ChoiceConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience
        shown: dict[str, Json] = {
            "options": [{"id": option.id, "text": option.text} for option in config.options],
            "multiple": config.multiple,
            "min": config.min,
            "max": config.most,
            "other": config.other,
        }
        if reveal and config.right:
            shown["right"] = config.right
        return shown

    def shape(self, config: ChoiceConfig) -> str:
        return "many" if config.multiple else "one"

    def from_form(self, post: QueryDict, name: str) -> Json:
        """All that was ticked, and the text beside "something else"."""
        return [value for value in [*post.getlist(name), post.get(f"{name}-other", "")] if value.strip()]

    def parse(self, config: ChoiceConfig, raw: Json) -> Json:
        """An id for a single choice, a list of ids in the order of the options for a multiple one.

        ``other`` beside one more text, or ``other:text``, is an answer in one's own words.
        """
        chosen = self._chosen(config, raw)
        if len(chosen) < config.min:
            message = _("Please choose one.") if config.most == 1 else _("Please choose at least %d.") % config.min
            raise Refused("empty" if not chosen else "bad_choice", message)
        return chosen if config.multiple else chosen[0]

    def partial(self, config: ChoiceConfig, raw: Json) -> Json:
        chosen = self._chosen(config, raw)
        if config.multiple:
            return chosen
        return chosen[0] if chosen else None

    def _chosen(self, config: ChoiceConfig, raw: Json) -> list[str]:
        """The valid items in the order of the options. Raises Refused ``bad_choice``."""
        items = raw if isinstance(raw, list) else [] if raw is None else [raw]
        if len(items) > len(config.options) + 2 or not all(isinstance(item, str) for item in items):
            raise _bad()
        ids = config.ids
        picked = [item for item in items if item in ids]
        rest = [item for item in items if item not in ids]
        own = self._own_words(rest, allowed=config.other)
        if len(set(picked)) != len(picked):
            raise _bad()
        if len(picked) + bool(own) > config.most:
            message = _("Please choose one only.") if config.most == 1 else _("Please choose %d at most.") % config.most
            raise Refused("bad_choice", message)
        return [name for name in ids if name in picked] + own

    def _own_words(self, rest: list[str], *, allowed: bool) -> list[str]:
        """``[other:text]`` or nothing, from what is no option: a mark and a text, in either order, or both in one."""
        if not rest:
            return []
        if not allowed:
            raise _bad()
        texts = [item.removeprefix(PREFIX) for item in rest if item != OTHER]
        marked = OTHER in rest or any(item.startswith(PREFIX) for item in rest)
        if len(texts) > 1 or rest.count(OTHER) > 1:
            raise _bad()
        text = clean(texts[0], LONGEST_OTHER) if texts else ""
        # A text left behind beside another choice is not an answer; the mark without a text is one.
        return [(PREFIX + text) if text else OTHER] if marked else []

    def answering(self, config: ChoiceConfig, own: Json) -> dict[str, Any]:
        items = own if isinstance(own, list) else [own] if own else []
        words = next((item.removeprefix(PREFIX) for item in items if item.startswith(PREFIX)), None)
        return {
            "own_items": items,
            "own_other": "" if OTHER in items else words,
            "hint": _how_many(config) if config.multiple else "",
        }

    def offered(self, config: ChoiceConfig) -> list[str]:
        return [option.text for option in config.options] + ([_("Something else")] if config.other else [])

    def tally(self, config: ChoiceConfig) -> ChoiceTally:
        return ChoiceTally(config)

    def shared(self, config: ChoiceConfig, data: Mapping[str, Json]) -> dict[str, Json]:
        """Without answers in people's own words: nobody has read them before they stand on the wall."""
        del config
        return {name: value for name, value in data.items() if name != "texts"}

    def guarded(self, config: ChoiceConfig, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        del config
        return {"n": data["n"], "counts": suppress(data["counts"], least)}

    def score(self, config: ChoiceConfig, value: Json) -> float | None:
        if not config.right:
            return None
        chosen = set(value if isinstance(value, list) else [value])
        return float(chosen == set(config.right))

    def credit(self, config: ChoiceConfig, value: Json) -> float | None:
        """Of several right options those that were chosen, less the wrong ones."""
        if not config.right:
            return None
        chosen, right = set(value if isinstance(value, list) else [value]), set(config.right)
        return max(0.0, (len(chosen & right) - len(chosen - right)) / len(right))

    def right(self, config: ChoiceConfig) -> list[str]:
        return [option.text for option in config.options if option.id in config.right]

    def ballots(self, config: ChoiceConfig) -> list[tuple[str, Json]]:
        """Hands for each option, where one only may be chosen: else a person's hands would be several people."""
        return [] if config.multiple else [(option.text, option.id) for option in config.options]

    def turns(self, config: ChoiceConfig) -> bool:
        return bool(whole_pages([option.text for option in config.options], BARS))

    def leaves(self, config: ChoiceConfig, data: Mapping[str, Json]) -> list[Mapping[str, Json]]:
        """All options; where their words are cut off, then some after the other, whole."""
        rows = self.result(config, data)["rows"]
        parts = whole_pages([row.label for row in rows], BARS)
        return [data, *({**data, "only": [rows[place].name for place in part]} for part in parts)]

    def result(self, config: ChoiceConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        labels = {option.id: option.text for option in config.options} | {OTHER: _("Something else")}
        counts: Mapping[str, int | None] = data.get("counts") or {}
        names = [*config.ids, *([OTHER] if config.other else [])]
        counted = [(name, labels[name], counts.get(name, 0)) for name in data.get("only") or names]
        rows = bar_rows(counted, int(data["n"]), against_highest=len(counted) > FEW)
        step = fit([row.label for row in rows], BARS)
        return {"n": data["n"], "rows": rows, "texts": data.get("texts") or [], "fit": step}

    def chart(self, config: ChoiceConfig, data: Mapping[str, Json]) -> Chart | None:
        rows = [row for row in self.result(config, data)["rows"] if row.count is not None]
        if not rows:
            return None
        return Chart("bars", tuple(row.label for row in rows), tuple(float(row.count) for row in rows))

    def columns(self, config: ChoiceConfig) -> list[str]:
        if not config.multiple:
            return [""]
        return [option.text for option in config.options] + ([_("Something else")] if config.other else [])

    def cells(self, config: ChoiceConfig, value: Json) -> list[Any]:
        """The text of the option, or for several a column each with 1 and 0."""
        items = value if isinstance(value, list) else [value] if value else []
        own = next((item.removeprefix(PREFIX) for item in items if item == OTHER or item.startswith(PREFIX)), "")
        if not config.multiple:
            return [_texts(config).get(items[0], own) if items else ""]
        return [int(name in items) for name in config.ids] + ([own] if config.other else [])

    def in_words(self, config: ChoiceConfig, value: Json) -> str:
        items = value if isinstance(value, list) else [value] if value else []
        texts = _texts(config)
        return ", ".join(texts.get(item) or item.removeprefix(PREFIX) for item in items)

    def sample(self, config: ChoiceConfig, chance: Random) -> Json:
        """Earlier options are a little more liked, so that a practice result looks like one."""
        ids = config.ids
        if not config.multiple:
            return ids[min(chance.randrange(len(ids)), chance.randrange(len(ids)))]
        most = min(config.most, len(ids))
        return chance.sample(ids, k=chance.randint(min(config.min, most), most))

    def specimens(self) -> list[Specimen]:
        return specimens()

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        return [
            (
                {"options": ["Training", "Inference", "Idle machines"]},
                ["a", ["b"], "c"],
                ["z", ["a", "b"], 3, None, [], "other", {"a": 1}, ["a", "a"]],
            ),
            (
                {"options": ["Tags", "Alerts", "Forecasts"], "multiple": True, "min": 1, "max": 2, "other": True},
                [["a"], ["c", "a"], ["other", "Shared goals"], "other:Shared goals"],
                [["a", "b", "c"], [], ["a", "a"], ["other", "x", "y"], [1], ["other", "\0"], ["a", "b", "other"]],
            ),
            (
                {"options": [{"id": "yes", "text": "Yes"}, {"id": "no", "text": "No"}], "right": ["no"]},
                ["yes", "no"],
                ["Yes", "", True],
            ),
        ]


def _texts(config: ChoiceConfig) -> dict[str, str]:
    """What to write for an id; an option that was taken away while people answered has lost its words."""
    gone = dict.fromkeys(config.retired, _("(an option that was taken away)"))
    return gone | {option.id: option.text for option in config.options}


def _how_many(config: ChoiceConfig) -> str:
    """What to do, in words."""
    least, most = config.min, config.most
    if most >= len(config.options) + config.other:
        if least == 1:
            return _("Choose as many as you like.")
        return ngettext("Choose at least %d.", "Choose at least %d.", least) % least
    if least == most:
        return ngettext("Choose %d.", "Choose exactly %d.", most) % most
    if least == 1:
        return ngettext("Choose one at most.", "Choose up to %(counter)s.", most) % {"counter": most}
    return _("Choose %(least)d to %(most)d.") % {"least": least, "most": most}


def _most_first(item: list[Any]) -> tuple[int, str]:
    return -item[1], item[0]


def _bad() -> Refused:
    return Refused("bad_choice", _("This choice does not fit the question. Please choose again."))
