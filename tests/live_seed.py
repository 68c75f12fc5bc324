"""Put a session into the database of a site: ``python -m tests.live_seed NAMES LANGUAGE < plan.md``; prints JSON."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from django.urls import reverse

from workshop.accounts.models import Organisation, User
from workshop.accounts.operations import make_link
from workshop.live.start import start_session
from workshop.plans.models import Activity
from workshop.plans.operations import create_plan
from workshop.plans.text.reading import read_plan


def main(names: str, language: str, text: str) -> None:
    organisation, _made = Organisation.objects.get_or_create(name="Tests")
    fay, _made = User.objects.get_or_create(username="fay", defaults={"organisation": organisation})
    plan = create_plan(fay, read_plan(text).document)
    session = start_session(plan, fay, names=names, language=language)
    activities = Activity.objects.filter(version=session.version).values_list("key", "pk")
    print(
        json.dumps(
            {
                "id": session.public_id,
                "code": session.code,
                "join_token": session.join_token,
                "screen_token": session.screen_token,
                "staff_link": reverse("accounts:link", args=[make_link(fay)]),
                "activities": dict(activities),
            }
        )
    )


main(sys.argv[1], sys.argv[2], sys.stdin.read())
