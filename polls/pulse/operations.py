"""Taps. A batch of them is a handful of statements, whoever tapped how often: nothing is sent or stored by tap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from pydantic import Field

from polls.pulse.config import STEPS, PulseConfig
from polls.pulse.models import Beat, Tick
from workshop.kinds import Json, Refused, activity_kinds
from workshop.live.access import grant
from workshop.live.models import ActivityRun
from workshop.live.timing import accepts
from workshop.questions.authors import author_of
from workshop.questions.operations import EXACT
from workshop.realtime.ops import Call, Payload, Result, op

if TYPE_CHECKING:
    from workshop.realtime.inbox import Batch

#: Seconds that are counted together.
TICK = 10

grant("pulse.beat", "learner")


class Tap(Payload):
    """``n``: the author's own counter for this pulse. ``e``: place of a reaction, from 0; ``v``: a step, 0 for none."""

    a: int = Field(ge=1, le=EXACT)
    n: int = Field(ge=1, le=EXACT)
    e: int | None = Field(default=None, ge=0, le=100)
    v: int | None = Field(default=None, ge=0, le=STEPS)


def activity_head(call: Call[Any]) -> tuple[str, ...]:
    """The head of the activity."""
    return (f"activity:{call.payload.a}",)


@dataclass(slots=True)
class _Desk:
    """One activity in one batch: who has said what so far, and what comes on top."""

    run: ActivityRun
    config: PulseConfig
    beats: dict[str, Beat]
    changed: dict[str, Beat] = field(default_factory=dict)
    reactions: Counter[int] = field(default_factory=Counter)
    moved: bool = False


@op("pulse.beat", Tap, permission="pulse.beat", heads=activity_head, rate="save", once=False, many=True)
def beat(batch: Batch, calls: Sequence[Call[Tap]]) -> list[Result]:
    """React, or say where one stands. A repeat is acked and counts once. Refuses ``closed``, ``frozen``, ``bad_value``,
    ``no_activity``, ``stale`` with the stored ``n``."""
    authors = [_author(call) for call in calls]
    desks = _desks(calls, authors)
    results: list[Result] = []
    for call, author in zip(calls, authors, strict=True):
        at = desks.get((call.session, call.payload.a))
        try:
            results.append(_take(batch, call, at, author))
        except Refused as refusal:
            results.append(refusal)
    for at in desks.values():
        if at is not None and at.changed:
            _write(batch, at)
    return results


def _author(call: Call[Tap]) -> str | Refused:
    actor = call.actor
    try:
        return author_of("anonymous", actor.key, actor.secret, call.session, call.payload.a, 0)
    except Refused as refusal:
        return refusal


def _desks(calls: Sequence[Call[Tap]], authors: Sequence[str | Refused]) -> dict[tuple[int, int], _Desk | None]:
    desks: dict[tuple[int, int], _Desk | None] = {}
    for place in {(call.session, call.payload.a) for call in calls}:
        run = current_run(*place)
        config = config_of(run) if run else None
        if run is None or config is None:
            desks[place] = None
            continue
        here = [author for author in authors if isinstance(author, str)]
        rows = Beat.objects.filter(activity=run.activity_id, round=run.round, author__in=here)
        desks[place] = _Desk(run, config, {row.author: row for row in rows})
    return desks


def current_run(session: int, activity: int) -> ActivityRun | None:
    """The run of an activity's highest round in a session, with its activity."""
    runs = ActivityRun.objects.filter(session=session, activity=activity).select_related("activity")
    return runs.order_by("-round").first()


def config_of(run: ActivityRun) -> PulseConfig | None:
    """The config, None when the activity is of another kind."""
    config = activity_kinds.get(run.activity.kind).load(run.activity.config, run.activity.config_version)
    return config if isinstance(config, PulseConfig) else None


def _take(batch: Batch, call: Call[Tap], at: _Desk | None, author: str | Refused) -> dict[str, Json]:
    said = call.payload
    if at is None:
        raise Refused("no_activity", _("This activity is not there any more."))
    if isinstance(author, Refused):
        raise author
    row = at.beats.get(author)
    if row is not None and said.n == row.n:
        return {"n": said.n}
    if row is not None and said.n < row.n:
        raise Refused("stale", _("There is a newer tap of yours, perhaps from another device."), n=row.n)
    _check(batch, at, said)
    if row is None:
        row = at.beats[author] = Beat(activity_id=at.run.activity_id, round=at.run.round, author=author, n=0)
    row.n, at.changed[author] = said.n, row
    if said.e is not None:
        at.reactions[said.e] += 1
    if said.v is not None and said.v != row.level:
        row.level, at.moved = said.v, True
        batch.touch_person(call.session, call.author)
    return {"n": said.n}


def _check(batch: Batch, at: _Desk, said: Tap) -> None:
    if at.run.state == "open" and at.run.frozen:
        raise Refused("frozen", _("Your facilitator has stopped this for a moment."))
    if not accepts(at.run, batch.now):
        raise Refused("closed", _("This is closed."))
    if said.e is not None and said.e >= len(at.config.reactions):
        raise Refused("bad_value", _("There is no such reaction."))
    if said.v is not None and not at.config.question:
        raise Refused("bad_value", _("Nothing is asked here."))
    if said.e is None and said.v is None:
        raise Refused("empty", _("Please tap a reaction."))


def _write(batch: Batch, at: _Desk) -> None:
    """The newest words, and the counts of these ten seconds."""
    Beat.objects.bulk_create(
        at.changed.values(),
        update_conflicts=True,
        unique_fields=["activity", "round", "author"],
        update_fields=["n", "level"],
        batch_size=500,
    )
    now = int(batch.now.timestamp()) // TICK * TICK
    tick = Tick.objects.filter(activity=at.run.activity_id, round=at.run.round).last()
    if tick is None or tick.at != now:
        # Who stood somewhere before still does.
        stood = (tick.people, tick.total) if tick else (0, 0)
        tick = Tick(activity_id=at.run.activity_id, round=at.run.round, at=now, people=stood[0], total=stood[1])
    for place, times in at.reactions.items():
        tick.reactions[str(place)] = tick.reactions.get(str(place), 0) + times
    if at.moved:
        tick.people, tick.total = standing(at.run)
    tick.save()
    batch.move(at.run.session_id, f"activity:{at.run.activity_id}", counting=True)


def standing(run: ActivityRun) -> tuple[int, int]:
    """People who stand somewhere now, and the sum of their steps."""
    rows = Beat.objects.filter(activity=run.activity_id, round=run.round, level__gt=0)
    found = rows.aggregate(people=Count("pk"), total=Sum("level"))
    return int(found["people"]), int(found["total"] or 0)
