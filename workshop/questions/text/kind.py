"""Question kind: an answer in one's own words, shown as a list or as a cloud of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from workshop.kinds import Chart, Json, KindConfig, QuestionKind, Refused
from workshop.questions.text.editor import TextEditor
from workshop.questions.text.words import LONGEST, cloud, phrases
from workshop.questions.texts import clean

#: Most texts in a result; all of them are in the export.
MOST_LISTED = 300


class TextConfig(KindConfig):
    """``show``: as a list or as a cloud; ``words``: how many words one person may give for the cloud.

    ``hold``: answers wait until staff show them. ``longest``: in characters.
    """

    show: Literal["list", "words"] = "list"
    long: bool = False
    hold: bool = True
    words: int = Field(default=3, ge=1, le=10)
    longest: int | None = Field(default=None, ge=1, le=5_000)

    @property
    def limit(self) -> int:
        """Characters that fit."""
        if self.longest is not None:
            return self.longest
        if self.show == "words":
            return self.words * (LONGEST + 2)
        return 2_000 if self.long else 280


class TextTally:
    """The texts, or the words of the cloud, with how often each was written."""

    def __init__(self, config: TextConfig) -> None:
        self.n = 0
        self._config = config
        self._counts: Counter[str] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        parts = phrases(value, self._config.words) if self._config.show == "words" else [value]
        for part in parts:
            self._counts[part] += weight

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: TextTally) -> None:
        self.n += other.n
        self._counts.update(other._counts)

    def data(self) -> dict[str, Json]:
        """``words`` as ``[word, count, size]``, or ``texts`` as ``[text, count]``; the most frequent first."""
        if self._config.show == "words":
            return {"n": self.n, "words": [[w.text, w.count, w.size] for w in cloud(self._counts.items())]}
        texts = sorted(((text, count) for text, count in self._counts.items() if count > 0), key=_most_first)
        return {"n": self.n, "texts": [list(item) for item in texts[:MOST_LISTED]]}


class OpenText(QuestionKind):
    """Open text, held until shown. ``answer.html`` gets ``waits``: whether this answer will be shown after that."""

    slug: ClassVar[str] = "text"
    label: ClassVar[Any] = gettext_lazy("Open text")
    icon: ClassVar[str] = "words"
    template_folder: ClassVar[str] = "text"
    Config: ClassVar[type[TextConfig]] = TextConfig
    Editor: ClassVar[type[TextEditor]] = TextEditor
    value_shape: ClassVar[Any] = "text"
    held: ClassVar[bool] = True
    modules: ClassVar[tuple[str, ...]] = ("questions/held.js",)
    styles: ClassVar[tuple[str, ...]] = ("questions/questions.css", "text/text.css")
    types: ClassVar[Mapping[str, Mapping[str, Json]]] = {"words": {"show": "words"}}

    def public(self, config: TextConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience, reveal
        return {"show": config.show, "long": config.long, "words": config.words, "longest": config.limit}

    def holds(self, config: TextConfig) -> bool:
        return config.hold

    def parse(self, config: TextConfig, raw: Json) -> str:
        if raw is None:
            raise Refused("empty", _("Please write something."))
        text = self.partial(config, raw)
        if not text or (config.show == "words" and not phrases(text, config.words)):
            raise Refused("empty", _("Please write something."))
        return text

    def partial(self, config: TextConfig, raw: Json) -> str:
        return clean("" if raw is None else raw, config.limit, lines=config.long or config.show == "words")

    def tally(self, config: TextConfig) -> TextTally:
        return TextTally(config)

    def result(self, config: TextConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        del config
        return {"n": data["n"], "words": data.get("words"), "texts": data.get("texts")}

    def chart(self, config: TextConfig, data: Mapping[str, Json]) -> Chart | None:
        del config
        words = data.get("words")
        rows = words if words is not None else data.get("texts")
        if not rows:
            return None
        shape: Literal["words", "list"] = "words" if words is not None else "list"
        return Chart(shape, tuple(row[0] for row in rows), tuple(float(row[1]) for row in rows))

    def sample(self, config: TextConfig, chance: Random) -> Json:
        """Something a practice learner might say."""
        said = [_("budget"), _("surprise"), _("tags"), _("ownership"), _("idle machines"), _("forecast"), _("trust")]
        if config.show == "words":
            return ", ".join(chance.sample(said, k=min(config.words, chance.choice((1, 1, 2)))))
        return _("Practice answer: %s matters most here.") % chance.choice(said)

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        bad: list[Json] = ["", "  ", None, 3, ["a"], {"a": 1}, "a\0b", "\ud800", "\ufffe", "\x85", "\u200b"]
        return [
            ({}, ["Who owns this?", "<b>bold</b>", "{{ 7*7 }}", "\u202eabc", "é"], [*bad, "x" * 281]),
            ({"show": "words", "words": 2}, ["costs, tags", "Idle GPUs\nspot"], [*bad, "…, !", "x" * 200]),
            ({"long": True, "hold": False}, ["One.\r\n\r\n\r\n\r\nTwo."], [*bad, "x" * 2_001]),
        ]


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
