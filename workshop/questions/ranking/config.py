"""What a ranking is made of."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator, model_validator

from workshop.questions.marking import Marked
from workshop.questions.options import MOST, Option, check_different, ids_of, lists_with_ids, right_by_words


class RankingConfig(Marked):
    """Options to put in order; ``top``: only the best so many are placed, and fewer will do.

    ``options`` may be plain texts: they get ids by their place. ``right``: the right order, by text or id, as many as are
    placed. ``retired`` ids belonged to options that are gone.
    """

    options: list[Option] = Field(min_length=2, max_length=MOST)
    top: int | None = Field(default=None, ge=1, le=MOST, strict=True)
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
        return options

    @model_validator(mode="after")
    def _fits(self) -> RankingConfig:
        if self.top is not None and self.top > len(self.options):
            message = f"top: there are only {len(self.options)} options"
            raise ValueError(message)
        self.right = ids_of(self.options, self.right, "right")
        if self.right and (len(self.right) != self.most or len(set(self.right)) != len(self.right)):
            message = f"right: name {self.most} options in their right order, each once"
            raise ValueError(message)
        return self

    @property
    def ids(self) -> list[str]:
        """Ids in the order of the options."""
        return [option.id for option in self.options]

    @property
    def most(self) -> int:
        """How many places there are."""
        return self.top or len(self.options)

    @property
    def least(self) -> int:
        """How many must be filled."""
        return 1 if self.top else len(self.options)

    @property
    def places(self) -> range:
        """The places from 1."""
        return range(1, self.most + 1)
