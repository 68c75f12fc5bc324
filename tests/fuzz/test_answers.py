"""Votes against a model: open, vote, change, withdraw, close, resume, ask again, in any order, over two processes.

Messages come twice and late. A vote in the same moment as the close is counted and acknowledged, or refused; never both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.fuzz.processes import PEOPLE, Together, play
from tests.wire.raw import text
from tests.wire.servers import Server
from workshop.kinds import ActivitySpec, QuestionKind, QuestionSpec, activity_kinds, question_kinds
from workshop.questions.models import Response

pytestmark = pytest.mark.postgres
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


class Answers(Together):
    """One activity and two people, each with a device at each process."""

    asked: ClassVar[Asked]

    def spec(self) -> ActivitySpec:
        question = QuestionSpec(self.asked.kind.slug, "Which?", self.asked.config, key="q1")
        return ActivitySpec(ASKING.slug, "Question", key="it", questions=(question,))

    def prepared(self) -> None:
        self.model = Model()
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.n = dict.fromkeys(PEOPLE, 0)

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
        if not self.begun:
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
def test_votes_are_counted_once_or_refused(kind: QuestionKind, processes: list[Server]) -> None:
    Answers.asked = asked_of(kind)
    play(Answers, processes)
