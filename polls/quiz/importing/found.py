"""What a reader of a file found: questions, and by name and line what cannot be a question here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from pydantic import ValidationError

from workshop.kinds import Json, QuestionSpec, Refused, question_kinds
from workshop.questions.shorthand import expand

#: Questions of one file at most; more are no quiz.
MOST = 200
PROMPT = 2_000


class Unreadable(Exception):  # noqa: N818 - what the file is
    """The file as a whole cannot be read. The message is a sentence for the person who brought it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not imported: its line (row of a sheet) from 1, its name there, and why in plain words."""

    line: int
    name: str
    reason: str


@dataclass(slots=True)
class Found:
    """Questions in their order, and what is missing."""

    questions: list[QuestionSpec] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, line: int, prompt: str, word: str, config: Mapping[str, Json]) -> None:
        """Take a question of the type ``word`` in, or note why it cannot be one."""
        text = " ".join(prompt.split())
        wrong_at_once = self._wrong(text)
        if wrong_at_once:
            self.skip(line, text, wrong_at_once)
            return
        try:
            body = expand(word, config)
            kind = question_kinds.get(str(body.pop("kind")))
            kind.load(body)
        except Refused as refusal:
            self.skip(line, text, str(refusal.message))
        except ValidationError as wrong:
            self.skip(line, text, wrong.errors()[0]["msg"].removeprefix("Value error, "))
        else:
            self.questions.append(QuestionSpec(kind=kind.slug, prompt=text, config=body))

    def _wrong(self, text: str) -> str:
        if not text:
            return _("It has no text.")
        if len(text) > PROMPT:
            return _("Its text is longer than %d characters.") % PROMPT
        return _("A quiz has at most %d questions.") % MOST if len(self.questions) >= MOST else ""

    def skip(self, line: int, name: str, reason: str) -> None:
        """Note something that is not imported."""
        self.problems.append(Problem(line, " ".join(name.split())[:120], reason))


def choice(options: Sequence[str], right: Sequence[int], **more: Json) -> tuple[str, dict[str, Json]]:
    """Type and config of a choice between texts, the ones at the places ``right`` (from 0) being right."""
    config: dict[str, Json] = {"options": list(options), "right": [options[place] for place in right], **more}
    if len(right) > 1:
        return "multiple", {**config, "multiple": True}
    return "single", config
