"""``manage.py drive SESSION ACT [ACTIVITY]``: the operations behind the panel's buttons."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError

from workshop.kinds import Json, Refused
from workshop.live.access import system
from workshop.live.finding import activity_called, session_called
from workshop.live.models import Session
from workshop.realtime import ops
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call

#: Acts on the session itself, and the op of each.
PLAIN = {
    "pause": "session.pause",
    "go": "session.go",
    "end": "session.end",
    "undo": "session.undo",
    "back": "session.back",
    "door": "session.door",
}
#: Acts on an activity.
ON_ACTIVITIES = {
    "open": "activity.open",
    "close": "activity.close",
    "resume": "activity.resume",
    "round": "activity.round",
    "show": "activity.show",
}


class Command(BaseCommand):
    help = "Drives a session as the panel's buttons do: next, back, pause, go, end, undo, door; open, close, resume, round, show A."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", metavar="SESSION", help="public id, join code or number of the session")
        parser.add_argument("act", choices=("next", *PLAIN, *ON_ACTIVITIES))
        parser.add_argument("activity", nargs="?", metavar="A", help="key or id of the activity")
        parser.add_argument("--json", action="store_true", help="print what has happened as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        try:
            session = session_called(options["session"])
            op, payload = wanted(session, options["act"], options["activity"])
            done = submit(
                Call(session.pk, system(session.pk), op, uuid4(), ops.get(op).payload.model_validate(payload))
            )
        except Refused as refusal:
            raise CommandError(str(refusal.message)) from None
        state = Session.objects.select_related("phase__phase").get(pk=session.pk)
        phase = state.phase.phase.title if state.phase else None
        if options["json"]:
            self.stdout.write(json.dumps({**done, "op": op, "state": state.state, "phase": phase}))
        else:
            self.stdout.write(f"{op}: {state.state}{f', {phase}' if phase else ''}")


def wanted(session: Session, act: str, activity: str | None) -> tuple[str, dict[str, Json]]:
    """The op and its payload. ``next`` starts a session that is still in the lobby. Raises Refused."""
    if act in ON_ACTIVITIES:
        if not activity:
            raise Refused("no_activity", f"Which activity? manage.py drive {session.public_id} {act} ACTIVITY")
        payload: dict[str, Json] = {"a": activity_called(session, activity).pk}
        return ON_ACTIVITIES[act], {**payload, "where": "screen", "on": True} if act == "show" else payload
    if act == "next" and session.state == "lobby":
        return "session.start", {}
    if act in ("next", "back"):
        return f"session.{act}", {"from": session.phase_id}
    return PLAIN[act], {"open": True} if act == "door" else {}
