"""The slot of a pulse: ``pulse:<activity>``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from polls.pulse.config import PulseConfig
from polls.pulse.models import Tick
from polls.pulse.operations import config_of, current_run
from workshop.kinds import Json
from workshop.live.models import ActivityRun
from workshop.questions.gate import LEAST
from workshop.realtime.heads import read_head
from workshop.realtime.slots import LONGEST_NUMBER, Shape, SlotReader, SlotRequest, SlotState, register

#: Points of the trend at most; longer ones are thinned out.
POINTS = 60


class PulseReader(SlotReader):
    """``pulse:<activity>``: ``{"counts": [taps by reaction], "people": n, "mean": 3.4, "trend": [[seconds, mean], …]}``.

    A mean stands there only where five people or more stand behind it. Learners hear nothing: they look up.
    """

    prefix = "pulse"
    shape: ClassVar[Shape] = "value"
    counting = True
    by_language = False
    audiences: ClassVar[tuple[str, ...]] = ("staff", "screen")

    def heads(self, name: str) -> tuple[str, ...]:
        return (f"activity:{name.partition(':')[2]}",)

    def read(self, request: SlotRequest) -> SlotState | None:
        if not request.rest.isdecimal() or len(request.rest) > LONGEST_NUMBER:
            return None
        epoch, revision = read_head(request.session, f"activity:{request.rest}")
        run = current_run(request.session, int(request.rest))
        config = config_of(run) if run else None
        if run is None or config is None:
            return None
        return SlotState(epoch, revision, data=data_of(run, config))


def data_of(run: ActivityRun, config: PulseConfig) -> dict[str, Json]:
    """What a pulse says now."""
    ticks = list(Tick.objects.filter(activity=run.activity_id, round=run.round))
    counts = [sum(tick.reactions.get(str(place), 0) for tick in ticks) for place in range(len(config.reactions))]
    last = ticks[-1] if ticks else None
    people = last.people if last else 0
    return {"counts": counts, "people": people, "mean": mean_of(last), "trend": trend_of(ticks)}


def mean_of(tick: Tick | None) -> float | None:
    """The mean step, None below five people."""
    return round(tick.total / tick.people, 2) if tick and tick.people >= LEAST else None


def trend_of(ticks: Sequence[Tick]) -> list[list[float]]:
    """Means by seconds since the first one, at most ``POINTS``."""
    known = [(tick.at, mean) for tick in ticks if (mean := mean_of(tick)) is not None]
    every = -(-len(known) // POINTS) or 1
    thinned = [*known[:-1][::every], *known[-1:]]
    return [[at - known[0][0], mean] for at, mean in thinned]


register(PulseReader())
