"""Question kind: a few words each, shown as a cloud in which the same words are counted together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from heapq import nsmallest
from random import Random
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import Field

from workshop.kinds import Chart, Json, KindConfig, QuestionKind, Refused, Specimen
from workshop.questions.texts import clean
from workshop.questions.words.cloud import Cloud
from workshop.questions.words.editor import MOST_BANNED, MOST_WORDS, WordsEditor
from workshop.questions.words.specimens import specimens
from workshop.questions.words.spelling import LONGEST, banned_in, phrases, rude, same

#: Words in a result; all of them are in the export.
MOST_SHOWN = 300


class WordsConfig(KindConfig):
    """``words``: how many one person may give. ``hold``: they wait until staff show them.

    ``polite``: rude words stay out of the cloud. ``ban``: so do these.
    """

    words: int = Field(default=3, ge=1, le=MOST_WORDS)
    hold: bool = True
    polite: bool = True
    ban: list[str] = Field(default_factory=list, max_length=MOST_BANNED)

    @cached_property
    def banned(self) -> frozenset[str]:
        """What never stands in the cloud."""
        return frozenset(same(word) for word in self.ban)

    @property
    def places(self) -> range:
        """The inputs of the answer form."""
        return range(self.words)


class WordsTally:
    """How often each word was written, spellings of one word together."""

    def __init__(self, config: WordsConfig) -> None:
        self.n = 0
        self._config = config
        self._totals: Counter[str] = Counter()
        self._written: dict[str, Counter[str]] = {}
        self._banned = 0

    def add(self, value: Json, weight: int = 1) -> None:
        self.n += weight
        for word in value:
            if banned_in(word, self._config.banned):
                self._banned += weight
            else:
                self._count(same(word), word, weight)

    def remove(self, value: Json, weight: int = 1) -> None:
        self.add(value, -weight)

    def merge(self, other: WordsTally) -> None:
        self.n += other.n
        self._banned += other._banned
        for key, spellings in other._written.items():
            for word, count in spellings.items():
                self._count(key, word, count)

    def data(self) -> dict[str, Json]:
        """``words`` as ``[word, count]``, the most frequent first; ``left_out``: how many stay out of the cloud.

        The word lists are asked only about words that are frequent enough to be shown: they take a third of a
        millisecond each.
        """
        ranked = nsmallest(2 * MOST_SHOWN, self._totals.items(), key=_most_first)
        words: list[Json] = []
        left_out = self._banned
        for key, count in ranked:
            word = min(self._written[key].items(), key=_most_first)[0]
            if self._config.polite and rude(word):
                left_out += count
            elif len(words) < MOST_SHOWN:
                words.append([word, count])
            else:
                break
        return {"n": self.n, "words": words, "left_out": left_out}

    def _count(self, key: str, word: str, weight: int) -> None:
        spellings = self._written.setdefault(key, Counter())
        for counter, name in ((self._totals, key), (spellings, word)):
            counter[name] += weight
            if not counter[name]:
                del counter[name]
        if not spellings:
            del self._written[key]


class Words(QuestionKind):
    """A cloud of words, held until shown."""

    slug: ClassVar[str] = "words"
    label: ClassVar[Any] = gettext_lazy("Word cloud")
    icon: ClassVar[str] = "words"
    template_folder: ClassVar[str] = "words"
    Config: ClassVar[type[WordsConfig]] = WordsConfig
    Editor: ClassVar[type[WordsEditor]] = WordsEditor
    value_shape: ClassVar[Any] = "many"
    held: ClassVar[bool] = True
    modules: ClassVar[tuple[str, ...]] = ("questions/held.js", "words/words.js")
    styles: ClassVar[tuple[str, ...]] = ("questions/questions.css", "words/words.css")

    def public(self, config: WordsConfig, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        del audience, reveal
        return {"words": config.words, "longest": LONGEST}

    def holds(self, config: WordsConfig) -> bool:
        return config.hold

    def parse(self, config: WordsConfig, raw: Json) -> list[str]:
        """A list of words; one text with commas or line ends between them will do. Each word once.

        Raises:
            Refused: ``empty``, ``too_many``, ``too_long`` (a word), ``bad_value``, ``bad_text``.
        """
        words = self.partial(config, raw)
        if not words:
            raise Refused("empty", _("Please write something."))
        return words

    def partial(self, config: WordsConfig, raw: Json) -> list[str]:
        given = raw if isinstance(raw, list) else [] if raw is None else [raw]
        if len(given) > MOST_WORDS:
            raise _too_many(config)
        text = "\n".join(clean(each, MOST_WORDS * (LONGEST + 2), lines=True) for each in given)
        words = phrases(text)
        if len(words) > config.words:
            raise _too_many(config)
        if any(len(word) > LONGEST for word in words):
            raise Refused("too_long", _("A word has at most %d characters here.") % LONGEST, longest=LONGEST)
        return words

    def answering(self, config: WordsConfig, own: Json) -> dict[str, Any]:
        given = own if isinstance(own, list) else []
        return {"fields": [given[place] if place < len(given) else "" for place in config.places]}

    def tally(self, config: WordsConfig) -> WordsTally:
        return WordsTally(config)

    def shared(self, config: WordsConfig, data: Mapping[str, Json]) -> dict[str, Json]:
        del config
        return {name: value for name, value in data.items() if name != "left_out"}

    def result(self, config: WordsConfig, data: Mapping[str, Json]) -> dict[str, Any]:
        del config
        words = data.get("words")
        cloud = None if words is None else Cloud((text, count) for text, count in words)
        return {"n": data["n"], "cloud": cloud, "left_out": data.get("left_out", 0)}

    def chart(self, config: WordsConfig, data: Mapping[str, Json]) -> Chart | None:
        del config
        words = data.get("words")
        if not words:
            return None
        return Chart("words", tuple(word for word, _count in words), tuple(float(count) for _word, count in words))

    def cells(self, config: WordsConfig, value: Json) -> list[Any]:
        del config
        return [", ".join(value)]

    def sample(self, config: WordsConfig, chance: Random) -> Json:
        """Something a practice learner might say; some say the same."""
        said = [_("budget"), _("surprise"), _("tags"), _("ownership"), _("idle machines"), _("forecast"), _("trust")]
        said += [_("training"), _("tokens"), _("storage"), _("silos"), _("pricing"), _("visibility"), _("experiments")]
        count = min(config.words, chance.choice((1, 1, 2, 3)))
        return list(dict.fromkeys(said[int(len(said) * chance.random() ** 1.7)] for _place in range(count)))

    def specimens(self) -> list[Specimen]:
        return specimens()

    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        bad: list[Json] = ["", "  ", None, 3, [3], [["a"]], {"a": 1}, "a\0b", "\ud800", "…, !", [], ["", " "], "x" * 41]
        return [
            ({}, [["costs", "tags"], "Idle GPUs\nspot", ["C++"], ["costs", "Cost"], "<b>"], [*bad, "a,b,c,d"]),
            ({"words": 1, "hold": False, "polite": False}, [["trust"], "é"], [*bad, ["a", "b"]]),
            ({"words": 5, "ban": ["AI", "cost"]}, [["tags", "costs", "AI"]], [*bad, ["a", "b", "c", "d", "e", "f"]]),
        ]


def _too_many(config: WordsConfig) -> Refused:
    message = ngettext("Please give one word only.", "Please give at most %(most)d words.", config.words)
    return Refused("too_many", message % {"most": config.words})


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
