"""Two processes that know of each other by the database alone, and people who have a device at each of them."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.cast import Part, running
from tests.faults.scene import staff_cookie
from tests.fuzz.depth import examples, trying
from tests.wire.house import Guest, House
from tests.wire.raw import text
from tests.wire.servers import Server
from workshop.kinds import ActivitySpec
from workshop.live.models import Session

PEOPLE = ("Ana", "Ben")
PLACES = st.integers(0, 1)
Frame = dict[str, Any]


class Together(RuleBasedStateMachine):
    """One activity, two people and Fay, each with a device at each process. What Fay did may be heard a second time."""

    servers: ClassVar[list[Server]]
    #: What the page of fuzzing calls it.
    what: ClassVar[str] = "votes against a model"
    begun = False

    def spec(self) -> ActivitySpec:
        """The activity, with the key ``it``."""
        raise NotImplementedError

    def prepared(self) -> None:
        """Begin the model."""

    @initialize()
    def begin(self) -> None:
        self.house = House(running(Part("Engage", (self.spec(),))), running(Part("Engage")))
        here = self.house.here
        self.a = here["it"].pk
        if here.run("it").state == "ready":
            here.fay("activity.open", a=self.a)
        self.house.staff_cookie = staff_cookie(here.session.owner).partition("=")[2]
        path = self.house.path
        self.devices = {
            (who, place): Guest(server.port, path(), self.house.bearer(who))
            for who in PEOPLE
            for place, server in enumerate(self.servers)
        }
        self.fay = [Guest(each.port, path("staff"), self.house.staff(each.port)) for each in self.servers]
        self.driven: list[Frame] = []
        self.prepared()
        self.begun = True

    def teardown(self) -> None:
        for guest in (*getattr(self, "devices", {}).values(), *getattr(self, "fay", ())):
            guest.close()
        if hasattr(self, "house"):
            # Nobody has more than twenty live sessions.
            both = (self.house.here.session.pk, self.house.other.session.pk)
            Session.objects.filter(pk__in=both).update(state="ended")

    def made(self, op: str, **payload: Any) -> Frame:
        """A new message."""
        return {"t": "do", "id": str(uuid4()), "op": op, **payload}

    def hear(self, device: Guest, frame: Frame) -> Frame:
        """Send a message and wait for its answer."""
        device.heard.clear()
        device.send(text(frame))
        return device.answer(frame["id"])

    def say(self, who: str, place: int, frame: Frame) -> str:
        """The code of the answer to somebody's message."""
        with trying(self.what):
            return str(self.hear(self.devices[who, place], frame).get("code", "ok"))

    def at_once(self, *both: tuple[Guest, Frame]) -> list[Frame]:
        """Send all of them before the first answer is read."""
        for guest, frame in both:
            guest.heard.clear()
            guest.send(text(frame))
        return [guest.answer(frame["id"]) for guest, frame in both]

    def order(self, place: int, op: str, **payload: Any) -> str:
        """What Fay is answered."""
        frame = self.made(op, **payload)
        with trying(self.what):
            code = str(self.hear(self.fay[place], frame).get("code", "ok"))
        if code == "ok":
            self.driven.append(frame)
        return code

    def drive(self, op: str, place: int) -> bool:
        """Whether Fay may do that with the activity now."""
        return self.order(place, op, a=self.a) == "ok"

    @precondition(lambda self: self.driven)
    @rule(which=st.integers(0, 1_000), place=PLACES)
    def drive_again(self, which: int, place: int) -> None:
        """A click of long ago comes a second time: nothing happens."""
        assert self.hear(self.fay[place], self.driven[which % len(self.driven)])["t"] == "ok"


def play(machine: type[Together], servers: list[Server], every_day: int = 1, deep: int = 40) -> None:
    """Try it; no process may have had an error."""
    machine.servers = servers
    wanted = examples(every_day, deep)
    run_state_machine_as_test(machine, settings=type(wanted)(wanted, stateful_step_count=14))
    for server in servers:
        assert "Traceback" not in server.log, server.log[-3000:]
        assert '"level": "error"' not in server.log
