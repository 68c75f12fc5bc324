"""What an allocation is made of."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from workshop.kinds import KindConfig
from workshop.questions.options import MOST, Option, check_different, lists_with_ids

MOST_POINTS = 1_000
MOST_DOTS = 100
#: Steps of the buttons: few enough taps for 100 points, exact for few dots.
_STEPS = ((20, 1), (50, 5), (200, 10), (MOST_POINTS, 50))


class AllocationConfig(KindConfig):
    """Options over which everybody shares out the same amount.

    ``points``: all of ``total`` (100) must be given away. ``dots``: at most ``total`` (3). ``max``: most for one option.
    ``options`` may be plain texts: they get ids by their place. ``retired`` ids belonged to options that are gone.
    """

    options: list[Option] = Field(min_length=2, max_length=MOST)
    give: Literal["points", "dots"] = "points"
    total: int = Field(default=100, ge=1, le=MOST_POINTS, strict=True)
    max: int | None = Field(default=None, ge=1, le=MOST_POINTS, strict=True)
    retired: list[str] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _ids_and_total(cls, raw: Any) -> Any:
        body = lists_with_ids(raw, ("options", "retired"))
        if isinstance(body, dict) and body.get("give") == "dots" and "total" not in body:
            return {**body, "total": 3}
        return body

    @field_validator("options")
    @classmethod
    def _all_different(cls, options: list[Option]) -> list[Option]:
        check_different(options)
        return options

    @model_validator(mode="after")
    def _fits(self) -> AllocationConfig:
        if self.give == "dots" and self.total > MOST_DOTS:
            message = f"total: at most {MOST_DOTS} dots"
            raise ValueError(message)
        if self.max is not None and self.max > self.total:
            message = f"max: there are only {self.total}"
            raise ValueError(message)
        if self.give == "points" and self.most * len(self.options) < self.total:
            message = f"max: {self.total} cannot be given away with at most {self.most} for each option"
            raise ValueError(message)
        return self

    @property
    def ids(self) -> list[str]:
        """Ids in the order of the options."""
        return [option.id for option in self.options]

    @property
    def most(self) -> int:
        """What one option may get."""
        return self.max or self.total

    @property
    def all(self) -> bool:
        """Whether everything must be given away."""
        return self.give == "points"

    @property
    def step(self) -> int:
        """Of the buttons."""
        return next(step for total, step in _STEPS if self.total <= total)
