"""``manage.py rehearse SESSION --learners N``: simulated learners through real sockets, until the session ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from workshop.kinds import Refused
from workshop.live.finding import session_called
from workshop.live.rehearsal import Rehearsal


class Command(BaseCommand):
    help = "Lets simulated learners join a session of a running server and answer what is open."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", metavar="SESSION", help="public id, join code or number of the session")
        parser.add_argument("--learners", type=int, default=12, metavar="N")
        parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="2 answers twice as fast")
        parser.add_argument("--seconds", type=float, default=0, help="stop after this time (default: at the end)")
        parser.add_argument("--url", default="", help="address of the server (default: this machine)")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        url = options["url"] or settings.PUBLIC_URL or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
        try:
            session = session_called(options["session"])
            rehearsal = Rehearsal(session, url, speed=max(options["speed"], 0.01))
            rehearsal.seat(options["learners"])
            # Stopped by hand: what was counted so far still counts.
            with contextlib.suppress(KeyboardInterrupt):
                asyncio.run(rehearsal.run(options["seconds"]))
        except (Refused, OSError) as error:
            message = error.message if isinstance(error, Refused) else f"No server answers at {url}."
            raise CommandError(str(message)) from None
        counts = rehearsal.counts()
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write("\n".join(f"{name:12} {value}" for name, value in counts.items()))
