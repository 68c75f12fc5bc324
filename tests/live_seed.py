"""Put sessions into the database of a site: ``python -m tests.live_seed``.

Makes the tables first and says so by a line; then reads wishes and prints what it made, one JSON object a line each. One
process for all of a site's sessions, because loading the whole project for each takes longer than most tests.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from workshop.accounts.models import Organisation, User
from workshop.accounts.operations import make_link
from workshop.live.start import start_session
from workshop.plans.models import Activity
from workshop.plans.operations import create_plan
from workshop.plans.text.reading import read_plan


def seed(text: str, names: str, language: str) -> dict[str, Any]:
    """A session from the text of a plan, and how people get in."""
    organisation, _made = Organisation.objects.get_or_create(name="Halden")
    fay, _made = User.objects.get_or_create(username="fay", defaults={"organisation": organisation})
    plan = create_plan(fay, read_plan(text).document)
    session = start_session(plan, fay, names=names, language=language)
    activities = Activity.objects.filter(version=session.version).values_list("key", "pk")
    return {
        "id": session.public_id,
        "code": session.code,
        "join_token": session.join_token,
        "screen_token": session.screen_token,
        "staff_link": reverse("accounts:link", args=[make_link(fay)]),
        "activities": dict(activities),
    }


def main() -> None:
    call_command("migrate", verbosity=0)
    connection.close()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        made = seed(**json.loads(line))
        # Nothing of the database is held while nobody asks.
        connection.close()
        print(json.dumps(made), flush=True)


main()
