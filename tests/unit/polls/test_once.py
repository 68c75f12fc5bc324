"""Questions of the room and taps against a model: asked, voted, taken back, hidden, closed and resumed, twice and late."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from polls.pulse.models import Beat, Tick
from polls.qa.config import MOST_OF_ONE
from polls.qa.models import Enquiry, Upvote
from tests.cast import Part, refusal, running, user
from workshop.kinds import ActivitySpec, Json, Refused

PEOPLE = st.integers(0, 2)
ANY = st.integers(0, 30)


@dataclass(frozen=True)
class Sent:
    """One op as it was sent."""

    person: int
    op: str
    id: UUID
    payload: dict[str, Json]


class Machine(RuleBasedStateMachine):
    """Three learners at one activity; the facilitator closes and resumes."""

    spec: ActivitySpec

    def __init__(self) -> None:
        super().__init__()
        owner = user(f"Fay-{uuid4().hex}", email=f"{uuid4().hex}@example.org")
        self.made = running(Part("Explain", (self.spec,)), owner=owner)
        self.people = [self.made.join() for _ in range(3)]
        self.a = self.made["it"].pk
        self.made.fay("activity.open", a=self.a, minutes=0)
        self.open = True
        self.sent: list[Sent] = []

    def send(self, sent: Sent) -> None:
        """Send it and compare the answer with the model's."""
        self.sent.append(sent)
        expected = self.expected(sent)
        try:
            self.people[sent.person](sent.op, sent.id, a=self.a, **sent.payload)
            found = "ok"
        except Refused as refused:
            found = refused.code
        assert found == expected

    def expected(self, sent: Sent) -> str:
        """What must be answered; takes the op over into the model when it takes effect."""
        raise NotImplementedError

    @precondition(lambda self: self.sent)
    @rule(which=ANY)
    def again(self, which: int) -> None:
        self.send(self.sent[-1 - which % len(self.sent)])

    @rule()
    def close_or_resume(self) -> None:
        self.made.fay("activity.close" if self.open else "activity.resume", a=self.a)
        self.open = not self.open


@dataclass
class Question:
    """A question as it must be stored."""

    person: int
    text: str
    op: UUID
    status: str = "shown"
    votes: set[int] = field(default_factory=set)
    #: The newest word of each person.
    words: dict[int, int] = field(default_factory=dict)


class Floor(Machine):
    """Nobody has to approve; staff hide and show again."""

    spec = ActivitySpec("qa", "Your questions", key="it", config={"moderation": False}, privacy="named")

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Question] = []
        self.n = 0

    @rule(person=PEOPLE, text=st.sampled_from(["Who pays?", "When?", "Why?", "Where?"]))
    def ask(self, person: int, text: str) -> None:
        self.send(Sent(person, "qa.ask", uuid4(), {"text": text}))

    @precondition(lambda self: self.rows)
    @rule(person=PEOPLE, which=ANY, on=st.booleans())
    def vote(self, person: int, which: int, on: bool) -> None:
        self.n += 1
        self.send(Sent(person, "qa.vote", uuid4(), {"i": self.number(which), "on": on, "n": self.n}))

    @precondition(lambda self: self.rows)
    @rule(person=PEOPLE, which=ANY)
    def withdraw(self, person: int, which: int) -> None:
        self.send(Sent(person, "qa.withdraw", uuid4(), {"i": self.number(which)}))

    @precondition(lambda self: self.rows)
    @rule(which=ANY, show=st.booleans())
    def judge(self, which: int, show: bool) -> None:
        row = self.rows[which % len(self.rows)]
        act: dict[str, Json] = {"a": self.a, "ids": [self.number(which)], "show": show}
        if row.status == "withdrawn":
            assert refusal(self.made.fay, "qa.judge", **act).code == "no_enquiry"
        else:
            self.made.fay("qa.judge", **act)
            row.status = "shown" if show else "hidden"

    def number(self, which: int) -> int:
        return Enquiry.objects.get(activity=self.a, op=self.rows[which % len(self.rows)].op).pk

    def expected(self, sent: Sent) -> str:
        if sent.op == "qa.ask":
            return self.asked(sent)
        row = next(row for row in self.rows if row.op == Enquiry.objects.get(pk=sent.payload["i"]).op)
        if sent.op == "qa.withdraw":
            return self.withdrawn(sent, row)
        if not self.open:
            return "closed"
        if row.status != "shown":
            return "no_enquiry"
        if row.person == sent.person:
            return "own_enquiry"
        if sent.payload["n"] > row.words.get(sent.person, 0):
            row.words[sent.person] = sent.payload["n"]
            (row.votes.add if sent.payload["on"] else row.votes.discard)(sent.person)
        return "ok"

    def asked(self, sent: Sent) -> str:
        if any(row.op == sent.id for row in self.rows):
            return "ok"
        if not self.open:
            return "closed"
        mine = [row for row in self.rows if row.person == sent.person and row.status == "shown"]
        if any(row.text == sent.payload["text"] for row in mine):
            return "ok"
        if len(mine) >= MOST_OF_ONE:
            return "too_many"
        self.rows.append(Question(sent.person, str(sent.payload["text"]), sent.id))
        return "ok"

    def withdrawn(self, sent: Sent, row: Question) -> str:
        if row.status == "hidden":
            return "no_enquiry"
        if row.person != sent.person:
            return "not_yours"
        if row.status == "shown" and not self.open:
            return "closed"
        row.status = "withdrawn"
        return "ok"

    @invariant()
    def each_question_and_each_vote_is_stored_once(self) -> None:
        found = Enquiry.objects.filter(activity=self.a).values_list("op", "text", "status", "votes")
        assert sorted(found) == sorted((row.op, row.text, row.status, len(row.votes)) for row in self.rows)
        assert Upvote.objects.filter(enquiry__activity=self.a, on=True).count() == sum(
            len(row.votes) for row in self.rows
        )


class Taps(Machine):
    """Reactions and a pulse: each tap counts once, by the counter of the device."""

    spec = ActivitySpec("pulse", "Pulse", key="it", config={"question": "How is the pace?", "reactions": ["👍", "👏"]})

    def __init__(self) -> None:
        super().__init__()
        self.newest: dict[int, tuple[int, int]] = {}
        self.taps = [0, 0]

    @rule(person=PEOPLE, ahead=st.integers(-1, 2), sign=st.sampled_from([None, 0, 1]), level=st.integers(1, 5))
    def tap(self, person: int, ahead: int, sign: int | None, level: int) -> None:
        n = max(1, self.newest.get(person, (0, 0))[0] + ahead)
        self.send(Sent(person, "pulse.beat", uuid4(), {"n": n, "e": sign, "v": level}))

    def expected(self, sent: Sent) -> str:
        said: Any = sent.payload
        n, _level = self.newest.get(sent.person, (0, 0))
        if n and said["n"] <= n:
            return "ok" if said["n"] == n else "stale"
        if not self.open:
            return "closed"
        self.newest[sent.person] = (said["n"], said["v"])
        if said["e"] is not None:
            self.taps[said["e"]] += 1
        return "ok"

    @invariant()
    def everything_is_counted_once(self) -> None:
        ticks = list(Tick.objects.filter(activity=self.a))
        assert [sum(tick.reactions.get(str(e), 0) for tick in ticks) for e in (0, 1)] == self.taps
        beats = Beat.objects.filter(activity=self.a).values_list("n", "level")
        assert sorted(beats) == sorted(self.newest.values())
        levels = [level for _n, level in self.newest.values()]
        assert (ticks[-1].people, ticks[-1].total) == (len(levels), sum(levels)) if ticks else not levels


@pytest.mark.django_db
@pytest.mark.parametrize("machine", [Floor, Taps])
def test_all_that_is_sent_counts_once(machine: type[Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
