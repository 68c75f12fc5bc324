"""The main button: one act at a time, in the order in which a facilitator leads through the plan.

Open the door → start → for each activity: open it, show its result, close it → next phase → end. An activity that is
only there to be read, or that was marked to stay open, is never waited for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from workshop.live.models import ActivityRun
from workshop.live.stages import Scene, kind_of

#: Levels of privacy whose results are not shown while answers come in.
AT_THE_CLOSE = {"confidential"}
NEVER_SHOWN = {"own"}


@dataclass(frozen=True, slots=True)
class MainButton:
    """What the one big button does next.

    Args:
        op: the op it sends, '' when the session is over.
        payload: of that op.
        label: what it says.
        kind: ``door``, ``start``, ``go``, ``open``, ``step``, ``show``, ``close``, ``next``, ``end`` or ``over``.
        activity: the activity it is about, or None.
    """

    op: str
    payload: dict[str, Any]
    label: str
    kind: str
    activity: int | None = None


def main_button(scene: Scene) -> MainButton:
    """The next act of this session."""
    session = scene.session
    if session.state == "ended":
        return MainButton("", {}, _("See the results"), "over")
    if session.state == "lobby":
        return _in_lobby(scene)
    if session.paused_at:
        return MainButton("session.go", {}, _("Go on"), "go")
    return _in_activity(scene) or _next_activity(scene) or _next_phase(scene)


def led(scene: Scene) -> ActivityRun | None:
    """The open activity that the facilitator leads now: the one opened last that is waited for."""
    waited = [run for run in scene.here() if run.state == "open" and not _ambient(run)]
    return max(waited, key=lambda run: run.opened_at.timestamp() if run.opened_at else 0.0, default=None)


def _ambient(run: ActivityRun) -> bool:
    kind = kind_of(run)
    return run.activity.keep_open or kind is None or kind.opens_with_phase


def _in_lobby(scene: Scene) -> MainButton:
    if not scene.session.door_open:
        return MainButton("session.door", {"open": True}, _("Open the door"), "door")
    title = scene.phases[0].phase.title if scene.phases else ""
    return MainButton("session.start", {}, _("Start: %(title)s") % {"title": title}, "start")


def _in_activity(scene: Scene) -> MainButton | None:
    run = led(scene)
    if run is None:
        return None
    kind, activity = kind_of(run), run.activity
    step = kind.next_step(run) if kind else None
    if step is not None:
        return MainButton("screen.step", {"forward": True}, str(step), "step", activity.pk)
    if can_show(run) and levels(run) - NEVER_SHOWN - AT_THE_CLOSE:
        return _show(run)
    label = _("Close: %(title)s") % {"title": activity.title}
    return MainButton("activity.close", {"a": activity.pk}, label, "close", activity.pk)


def can_show(run: ActivityRun) -> bool:
    """Whether there are results that the screen does not show yet."""
    kind = kind_of(run)
    wanted = run.activity.audience != "phones" and levels(run) - NEVER_SHOWN
    return bool(kind and kind.has_results and wanted and not run.show_screen)


def levels(run: ActivityRun) -> set[str]:
    """The levels of privacy of an activity's questions; its own where it asks none."""
    activity = run.activity
    return {question.privacy or activity.privacy for question in activity.questions.all()} or {activity.privacy}


def _show(run: ActivityRun) -> MainButton:
    payload = {"a": run.activity_id, "where": "screen", "on": True}
    return MainButton("activity.show", payload, _("Show the result"), "show", run.activity_id)


def _next_activity(scene: Scene) -> MainButton | None:
    here = scene.here()
    closed = [run for run in here if run.state == "closed" and run.closed_at]
    last = max(closed, key=lambda run: run.closed_at.timestamp() if run.closed_at else 0.0, default=None)
    if last and can_show(last) and levels(last) & AT_THE_CLOSE and last.shown_at is None:
        return _show(last)
    for run in here:
        if run.state == "ready" and not run.activity.optional and run.activity.parent_id is None and kind_of(run):
            label = _("Open: %(title)s") % {"title": run.activity.title}
            return MainButton("activity.open", {"a": run.activity_id}, label, "open", run.activity_id)
    return None


def _next_phase(scene: Scene) -> MainButton:
    following = scene.following
    if following is None:
        return MainButton("session.end", {}, _("End the session"), "end")
    label = _("Next: %(title)s") % {"title": following.phase.title}
    return MainButton("session.next", {"from": scene.session.phase_id}, label, "next")
