"""Activity kind: one question with a live result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from polls.poll import at_once, proposals
from polls.poll.editor import PollEditor
from workshop.kinds import ActivitySpec, Json, PlanLine, Proposal, QuestionSpec, Quick, Refused
from workshop.questions.activity import STYLES, AskingConfig, QuestionActivity
from workshop.questions.shorthand import expand, question, shorten

#: Keys of a question that are not part of its kind's config.
_OF_QUESTION = ("key", "privacy", "required", "objectives")


class PollConfig(AskingConfig):
    """``intro``: a sentence above the question."""

    intro: str = Field(default="", max_length=600)


class Poll(QuestionActivity):
    """One question of any kind, with results that staff put on the screen and on phones."""

    slug: ClassVar[str] = "poll"
    label: ClassVar[Any] = gettext_lazy("Poll")
    icon: ClassVar[str] = "poll"
    template_folder: ClassVar[str] = "poll"
    Config: ClassVar[type[PollConfig]] = PollConfig
    Editor: ClassVar[type[PollEditor]] = PollEditor
    questions: ClassVar[Any] = "one"
    modules: ClassVar[tuple[str, ...]] = ("questions/held.js", "questions/picture.js")
    styles: ClassVar[tuple[str, ...]] = STYLES

    def read_block(self, body: dict[str, Json]) -> tuple[dict[str, Json], list[dict[str, Json]]]:
        """``question``, ``type`` and the keys of that type; ``question`` may be a mapping with a ``prompt``."""
        rest = dict(body)
        config = {name: rest.pop(name) for name in PollConfig.model_fields if name in rest}
        asked = rest.pop("question", None)
        head = dict(asked) if isinstance(asked, dict) else {"prompt": asked}
        if not isinstance(head.get("prompt"), str) or not head["prompt"].strip():
            raise Refused("no_question", _("A poll needs a “question”."), path=("question",))
        word = rest.pop("type", "single" if "options" in rest else "text")
        if not isinstance(word, str):
            raise Refused("unknown_kind", _("“type” must be a word."), path=("type",))
        head |= {name: rest.pop(name) for name in _OF_QUESTION if name in rest}
        return config, [{**expand(word, rest), **head}]

    def write_block(self, spec: ActivitySpec) -> dict[str, Json]:
        body = dict(spec.config)
        for asked in spec.questions[:1]:
            word, rest = shorten(asked)
            body |= {"type": word, "question": _prompt(asked), **rest}
            if asked.required:
                body["required"] = True
            if asked.objectives:
                body["objectives"] = list(asked.objectives)
        return body

    def proposes(self, line: PlanLine) -> Iterable[Proposal]:
        return proposals.of_line(line)

    def quick(self, question: str = "") -> Iterable[Quick]:
        return at_once.always(question)

    def at_hand(self, document: Mapping[str, Any], question: str = "") -> Iterable[Quick]:
        return at_once.of_plan(document, question)

    def examples(self) -> list[ActivitySpec]:
        return [
            ActivitySpec(
                kind=self.slug,
                title=_("What drives the bill?"),
                questions=(question("single", _("What drives the bill most?"), options=[_("Training"), _("Answers")]),),
                privacy="anonymous",
            ),
            ActivitySpec(
                kind=self.slug,
                title=_("In one word"),
                config={"intro": _("Think of last month.")},
                questions=(question("words", _("Your last bill in one word?")),),
            ),
            ActivitySpec(
                kind=self.slug,
                title=_("Ready?"),
                questions=(
                    question("scale", _("How ready is your team?"), points=5, labels=[_("Not yet"), _("Today")]),
                ),
                privacy="confidential",
            ),
        ]


def _prompt(asked: QuestionSpec) -> Json:
    """The prompt alone, or with what a block cannot say beside it."""
    own = {name: value for name, value in (("key", asked.key), ("privacy", asked.privacy)) if value}
    return {"prompt": asked.prompt, **own} if own else asked.prompt
