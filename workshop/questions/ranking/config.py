"""What a ranking is made of."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator, model_validator

from workshop.kinds import KindConfig
from workshop.questions.options import MOST, Option, check_different, lists_with_ids


class RankingConfig(KindConfig):
    """Options to put in order; ``top``: only the best so many are placed, and fewer will do.

    ``options`` may be plain texts: they get ids by their place. ``retired`` ids belonged to options that are gone.
    """

    options: list[Option] = Field(min_length=2, max_length=MOST)
    top: int | None = Field(default=None, ge=1, le=MOST, strict=True)
    retired: list[str] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _ids_for_texts(cls, raw: Any) -> Any:
        return lists_with_ids(raw, ("options", "retired"))

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
