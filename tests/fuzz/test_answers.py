"""Votes against a model: open, vote, change, withdraw, close, resume, ask again, in any order, over two processes.

Messages come twice and late. A vote in the same moment as the close is counted and acknowledged, or refused; never both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.cast import Part, running
from tests.fuzz.depth import examples, trying
from tests.wire.house import APPLICATION, Guest, House, committed, environment
from tests.wire.raw import text
from tests.wire.servers import Server, serve
from workshop.kinds import ActivitySpec, QuestionKind, QuestionSpec, activity_kinds, question_kinds
from workshop.live.models import Session
from workshop.questions.models import Response

pytestmark = pytest.mark.postgres
PEOPLE = ("Ana", "Ben")
#: What asks, and keeps answers as they are given.
ASKING = next(kind for kind in activity_kinds if kind.questions != "none" and kind.has_results)


@dataclass(frozen=True)
class Asked:
    """One kind of question, with two answers that differ."""

    kind: QuestionKind
    config: dict[str, Any]
    values: tuple[Any, Any]

    @property
    def status(self) -> str:
        """Of an answer that stands."""
        return "held" if self.kind.holds(self.kind.load(self.config)) else "given"


def asked_of(kind: QuestionKind) -> Asked:
    """The first of a kind's examples with two answers that are not the same."""
    for config, good, _bad in kind.examples():
        loaded = kind.load(config)
        values = [kind.parse(loaded, raw) for raw in good]
        other = next((value for value in values if value != values[0]), None)
        if other is not None:
            return Asked(kind, config, (values[0], other))
    message = f"{kind.slug} has no example with two answers"
    raise ValueError(message)


@pytest.fixture(scope="module")
def servers(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Server]]:
    """Two processes that know of each other by the database alone."""
    folder: Path = tmp_path_factory.mktemp("answers")
    (folder / "static").mkdir()
    with committed(django_db_blocker), ExitStack() as stack:
        here = environment(folder)
        yield [stack.enter_context(serve("uvicorn", APPLICATION, folder, here)) for _ in range(2)]


@dataclass
class Stored:
    """What the model takes for stored of one person in one round."""

    n: int = 0
    value: Any = None
    op: str = ""
    withdrawn: bool = False


@dataclass
class Model:
    """The activity as it must be."""

    round: int = 1
    open: bool = True
    rows: dict[tuple[str, int], Stored] = field(default_factory=dict)

    def answer(self, who: str, frame: dict[str, Any]) -> str:
        """The code with which this frame must be answered now, and its effect."""
        if frame["round"] != self.round:
            return "old_round"
        row = self.rows.get((who, self.round))
        value = frame.get("v") if frame["op"] == "respond" else None
        if row is not None and row.n == frame["n"] and row.value == value:
            return "ok"
        if not self.open:
            return "closed"
        if row is None or frame["n"] > row.n:
            self.rows[who, self.round] = Stored(frame["n"], value, frame["id"], frame["op"] == "withdraw")
            return "ok"
        return "op_reused" if row.n == frame["n"] and row.op == frame["id"] else "stale"


class Answers(RuleBasedStateMachine):
    """One activity and two people, each with a device at each process."""

    servers: ClassVar[list[Server]]
    asked: ClassVar[Asked]

    @initialize()
    def begin(self) -> None:
        question = QuestionSpec(self.asked.kind.slug, "Which?", self.asked.config, key="q1")
        spec = ActivitySpec(ASKING.slug, "Question", key="open", questions=(question,))
        self.house = House(running(Part("Engage", (spec,))), running(Part("Engage")))
        here = self.house.here
        self.a = here["open"].pk
        if here.run("open").state == "ready":
            here.fay("activity.open", a=self.a)
        from tests.faults.scene import staff_cookie

        self.house.staff_cookie = staff_cookie(here.session.owner).partition("=")[2]
        path = self.house.path
        self.devices = {
            (who, place): Guest(server.port, path(), self.house.bearer(who))
            for who in PEOPLE
            for place, server in enumerate(self.servers)
        }
        self.fay = [Guest(each.port, path("staff"), self.house.staff(each.port)) for each in self.servers]
        self.model = Model()
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.driven: list[dict[str, Any]] = []
        self.n = dict.fromkeys(PEOPLE, 0)

    def teardown(self) -> None:
        for guest in (*getattr(self, "devices", {}).values(), *getattr(self, "fay", ())):
            guest.close()
        if hasattr(self, "house"):
            # Nobody has more than twenty live sessions.
            both = (self.house.here.session.pk, self.house.other.session.pk)
            Session.objects.filter(pk__in=both).update(state="ended")

    # ── what people do ──────────────────────────────────────────────────────────────────────────────────────────

    def frame(self, who: str, op: str, value: int) -> dict[str, Any]:
        self.n[who] += 1
        made = {
            "t": "do",
            "id": str(uuid4()),
            "op": op,
            "a": self.a,
            "q": "q1",
            "round": self.model.round,
            "n": self.n[who],
        }
        return {**made, "v": self.asked.values[value]} if op == "respond" else made

    def say(self, who: str, place: int, frame: dict[str, Any]) -> str:
        device = self.devices[who, place]
        device.heard.clear()
        device.send(text(frame))
        with trying("votes against a model"):
            return str(device.answer(frame["id"]).get("code", "ok"))

    @rule(who=st.sampled_from(PEOPLE), place=st.integers(0, 1), value=st.integers(0, 1))
    def vote(self, who: str, place: int, value: int) -> None:
        frame = self.frame(who, "respond", value)
        self.sent.append((who, frame))
        assert self.say(who, place, frame) == self.model.answer(who, frame)

    @rule(who=st.sampled_from(PEOPLE), place=st.integers(0, 1))
    def withdraw(self, who: str, place: int) -> None:
        frame = self.frame(who, "withdraw", 0)
        self.sent.append((who, frame))
        assert self.say(who, place, frame) == self.model.answer(who, frame)

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 1_000), place=st.integers(0, 1))
    def again(self, which: int, place: int) -> None:
        """A message comes a second time, now or long after."""
        who, frame = self.sent[which % len(self.sent)]
        assert self.say(who, place, frame) == self.model.answer(who, frame)

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 1_000), place=st.integers(0, 1), value=st.integers(0, 1))
    def again_with_something_else(self, which: int, place: int, value: int) -> None:
        who, frame = self.sent[which % len(self.sent)]
        changed = {**frame, "op": "respond", "v": self.asked.values[value]}
        assert self.say(who, place, changed) == self.model.answer(who, changed)

    # ── what Fay does ───────────────────────────────────────────────────────────────────────────────────────────

    def drive(self, op: str, place: int) -> bool:
        made = {"t": "do", "id": str(uuid4()), "op": op, "a": self.a}
        self.fay[place].send(text(made))
        done = self.fay[place].answer(made["id"])["t"] == "ok"
        if done:
            self.driven.append(made)
        return done

    @rule(place=st.integers(0, 1))
    def close(self, place: int) -> None:
        assert self.drive("activity.close", place) == self.model.open
        self.model.open = False

    @rule(place=st.integers(0, 1))
    def resume(self, place: int) -> None:
        assert self.drive("activity.resume", place) != self.model.open
        self.model.open = True

    @rule(place=st.integers(0, 1))
    def ask_again(self, place: int) -> None:
        assert self.drive("activity.round", place) != self.model.open
        if not self.model.open:
            self.model.open, self.model.round = True, self.model.round + 1
            self.n = dict.fromkeys(PEOPLE, 0)

    @precondition(lambda self: self.driven)
    @rule(which=st.integers(0, 1_000), place=st.integers(0, 1))
    def drive_again(self, which: int, place: int) -> None:
        """A click of long ago comes a second time: nothing happens."""
        frame = self.driven[which % len(self.driven)]
        self.fay[place].heard.clear()
        self.fay[place].send(text(frame))
        assert self.fay[place].answer(frame["id"])["t"] == "ok"

    # ── in the same moment ──────────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.model.open)
    @rule(who=st.sampled_from(PEOPLE), value=st.integers(0, 1), first=st.booleans())
    def vote_while_it_closes(self, who: str, value: int, first: bool) -> None:
        frame = self.frame(who, "respond", value)
        self.sent.append((who, frame))
        made = {"t": "do", "id": str(uuid4()), "op": "activity.close", "a": self.a}
        both = [(self.devices[who, 0], frame), (self.fay[1], made)]
        for guest, each in both if first else both[::-1]:
            guest.heard.clear()
            guest.send(text(each))
        assert self.fay[1].answer(made["id"])["t"] == "ok"
        code = self.devices[who, 0].answer(frame["id"]).get("code", "ok")
        assert code in ("ok", "closed")
        if code == "ok":
            assert self.model.answer(who, frame) == "ok"
        self.model.open = False

    @precondition(lambda self: self.model.open)
    @rule(who=st.sampled_from(PEOPLE))
    def vote_at_two_devices_at_once(self, who: str) -> None:
        """Two answers with the same counter: one is stored, and it alone is acknowledged."""
        one = self.frame(who, "respond", 0)
        other = {**one, "id": str(uuid4()), "v": self.asked.values[1]}
        for place, frame in enumerate((one, other)):
            self.devices[who, place].heard.clear()
            self.devices[who, place].send(text(frame))
        codes = [self.devices[who, place].answer(f["id"]).get("code", "ok") for place, f in enumerate((one, other))]
        assert sorted(codes) == ["ok", "stale"]
        won = one if codes[0] == "ok" else other
        assert self.model.answer(who, won) == "ok"
        self.sent.append((who, won))

    # ── what must hold ──────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def what_is_stored_is_what_was_acknowledged(self) -> None:
        if not hasattr(self, "model"):
            return
        names = {person.row.key: name for name, person in self.house.people.items()}
        rows = Response.objects.filter(activity=self.a).values_list("author", "round", "n", "value", "status")
        found = {(names[author], round_): (n, value, status) for author, round_, n, value, status in rows}
        assert len(found) == len(rows)
        wanted = {
            place: (row.n, row.value, "withdrawn" if row.withdrawn else self.asked.status)
            for place, row in self.model.rows.items()
        }
        assert found == wanted


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.slug) for kind in question_kinds])
def test_votes_are_counted_once_or_refused(kind: QuestionKind, servers: list[Server]) -> None:
    Answers.servers, Answers.asked = servers, asked_of(kind)
    run_state_machine_as_test(Answers, settings=type(examples(1, 1))(examples(1, 40), stateful_step_count=14))
    for server in servers:
        assert "Traceback" not in server.log, server.log[-3000:]
        assert '"level": "error"' not in server.log
