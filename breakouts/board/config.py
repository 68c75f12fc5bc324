"""What a plan says about a board."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from workshop.kinds import KindConfig

#: More cards than this on one board is a list, not a board.
MOST_CARDS = 500
MOST_COLUMNS = 8

ColumnTitle = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class BoardConfig(KindConfig):
    """A board's columns, in order, and who may do what with its cards.

    ``members`` are the people of the group; staff always may. Columns are numbered from 1, so that a title can be
    changed while cards hang below it.
    """

    prompt: str = Field(default="", max_length=2_000)
    columns: list[ColumnTitle] = Field(default_factory=lambda: ["Ideas"], min_length=1, max_length=MOST_COLUMNS)
    max_cards: int = Field(default=MOST_CARDS, ge=1, le=MOST_CARDS)
    add: Literal["members", "staff"] = "members"
    move: Literal["members", "own", "staff"] = "members"
    edit: Literal["members", "own", "staff"] = "own"

    def column(self, number: int) -> int:
        """The column a card hangs in: its own, or the last one when that was taken away."""
        return min(max(number, 1), len(self.columns))
