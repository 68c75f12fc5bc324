"""Ops of staff on the session itself: door, phases, pause, end, undo, notice, code, settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from pydantic import ConfigDict, Field

from workshop.kinds import Json, Refused
from workshop.live import attendance, hooks, names, timing, undo
from workshop.live.codes import give_code
from workshop.live.desk import Desk, all_heads, audit, unlinkable, was_shown
from workshop.live.models import ActivityRun, Participant, PhaseRun, Session
from workshop.live.stages import kind_of, phase_time
from workshop.live.start import retention
from workshop.realtime.inbox import Batch
from workshop.realtime.ops import Call, Nothing, Payload, op

MAX_NOTICE = 300


class OpenDoor(Payload):
    """Whether learners may come in."""

    open: bool


class From(Payload):
    """The phase run that the sender sees as the present one; a step from another one is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    from_: int | None = Field(alias="from")


class Minutes(Payload):
    """Minutes to add, or to take when negative."""

    minutes: int = Field(ge=-240, le=240)


class Cuts(Payload):
    """Minutes to take off phases: ``phases`` are phase runs, ``minutes`` stand in the same order."""

    phases: list[int] = Field(max_length=200)
    minutes: list[Annotated[int, Field(ge=0, le=600)]] = Field(max_length=200)


class NoticeText(Payload):
    """One line to everybody, '' to take it away."""

    text: str = Field(max_length=MAX_NOTICE)


class Settings(Payload):
    """What is left out stays as it is."""

    names: Literal["none", "optional", "required"] | None = None
    mode: Literal["room", "remote", "hybrid"] | None = None
    language: str | None = Field(default=None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", max_length=12)


@op("session.door", OpenDoor, permission="session.drive")
def open_door(batch: Batch, call: Call[OpenDoor]) -> dict[str, Json]:
    """Let learners in, or nobody any more; those inside stay. Refused ``ended``."""
    session = _living(call)
    session.door_open = call.payload.open
    return _saved(batch, call, session, "door_open")


@op("session.start", Nothing, permission="session.drive", heads=all_heads)
def start(batch: Batch, call: Call[Nothing]) -> dict[str, Json]:
    """From the lobby into the first phase. Refused ``moved_on`` when it runs already, ``ended``."""
    desk = Desk(batch, call)
    if desk.session.state == "ended":
        raise Refused("ended", _("This session has ended."))
    if desk.session.state == "running":
        raise _moved_on(desk)
    desk.session.state, desk.session.started_at, desk.session.door_open = "running", desk.now, True
    return _enter(desk, desk.scene.phases[0], "session.start")


@op("session.next", From, permission="session.drive", heads=all_heads)
def next_phase(batch: Batch, call: Call[From]) -> dict[str, Json]:
    """On to the next phase; what is open closes unless it is kept open.

    Two clicks are one step: the second one comes from a phase that is no longer the present one. Refused ``moved_on``
    with ``current``, ``last_phase``, ``not_running``.
    """
    desk = Desk(batch, call)
    phase = _leaving(desk, call)
    following = desk.scene.following
    if following is None:
        raise Refused("last_phase", _("This is the last phase."))
    return _move(desk, phase, following, "session.next")


@op("session.back", From, permission="session.drive", heads=all_heads)
def back(batch: Batch, call: Call[From]) -> dict[str, Json]:
    """Back to the phase before, which goes on as if it had never ended; the left one has not begun.

    Refused ``moved_on``, ``first_phase``, ``not_running``.
    """
    desk = Desk(batch, call)
    phase = _leaving(desk, call)
    if desk.scene.number == 1:
        raise Refused("first_phase", _("This is the first phase."))
    before = desk.scene.phases[desk.scene.number - 2]
    return _move(desk, phase, before, "session.back")


@op("session.pause", Nothing, permission="session.drive", heads=all_heads)
def pause(batch: Batch, call: Call[Nothing]) -> dict[str, Json]:
    """Stop the clock; timers keep what they have left. Answers are still taken. Refused ``paused``, ``not_running``."""
    desk = Desk(batch, call)
    desk.need_running()
    if desk.session.paused_at is not None:
        raise Refused("paused", _("The clock stands still already."))
    desk.pause()
    desk.save(undo_op="session.pause")
    return {}


@op("session.go", Nothing, permission="session.drive", heads=all_heads)
def go(batch: Batch, call: Call[Nothing]) -> dict[str, Json]:
    """Let the clock go on. Refused ``not_paused``, ``not_running``."""
    desk = Desk(batch, call)
    desk.need_running()
    if desk.session.paused_at is None:
        raise Refused("not_paused", _("The clock is running."))
    desk.go_on()
    desk.save(undo_op="session.go")
    return {}


@op("phase.extend", Minutes, permission="session.drive", heads=all_heads)
def extend(batch: Batch, call: Call[Minutes]) -> dict[str, Json]:
    """Give the present phase more minutes, or take some. Refused ``too_short``, ``not_running``."""
    desk = Desk(batch, call)
    phase = desk.need_running()
    phase.extra_ms += call.payload.minutes * timing.MINUTE_MS
    if phase_time(phase).length.total_seconds() * 1000 < timing.MINUTE_MS:
        raise Refused("too_short", _("A phase cannot be shorter than a minute. Go on to the next one instead."))
    desk.save(phase.phase.title, undo_op="phase.extend", target=f"phase:{phase.pk}")
    return {"left": timing.left_ms(phase_time(phase), desk.now, desk.session.paused_at)}


@op("phase.catch_up", Cuts, permission="session.drive", heads=all_heads)
def catch_up(batch: Batch, call: Call[Cuts]) -> dict[str, Json]:
    """Take minutes off the present phase and those to come; only staff see it.

    Refused ``bad_value``, ``nothing``, ``over`` for a phase that has ended, ``too_short``, ``not_running``.
    """
    desk = Desk(batch, call)
    desk.need_running()
    if len(call.payload.phases) != len(call.payload.minutes):
        raise Refused("bad_value", _("This page is newer or older than the server. Please reload."))
    ahead = {phase.pk: phase for phase in desk.scene.phases if phase.ended_at is None}
    taken = [(run, minutes) for run, minutes in zip(call.payload.phases, call.payload.minutes, strict=True) if minutes]
    if not taken:
        raise Refused("nothing", _("No minutes are taken off."))
    for run, minutes in taken:
        if run not in ahead:
            raise Refused("over", _("One of these phases is over."))
        ahead[run].extra_ms -= minutes * timing.MINUTE_MS
    if any(phase_time(phase).length.total_seconds() * 1000 < timing.MINUTE_MS for phase in ahead.values()):
        raise Refused("too_short", _("A phase cannot be shorter than a minute. Go on to the next one instead."))
    desk.save(undo_op="phase.catch_up")
    return {"minutes": sum(minutes for _run, minutes in taken)}


@op("session.end", Nothing, permission="session.end", heads=all_heads)
def end(batch: Batch, call: Call[Nothing]) -> dict[str, Json]:
    """End the session: everything closes, the code is given back, the days until it is erased begin.

    From the lobby too. Refused ``ended``.
    """
    desk = Desk(batch, call)
    session = desk.session
    if session.state == "ended":
        raise Refused("ended", _("This session has ended."))
    if desk.scene.phase is not None:
        attendance.note(batch, session, desk.scene.phase)
        desk.go_on()
        desk.close_phase(desk.scene.phase)
    for run in desk.scene.runs:
        if run.state == "open":
            desk.close(run)
    session.state, session.ended_at, session.door_open, session.code = "ended", desk.now, False, ""
    session.retain_until = retention()
    desk.unpin()
    desk.save(undo_op="session.end", fields=("retain_until",))
    return {}


@op("session.undo", Nothing, permission="session.drive", heads=all_heads)
def take_back(batch: Batch, call: Call[Nothing]) -> dict[str, Json]:
    """Take the last step back, within ten seconds: its rows become exactly what they were.

    Refused ``too_late`` when there is none any more, ``answered`` when somebody has answered in a round that it made,
    ``shown`` when an anonymous or confidential result was shown since: its round does not go on (``activity.resume``).
    """
    desk = Desk(batch, call)
    step = desk.session.undo
    until = parse_datetime(step.get("until", "")) if step else None
    if until is None or desk.now >= until:
        raise Refused("too_late", _("This step can no longer be taken back."))
    made = list(ActivityRun.objects.filter(pk__in=step["made"]).select_related("activity"))
    if any(_has_answers(run) for run in made):
        raise Refused("answered", _("Somebody has answered in the new round already. Close it instead."))
    if any(_shown_since(run, step["runs"][str(run.pk)]) for run in desk.all_rounds(step["runs"])):
        raise was_shown()
    puts_back = [act for undoing in hooks.undoings if (act := undoing(batch, desk.session, step))]
    _restore(desk, step, made)
    for act in puts_back:
        act()
    if step["phases"]:
        _remind(desk)
    desk.session.undo = {}
    desk.save(fields=("undo",), target=step["op"])
    return {"op": step["op"]}


@op("session.notice", NoticeText, permission="session.drive")
def say(batch: Batch, call: Call[NoticeText]) -> dict[str, Json]:
    """One line on every page and screen. Refused ``bad_text``, ``ended``."""
    session = _living(call)
    session.notice = names.clean_line(call.payload.text)
    return _saved(batch, call, session, "notice")


@op("session.code", Nothing, permission="session.drive")
def rotate_code(batch: Batch, call: Call[Nothing]) -> dict[str, Json]:
    """A new join code and a new QR code; the old ones let nobody in any more. Refused ``ended``."""
    session = _living(call)
    session.code, session.join_token = give_code(), _new_token()
    _saved(batch, call, session, "code", "join_token")
    return {"code": session.code}


@op("session.settings", Settings, permission="session.settings", heads=all_heads)
def change_settings(batch: Batch, call: Call[Settings]) -> dict[str, Json]:
    """Whether names are asked for, where people are, the language. What is open may be drawn otherwise by it."""
    desk = Desk(batch, call)
    wanted = {name: value for name, value in call.payload.model_dump().items() if value is not None}
    if not wanted:
        return {}
    for name, value in wanted.items():
        setattr(desk.session, name, value)
    for run in desk.scene.for_staff():
        desk.touch(run)
    desk.save(fields=tuple(wanted))
    return {}


@op("session.word", Nothing, permission="server", public=False)
def note_word(batch: Batch, call: Call[Nothing]) -> dict[str, Json]:
    """Show the word of the day below the code until midnight (see ``codes``)."""
    from django.utils import timezone  # the date of the server, as in codes

    session = Session.objects.get(pk=call.session)
    session.screen = {**session.screen, "word": timezone.localdate().isoformat()}
    session.save(update_fields=("screen",))
    batch.move(call.session, "session")
    return {}


def move_phase(desk: Desk, op_name: str) -> dict[str, Json]:
    """On to the next phase, as ``session.next`` does it from the present one. There is a next one."""
    following = desk.scene.following
    assert following is not None  # callers look first
    return _move(desk, desk.need_running(), following, op_name)


def _living(call: Call[Any]) -> Session:
    session = Session.objects.get(pk=call.session)
    if session.state == "ended":
        raise Refused("ended", _("This session has ended."))
    return session


def _saved(batch: Batch, call: Call[Any], session: Session, *fields: str) -> dict[str, Json]:
    session.save(update_fields=fields)
    batch.move(session.pk, "session")
    audit(batch, call)
    return {}


def _leaving(desk: Desk, call: Call[From]) -> PhaseRun:
    phase = desk.need_running()
    if call.payload.from_ != phase.pk:
        raise _moved_on(desk)
    return phase


def _moved_on(desk: Desk) -> Refused:
    return Refused("moved_on", _("The session has moved on already."), current=desk.session.phase_id)


def _move(desk: Desk, phase: PhaseRun, target: PhaseRun, op_name: str) -> dict[str, Json]:
    attendance.note(desk.batch, desk.session, phase)
    desk.go_on()
    desk.close_phase(phase)
    if op_name == "session.back":
        phase.started_at = phase.ended_at = None
        phase.paused_ms = 0
    return _enter(desk, target, op_name)


def _enter(desk: Desk, phase: PhaseRun, op_name: str) -> dict[str, Json]:
    if any(run.state != "ready" for run in desk.scene.runs if run.activity.phase_id == phase.phase_id):
        _remind(desk)
    desk.begin_phase(phase)
    desk.unpin()
    desk.save(phase.phase.title, undo_op=op_name, target=f"phase:{phase.pk}")
    return {"phase": phase.pk}


def _remind(desk: Desk) -> None:
    """Tell all learners their own answers again: those of a phase that is entered once more, pages do not hold."""
    people = Participant.objects.filter(session=desk.session, removed_at=None, erased_at=None)
    for pk in people.values_list("pk", flat=True):
        desk.batch.touch_person(desk.session.pk, f"p:{pk}")


def _restore(desk: Desk, step: dict[str, Any], made: list[ActivityRun]) -> None:
    screen = desk.session.screen
    undo.restore(desk.session, step["session"])
    # What else is kept there (the word of the day, the address picked) is no part of any step.
    desk.session.screen = {**screen, **{name: desk.session.screen.get(name) for name in ("scene", "activity")}}
    for phase in desk.scene.phases:
        undo.restore(phase, step["phases"].get(str(phase.pk), {}))
    desk.forget(made)
    for run in desk.all_rounds(step["runs"]):
        before = run.state
        undo.restore(run, step["runs"][str(run.pk)])
        desk.noted(run, before)
        for restored in hooks.restorations:
            restored(desk.batch, desk.session, run)


def _shown_since(run: ActivityRun, old: dict[str, Any]) -> bool:
    """Whether the step closed an unlinkable round whose result was first shown after it."""
    if run.shown_at is None or run.closed_at is None or old.get("state") != "open":
        return False
    return run.shown_at >= run.closed_at and unlinkable(run)


def _has_answers(run: ActivityRun) -> bool:
    kind = kind_of(run)
    progress = kind.progress(run) if kind else None
    return progress is not None and progress.done > 0


def _new_token() -> str:
    import secrets  # only here

    return secrets.token_urlsafe(16)
