"""Who may reach what: every address, right, op and slot against every role. The cells stand in ``permissions.txt``.

A new address, op or slot without a row fails, and so does a row for something that is gone. ``python -m pytest
tests/contract/test_permissions.py`` says which cells differ; the table is changed by hand, after thinking.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from tests.cast import Part, plan, running
from tests.contract.world import (
    CANARIES,
    STAFF_ROLES,
    STRANGERS,
    VISITORS,
    World,
    address,
    addresses,
    browser,
    fields,
    handshake,
    letter,
    people,
)  # fmt: skip
from workshop.kinds import Refused
from workshop.live.access import ROLES, Actor, may
from workshop.realtime import admission, inbox, ops, slots
from workshop.realtime import door as realtime_door
from workshop.realtime.door import Ticket
from workshop.realtime.feeds import Band
from workshop.realtime.reads import read_all
from workshop.realtime.slots import SlotRequest

TABLE = Path(__file__).with_name("permissions.txt")
RIGHTS = ("learner", "staff", "screen")
#: Addresses that show a stranger something of a session: to have its code or link is the way in.
WAYS_IN = {"live:enter", "live:by_code", "live:qr", "live:screen_link", "live:come_back", "live:panel_in"}
#: Addresses with a session's id that answer a stranger with the way in, and nothing of the session.
JOINING = {
    "live:learner", "live:screen", "live:do", "live:profile", "live:rejoin", "live:leave", "live:mine",
    "questions:answer",
}  # fmt: skip


def table(part: str) -> dict[str, str]:
    """The rows of one part of the table."""
    body = TABLE.read_text(encoding="utf-8").partition(f"[{part}]\n")[2].partition("\n[")[0]
    rows = (line.split(None, 1) for line in body.splitlines() if line.strip() and not line.startswith("#"))
    return {name: cells.strip() for name, cells in rows}


def compare(part: str, found: dict[str, str], head: str = "") -> None:
    """Fail with the rows that differ from the table."""
    wanted = table(part)
    lines = [
        f"{name:28} {found.get(name, '(gone)')}   table: {wanted.get(name, '(no row)')}"
        for name in sorted({*found, *wanted})
        if found.get(name) != wanted.get(name)
    ]
    if lines:
        pytest.fail("\n".join([f"[{part}] {head}", *lines]), pytrace=False)


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_lets_in_whom_the_table_says(world: World, method: str) -> None:
    have_a_demonstration(world)
    rows = list(addresses())
    filled = {name: address(name, pattern, world) for name, pattern in rows}
    found: dict[str, list[str]] = {name: [] for name in filled}
    leaks: list[str] = []
    bodies = {"reports:start": {"plan": world.here.version.plan_id}, "live:enter": {"code": world.here.session.code}}
    bodies = bodies if method == "post" else {}
    for visitor in VISITORS:
        client = browser(world, visitor)
        jar = client.cookies.output(header="", sep=";")
        for name, url in filled.items():
            with transaction.atomic():
                response = getattr(client, method)(url, bodies.get(name))
                found[name].append(letter(response))
                leaks += [f"{visitor} {method} {name}: {word}" for word in leaked(visitor, name, response)]
                transaction.set_rollback(True)
            client.cookies.clear()
            client.cookies.load(jar)

    assert leaks == []
    compare(f"addresses {method}", joined(found), " ".join(VISITORS))


def have_a_demonstration(world: World) -> None:
    """A demonstration stands in both libraries: to load it takes seconds, and who may is asked before."""
    outsider = people()["outsider"]
    for made in (plan(Part("Engage")), plan(Part("Engage"), owner=outsider)):
        made.demonstration = True
        made.save(update_fields=["demonstration"])


def joined(found: dict[str, list[str]]) -> dict[str, str]:
    return {name: "".join(cells) for name, cells in found.items()}


def said_in(response: Any) -> list[str]:
    """Words of the session that stand in an answer, headers included."""
    if response.streaming:
        return []
    text = response.content.decode(errors="replace") + str(response.headers)
    return [what for what, word in CANARIES.items() if word in text]


def leaked(visitor: str, name: str, response: Any) -> list[str]:
    """Words of the session that an answer gives to somebody who has no part in it."""
    if visitor not in STRANGERS or name in WAYS_IN:
        return []
    # The library is shared by an organisation: colleagues know plans, and nothing of what is done with them.
    library = visitor == "colleague" and (name.startswith("plans:") or name in ("slides:deck", "quiz:import"))
    return [word for word in said_in(response) if not (library and word in ("title", "phase", "activity"))]


def test_nobody_of_another_session_or_organisation_is_let_into_a_session() -> None:
    """The rule behind the cells: for strangers whatever bears a session's id does not exist."""
    ours = {name for name, pattern in addresses() if "public_id" in fields(pattern)}
    for method in ("get", "post"):
        for name in ours - JOINING:
            cells = table(f"addresses {method}")[name]
            for visitor in STRANGERS:
                cell = cells[VISITORS.index(visitor)]
                signed_in = visitor in ("colleague", "outsider")
                assert cell in ("nm" if signed_in else "nmi"), f"{name} {method} {visitor}: {cell}"


def test_every_right_is_given_to_whom_the_table_says(world: World) -> None:
    found = {right: "".join(str(tickets(world, visitor, right)[0]) for visitor in VISITORS) for right in RIGHTS}

    compare("rights", found, " ".join(VISITORS))


def tickets(world: World, visitor: str, right: str) -> tuple[str, Ticket | None]:
    """``y`` and the ticket, or the first letter of the refusal (of ``not_joined``, ``removed``)."""
    (answer,) = admission.admit([handshake(world, visitor, right)])
    return ("n", None) if isinstance(answer, Refused) else ("y", answer)


@pytest.mark.parametrize("view", ["html", "data"])
def test_nobody_hears_what_is_not_for_them(world: World, view: str) -> None:
    """Every slot of everybody who is let in, as the hub reads it, searched for each of the words."""
    found = {}
    for visitor, right in (("ana", "learner"), ("screen", "screen"), *((role, "staff") for role in STAFF_ROLES)):
        _letter, ticket = tickets(world, visitor, right)
        assert ticket is not None
        text = everything_heard(ticket, view)
        found[visitor] = " ".join(what for what, word in CANARIES.items() if word in text) or "-"
    (ben,) = realtime_door.current().refresh(world.here.session.pk, [ticket_of(world, "Ben")])
    assert isinstance(ben, Ticket)
    text = everything_heard(ben, view)
    found["another_learner"] = " ".join(what for what, word in CANARIES.items() if word in text)

    compare(f"words {view}", found)


def ticket_of(world: World, name: str) -> Ticket:
    actor = world.here.people[name].actor
    return Ticket(world.here.session.pk, actor, (), "en")


def everything_heard(ticket: Ticket, view: str) -> str:
    """All frames of the slots that a ticket entitles to."""
    catalogue = realtime_door.current().catalogue(ticket.session)
    heard = Band(tuple(a for a in ticket.audiences if not a.startswith("person:")), ticket.language, view)
    wanted = heard.wanted(catalogue)
    requests = [SlotRequest(ticket.session, name, audience, "en", view) for name, audience in wanted.items()]
    if ticket.actor.role == "learner":
        requests += [
            SlotRequest(ticket.session, name, f"person:{ticket.actor.key}", "en", view, actor=ticket.actor)
            for name in catalogue["person"]
        ]
    found, _seconds = read_all(requests)
    assert not any(got.failed for got in found)
    return json.dumps([got.content for got in found], ensure_ascii=False)


def test_every_op_is_granted_to_whom_the_table_says() -> None:
    found = {
        spec.name: " ".join(role for role in ROLES if may(Actor(1, role, "x"), spec.permission))
        + ("" if spec.public else " (server)")
        for spec in ops.all_ops()
    }

    compare("ops", found)


def test_no_op_runs_for_a_role_without_its_permission(world: World) -> None:
    """Not the table alone: the inbox refuses before it looks at the payload."""
    for spec in ops.all_ops():
        for role in ROLES:
            actor = Actor(world.here.session.pk, role, "x")
            if may(actor, spec.permission):
                continue
            call = ops.Call(world.here.session.pk, actor, spec.name, None, spec.payload.model_construct())
            with pytest.raises(Refused) as refused:
                inbox.permit(call)
            assert refused.value.code == "not_allowed"


def test_a_role_of_another_session_gives_no_right_in_this_one(world: World) -> None:
    """An actor made for one session and sent at another: of what they may there, nothing happens here."""
    other = running(Part("Engage"), people=("Eve",), title="Third")
    there, here = other.facilitator, world.here.session
    here.owner = other.session.owner
    (refused,) = realtime_door.current().check(
        [ops.Call(here.pk, Actor(here.pk, "facilitator", "u:999999", 999999), "session.end", None, ops.Nothing())]
    )
    assert refused is not None
    assert refused.code == "not_allowed"
    assert not may(there, "session.end", here.pk)
    eve = other.people["Eve"].actor
    (refused,) = realtime_door.current().check(
        [ops.Call(here.pk, Actor(here.pk, "learner", eve.key, eve.id), "hand", None, ops.Nothing())]
    )
    assert refused is not None
    assert refused.code == "removed"


def test_every_slot_may_be_watched_by_whom_the_table_says(world: World) -> None:
    activity = world.here.version.activities.order_by("pk")[0]
    actors = {
        "learner": world.ana.actor,
        "screen": Actor(world.here.session.pk, "screen", "screen"),
        **{role: Actor(world.here.session.pk, role, "u:1", 1) for role in STAFF_ROLES},
    }
    found = {}
    for reader in slots.readers():
        name = f"{reader.prefix}:{activity.pk}:1"
        # As the socket decides it: the reader's audiences first, then the door.
        families = {who: who if who in ("learner", "screen") else "staff" for who in actors}
        allowed = [
            who
            for who, actor in actors.items()
            if not reader.personal
            and families[who] in reader.audiences
            and realtime_door.current().may_watch(actor, name)
        ]
        found[reader.prefix] = f"{'/'.join(sorted(reader.audiences))} watch: {' '.join(allowed) or '-'}"

    compare("slots", found)


def test_a_slide_of_another_session_does_not_exist(world: World) -> None:
    """Media: by the number of this session's activity, asked by people of the other one, and under the other's id."""
    session, other = world.here.session, world.elsewhere.session
    numbers = {"activity": world.activity("slides"), "page": 1}
    own = reverse("slides:image", kwargs={"public_id": session.public_id, **numbers})
    foreign = reverse("slides:image", kwargs={"public_id": other.public_id, **numbers})

    assert browser(world, "ana").get(own).status_code == 200
    assert browser(world, "learner_elsewhere").get(own).status_code == 404
    assert browser(world, "learner_elsewhere").get(foreign).status_code == 404
    assert browser(world, "facilitator").get(foreign).status_code == 404
