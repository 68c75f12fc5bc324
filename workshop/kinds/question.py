"""The contract of a type of question."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.http import QueryDict
from pydantic import BaseModel

from workshop.kinds.specs import Specimen
from workshop.kinds.values import Chart, EditorForm, Json, KindConfig, Refused, Tally, Text

if TYPE_CHECKING:
    from random import Random


class QuestionKind(ABC):
    """The contract of a type of question.

    Templates stand in the kind's own folder ``templates/<template_folder>/``: ``answer.html`` (the inputs; context
    ``question``, ``config``, ``field`` = base name of the inputs), ``result.html`` (context ``question``, ``config``,
    ``data`` = ``Tally.data()``, ``audience``, ``right`` = ``right()`` while right answers are shown, else empty, and
    ``marked`` = the label that staff point at, or '').
    """

    slug: ClassVar[str]
    label: ClassVar[Text]
    icon: ClassVar[str] = "poll"
    template_folder: ClassVar[str]
    schema_version: ClassVar[int] = 1
    Config: ClassVar[type[BaseModel]] = KindConfig
    Editor: ClassVar[type[EditorForm]] = EditorForm
    #: How a form of this kind becomes a value, in the browser and without script alike: ``one`` (string of field v),
    #: ``many`` (list of all v), ``number``, ``text``, ``json`` (a custom element keeps JSON in a hidden field v).
    value_shape: ClassVar[Literal["one", "many", "number", "text", "json"]] = "one"
    #: Answers are held until staff show them (open text).
    held: ClassVar[bool] = False
    #: Short words for plans and the config each stands for: ``{"multiple": {"multiple": True}}`` lets a block say
    #: ``type: multiple``. The slug itself always works.
    types: ClassVar[Mapping[str, Mapping[str, Json]]] = {}
    #: ES modules (static paths) that its templates need, preloaded for the kinds of the session's plan.
    modules: ClassVar[tuple[str, ...]] = ()
    #: Style sheets (static paths), each in layer ``kinds``.
    styles: ClassVar[tuple[str, ...]] = ()

    def migrate(self, config: dict[str, Json], version: int) -> dict[str, Json]:
        """Bring the config of a row that was stored at ``version`` up to ``schema_version``.

        A row is read while a session runs, and must be: what means nothing today is dropped. Its kind is settled, since
        its answers belong to it; a migration of the database alone makes it one of another kind. What people write is
        not read by this, see ``renewed``.
        """
        del version
        return config

    def renewed(self, config: Mapping[str, Json]) -> tuple[str, dict[str, Json]]:
        """The kind and config that plans written for an older release mean now: what was a setting may be a kind today.

        The text of a plan has no version, and whoever wrote it is told of words that mean nothing: so this goes by what
        stands in it, and leaves what it does not know for the refusal with its line. Rows are read by ``migrate``.
        """
        return self.slug, dict(config)

    def load(self, config: Mapping[str, Json], version: int | None = None) -> Any:
        """The validated config object of a stored config. Raises pydantic's ValidationError."""
        stored = dict(config)
        if version is not None and version < self.schema_version:
            stored = self.migrate(stored, version)
        return self.Config.model_validate(stored)

    @abstractmethod
    def public(self, config: Any, *, audience: str, reveal: bool = False) -> dict[str, Json]:
        """What a client may know of the config; right answers only when ``reveal``."""

    def holds(self, config: Any) -> bool:
        """Whether answers with this config wait until staff show them."""
        del config
        return self.held

    @abstractmethod
    def parse(self, config: Any, raw: Json) -> Json:
        """The value to store for a client's ``raw`` answer.

        Raises:
            Refused: ``bad_choice``, ``bad_value``, ``bad_text``, ``too_long`` … with a sentence for the sender.
        """

    def partial(self, config: Any, raw: Json) -> Json:
        """The value to store for an answer that is still being typed; refuses only what could never become right."""
        return self.parse(config, raw)

    def shape(self, config: Any) -> str:
        """``value_shape`` for questions with this config, where it depends on it."""
        del config
        return self.value_shape

    def from_form(self, post: QueryDict, name: str) -> Json:
        """The raw answer in a posted form whose inputs are called ``name`` (no-JavaScript path); None when empty."""
        values = [value for value in post.getlist(name) if value != ""]
        if self.value_shape == "many":
            return values
        if not values:
            return None
        if self.value_shape == "number":
            try:
                return int(values[0])
            except ValueError:
                return values[0]
        return values[0]

    def answering(self, config: Any, own: Json) -> dict[str, Any]:
        """Extra context for ``answer.html``: the learner's ``own`` answer (None for none) as the inputs need it."""
        del config
        return {"own": own}

    def offered(self, config: Any) -> Sequence[str]:
        """What one may answer, in order, for the projector while its result is not shown; nothing for open text."""
        del config
        return ()

    def signs(self, config: Any) -> Sequence[str]:
        """The signs that phones show beside what is ``offered``; none: letters."""
        del config
        return ()

    @abstractmethod
    def tally(self, config: Any) -> Tally:
        """A new, empty tally."""

    def shared(self, config: Any, data: Mapping[str, Json]) -> dict[str, Json]:
        """What others than staff may see of ``data`` once results are shown to them."""
        del config
        return dict(data)

    def turns(self, config: Any) -> bool:
        """Whether its result may need several pages of the projector: only then ``leaves`` is asked."""
        del config
        return False

    def leaves(self, config: Any, data: Mapping[str, Json]) -> Sequence[Mapping[str, Json]]:
        """What of ``data`` the projector shows, page after page, where one picture cannot hold all of it."""
        del config
        return [data]

    def guarded(self, config: Any, data: Mapping[str, Json], least: int) -> dict[str, Json]:
        """What may be shown of ``data`` when nothing shown may stand for fewer than ``least`` people.

        The default shows the number of answers alone, so that a kind that says nothing reveals nothing.
        """
        del config, least
        return {"n": data["n"]}

    def score(self, config: Any, value: Json) -> float | None:
        """Points from 0 to 1 for questions with right answers, else None."""
        del config, value
        return None

    def credit(self, config: Any, value: Json) -> float | None:
        """Like ``score``, with a part of the points for what is right in part; the default gives none."""
        return self.score(config, value)

    def right(self, config: Any) -> Sequence[str]:
        """The right answers in words, as ``chart`` labels them; nothing where there is no right or wrong."""
        del config
        return ()

    def measure(self, config: Any, value: Json) -> float | None:
        """Where an answer stands on a line from little to much, so that two of one person's can be compared.

        The default takes the points of a question with right answers. None where answers are not more or less.
        """
        return self.score(config, value)

    def ballots(self, config: Any) -> Sequence[tuple[str, Json]]:
        """What a show of hands can be counted for: words, and the raw answer that each hand then stands for.

        Only for questions with one answer a person out of few; nothing where hands make no sense.
        """
        del config
        return ()

    def result(self, config: Any, data: Mapping[str, Json]) -> dict[str, Any]:
        """Extra context for ``result.html`` made from the tally's data (rows with shares, sizes of words …)."""
        del config
        return dict(data)

    @abstractmethod
    def chart(self, config: Any, data: Mapping[str, Json]) -> Chart | None:
        """The result as numbers for reports; None when there is nothing to draw."""

    def revise(self, old: Mapping[str, Json], new: dict[str, Json]) -> dict[str, Json]:
        """The config to store when staff edit a question that may have answers: ids of options that stay are kept."""
        del old
        return new

    def sample(self, config: Any, chance: Random) -> Json:
        """A raw answer as a practice learner would give it, or None. The default takes an example that fits."""
        fitting = []
        for _config, good, _bad in self.examples():
            for raw in good:
                try:
                    self.parse(config, raw)
                except Refused:
                    continue
                fitting.append(raw)
        return chance.choice(fitting) if fitting else None

    def columns(self, config: Any) -> list[str]:
        """Headings of the export columns of one answer."""
        del config
        return [""]

    def cells(self, config: Any, value: Json) -> list[Any]:
        """One answer as export cells, as many as ``columns``."""
        del config
        return [value]

    def in_words(self, config: Any, value: Json) -> str:
        """One answer as plain text, for take-aways and lists."""
        return ", ".join(str(cell) for cell in self.cells(config, value) if cell not in (None, ""))

    @abstractmethod
    def examples(self) -> list[tuple[dict[str, Json], list[Json], list[Json]]]:
        """``(config, good raw answers, bad raw answers)`` for the contract tests and the gallery."""

    def specimens(self) -> list[Specimen]:
        """Questions for the gallery: the usual one first (its picture stands in the documents), then the awkward ones:
        fewest and most options, words of 5 and of 200 characters, right to left. The default takes the examples.
        """
        return [
            Specimen(f"example-{number}", str(self.label), config)
            for number, (config, _good, _bad) in enumerate(self.examples(), 1)
        ]
