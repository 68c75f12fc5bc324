"""An activity in groups is opened: its groups are made when nobody has made them yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from breakouts import sets
from breakouts.allocation import MOST_GROUPS, how_many
from breakouts.queries import EVERYONE, set_key
from breakouts.undoing import Memory
from workshop.kinds import Json
from workshop.live.models import ActivityRun, GroupSet, Session
from workshop.plans.models import Activity

if TYPE_CHECKING:
    from workshop.realtime.inbox import Batch

MODES = ("random", "table", "hand")


@dataclass(frozen=True, slots=True)
class SetSpec:
    """How a plan wants a set to be made: ``{"mode": "random", "size": 5}``, ``{"mode": "table", "count": 8}``."""

    mode: str
    size: int
    count: int

    @classmethod
    def read(cls, spec: Mapping[str, Json]) -> SetSpec:
        """The spec of a plan; what is missing or makes no sense becomes groups of five at random."""
        mode = str(spec.get("mode", "random"))
        size, count = (_number(spec.get(name)) for name in ("size", "count"))
        return cls(mode if mode in MODES else "random", size or (0 if count else sets.DEFAULT_SIZE), count)


def _number(value: Json) -> int:
    return value if isinstance(value, int) and 0 < value <= MOST_GROUPS else 0


def make_groups_for(batch: Batch, session: Session, run: ActivityRun) -> dict[str, Any] | None:
    """Make the group set that the activity names by the plan's spec, unless the session has it.

    Returns what it takes to undo that.
    """
    key = set_key(run.activity)
    if not key or GroupSet.objects.filter(session=session, key=key, groups__isnull=False).exists():
        return None
    memory = Memory(batch, session.pk, key)
    spec = spec_of(run.activity)
    if key == EVERYONE:
        people = list(sets.everybody(session.pk).values_list("pk", flat=True))
    else:
        people = sets.seen_lately(session.pk, batch.now)
    group_set = sets.set_of(session.pk, key, mode=spec.mode, size=_seats(spec))
    if spec.mode == "random":
        sets.shuffle(batch, group_set, people, count=spec.count)
    else:
        sets.resize(batch, group_set, spec.count or max(2, how_many(len(people), size=spec.size)))
    sets.note(batch, session.pk)
    return memory.before()


def _seats(spec: SetSpec) -> int:
    # A table takes whoever sits at it: its size only says how many tables there are when nobody counted them.
    return 0 if spec.mode == "table" else spec.size


def spec_of(activity: Activity) -> SetSpec:
    """The spec of the activity's set; it may stand in any one of the activities that use the set."""
    if not activity.group_set:
        return SetSpec("random", 0, 1)
    own = activity.group_set_spec
    if not own:
        others = Activity.objects.filter(version=activity.version_id, group_set=activity.group_set)
        own = next((other.group_set_spec for other in others if other.group_set_spec), {})
    return SetSpec.read(own)
