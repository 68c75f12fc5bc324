"""What a plan says about slides, and the way through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from workshop.kinds import KindConfig

PageNumber = Annotated[int, Field(ge=1, le=10_000)]


class SlidesConfig(KindConfig):
    """A deck and where the activities inside it come.

    ``at``: for each activity inside, in order, the page after which it is opened; those without one come at the end.
    """

    deck: str = Field(default="", max_length=32, pattern=r"^[0-9a-f]*$")
    pages: int = Field(default=0, ge=0, le=10_000)
    name: str = Field(default="", max_length=200)
    at: list[PageNumber] = Field(default_factory=list, max_length=100)


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop on the way: a page, or the activity (its place among the children) that comes after it."""

    page: int
    child: int | None = None


def route(pages: int, children: int, at: Sequence[int]) -> list[Stop]:
    """All stops in order. An activity beyond the last page comes at the end."""
    after: dict[int, list[int]] = {}
    for child in range(children):
        page = min(at[child], pages) if child < len(at) else pages
        after.setdefault(max(page, 1), []).append(child)
    stops: list[Stop] = []
    for page in range(1, pages + 1):
        stops.append(Stop(page))
        stops += [Stop(page, child) for child in after.get(page, ())]
    return stops
