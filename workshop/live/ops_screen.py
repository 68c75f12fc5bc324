"""Ops on the screen: choose a scene by hand, or go one step with the clicker."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext as _
from pydantic import Field

from workshop.kinds import Json, Refused
from workshop.live.buttons import led, main_button
from workshop.live.desk import Desk, all_heads
from workshop.live.models import ActivityRun
from workshop.live.ops_session import move_phase
from workshop.live.stages import kind_of, shown
from workshop.plans.models import Activity
from workshop.realtime.inbox import Batch
from workshop.realtime.ops import Call, Payload, op


class Scene(Payload):
    """What the screen shows; ``auto`` follows the session. ``a``: the activity of scene ``activity``."""

    scene: Literal["auto", "lobby", "clock", "activity", "blank", "end"]
    a: int | None = Field(default=None, ge=1, le=2**53)


class Step(Payload):
    """One press of the clicker; ``page``: of a key that turns pages where there are any, and else is like the others."""

    forward: bool
    page: bool = False


@op("screen.show", Scene, permission="screen.show", heads=all_heads)
def show_scene(batch: Batch, call: Call[Scene]) -> dict[str, Json]:
    """Show a scene. Refused ``no_activity``, ``not_open`` for an activity that is not on the stage."""
    desk = Desk(batch, call)
    scene, activity = call.payload.scene, call.payload.a
    if scene == "activity":
        if activity is None or not shown(desk.run(activity)):
            raise Refused("not_open", _("Open this activity first."))
    else:
        activity = None
    desk.session.screen = {**desk.session.screen, "scene": scene, "activity": activity}
    desk.save(target=scene)
    return {"scene": scene}


@op("screen.step", Step, permission="screen.step", heads=all_heads)
def step(batch: Batch, call: Call[Step]) -> dict[str, Json]:
    """One step forward or back: within the activity as far as it goes, then as the main button would.

    A result with several pages holds up nobody: they are turned by keys of their own. The clicker never starts or ends a
    session and never goes back to the phase before. Refused ``not_running``, ``last_step``, ``first_step``, ``last_page``.
    """
    desk = Desk(batch, call)
    desk.need_running()
    if desk.session.screen.get("scene") == "blank":
        # As every clicker does it: the first press brings the picture back.
        desk.unpin()
        desk.save(target="auto")
        return {"did": "auto"}
    if call.payload.page and (turned := _turned(desk, forward=call.payload.forward)) is not None:
        return {"did": "page", "a": turned}
    run = led(desk.scene) or desk.scene.focus()
    if run is not None and _has_steps(run) and _inside(desk, run, forward=call.payload.forward):
        return {"did": "inside", "a": run.activity_id}
    if not call.payload.forward:
        raise Refused("first_step", _("This is the beginning. Use the panel to go back to the phase before."))
    return _as_main_button(desk)


def _turned(desk: Desk, *, forward: bool) -> int | None:
    """Turn the page of what stands on the screen: its activity, None where there are no pages."""
    run = desk.scene.focus()
    kind = kind_of(run) if run is not None else None
    turned = kind.turn_page(run, forward) if run is not None and kind is not None else None
    if run is None or turned is None:
        return None
    if not turned:
        raise Refused("last_page", _("This is the last page.") if forward else _("This is the first page."))
    desk.save(target=f"a:{run.activity_id}")
    return run.activity_id


def _has_steps(run: ActivityRun) -> bool:
    """What is open, and a result that stands on the screen."""
    kind = kind_of(run)
    return run.state == "open" or (run.state == "closed" and run.show_screen and kind is not None and kind.has_results)


def _inside(desk: Desk, run: ActivityRun, *, forward: bool) -> bool:
    kind = kind_of(run)
    moved = kind.on_screen(run, forward) if kind else False
    if not moved:
        return False
    if isinstance(moved, Activity):
        _open_child(desk, moved)
    else:
        leave_children(desk, run)
        pinned = desk.session.screen
        if (pinned.get("scene"), pinned.get("a")) != ("activity", run.activity_id):
            desk.unpin()
        desk.save(target=f"a:{run.activity_id}")
    return True


def _open_child(desk: Desk, activity: Activity) -> None:
    child = desk.run(activity.pk)
    if child.state == "ready":
        desk.open(child)
    elif child.state == "closed":
        desk.show(child, screen=True)
    desk.save(activity.title, undo_op="screen.step", target=f"a:{activity.pk}")


def leave_children(desk: Desk, run: ActivityRun) -> None:
    """An activity goes on: what a step within it brought leaves the screen, results and things to read alike."""
    for other in desk.scene.runs:
        if other.activity.parent_id != run.activity_id:
            continue
        kind = kind_of(other)
        if other.state == "closed":
            other.show_screen = False
        elif other.state == "open" and kind is not None and kind.opens_with_phase:
            desk.close(other)


def _as_main_button(desk: Desk) -> dict[str, Json]:
    button = main_button(desk.scene)
    run = desk.run(button.activity) if button.activity is not None else None
    if button.kind == "next":
        return {"did": "next", **move_phase(desk, "session.next")}
    if button.kind == "go":
        desk.go_on()
    elif run is not None and button.kind in {"open", "show", "close"}:
        _act(desk, run, button.kind)
    else:
        raise Refused("last_step", _("This is the end of the plan. End the session from the panel."))
    title = run.activity.title if run else ""
    desk.save(title, undo_op="screen.step", target=f"a:{run.activity_id}" if run else "")
    return {"did": button.kind, "a": button.activity}


def _act(desk: Desk, run: ActivityRun, kind: str) -> None:
    if kind == "open":
        desk.open(run)
    elif kind == "close":
        desk.close(run)
    else:
        desk.show(run, screen=True)
