"""A prepared session for every op: who does it, with what, and what must have happened before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from breakouts.board.models import Card
from tests.contract.world import CANARIES, World, people
from tests.unit.content import pdfs
from workshop.content.slides.decks import store_pdf
from workshop.live.access import Actor
from workshop.live.models import Group
from workshop.live.panel.addresses import lan_addresses
from workshop.questions.models import Response
from workshop.realtime import ops
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call

PUBLIC = [spec.name for spec in ops.all_ops() if spec.public]


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


@scene("result.page")
def _(world: World) -> Doing:
    long = [f"{letter} {'sehr lange Worte, die kein Bild ganz zeigt, ' * 4}" for letter in "abcdefgh"]
    asked = {"kind": "choice", "prompt": "Welches?", "config": {"options": long}}
    made = world.here.fay("activity.add", spec={"kind": "poll", "title": "Lang", "questions": [asked]})
    world.here.fay("activity.open", a=made["a"])
    world.here.fay("activity.show", a=made["a"], where="screen", on=True)
    return fay(world, a=made["a"], forward=True)


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


def do(world: World, op: str, doing: Doing, op_id: Any = None) -> dict[str, Any]:
    """Do it, by the inbox."""
    payload = ops.get(op).payload.model_validate(doing.payload)
    return submit(Call(world.here.session.pk, doing.actor, op, op_id or uuid4(), payload))
