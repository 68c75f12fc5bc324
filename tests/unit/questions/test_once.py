"""P2 as a state machine: whatever is sent however often, an answer counts once, and the model agrees at every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.cast import Part, running, user
from workshop.kinds import ActivitySpec, QuestionSpec, Refused
from workshop.questions.models import Response

OPTIONS = {"options": [{"id": each, "text": each} for each in "abc"]}
PEOPLE = st.integers(0, 2)


@dataclass(frozen=True)
class Said:
    """One op as it was sent."""

    person: int
    op: str
    id: UUID
    round: int
    n: int
    value: str | None


class Votes(RuleBasedStateMachine):
    """Three learners, one poll; the facilitator closes, resumes and opens new rounds."""

    def __init__(self) -> None:
        super().__init__()
        question = QuestionSpec("choice", "Which?", OPTIONS, key="q1")
        poll = ActivitySpec(kind="poll", title="Which?", key="which", questions=(question,), privacy="pseudonymous")
        owner = user(f"Fay-{uuid4().hex}", email=f"{uuid4().hex}@example.org")
        self.workshop = running(Part("Engage", (poll,)), owner=owner)
        self.people = [self.workshop.join() for _ in range(3)]
        self.activity = self.workshop["which"].pk
        self.workshop.fay("activity.open", a=self.activity, minutes=0)
        self.round, self.open = 1, True
        #: (person, round) → what must be stored.
        self.stored: dict[tuple[int, int], Said] = {}
        self.sent: list[Said] = []

    # ── what people do ──────────────────────────────────────────────────────────────────────────────────────────

    @rule(person=PEOPLE, value=st.sampled_from("abc"), ahead=st.integers(-1, 2))
    def vote(self, person: int, value: str, ahead: int) -> None:
        self._send(Said(person, "respond", uuid4(), self.round, self._n(person, ahead), value))

    @rule(person=PEOPLE, ahead=st.integers(0, 1))
    def withdraw(self, person: int, ahead: int) -> None:
        self._send(Said(person, "withdraw", uuid4(), self.round, self._n(person, ahead), None))

    @rule(which=st.integers(0, 30))
    def repeat(self, which: int) -> None:
        if self.sent:
            self._send(self.sent[-1 - which % len(self.sent)])

    @rule(which=st.integers(0, 30), value=st.sampled_from("abc"))
    def repeat_with_another_content(self, which: int, value: str) -> None:
        if self.sent:
            said = self.sent[-1 - which % len(self.sent)]
            if said.op == "respond":
                self._send(Said(said.person, said.op, said.id, said.round, said.n, value))

    @rule()
    def close_or_resume(self) -> None:
        self.workshop.fay("activity.close" if self.open else "activity.resume", a=self.activity)
        self.open = not self.open

    @rule()
    def next_round(self) -> None:
        if self.open:
            self.workshop.fay("activity.close", a=self.activity)
        self.workshop.fay("activity.round", a=self.activity)
        self.round, self.open = self.round + 1, True

    # ── what must come of it ────────────────────────────────────────────────────────────────────────────────────

    def _n(self, person: int, ahead: int) -> int:
        held = self.stored.get((person, self.round))
        return max(1, (held.n if held else 0) + ahead)

    def _send(self, said: Said) -> None:
        payload: dict[str, Any] = {"a": self.activity, "q": "q1", "round": said.round, "n": said.n}
        if said.op == "respond":
            payload["v"] = said.value
        self.sent.append(said)
        expected = self._expected(said)
        try:
            acked = self.people[said.person](said.op, said.id, **payload)
            found = "ok" if acked["n"] == said.n else f"ok for {acked['n']}"
        except Refused as refused:
            found = refused.code
        assert found == expected

    def _expected(self, said: Said) -> str:
        """What the server must answer; takes the op over into the model when it takes effect."""
        held = self.stored.get((said.person, said.round))
        if said.round != self.round:
            return "old_round"
        same = held is not None and (held.n, held.value) == (said.n, said.value)
        if not self.open:
            return "ok" if same else "closed"
        if held is None or said.n > held.n:
            self.stored[said.person, said.round] = said
            return "ok"
        if same:
            return "ok"
        return "op_reused" if (held.n, held.id) == (said.n, said.id) else "stale"

    @invariant()
    def each_answer_is_stored_once_as_it_was_given(self) -> None:
        rows = Response.objects.filter(activity=self.activity).values_list("author", "round", "n", "value", "status")
        keys = {person.row.key: number for number, person in enumerate(self.people)}
        found = {(keys[author], round_): (n, value, status) for author, round_, n, value, status in rows}
        assert len(found) == len(rows)
        assert found == {
            place: (said.n, said.value, "given" if said.op == "respond" else "withdrawn")
            for place, said in self.stored.items()
        }

    @invariant()
    def the_tally_counts_them(self) -> None:
        tally = self.workshop.slot(f"tally:{self.activity}")
        assert tally is not None
        assert isinstance(tally.data, dict)
        given = [said.value for (_, round_), said in self.stored.items() if round_ == self.round and said.value]
        shown = tally.data["questions"]["q1"]["counts"]
        assert {key: count for key, count in shown.items() if count} == {each: given.count(each) for each in given}


def walk(walks: int, steps: int) -> None:
    """So many walks of so many steps; raises at the first difference from the model."""
    run_state_machine_as_test(
        Votes,
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_an_answer_counts_once_whatever_is_sent() -> None:
    walk(10, 30)
