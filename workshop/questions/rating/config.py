"""What a rating is made of."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from workshop.kinds import KindConfig

#: Answers to "would you recommend it?" from 0 to TOP.
TOP: Final = 10
#: Up to DETRACTORS one speaks against it, from PROMOTERS on for it (Reichheld, "The One Number You Need to Grow", 2003).
DETRACTORS: Final = 6
PROMOTERS: Final = 9

EndName = Annotated[str, StringConstraints(max_length=60)]


class RatingConfig(KindConfig):
    """``stars``: 1 to ``points`` of them. ``nps``: 0 to 10, from which a score follows. ``ends``: words at both ends."""

    show: Literal["stars", "nps"] = "stars"
    points: int = Field(default=5, ge=3, le=10, strict=True)
    ends: tuple[EndName, EndName] = ("", "")

    @model_validator(mode="after")
    def _fits(self) -> RatingConfig:
        if self.show == "nps" and "points" in self.model_fields_set:
            message = "points: this score always goes from 0 to 10"
            raise ValueError(message)
        return self

    @property
    def stars(self) -> bool:
        """Whether it is drawn as stars."""
        return self.show == "stars"

    @property
    def steps(self) -> list[int]:
        """The numbers that may be chosen."""
        return list(range(1, self.points + 1)) if self.stars else list(range(TOP + 1))
