"""``manage.py start_session PLAN``: a session from a plan, with its door open."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from workshop.accounts.models import User
from workshop.kinds import Refused
from workshop.live.access import system
from workshop.live.codes import spaced
from workshop.live.finding import plan_called
from workshop.live.models import Session
from workshop.live.origin import join_address, origin_of
from workshop.live.start import start_session
from workshop.realtime import ops
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call


class Command(BaseCommand):
    help = "Makes a session from a plan (its id or title) and prints its code and links."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", metavar="PLAN", help="id or title of the plan")
        parser.add_argument("--owner", default="", metavar="USERNAME", help="who leads it (default: the plan's owner)")
        parser.add_argument("--names", default="optional", choices=("none", "optional", "required"))
        parser.add_argument("--json", action="store_true", help="print id, code and links as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        try:
            plan = plan_called(options["plan"])
            session = start_session(plan, _owner(options["owner"]) or plan.owner, names=options["names"])
            payload = ops.get("session.door").payload.model_validate({"open": True})
            submit(Call(session.pk, system(session.pk), "session.door", uuid4(), payload))
        except Refused as refusal:
            raise CommandError(str(refusal.message)) from None
        data = links(session)
        if options["json"]:
            self.stdout.write(json.dumps(data))
            return
        self.stdout.write(f"{session.title}\ncode     {spaced(session.code)}\njoin     {data['join_url']}")
        self.stdout.write(f"control  {data['control_url']}\nscreen   {data['screen_url']}")


def links(session: Session) -> dict[str, Any]:
    """What a program needs to go on."""
    origin = origin_of(session)
    return {
        "id": session.public_id,
        "code": session.code,
        "join_url": join_address(session, origin),
        "control_url": origin + reverse("live:panel", args=[session.public_id]),
        "screen_url": origin + reverse("live:screen_link", args=[session.screen_token]),
    }


def _owner(name: str) -> User | None:
    if not name:
        return None
    found = User.objects.filter(username=name).first()
    if found is None:
        raise Refused("no_user", f"There is no user “{name}”.")
    return found
