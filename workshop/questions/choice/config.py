"""What a choice question is made of: options with ids that stay the same while their words are edited."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator, model_validator

from workshop.kinds import Json
from workshop.questions.marking import Marked
from workshop.questions.options import MOST, Option, as_written, check_different, ids_of, lists_with_ids, right_by_words

#: The id under which an answer of one's own words is counted.
OTHER = "other"
MOST_OPTIONS = MOST


class ChoiceConfig(Marked):
    """One or several of a list.

    ``options`` may be plain texts: they get the ids ``a``, ``b``, ``c`` … by their place. ``right`` may name options by
    text or id. ``retired`` ids belonged to options that are gone: no later option takes their answers over.
    """

    options: list[Option] = Field(min_length=1, max_length=MOST_OPTIONS)
    multiple: bool = False
    min: int = Field(default=1, ge=1, le=MOST_OPTIONS)
    max: int | None = Field(default=None, ge=1, le=MOST_OPTIONS)
    other: bool = False
    right: list[str] = Field(default_factory=list)
    retired: list[str] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _ids_for_texts(cls, raw: Any) -> Any:
        return right_by_words(raw, lists_with_ids(raw, ("options", "retired")))

    @field_validator("options")
    @classmethod
    def _all_different(cls, options: list[Option]) -> list[Option]:
        check_different(options)
        if OTHER in {option.id for option in options}:
            message = f"the id “{OTHER}” is kept for an answer in one's own words"
            raise ValueError(message)
        return options

    @model_validator(mode="after")
    def _fits(self) -> ChoiceConfig:
        self.right = ids_of(self.options, self.right, "right")
        most = len(self.options) + self.other
        if not self.multiple and (self.min != 1 or self.max not in (None, 1)):
            message = "min and max need multiple: true"
            raise ValueError(message)
        if self.min > most or (self.max is not None and self.max < self.min):
            message = "min and max do not fit the number of options"
            raise ValueError(message)
        return self

    @property
    def ids(self) -> list[str]:
        """Ids in the order of the options."""
        return [option.id for option in self.options]

    @property
    def most(self) -> int:
        """How many may be chosen at once."""
        if not self.multiple:
            return 1
        return self.max or len(self.options) + self.other


def shortest(config: ChoiceConfig) -> dict[str, Json]:
    """The config as a person would write it: plain texts where the ids are those they would get anyway."""
    body = config.model_dump(mode="json", exclude_defaults=True)
    body["options"] = as_written(config.options, config.retired)
    if isinstance(body["options"][0], str):
        text_of = {option.id: option.text for option in config.options}
        if config.right:
            body["right"] = [text_of[name] for name in config.right]
    return body
