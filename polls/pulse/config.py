"""What a plan says about a pulse."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from workshop.kinds import KindConfig
from workshop.questions.texts import fold

#: Steps from one end to the other.
STEPS = 5
MOST_REACTIONS = 8
#: Characters of one sign: families and flags are made of many.
LONGEST = 16

Reaction = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]


class PulseConfig(KindConfig):
    """``reactions``: signs that people tap (none: no reactions). ``question``: asked the whole time, answered on five
    steps between ``low`` and ``high`` ('' for none)."""

    question: str = Field(default="", max_length=200)
    low: str = Field(default="", max_length=40)
    high: str = Field(default="", max_length=40)
    reactions: list[Reaction] = Field(default_factory=lambda: ["👍", "❤️", "👏", "🤔", "😂"], max_length=MOST_REACTIONS)

    @field_validator("reactions")
    @classmethod
    def _all_different(cls, reactions: list[str]) -> list[str]:
        if len({fold(each) for each in reactions}) < len(reactions):
            message = "reactions: each only once"
            raise ValueError(message)
        return reactions
