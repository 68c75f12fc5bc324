"""Who may reach what: every address, op and slot against every role. The cells stand in ``permissions.txt``.

A new address, op or slot without a row fails, and so does a row for something that is gone. Letters: ``y`` let in (a page,
a redirect inside, or a sentence about what was sent), ``i`` sent to sign in, ``n`` there is no such thing (404) or refused
(403), ``m`` not by this method (405). The columns of addresses are GET, then POST.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import Part, fay, olga, organisation, running, user
from workshop.accounts.operations import make_link
from workshop.kinds import activity_kinds
from workshop.live import cookies, door
from workshop.live.access import ROLES, Actor, may
from workshop.live.models import Staff
from workshop.realtime import door as realtime_door
from workshop.realtime import ops, slots

TABLE = Path(__file__).with_name("permissions.txt")
VISITORS = (
    "nobody", "ana", "learner_elsewhere", "screen", "facilitator", "cofacilitator", "moderator", "observer",
    "presenter", "organiser", "colleague", "outsider",
)  # fmt: skip


def table(part: str) -> dict[str, str]:
    """The rows of one part of the table."""
    text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
    body = text.partition(f"[{part}]\n")[2].partition("\n[")[0]
    rows = (line.split(None, 1) for line in body.splitlines() if line.strip() and not line.startswith("#"))
    return {name: cells.strip() for name, cells in rows}


@pytest.fixture
def world(db):
    """A running session with one activity of every kind, its people, and another session."""
    specs = tuple(example for kind in activity_kinds for example in kind.examples()[:1])
    here = running(Part("Engage", specs), Part("Explore"), people=("Ana",))
    elsewhere = running(Part("Engage", specs[:1]), people=("Mallory",), title="Elsewhere")
    for role in ("cofacilitator", "moderator", "observer", "presenter"):
        Staff.objects.create(session=here.session, user=user(role.capitalize()), role=role)
    return here, elsewhere


def browsers(here, elsewhere) -> Iterator[tuple[str, Client]]:
    """One browser a visitor; its cookies are put back after every address."""
    people = {
        "facilitator": fay(),
        "organiser": olga(),
        "colleague": user("Colleague"),
        "outsider": user("Outsider", organisation=organisation("Elsewhere"), is_organiser=True),
        **{role: user(role.capitalize()) for role in ("cofacilitator", "moderator", "observer", "presenter")},
    }
    for name in VISITORS:
        client = Client(raise_request_exception=True)
        if name in people:
            client.force_login(people[name])
        elif name == "ana":
            client.cookies.load(here.people["Ana"].cookie)
        elif name == "learner_elsewhere":
            client.cookies.load(elsewhere.people["Mallory"].cookie)
        elif name == "screen":
            response = client.get(reverse("live:screen_link", args=[here.session.screen_token]))
            assert response.status_code == 302
        yield name, client


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every named address of ours."""

    def walk(patterns, prefix: str) -> Iterator[tuple[str, URLPattern]]:
        for each in patterns:
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, f"{prefix}{each.namespace}:" if each.namespace else prefix)
            else:
                assert each.name, f"{each.pattern} has no name"
                yield prefix + each.name, each

    yield from walk(get_resolver().url_patterns, "")


def filled(name: str, pattern: URLPattern, here) -> str:
    """The address with the session, plan and activity that stand in the world."""
    first = here.session.version.activities.order_by("pk").first()
    decks = [row for row in here.session.version.activities.all() if "deck" in row.config]
    plan = here.session.version.plan
    values = {
        "public_id": here.session.public_id,
        "activity": (decks[0] if name.startswith("slides:") and decks else first).pk,
        "plan": plan.pk,
        "index": 0,
        "number": 1,
        "kind": activity_kinds.slugs()[0],
        "key": first.key,
        "offer": "none",
        "deck": "0" * 16,
        "page": 1,
        "form": "json",
        "code": here.session.code,
        "language": "en",
        "token": {
            "live:qr": here.session.join_token,
            "live:screen_link": here.session.screen_token,
            "live:come_back": cookies.rejoin_token(here.people["Ana"].proof),
            "live:panel_in": cookies.phone_token(fay().pk, here.session.public_id),
        }.get(name)
        or make_link(user("Colleague")),
    }
    if name.startswith("board:"):
        values["activity"] = next(row for row in here.session.version.activities.all() if "columns" in row.config).pk
    wanted = pattern.pattern.converters or dict.fromkeys(re.compile(str(pattern.pattern)).groupindex)
    return reverse(name, kwargs={key: values[key] for key in wanted})


def letter(response) -> str:
    status = response.status_code
    if status in (301, 302, 303):
        return "i" if response["Location"].startswith(reverse(settings.LOGIN_URL)) else "y"
    if status == 405:
        return "m"
    if status in (403, 404):
        return "n"
    assert status < 500, f"{response.request['PATH_INFO']}: {status}"
    return "y"


def reached(world, method: str) -> dict[str, str]:
    """The letters of every address for every visitor. Each address is asked in a world as it was made."""
    from django.db import transaction

    here, elsewhere = world
    cells: dict[str, list[str]] = {}
    clients = [(client, client.cookies.output(header="", sep=";")) for _visitor, client in browsers(here, elsewhere)]
    for name, pattern in addresses():
        cells[name] = []
        for client, cookies_ in clients:
            client.cookies.clear()
            client.cookies.load(cookies_)
            with transaction.atomic():
                response = getattr(client, method)(filled(name, pattern, here))
                cells[name].append(letter(response))
                transaction.set_rollback(True)
    return {name: "".join(letters) for name, letters in cells.items()}


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_lets_in_whom_the_table_says(world, method):
    found = reached(world, method)

    assert found == table(f"addresses {method}"), difference(found, table(f"addresses {method}"))


def test_every_op_is_granted_to_whom_the_table_says():
    found = {
        spec.name: " ".join(role for role in ROLES if may(Actor(1, role, "x"), spec.permission))
        + ("" if spec.public else " (server)")
        for spec in ops.all_ops()
    }

    assert found == table("ops"), difference(found, table("ops"))


def test_every_slot_may_be_watched_by_whom_the_table_says(world):
    here, _elsewhere = world
    activity = here.session.version.activities.first()
    actors = {
        "learner": here.people["Ana"].actor,
        "screen": Actor(here.session.pk, "screen", "screen"),
        **{
            role: Actor(here.session.pk, role, "u:1", 1)
            for role in ("facilitator", "cofacilitator", "moderator", "observer", "presenter")
        },
    }
    found = {}
    for reader in slots.readers():
        name = (
            f"{reader.prefix}:{activity.pk}"
            if any(h.startswith(("activity", "group")) for h in reader.heads(f"{reader.prefix}:{activity.pk}:1"))
            else reader.prefix
        )
        allowed = [who for who, actor in actors.items() if realtime_door.current().may_watch(actor, name)]
        found[reader.prefix] = f"{'/'.join(sorted(reader.audiences))} watch: {' '.join(allowed) or '-'}"

    assert found == table("slots"), difference(found, table("slots"))


def test_nobody_of_another_session_or_organisation_is_let_into_a_session(world):
    """The rule behind the cells: whatever bears a session's id is closed to those who are not of it."""
    here, _elsewhere = world
    ours = {name for name, pattern in addresses() if "public_id" in filled_names(pattern)}
    open_to_all = {"live:learner", "live:screen"}  # a page that says how to join
    for method in ("get", "post"):
        for name, cells in table(f"addresses {method}").items():
            if name in ours - open_to_all:
                for visitor in ("nobody", "learner_elsewhere", "colleague", "outsider"):
                    letter_ = cells[VISITORS.index(visitor)]
                    assert letter_ in "inm" or name in JOINING, f"{name} {method} {visitor}: {letter_}"


#: Addresses with a session's id that answer a stranger with the way in, and nothing of the session.
JOINING = {"live:do", "live:profile", "live:rejoin", "live:leave", "live:mine", "questions:answer"}


def filled_names(pattern: URLPattern) -> set[str]:
    return set(pattern.pattern.converters or re.compile(str(pattern.pattern)).groupindex)


def difference(found: dict[str, str], wanted: dict[str, str]) -> str:
    lines = [
        f"{name:28} {found.get(name, '(gone)')}   table: {wanted.get(name, '(no row)')}"
        for name in sorted({*found, *wanted})
        if found.get(name) != wanted.get(name)
    ]
    return "columns: " + " ".join(VISITORS) + "\n" + "\n".join(lines)


__all__ = ("door",)
