"""Question kind: yes, no, or abstain. Abstentions are counted, and stand apart from the shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from workshop.kinds import Chart, Json, KindConfig, QuestionKind, Refused, Specimen
from workshop.questions.gate import suppress
from workshop.questions.yesno.editor import YesNoEditor

YES, NO, ABSTAIN = "yes", "no", "abstain"


class YesNoConfig(KindConfig):
    """``abstain``: whether that is offered. ``yes``, ``no``: other words for them. ``right``: the right answer."""

    abstain: bool = True
    yes: str = Field(default="", max_length=40)
    no: str = Field(default="", max_length=40)
    right: Literal["", "yes", "no"] = ""

    @property
    def names(self) -> list[str]:
        """What may be answered."""
        return [YES, NO, ABSTAIN] if self.abstain else [YES, NO]

    @property
    def words(self) -> dict[str, str]:
        """The same in the words of the question, or of the language of the page."""
        words = {YES: self.yes or _("Yes"), NO: self.no or _("No"), ABSTAIN: _("I abstain")}
        return {name: words[name] for name in self.names}


@dataclass(frozen=True, slots=True)
class Side:
    """Yes or no in a result. ``percent`` is of those who did not abstain; None where the number may not be shown."""

    name: str
    word: str
    count: int | None
    percent: int | None


class YesNoTally:
    """How many said what."""

    def __init__(self, config: YesNoConfig) -> None:
        self.n = 0
        self._names = config.names
        self._counts: Counter[str] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        self._counts[value] += weight

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: YesNoTally) -> None:
        self.n += other.n
        self._counts.update(other._counts)

    def data(self) -> dict[str, Json]:
        """``counts`` of yes, no and abstain; ``n`` counts all who answered."""
        return {"n": self.n, "counts": {name: self._counts[name] for name in self._names}}


class YesNo(QuestionKind):
    """Yes or no, drawn as one bar in two parts."""

    slug: ClassVar[str] = "yesno"
    label: ClassVar[Any] = gettext_lazy("Yes or no")
    icon: ClassVar[str] = "check"
    template_folder: ClassVar[str] = "yesno"
    Config: ClassVar[type[YesNoConfig]] = YesNoConfig
    Editor: ClassVar[type[YesNoEditor]] = YesNoEditor
    value_shape: ClassVar[Any] = "one"
    modules: ClassVar[tuple[str, ...]] = ("questions/own.js",)
    styles: ClassVar[tuple[str, ...]] = ("questions/questions.css", "yesno/yesno.css")

    def public(self, config: YesNoConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience
        shown: dict[str, Json] = {"options": [{"id": name, "text": text} for name, text in config.words.items()]}
        return {**shown, "right": [config.right]} if reveal and config.right else shown

    def parse(self, config: YesNoConfig, raw: Json) -> str:
        if raw is None or raw == "":
            raise Refused("empty", _("Please choose one."))
        if not isinstance(raw, str) or raw not in config.names:
            raise Refused("bad_choice", _("This choice does not fit the question. Please choose again."))
        return raw

    def offered(self, config: YesNoConfig) -> list[str]:
        return list(config.words.values())

    def signs(self, config: YesNoConfig) -> list[str]:
        return ["✓", "✕", "–"][: len(config.names)]

    def ballots(self, config: YesNoConfig) -> list[tuple[str, Json]]:
        return [(text, name) for name, text in config.words.items()]

    def right(self, config: YesNoConfig) -> list[str]:
        return [config.words[config.right]] if config.right else []

    def score(self, config: YesNoConfig, value: Json) -> float | None:
        return float(value == config.right) if config.right else None

    def tally(self, config: YesNoConfig) -> YesNoTally:
        return YesNoTally(config)

    def guarded(self, config: YesNoConfig, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        del config
        return {"n": data["n"], "counts": suppress(data["counts"], least)}

    def result(self, config: YesNoConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        """Both sides with their shares, where the bar is divided, and the abstentions.

        Shares are left out where a number behind them is: they would give it away.
        """
        counts: Mapping[str, int | None] = data.get("counts") or dict.fromkeys(config.names)
        yes, no = counts.get(YES), counts.get(NO)
        whole = yes is not None and no is not None and ABSTAIN not in {k for k, v in counts.items() if v is None}
        share = _percent(yes or 0, (yes or 0) + (no or 0)) if whole else None
        voted = bool((yes or 0) + (no or 0)) and whole
        other = 100 - share if voted and share is not None else share
        return {
            "n": data["n"],
            "sides": [Side(YES, config.words[YES], yes, share), Side(NO, config.words[NO], no, other)],
            "divided": share if voted else 50,
            "voted": voted,
            "abstained": counts.get(ABSTAIN) if config.abstain else None,
            "abstain": config.abstain,
            "abstain_word": _("I abstain"),
        }

    def chart(self, config: YesNoConfig, data: Mapping[str, Json]) -> Chart | None:
        counts: Mapping[str, int | None] = data.get("counts") or {}
        rows = [(config.words[name], float(count)) for name, count in counts.items() if count is not None]
        if not rows:
            return None
        return Chart("bars", tuple(word for word, _count in rows), tuple(count for _word, count in rows))

    def cells(self, config: YesNoConfig, value: Json) -> list[Any]:
        return [config.words.get(value, "")]

    def sample(self, config: YesNoConfig, chance: Random) -> Json:
        """Three in five say yes; few abstain."""
        return chance.choices(config.names, weights=[58, 34, 8][: len(config.names)])[0]

    def specimens(self) -> list[Specimen]:
        return [
            Specimen("usual", _("Shall we adopt the new tagging rules from January?")),
            Specimen(
                "right",
                _("Does a smaller model always cost less?"),
                {"abstain": False, "right": "no", "yes": _("True"), "no": _("False")},
            ),
            Specimen(
                "long-words",
                _(
                    "The whole group has discussed for an hour whether each team gets a budget of its own for training, "
                    "with a share for trials that need no approval: do we want to begin with it next quarter?"
                ),
                {"yes": _("Yes, in all teams at once"), "no": _("No, not before a trial")},
            ),
            Specimen(
                "close", _("Once more after the discussion?"), draw=lambda chance: chance.choice([YES, NO, NO, YES])
            ),
            Specimen("all-yes", _("Can everybody hear me?"), {"abstain": False}, draw=lambda _chance: YES),
            Specimen("right-to-left", "هل نبدأ في يناير؟", {"yes": "نعم", "no": "لا"}, right_to_left=True),
        ]

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        bad: list[Json] = ["", None, True, 1, ["yes"], {"yes": 1}, "Yes", "maybe"]
        return [
            ({}, [YES, NO, ABSTAIN], bad),
            ({"abstain": False, "right": "no", "yes": "True", "no": "False"}, [YES, NO], [*bad, ABSTAIN]),
        ]


def _percent(count: int, total: int) -> int:
    """Rounded half up, 0 of nothing."""
    return (200 * count + total) // (2 * total) if total else 0
