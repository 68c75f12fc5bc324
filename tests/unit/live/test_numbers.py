"""Every act moves what it changes: a slot whose content differs has a higher number, for every audience.

Without that a client that missed a frame would never hear of the change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Part, Workshop, lobby, user
from tests.live.kinds import ask, read, steps
from workshop.live import stages
from workshop.live.access import system
from workshop.live.models import ActivityRun
from workshop.live.timing import RESUME
from workshop.realtime import ops
from workshop.realtime.slots import SlotRequest, SlotState, reader_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]

PARTS = (
    Part("Engage", (ask("Which?", "which"), steps("Slides", 3, "slides"))),
    Part("Explore", (read("The case", "case"),)),
)
Act = Callable[[Workshop], Any]


def opened(made: Workshop) -> Any:
    made.fay("session.start")
    made.fay("activity.open", a=made["which"].pk, minutes=5)


def closed(made: Workshop) -> Any:
    opened(made)
    made.fay("activity.close", a=made["which"].pk)


def which(made: Workshop) -> int:
    return made["which"].pk


def ana(made: Workshop) -> int:
    return made.people["Ana"].row.pk


def spec(title: str) -> dict[str, Any]:
    return {"kind": "t-ask", "title": title}


def overdue(made: Workshop) -> Any:
    opened(made)
    ActivityRun.objects.filter(activity=which(made)).update(closes_at=timezone.now() - RESUME)


def nothing(made: Workshop) -> Any:
    del made


#: Op → how the session comes to it, and the op.
ACTS: dict[str, tuple[Act, Act]] = {
    "session.door": (nothing, lambda m: m.fay("session.door", open=False)),
    "session.start": (nothing, lambda m: m.fay("session.start")),
    "session.next": (opened, lambda m: m.next()),
    "session.back": (lambda m: (opened(m), m.next()), lambda m: m.fay("session.back", **{"from": m.fresh.phase_id})),
    "session.pause": (opened, lambda m: m.fay("session.pause")),
    "session.go": (lambda m: (opened(m), m.fay("session.pause")), lambda m: m.fay("session.go")),
    "phase.extend": (opened, lambda m: m.fay("phase.extend", minutes=5)),
    "phase.catch_up": (opened, lambda m: m.fay("phase.catch_up", phases=[m.fresh.phase_id], minutes=[5])),
    "session.end": (opened, lambda m: m.fay("session.end")),
    "session.undo": (closed, lambda m: m.fay("session.undo")),
    "session.address": (nothing, lambda m: m.fay("session.address", address="")),
    "session.notice": (opened, lambda m: m.fay("session.notice", text="Back at ten")),
    "session.code": (nothing, lambda m: m.fay("session.code")),
    "session.settings": (nothing, lambda m: m.fay("session.settings", names="required")),
    "session.word": (nothing, lambda m: m.do(system(m.session.pk), "session.word")),
    "session.join": (opened, lambda m: m.join("Cleo")),
    "session.seen": (opened, lambda m: m.do(system(m.session.pk), "session.seen")),
    "activity.open": (lambda m: m.fay("session.start"), lambda m: m.fay("activity.open", a=which(m))),
    "activity.close": (opened, lambda m: m.fay("activity.close", a=which(m))),
    "activity.resume": (closed, lambda m: m.fay("activity.resume", a=which(m))),
    "activity.round": (closed, lambda m: m.fay("activity.round", a=which(m))),
    "activity.freeze": (opened, lambda m: m.fay("activity.freeze", a=which(m), on=True)),
    "activity.show": (opened, lambda m: m.fay("activity.show", a=which(m), where="phones", on=True)),
    "activity.keep": (opened, lambda m: m.fay("activity.keep", a=which(m), on=True)),
    "activity.timer": (opened, lambda m: m.fay("activity.timer", a=which(m), minutes=2)),
    "activity.tick": (overdue, lambda m: m.do(system(m.session.pk), "activity.tick")),
    "activity.add": (opened, lambda m: m.fay("activity.add", spec=spec("New"))),
    "activity.edit": (opened, lambda m: m.fay("activity.edit", a=which(m), spec=spec("Which one?"))),
    "screen.show": (opened, lambda m: m.fay("screen.show", scene="blank")),
    "screen.step": (
        lambda m: (m.fay("session.start"), m.fay("activity.open", a=m["slides"].pk)),
        lambda m: m.fay("screen.step", forward=True),
    ),
    "staff.set": (nothing, lambda m: m.fay("staff.set", u=user("Max").pk, role="moderator")),
    "person.rename": (opened, lambda m: m.fay("person.rename", p=ana(m), name="Anna")),
    "person.remove": (opened, lambda m: m.fay("person.remove", p=ana(m))),
    "person.extra_time": (opened, lambda m: m.fay("person.extra_time", p=ana(m), on=True)),
    "hand": (opened, lambda m: m.people["Ana"]("hand", up=True)),
    "hand.lower": (lambda m: (opened(m), m.people["Ana"]("hand", up=True)), lambda m: m.fay("hand.lower", p=ana(m))),
    "help": (opened, lambda m: m.people["Ana"]("help", on=True)),
    "help.done": (lambda m: (opened(m), m.people["Ana"]("help", on=True)), lambda m: m.fay("help.done", p=ana(m))),
    "profile": (opened, lambda m: m.people["Ana"]("profile", name="Anna", profile="Finance")),
    "note": (opened, lambda m: m.people["Ana"]("note", text="mine", n=1)),
    "leave": (opened, lambda m: m.people["Ana"]("leave", erase=True)),
    "practice.add": (opened, lambda m: m.fay("practice.add", count=3)),
    "practice.remove": (lambda m: (opened(m), m.fay("practice.add", count=3)), lambda m: m.fay("practice.remove")),
}


def test_every_op_of_the_package_is_here() -> None:
    own = {spec.name for spec in ops.all_ops() if spec.write.__closure__ and _module(spec).startswith("workshop.live.")}
    assert own - set(ACTS) == set()


def _module(spec: ops.OpSpec) -> str:
    cells = [cell.cell_contents for cell in spec.write.__closure__ or ()]
    return next((cell.__module__ for cell in cells if callable(cell)), spec.write.__module__)


@pytest.mark.parametrize("name", ACTS)
def test_what_changes_has_a_higher_number(name: str) -> None:
    made = lobby(*PARTS)
    for person in ("Ana", "Ben"):
        made.join(person)
    prepare, act = ACTS[name]
    prepare(made)
    people = dict(made.people)
    places = set(slots_of(made, people))
    before = {place: read_slot(made, *place, people) for place in places}
    act(made)
    for place in places | set(slots_of(made, people)):
        old, new = before.get(place), read_slot(made, *place, people)
        if old is None or new is None or content(old) == content(new):
            continue
        assert (new.epoch, new.revision) > (old.epoch, old.revision), f"{place} changed and kept its number"


def slots_of(made: Workshop, people: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for audience, names in stages.catalogue(made.session.pk).items():
        audiences = [f"person:{each.row.key}" for each in people.values()] if audience == "person" else [audience]
        found += [(each, name) for each in audiences for name in names if not name.startswith("tally:")]
    return found


def read_slot(made: Workshop, audience: str, name: str, people: dict[str, Any]) -> SlotState | None:
    actor = next((each.actor for each in people.values() if audience == f"person:{each.row.key}"), None)
    view = "html" if name.partition(":")[0] in {"activity", "scene", "panel"} else "data"
    return reader_for(name).read(SlotRequest(made.session.pk, name, audience, view=view, actor=actor))


def content(state: SlotState) -> Any:
    items = {key: {**item, "r": 0} if item else None for key, item in (state.items or {}).items()}
    # The panel and the screen draw the time of day, which moves by itself.
    data = {key: value for key, value in state.data.items() if key not in {"late", "undo"}} if state.data else None
    return data, items
