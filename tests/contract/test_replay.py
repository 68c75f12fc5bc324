"""Every op in a prepared session: what a page held + the frames that came = what a fresh page shows.

Also of every op: sent twice it has one effect, and from somebody without the permission none. An op without a scenario
fails, and so does a scenario for an op that is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from breakouts.board.models import Card
from tests.contract.devices import Device, Signal, Site, fresh, listening
from tests.contract.rows import rows
from tests.contract.world import CANARIES, World, handshake, people
from tests.unit.content import pdfs
from workshop.content.slides.decks import store_pdf
from workshop.kinds import Refused
from workshop.live.access import ROLES, Actor, may
from workshop.live.models import Group, Session
from workshop.live.panel.addresses import lan_addresses
from workshop.questions.models import Response
from workshop.realtime import door, ops
from workshop.realtime.door import Handshake, Ticket
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call

pytestmark = pytest.mark.django_db
VIEWS = ("html", "data")


@dataclass
class Doing:
    """Who does it, and with what."""

    actor: Actor
    payload: dict[str, Any]


Scenario = Callable[[World], Doing]
SCENARIOS: dict[str, Scenario] = {}


def scene(op: str) -> Callable[[Scenario], Scenario]:
    """The scenario of an op: brings the world into a state in which the op does something."""

    def add(scenario: Scenario) -> Scenario:
        SCENARIOS[op] = scenario
        return scenario

    return add


def fay(world: World, **payload: Any) -> Doing:
    return Doing(world.here.facilitator, payload)


def ana(world: World, **payload: Any) -> Doing:
    return Doing(world.ana.actor, payload)


def plainly(op: str, who: Callable[..., Doing], **payload: Any) -> None:
    """An op that needs no preparation."""
    SCENARIOS[op] = lambda world: who(world, **payload)


def on(op: str, kind: str, **payload: Any) -> None:
    """An op of Fay's on the open activity of a kind."""
    SCENARIOS[op] = lambda world: fay(world, a=world.activity(kind), **payload)


# ── the session ─────────────────────────────────────────────────────────────────────────────────────────────────────

plainly("session.door", fay, open=False)
plainly("session.pause", fay)
plainly("session.end", fay)
plainly("session.notice", fay, text="Ten minutes left")
plainly("session.code", fay)
plainly("session.settings", fay, names="required", mode="hybrid", language="de")
plainly("phase.extend", fay, minutes=5)
SCENARIOS["phase.catch_up"] = lambda world: fay(world, phases=[world.here.fresh.phase_id], minutes=[5])
plainly("screen.show", fay, scene="blank")
plainly("screen.step", fay, forward=True)


@scene("session.start")
def _(world: World) -> Doing:
    from tests.cast import lobby

    world.here = lobby(title="Another")
    ana_ = world.here.join("Kanarienvogel")
    assert ana_ == world.ana
    return fay(world)


@scene("session.next")
def _(world: World) -> Doing:
    return fay(world, **{"from": world.here.fresh.phase_id})


@scene("session.back")
def _(world: World) -> Doing:
    world.here.next()
    return fay(world, **{"from": world.here.fresh.phase_id})


@scene("session.go")
def _(world: World) -> Doing:
    world.here.fay("session.pause")
    return fay(world)


@scene("session.undo")
def _(world: World) -> Doing:
    world.here.next()
    return fay(world)


@scene("session.address")
def _(world: World) -> Doing:
    return fay(world, address=next((each.ip for each in lan_addresses()), ""))


@scene("session.erase")
def _(world: World) -> Doing:
    world.here.fay("session.end")
    return fay(world)


# ── activities ──────────────────────────────────────────────────────────────────────────────────────────────────────

on("activity.close", "poll")
on("activity.freeze", "board", on=True)
on("activity.show", "poll", where="phones", on=True)
on("activity.keep", "poll", on=True)
on("activity.timer", "poll", minutes=3)
on("slides.goto", "slides", page=2)
SPEC = {"kind": "poll", "title": "Noch eine Frage", "questions": [{"kind": "text", "prompt": "Was?"}]}
plainly("activity.add", fay, spec=SPEC)


@scene("activity.open")
def _(world: World) -> Doing:
    made = world.here.fay("activity.add", spec=SPEC)
    return fay(world, a=made["a"])


@scene("activity.edit")
def _(world: World) -> Doing:
    spec = {"kind": "poll", "title": "Anders", "questions": [{"key": "q1", "kind": "text", "prompt": "Was sonst?"}]}
    return fay(world, a=world.here["open"].pk, spec=spec)


def _closed(world: World) -> int:
    a = world.here["open"].pk
    world.here.fay("activity.close", a=a)
    return int(a)


@scene("activity.resume")
def _(world: World) -> Doing:
    return fay(world, a=_closed(world))


@scene("activity.round")
def _(world: World) -> Doing:
    return fay(world, a=_closed(world))


@scene("slides.deck")
def _(world: World) -> Doing:
    deck = store_pdf(world.here.version.plan, pdfs.drawn(2), "new.pdf")
    return fay(world, a=world.activity("slides"), deck=deck.key)


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@scene("respond")
def _(world: World) -> Doing:
    return ana(world, a=world.here["open"].pk, q="q1", round=1, n=2, v="Etwas anderes")


@scene("withdraw")
def _(world: World) -> Doing:
    return ana(world, a=world.here["open"].pk, q="q1", round=1, n=2)


def _answer(world: World) -> int:
    return int(Response.objects.get(activity=world.here["open"]).pk)


@scene("answers.show")
def _(world: World) -> Doing:
    world.here.fay("activity.show", a=world.here["open"].pk, where="phones", on=True)
    return fay(world, a=world.here["open"].pk, ids=[_answer(world)])


@scene("answers.hide")
def _(world: World) -> Doing:
    world.here.fay("activity.show", a=world.here["open"].pk, where="phones", on=True)
    world.here.fay("answers.show", a=world.here["open"].pk, ids=None)
    return fay(world, a=world.here["open"].pk, ids=[_answer(world)])


on("result.still", "poll", on=True)


def _asked(world: World) -> str:
    return str(world.here["poll"].questions.get().key)


SCENARIOS["result.note"] = lambda world: fay(
    world, a=world.activity("poll"), text="Etwas fällt auf", q=_asked(world), mark="Training"
)
SCENARIOS["result.hands"] = lambda world: fay(world, a=world.activity("poll"), q=_asked(world), people=[3, 1])


@scene("result.view")
def _(world: World) -> Doing:
    a = world.activity("poll")
    world.here.fay("activity.close", a=a)
    world.here.fay("activity.round", a=a)
    return fay(world, a=a, view="rounds")


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────────────────

plainly("hand", ana, up=True)
plainly("help", ana, on=True)
plainly("profile", ana, name="Anna", profile="Finance", familiarity={"Tag": 2}, language="de")
plainly("note", ana, text="Etwas Neues", n=2)
plainly("leave", ana, erase=True)
plainly("practice.add", fay, count=3)


def _ben(world: World) -> int:
    return int(world.here.people["Ben"].row.pk)


SCENARIOS["person.rename"] = lambda world: fay(world, p=_ben(world), name="Benno")
SCENARIOS["person.remove"] = lambda world: fay(world, p=_ben(world))
SCENARIOS["person.extra_time"] = lambda world: fay(world, p=_ben(world), on=True)


@scene("hand.lower")
def _(world: World) -> Doing:
    world.here.people["Ben"]("hand", up=True)
    return fay(world, p=_ben(world))


@scene("help.done")
def _(world: World) -> Doing:
    world.ana("group.help", g=world.group.pk, on=True)
    return fay(world, g=world.group.pk)


@scene("practice.remove")
def _(world: World) -> Doing:
    world.here.fay("practice.add", count=3)
    return fay(world)


# ── groups and boards ───────────────────────────────────────────────────────────────────────────────────────────────

plainly("groups.make", fay, set="teams", mode="random", count=1)
SCENARIOS["groups.rename"] = lambda world: fay(world, g=world.group.pk, name="Die Ersten")
SCENARIOS["group.help"] = lambda world: ana(world, g=world.group.pk, on=True)


def _other_group(world: World) -> int:
    groups = Group.objects.filter(group_set__session=world.here.session, group_set__key="teams")
    return int(groups.exclude(pk=world.group.pk).order_by("pk")[0].pk)


def _without_group(world: World) -> None:
    world.here.fay("groups.move", set="teams", p=world.ana.row.pk, g=None)


@scene("groups.move")
def _(world: World) -> Doing:
    return fay(world, set="teams", p=world.ana.row.pk, g=_other_group(world))


@scene("groups.fill")
def _(world: World) -> Doing:
    _without_group(world)
    return fay(world, set="teams")


@scene("groups.enter")
def _(world: World) -> Doing:
    _without_group(world)
    return ana(world, set="teams")


@scene("groups.join")
def _(world: World) -> Doing:
    world.here.fay("groups.make", set="teams", mode="table", count=2)
    return ana(world, set="teams", g=_other_group(world))


def _card(op: str, **payload: Any) -> None:
    def scenario(world: World) -> Doing:
        card = {} if op == "card.add" else {"card": Card.objects.get().pk}
        return ana(world, a=world.activity("board"), g=world.group.pk, **card, **payload)

    SCENARIOS[op] = scenario


_card("card.add", text="Noch eine", column=2)
_card("card.edit", text="Anders")
_card("card.move", column=2)
_card("card.remove")
SCENARIOS["board.show"] = lambda world: fay(world, a=world.activity("board"), g=world.group.pk)


@scene("staff.set")
def _(world: World) -> Doing:
    return fay(world, u=people()["observer"].pk, role="moderator")


# ── questions of learners ───────────────────────────────────────────────────────────────────────────────────────────


def _enquiry(op: str, by: Any, asker: str = "Ben", **payload: Any) -> None:
    def scenario(world: World) -> Doing:
        asked = world.here.people[asker]("qa.ask", a=world.activity("qa"), text="Wer zahlt?")
        return by(world, a=world.activity("qa"), i=asked["i"], **payload)

    SCENARIOS[op] = scenario


SCENARIOS["pulse.beat"] = lambda world: ana(world, a=world.activity("pulse"), n=1, v=4, e=0)
SCENARIOS["qa.ask"] = lambda world: ana(world, a=world.activity("qa"), text="Was kostet das?")
_enquiry("qa.withdraw", ana, asker=CANARIES["name"])
_enquiry("qa.change", fay, answer="Alle.", pinned=True)
_enquiry("qa.show", fay)


@scene("qa.vote")
def _(world: World) -> Doing:
    asked = world.here.people["Ben"]("qa.ask", a=world.activity("qa"), text="Wer zahlt?")
    world.here.fay("qa.judge", a=world.activity("qa"), ids=None, show=True)
    return ana(world, a=world.activity("qa"), i=asked["i"])


@scene("qa.judge")
def _(world: World) -> Doing:
    asked = world.ana("qa.ask", a=world.activity("qa"), text="Was kostet das?")
    return fay(world, a=world.activity("qa"), ids=[asked["i"]], show=True)


@scene("qa.merge")
def _(world: World) -> Doing:
    asked = [world.ana("qa.ask", a=world.activity("qa"), text=text)["i"] for text in ("Wer zahlt?", "Zahlt wer?")]
    return fay(world, a=world.activity("qa"), i=asked[0], into=asked[1])


# ── the tests ───────────────────────────────────────────────────────────────────────────────────────────────────────

#: The panel is drawn anew with every step of the session alone. Numbers in it that these move are told by ``room``, by the
#: walls of boards and by tallies; what they make possible is offered with the next step.
PANEL_LATER = {"card.add", "card.remove", "leave", "profile", "respond", "withdraw"}
PUBLIC = [spec.name for spec in ops.all_ops() if spec.public]


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


def do(world: World, op: str, doing: Doing, op_id: Any = None) -> dict[str, Any]:
    payload = ops.get(op).payload.model_validate(doing.payload)
    return submit(Call(world.here.session.pk, doing.actor, op, op_id or uuid4(), payload))


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
