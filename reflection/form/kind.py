"""Activity kind: several questions, saved as one types, each with its own level of privacy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from reflection.form import proposals
from reflection.form.editor import FormEditor
from workshop.kinds import ActivitySpec, Json, KindConfig, PlanLine, Proposal, QuestionSpec
from workshop.questions.activity import STYLES, QuestionActivity
from workshop.questions.shorthand import expand, question


class FormConfig(KindConfig):
    """``intro``: a sentence above the questions."""

    intro: str = Field(default="", max_length=2_000)


class Form(QuestionActivity):
    """Self-assessments, reflections, feedback, action plans."""

    slug: ClassVar[str] = "form"
    label: ClassVar[Any] = gettext_lazy("Form")
    icon: ClassVar[str] = "form"
    template_folder: ClassVar[str] = "form"
    Config: ClassVar[type[FormConfig]] = FormConfig
    Editor: ClassVar[type[FormEditor]] = FormEditor
    questions: ClassVar[Any] = "many"
    modules: ClassVar[tuple[str, ...]] = ("questions/hand-in.js", "questions/held.js", "questions/picture.js")
    styles: ClassVar[tuple[str, ...]] = STYLES

    def read_block(self, body: dict[str, Json]) -> tuple[dict[str, Json], list[dict[str, Json]]]:
        """As for every kind with several questions; each may say ``type`` or leave its kind to be open text."""
        config, raw = super().read_block(body)
        return config, [_expanded(entry) for entry in raw]

    def proposes(self, line: PlanLine) -> Iterable[Proposal]:
        return proposals.of_line(line)

    def examples(self) -> list[ActivitySpec]:
        labels: Json = [_("Not yet"), _("Easily")]
        return [
            ActivitySpec(
                kind=self.slug,
                title=_("Where do you stand now?"),
                config={"intro": _("Two minutes are enough.")},
                questions=(
                    _with(question("scale", _("I can explain what drives the bill"), labels=labels), "confidential"),
                    _with(question("text", _("My first step"), long=True, hold=False), "named"),
                    _with(question("text", _("A note to myself")), "own"),
                    _with(question("multiple", _("What helped?"), options=[_("Talk"), _("Groups")]), "anonymous"),
                ),
            ),
            ActivitySpec(kind=self.slug, title=_("Feedback"), questions=(question("text", _("What should change?")),)),
        ]


def _expanded(entry: Any) -> Any:
    if not isinstance(entry, dict) or "kind" in entry:
        return entry
    rest = dict(entry)
    word = rest.pop("type", "text")
    return expand(word, rest) if isinstance(word, str) else entry


def _with(asked: QuestionSpec, privacy: str) -> QuestionSpec:
    return QuestionSpec(kind=asked.kind, prompt=asked.prompt, config=asked.config, privacy=privacy)
