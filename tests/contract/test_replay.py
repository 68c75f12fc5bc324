"""Every op in a prepared session: what a page held + the frames that came = what a fresh page shows.

Also of every op: sent twice it has one effect, and from somebody without the permission none. An op without a scenario
fails, and so does a scenario for an op that is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.contract.devices import Device, Signal, Site, fresh, listening
from tests.contract.rows import rows
from tests.contract.scenarios import PUBLIC, SCENARIOS, Doing, do
from tests.contract.world import World, handshake, people
from workshop.kinds import Refused
from workshop.live.access import ROLES, Actor, may
from workshop.live.models import Session
from workshop.realtime import door, ops
from workshop.realtime.door import Handshake, Ticket

pytestmark = pytest.mark.django_db
VIEWS = ("html", "data")

#: The panel is drawn anew with every step of the session alone. Numbers in it that these move are told by ``room`` and by
#: tallies; what they make possible (results by background, once somebody has one) is offered with the next step.
PANEL_LATER = {"leave", "profile", "respond", "withdraw"}


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock by which pages are drawn stands still: two drawings differ by what happened alone."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


@contextmanager
def committed(session: int) -> Iterator[Signal]:
    """Run what waits for a commit, though none comes; and hear what is announced then."""
    from django.test import TestCase

    with listening(session) as signal, TestCase.captureOnCommitCallbacks(execute=True):
        yield signal


def devices(world: World) -> list[Device]:
    """Two learners, Fay and the screen; each as a page and as a program."""
    session = world.here.session
    visitors = [("ana", "learner"), ("facilitator", "staff"), ("screen", "screen")]
    tickets = []
    for name, right in visitors:
        brought = handshake(world, name, right) if right != "staff" else Handshake(session.public_id, right, {})
        # Who has signed in is known: signing in anew for each op takes longer than the op.
        user = people()[name].pk if right == "staff" else None
        (ticket,) = door.current().admit([replace(brought, user_id=user)])
        if isinstance(ticket, Ticket):
            tickets.append((name, ticket))
    for name, learner in world.here.people.items():
        if name != "Kanarienvogel":
            (ticket,) = door.current().refresh(
                world.here.session.pk, [Ticket(world.here.session.pk, learner.actor, (), "en")]
            )
            assert isinstance(ticket, Ticket)
            tickets.append((name, ticket))
    return [Device(name, ticket, view) for name, ticket in tickets for view in VIEWS]


def test_every_public_op_has_a_scenario() -> None:
    assert sorted(SCENARIOS) == sorted(PUBLIC)


@pytest.mark.parametrize("op", PUBLIC)
def test_what_was_held_and_what_was_sent_is_what_is_there(world: World, still: datetime, op: str) -> None:
    with committed(world.here.session.pk):
        doing = SCENARIOS[op](world)
    all_devices = devices(world)
    assert {"ana", "facilitator", "screen"} <= {device.name for device in all_devices}
    site = Site(world.here.session.pk, all_devices)
    with committed(world.here.session.pk) as signal:
        do(world, op, doing)
    site.hear(signal)

    assert signal.heads or signal.people, "nothing was announced"
    if Session.objects.filter(pk=world.here.session.pk).exists():
        later = {"panel"} if op in PANEL_LATER else set()
        assert differences(site.devices, later) == []
    else:
        assert site.devices == []


def differences(devices: Sequence[Device], left_out: Collection[str] = ()) -> list[str]:
    """Slots in which pages differ from fresh ones."""
    return [
        f"{device.name} {device.view} {name}: held {str(held.get(name))[:1500]} … fresh {str(now.get(name))[:1500]}"
        for device, held, now in zip(devices, [each.content() for each in devices], fresh(devices), strict=True)
        for name in sorted({*held, *now})
        if held.get(name) != now.get(name) and name not in left_out
    ]


def test_pages_that_are_opened_one_after_the_other_are_the_same(world: World, still: datetime) -> None:
    """The measure of the next test: what is drawn twice is drawn alike, for each page alone and for all together."""
    all_devices = devices(world)
    site = Site(world.here.session.pk, all_devices)

    assert differences(site.devices) == []
    assert [fresh([device])[0] for device in all_devices] == fresh(all_devices)


@pytest.mark.parametrize("op", PUBLIC)
def test_sent_twice_it_has_one_effect(world: World, op: str) -> None:
    with committed(world.here.session.pk):
        doing = SCENARIOS[op](world)
    op_id = uuid4()
    first = do(world, op, doing, op_id)
    after = rows(heads=False)

    try:
        again: Any = do(world, op, doing, op_id)
    except Refused as refused:
        again = refused.code

    # A head may move once more: what is read then is what was sent.
    assert rows(heads=False) == after
    # Who has just left, or whose session is gone, hears that.
    late = {"leave": "removed", "session.erase": "no_session"}
    assert again == late.get(op) or without_time(again) == without_time(first)


def without_time(result: Any) -> Any:
    """An answer's ack says when it was (last) sent."""
    return {name: value for name, value in result.items() if name != "saved"} if isinstance(result, dict) else result


@pytest.mark.parametrize("op", PUBLIC)
def test_from_somebody_without_the_permission_it_has_none(world: World, op: str) -> None:
    with committed(world.here.session.pk):
        doing = SCENARIOS[op](world)
    before = rows()
    session = world.here.session.pk
    strangers = [Actor(session, role, "x:0") for role in ROLES if role != "system"]
    for actor in strangers:
        if not may(actor, ops.get(op).permission):
            with pytest.raises(Refused) as refused:
                do(world, op, Doing(actor, doing.payload))
            assert refused.value.code == "not_allowed"
    # Those with the role elsewhere: a learner of the other session, a facilitator of it.
    guest = world.elsewhere.people["Mallory"].actor
    for role, key, number in (("learner", guest.key, guest.id), ("facilitator", "u:987654", 987654)):
        with pytest.raises(Refused) as refused:
            do(world, op, Doing(Actor(session, role, key, number), doing.payload))
        assert refused.value.code in ("not_allowed", "removed")

    assert rows() == before
