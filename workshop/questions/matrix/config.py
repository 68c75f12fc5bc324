"""What a matrix is made of."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints, field_validator, model_validator

from workshop.kinds import KindConfig
from workshop.questions.options import Option, check_different, lists_with_ids

MOST_ROWS: Final = 12
MOST_CRITERIA: Final = 8
MOST_POINTS: Final = 7
#: The id of what is judged where there are no criteria: the row itself.
ITSELF: Final = "itself"

EndName = Annotated[str, StringConstraints(max_length=60)]
PointName = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class MatrixConfig(KindConfig):
    """Rows that are judged on a scale from 1 to ``points``: by each of the ``criteria``, or themselves.

    ``ends`` are the words at both ends of the scale; ``words`` those of every point (they say how many there are).
    ``rows`` and ``criteria`` may be plain texts: they get ids by their place. ``retired`` and ``retired_criteria`` are
    the ids of those that are gone.
    """

    rows: list[Option] = Field(min_length=1, max_length=MOST_ROWS)
    criteria: list[Option] = Field(default_factory=list, max_length=MOST_CRITERIA)
    points: int = Field(default=5, ge=2, le=MOST_POINTS, strict=True)
    ends: tuple[EndName, EndName] = ("", "")
    words: list[PointName] = Field(default_factory=list, max_length=MOST_POINTS)
    retired: list[str] = Field(default_factory=list)
    retired_criteria: list[str] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _ids_and_points(cls, raw: Any) -> Any:
        body = lists_with_ids(raw, ("rows", "retired"), ("criteria", "retired_criteria"))
        if isinstance(body, dict) and isinstance(body.get("words"), list) and body["words"] and "points" not in body:
            return {**body, "points": len(body["words"])}
        return body

    @field_validator("rows")
    @classmethod
    def _rows_differ(cls, rows: list[Option]) -> list[Option]:
        check_different(rows, "rows")
        return rows

    @field_validator("criteria")
    @classmethod
    def _criteria_differ(cls, criteria: list[Option]) -> list[Option]:
        check_different(criteria, "criteria")
        return criteria

    @model_validator(mode="after")
    def _fits(self) -> MatrixConfig:
        if self.words and len(self.words) != self.points:
            message = f"words: {len(self.words)} words for {self.points} points"
            raise ValueError(message)
        return self

    @property
    def judged(self) -> list[str]:
        """Ids of what each row is judged by."""
        return [criterion.id for criterion in self.criteria] or [ITSELF]

    @property
    def places(self) -> list[tuple[str, str]]:
        """Every cell as ``(row, criterion)``."""
        return [(row.id, criterion) for row in self.rows for criterion in self.judged]

    @property
    def steps(self) -> list[tuple[int, str]]:
        """The numbers that may be chosen, each with its words."""
        low, high = self.ends
        words = self.words or [low, *[""] * (self.points - 2), high]
        return list(enumerate(words, 1))

    @property
    def named(self) -> list[tuple[int, str]]:
        """Those steps that have words."""
        return [(number, words) for number, words in self.steps if words]
