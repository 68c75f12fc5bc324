"""Ops of staff on activities: open, close, resume, new round, freeze, show, keep, timer; and the server's own tick."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from workshop.kinds import Json, Refused
from workshop.live import attendance, deadlines, hooks, timing
from workshop.live.desk import Desk, activity_heads, all_heads, unlinkable, was_shown
from workshop.live.models import ActivityRun, Session
from workshop.live.stages import kind_of
from workshop.realtime.inbox import Batch
from workshop.realtime.ops import Call, Nothing, Payload, op

MAX_ID = 2**53


class One(Payload):
    """An activity by its number."""

    a: int = Field(ge=1, le=MAX_ID)


class OpenOne(One):
    """``minutes`` until it closes by itself; 0 for none, left out as the plan says."""

    minutes: int | None = Field(default=None, ge=0, le=24 * 60)


class Switch(One):
    """On or off."""

    on: bool


class Show(Switch):
    """Where results are shown: on the screen, on phones, or the right answers."""

    where: Literal["screen", "phones", "answers"]


class Timer(One):
    """Minutes to add to what is left, or to take."""

    minutes: int = Field(ge=-240, le=240)


@op("activity.open", OpenOne, permission="session.drive", heads=activity_heads)
def open_activity(batch: Batch, call: Call[OpenOne]) -> dict[str, Json]:
    """Open an activity for the first time. Refused ``not_ready`` when it is or was open, ``not_running``."""
    desk = Desk(batch, call)
    desk.need_running()
    run = desk.run(call.payload.a)
    if run.state != "ready":
        raise Refused("not_ready", _("This is open already, or was. Resume it or open a new round."), state=run.state)
    _known(run)
    desk.open(run, call.payload.minutes)
    return _saved(desk, run)


@op("activity.close", One, permission="session.drive", heads=activity_heads)
def close_activity(batch: Batch, call: Call[One]) -> dict[str, Json]:
    """Close an activity: what comes after this instant is refused. Refused ``not_open``."""
    desk = Desk(batch, call)
    desk.need_running()
    run = desk.run(call.payload.a)
    _need_open(run)
    desk.close(run)
    return _saved(desk, run)


@op("activity.resume", One, permission="session.drive", heads=activity_heads)
def resume_activity(batch: Batch, call: Call[One]) -> dict[str, Json]:
    """Go on with the same round of an activity that was closed by mistake, within two minutes.

    Refused ``not_closed``, ``too_late``, ``shown`` (an anonymous or confidential result has been seen: going on would
    tell who changed it).
    """
    desk = Desk(batch, call)
    desk.need_running()
    run = desk.run(call.payload.a)
    if run.state != "closed" or run.closed_at is None:
        raise Refused("not_closed", _("This is not closed."), state=run.state)
    if run.shown_at and unlinkable(run):
        raise was_shown()
    if run.settled_at or desk.now >= run.closed_at + timing.RESUME:
        raise Refused("too_late", _("It closed more than two minutes ago. Open a new round."))
    desk.resume(run)
    return _saved(desk, run)


@op("activity.round", OpenOne, permission="session.drive", heads=activity_heads)
def new_round(batch: Batch, call: Call[OpenOne]) -> dict[str, Json]:
    """Open a closed activity again with a new round: everybody answers afresh. Refused ``not_closed``."""
    desk = Desk(batch, call)
    desk.need_running()
    run = desk.run(call.payload.a)
    if run.state != "closed":
        raise Refused("not_closed", _("Close it first."), state=run.state)
    _known(run)
    fresh = desk.new_round(run, call.payload.minutes)
    return _saved(desk, fresh)


@op("activity.freeze", Switch, permission="session.drive", heads=activity_heads)
def freeze_activity(batch: Batch, call: Call[Switch]) -> dict[str, Json]:
    """Stop answers for a moment without closing, or let them come again. Refused ``not_open``."""
    desk = Desk(batch, call)
    run = desk.run(call.payload.a)
    _need_open(run)
    run.frozen = call.payload.on
    desk.save(target=f"a:{run.activity_id}")
    return {}


@op("activity.show", Show, permission="results.show", heads=activity_heads)
def show_results(batch: Batch, call: Call[Show]) -> dict[str, Json]:
    """Show results on the screen or on phones, show the right answers, or take them away again.

    Refused ``not_open`` before the first opening, ``own`` for answers that nobody else may see.
    """
    desk = Desk(batch, call)
    desk.need_running()
    run, on = desk.run(call.payload.a), call.payload.on
    if run.state == "ready":
        raise Refused("not_open", _("Open it first."), state=run.state)
    if run.activity.privacy == "own" and on:
        raise Refused("own", _("These answers are for the learners alone."))
    if call.payload.where == "answers":
        run.show_answers = on
        run.shown_at = run.shown_at or (desk.now if on else None)
    else:
        desk.show(run, **{call.payload.where: on})
    desk.save(target=f"a:{run.activity_id}")
    return {}


@op("activity.keep", Switch, permission="session.drive", heads=activity_heads)
def keep_activity(batch: Batch, call: Call[Switch]) -> dict[str, Json]:
    """Keep an activity open when the next phase begins, or not."""
    desk = Desk(batch, call)
    run = desk.run(call.payload.a)
    run.activity.keep_open = call.payload.on
    run.activity.save(update_fields=("keep_open",))
    desk.touch(run)
    desk.save(target=f"a:{run.activity_id}")
    return {}


@op("activity.timer", Timer, permission="session.drive", heads=activity_heads)
def move_timer(batch: Batch, call: Call[Timer]) -> dict[str, Json]:
    """Give an open activity more or fewer minutes; without a timer they count from now. Refused ``not_open``."""
    desk = Desk(batch, call)
    run = desk.run(call.payload.a)
    _need_open(run)
    left = desk.timer_left(run) + timedelta(minutes=call.payload.minutes)
    desk.set_timer(run, max(left, timedelta()))
    return _saved(desk, run)


@op("activity.tick", Nothing, permission="server", heads=all_heads, public=False)
def tick(batch: Batch, call: Call[Nothing]) -> dict[str, Json]:
    """Close what has run out and make closes final that are due: compare-and-set, whoever comes first."""
    desk = Desk(batch, call)
    closed = 0
    for run, at in deadlines.closing(desk.session, desk.scene.runs):
        if at <= desk.now:
            desk.close(run)
            closed += 1
    settled = _settle_due(desk)
    if closed or settled:
        desk.save(target=f"{closed} closed")
    return {"closed": closed, "settled": settled}


def seen_head(call: Call[Any]) -> tuple[str, ...]:
    """The head of the signs of life."""
    del call
    return ("seen",)


@op("session.seen", Nothing, permission="server", heads=seen_head, once=False, public=False)
def note_seen(batch: Batch, call: Call[Nothing]) -> dict[str, Json]:
    """Write down who gave a sign of life since the last time, for *seen in the last ten minutes* and attendance."""
    session = Session.objects.select_related("phase").get(pk=call.session)
    phase = session.phase if session.state == "running" else None
    noted = attendance.note(batch, session, phase)
    if noted:
        batch.move(call.session, "seen")
    return {"seen": noted}


def _settle_due(desk: Desk) -> int:
    due = [run for run, at in deadlines.settling(desk.session) if at <= desk.now]
    for run in due:
        run.settled_at = desk.now
        desk.move_activity(run)
        run.save(update_fields=("settled_at", "changed"))
        for settle in hooks.settlings:
            settle(desk.batch, desk.session, run)
        kind = kind_of(run)
        if kind is not None:
            kind.settled(desk.batch, run)
    return len(due)


def _saved(desk: Desk, run: ActivityRun) -> dict[str, Json]:
    desk.save(run.activity.title, undo_op=desk.call.op, target=f"a:{run.activity_id}")
    return {"a": run.activity_id, "round": run.round, "state": run.state}


def _need_open(run: ActivityRun) -> None:
    if run.state != "open":
        raise Refused("not_open", _("This is not open."), state=run.state)


def _known(run: ActivityRun) -> None:
    if kind_of(run) is None:
        raise Refused("unknown_kind", _("This server does not have what this activity needs."))
