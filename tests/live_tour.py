"""Every address there is, filled in: ``python -m tests.live_tour`` on a site with the demonstration on it.

Makes the world of the contract tests there too: a running session with an activity of every kind. Prints JSON: links into
the demonstration's running session, one-time links of people with accounts, the cookie of a learner, and the address of
every page by its name.
"""

from __future__ import annotations

import json

import django

django.setup()

from django.urls import reverse

from tests.cast import fay, organisation, user
from tests.contract.world import World, address, addresses, fields, make_world
from tests.pages import NO_PAGES
from workshop.accounts.models import User
from workshop.accounts.operations import make_link
from workshop.live.models import Session


def one_time(person: User) -> str:
    """A link that signs this person in."""
    return reverse("accounts:link", args=[make_link(person)])


def tour(running: Session, world: World) -> dict[str, object]:
    """Where to go, and as whom."""
    pages = {name: pattern for name, pattern in addresses() if name not in NO_PAGES}
    return {
        "running": running.public_id,
        "sessions": dict(Session.objects.filter(demonstration=True).values_list("state", "public_id")),
        "plan": running.version.plan_id,
        "code": running.code,
        "join": reverse("live:qr", args=[running.join_token]),
        "screen": reverse("live:screen_link", args=[running.screen_token]),
        "newcomer": one_time(user("Newcomer", organisation=organisation("New"))),
        "facilitator": one_time(fay()),
        "observer": one_time(user("Observer")),
        "learner": world.ana.cookie,
        "session": world.here.session.public_id,
        "pages": {name: address(name, pattern, world) for name, pattern in pages.items()},
        "of_kinds": [name for name, pattern in pages.items() if {"public_id", "activity"} <= fields(pattern)],
    }


print(json.dumps(tour(Session.objects.get(state="running"), make_world())))
