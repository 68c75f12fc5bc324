"""Question kind: an answer in one's own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from heapq import nsmallest
from random import Random
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from workshop.kinds import Chart, Json, KindConfig, QuestionKind, Refused, Specimen
from workshop.questions.text.editor import TextEditor
from workshop.questions.text.specimens import specimens
from workshop.questions.text.wall import on_the_wall
from workshop.questions.texts import clean

#: Most texts in a result; all of them are in the export.
MOST_LISTED = 300


class TextConfig(KindConfig):
    """``long``: several lines. ``hold``: answers wait until staff show them. ``longest``: in characters."""

    long: bool = False
    hold: bool = True
    longest: int | None = Field(default=None, ge=1, le=5_000)

    @property
    def limit(self) -> int:
        """Characters that fit."""
        if self.longest is not None:
            return self.longest
        return 2_000 if self.long else 280


class TextTally:
    """The texts with how often each was written."""

    def __init__(self, config: TextConfig) -> None:
        del config
        self.n = 0
        self._counts: Counter[str] = Counter()

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        self._counts[value] += weight
        if not self._counts[value]:
            del self._counts[value]

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: TextTally) -> None:
        self.n += other.n
        self._counts.update(other._counts)

    def data(self) -> dict[str, Json]:
        """``texts`` as ``[text, count]``, the most frequent first."""
        texts = nsmallest(MOST_LISTED, self._counts.items(), key=_most_first)
        return {"n": self.n, "texts": [list(item) for item in texts]}


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
    #: 1: could be shown as a cloud of words, which is a kind of its own now.
    schema_version: ClassVar[int] = 2

    def migrate(self, config: dict[str, Json], version: int) -> dict[str, Json]:
        """Rows with ``show: words`` are none of this kind any more: the migration of ``words`` has rewritten them."""
        del version
        return {name: value for name, value in config.items() if name in TextConfig.model_fields}

    def renewed(self, config: Mapping[str, Json]) -> tuple[str, dict[str, Json]]:
        """``show: words`` is the kind ``words`` today, ``show: list`` is what every open text is."""
        if config.get("show") == "words":
            return "words", {name: config[name] for name in ("words", "hold") if name in config}
        if config.get("show") == "list":
            return self.slug, {name: value for name, value in config.items() if name not in ("show", "words")}
        return self.slug, dict(config)

    def public(self, config: TextConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience, reveal
        return {"long": config.long, "longest": config.limit}

    def holds(self, config: TextConfig) -> bool:
        return config.hold

    def parse(self, config: TextConfig, raw: Json) -> str:
        if raw is None:
            raise Refused("empty", _("Please write something."))
        text = self.partial(config, raw)
        if not text:
            raise Refused("empty", _("Please write something."))
        return text

    def partial(self, config: TextConfig, raw: Json) -> str:
        return clean("" if raw is None else raw, config.limit, lines=config.long)

    def tally(self, config: TextConfig) -> TextTally:
        return TextTally(config)

    def turns(self, config: TextConfig) -> bool:
        del config
        return True

    def leaves(self, config: TextConfig, data: Mapping[str, Json]) -> list[Mapping[str, Json]]:
        """As many texts as fit, then the next ones."""
        del config
        found: list[Mapping[str, Json]] = []
        rest = list(data.get("texts") or ())
        while rest:
            shown, _size = on_the_wall(rest)
            found.append({**data, "texts": rest[: max(1, len(shown))]})
            rest = rest[max(1, len(shown)) :]
        return found or [data]

    def result(self, config: TextConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        del config
        texts = data.get("texts")
        shown, size = on_the_wall(texts or ())
        return {"n": data["n"], "texts": texts, "wall": shown, "size": size, "rest": len(texts or ()) - len(shown)}

    def chart(self, config: TextConfig, data: Mapping[str, Json]) -> Chart | None:
        del config
        rows = data.get("texts")
        if not rows:
            return None
        return Chart("list", tuple(row[0] for row in rows), tuple(float(row[1]) for row in rows))

    def sample(self, config: TextConfig, chance: Random) -> Json:
        """Something a practice learner might say."""
        said = [_("budget"), _("surprise"), _("tags"), _("ownership"), _("idle machines"), _("forecast"), _("trust")]
        return (_("Practice answer: %s matters most here.") % chance.choice(said))[: config.limit]

    def specimens(self) -> list[Specimen]:
        return specimens()

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        bad: list[Json] = ["", "  ", None, 3, ["a"], {"a": 1}, "a\0b", "\ud800", "\ufffe", "\x85", "\u200b"]
        return [
            ({}, ["Who owns this?", "<b>bold</b>", "{{ 7*7 }}", "\u202eabc", "é"], [*bad, "x" * 281]),
            ({"long": True, "hold": False}, ["One.\r\n\r\n\r\n\r\nTwo."], [*bad, "x" * 2_001]),
        ]


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
