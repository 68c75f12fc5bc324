"""What a plane is made of."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints, field_validator, model_validator

from workshop.kinds import KindConfig
from workshop.questions.options import Option, check_different, lists_with_ids

#: The raster: places from 0 to LAST on each axis. Nobody's point is kept any finer.
LAST: Final = 20
MIDDLE: Final = LAST // 2
MOST_ITEMS: Final = 12
#: Characters that stand on one line beside the plane of a phone.
UPRIGHT: Final = 14
#: The id of the one point where there are no items.
POINT: Final = "point"

AxisName = Annotated[str, StringConstraints(min_length=1, max_length=60)]
EndName = Annotated[str, StringConstraints(max_length=40)]


class GridConfig(KindConfig):
    """A plane: ``x`` and ``y`` name its axes, ``x_ends`` and ``y_ends`` their low and high end.

    ``items``: each gets a point; without them everybody places one. ``corners``: names of the four quarters, top left,
    top right, bottom left, bottom right. ``retired`` ids belonged to items that are gone.
    """

    x: AxisName
    y: AxisName
    x_ends: tuple[EndName, EndName] = ("", "")
    y_ends: tuple[EndName, EndName] = ("", "")
    items: list[Option] = Field(default_factory=list, max_length=MOST_ITEMS)
    corners: tuple[EndName, EndName, EndName, EndName] | None = None
    retired: list[str] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _ids_for_texts(cls, raw: Any) -> Any:
        return lists_with_ids(raw, ("items", "retired"))

    @field_validator("items")
    @classmethod
    def _all_different(cls, items: list[Option]) -> list[Option]:
        check_different(items, "items")
        return items

    @property
    def points(self) -> list[Option]:
        """What is placed: the items, or the one point, whose words are ''."""
        return self.items or [Option.model_construct(id=POINT, text="")]

    @property
    def ids(self) -> list[str]:
        """Ids of what is placed."""
        return [point.id for point in self.points]

    @property
    def wordy(self) -> bool:
        """Whether the upright axis needs two lines on a phone."""
        return max(len(self.y), *map(len, self.y_ends)) > UPRIGHT
