"""What a question for a number is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, model_validator

from workshop.questions.marking import Marked

#: Numbers are kept exactly, with at most so many digits before and behind the point.
LIMIT: Final = Decimal(10**12)
DECIMALS: Final = 6


def _no_truth(raw: Any) -> Any:
    """``true`` is no number."""
    if isinstance(raw, bool):
        message = "this must be a number"
        raise ValueError(message)  # noqa: TRY004 - pydantic collects ValueErrors
    return raw


Number = Annotated[
    Decimal, BeforeValidator(_no_truth), Field(ge=-LIMIT, le=LIMIT, decimal_places=DECIMALS, allow_inf_nan=False)
]


class NumericConfig(Marked):
    """A number with its ``unit``, from ``min`` to ``max`` in steps of ``step``.

    ``right``: the right value; an answer that is not more than ``tolerance`` away from it is right.
    """

    unit: str = Field(default="", max_length=12)
    min: Number | None = None
    max: Number | None = None
    step: Number | None = None
    right: Number | None = None
    tolerance: Number = Decimal(0)

    @model_validator(mode="after")
    def _fits(self) -> NumericConfig:
        if self.step is not None and self.step <= 0:
            message = "step: this must be more than 0"
            raise ValueError(message)
        if self.min is not None and self.max is not None and self.min >= self.max:
            message = "max: this must be more than min"
            raise ValueError(message)
        if self.tolerance < 0:
            message = "tolerance: this must not be less than 0"
            raise ValueError(message)
        if self.tolerance and self.right is None:
            message = "tolerance: there is no right value"
            raise ValueError(message)
        if self.right is not None and not self.low <= self.right <= self.high:
            message = "right: this does not lie between min and max"
            raise ValueError(message)
        return self

    @property
    def low(self) -> Decimal:
        """The least that may be answered."""
        return -LIMIT if self.min is None else self.min

    @property
    def high(self) -> Decimal:
        """The most that may be answered."""
        return LIMIT if self.max is None else self.max

    @property
    def whole(self) -> bool:
        """Whether answers are whole numbers alone."""
        return self.step is not None and self.step % 1 == 0 and (self.min or Decimal(0)) % 1 == 0

    def on_a_step(self, value: Decimal) -> bool:
        """Whether the value lies on a step, counted from ``min`` or else from 0."""
        return self.step is None or (value - (self.min or Decimal(0))) % self.step == 0

    def is_right(self, value: Decimal) -> bool:
        """Whether the answer is near enough."""
        return self.right is not None and abs(value - self.right) <= self.tolerance
