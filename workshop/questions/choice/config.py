"""What a choice question is made of: options with ids that stay the same while their words are edited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import count
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from workshop.kinds import Json, KindConfig

#: The id under which an answer of one's own words is counted.
OTHER = "other"
#: Two wordings of one option: at least this share of their characters is the same.
ALIKE = 0.5
#: Likeness of a wording that only goes on where the other ends.
PART = 0.75
MOST_OPTIONS = 40


class Option(BaseModel):
    """One option. ``id`` is what answers store."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id: str = Field(pattern=r"^[a-z0-9_-]{1,40}$")
    text: str = Field(min_length=1, max_length=300)


class ChoiceConfig(KindConfig):
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
        if isinstance(raw, Mapping) and isinstance(raw.get("options"), list):
            return {**raw, "options": with_ids(raw["options"], raw.get("retired") or ())}
        return raw

    @field_validator("options")
    @classmethod
    def _all_different(cls, options: list[Option]) -> list[Option]:
        for name, values in (("ids", [o.id for o in options]), ("options", [o.text for o in options])):
            if len(set(values)) != len(values):
                message = f"two {name} are the same"
                raise ValueError(message)
        if OTHER in {option.id for option in options}:
            message = f"the id “{OTHER}” is kept for an answer in one's own words"
            raise ValueError(message)
        return options

    @model_validator(mode="after")
    def _fits(self) -> ChoiceConfig:
        ids = {option.text: option.id for option in self.options} | {option.id: option.id for option in self.options}
        unknown = [name for name in self.right if name not in ids]
        if unknown:
            message = f"right: there is no option “{unknown[0]}”"
            raise ValueError(message)
        self.right = [ids[name] for name in self.right]
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


def names(taken: Sequence[str]) -> Iterator[str]:
    """Ids that are not taken: a … z, then a1, b1 …"""
    for round_ in count():
        for letter in "abcdefghijklmnopqrstuvwxyz":
            name = letter + (str(round_) if round_ else "")
            if name not in taken:
                yield name


def with_ids(options: Sequence[Any], retired: Sequence[str]) -> list[Any]:
    """Options with ids for those that are plain texts; numbers and booleans that YAML saw are texts here."""
    taken = [str(option["id"]) for option in options if isinstance(option, Mapping) and "id" in option]
    taken += [option.id for option in options if isinstance(option, Option)]
    fresh = names([*taken, *retired])
    return [_option(option, fresh) for option in options]


def _option(option: Any, fresh: Iterator[str]) -> Any:
    if isinstance(option, Option):
        return option
    if isinstance(option, Mapping):
        return dict(option) if "id" in option else {"id": next(fresh), **option}
    return {"id": next(fresh), "text": _words(option)}


def _words(option: Any) -> str:
    if isinstance(option, bool):
        return "Yes" if option else "No"
    return str(option)


def shortest(config: ChoiceConfig) -> dict[str, Json]:
    """The config as a person would write it: plain texts where the ids are those they would get anyway."""
    body = config.model_dump(mode="json", exclude_defaults=True)
    texts = [option.text for option in config.options]
    if [Option(**option) for option in with_ids(texts, config.retired)] == config.options:
        body["options"] = texts
        text_of = {option.id: option.text for option in config.options}
        if config.right:
            body["right"] = [text_of[name] for name in config.right]
    return body


def edited(before: Sequence[Option], lines: Sequence[str], retired: Sequence[str]) -> tuple[list[Option], list[str]]:
    """Options for edited lines: a line that only changed its words, or its place, keeps its id and its answers.

    Returns the options and the ids that are retired now.
    """
    by_text = {option.text: option for option in before}
    kept: dict[int, str] = {place: by_text[line].id for place, line in enumerate(lines) if line in by_text}
    free = [option for option in before if option.id not in kept.values()]
    for place, line in enumerate(lines):
        if place in kept or not free:
            continue
        here = before[place] if place < len(before) else None
        best = max(free, key=lambda option: (_likeness(option.text, line), option is here))
        if best is here or _likeness(best.text, line) >= ALIKE:
            kept[place] = best.id
            free.remove(best)
    gone = [*retired, *(option.id for option in free)]
    fresh = names([*(option.id for option in before), *gone])
    return [Option(id=kept.get(place) or next(fresh), text=line) for place, line in enumerate(lines)], gone


def _likeness(one: str, other: str) -> float:
    """0 to 1. What was only made longer or shorter is nearly the same."""
    one, other = one.casefold(), other.casefold()
    if one.startswith(other) or other.startswith(one):
        return max(PART, SequenceMatcher(None, one, other).ratio())
    return SequenceMatcher(None, one, other).ratio()
