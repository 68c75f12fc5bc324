"""Questions of the room, taps and raised hands against a model, over two processes; messages come twice and late.

Everything counts once, whatever the order; what is answered in the same moment as the close is stored, or refused.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from polls.pulse.models import Beat, Tick
from polls.qa.models import Enquiry, Upvote
from tests.fuzz.processes import PEOPLE, PLACES, Frame, Together, play
from tests.wire.servers import Server
from workshop.kinds import ActivitySpec
from workshop.live.models import Participant

pytestmark = pytest.mark.postgres
WHO = st.sampled_from(PEOPLE)
ANY = st.integers(0, 1_000)
STANDING = ("waiting", "shown")


class Talking(Together):
    """An activity that is open or closed, and messages of people that may be heard again."""

    def prepared(self) -> None:
        self.open = True
        self.sent: list[tuple[str, Frame]] = []

    def expected(self, who: str, frame: Frame) -> str:
        """The code with which this message must be answered now, and its effect on the model."""
        raise NotImplementedError

    def tell(self, who: str, place: int, frame: Frame) -> None:
        """Send it, and compare."""
        self.sent.append((who, frame))
        assert self.say(who, place, frame) == self.expected(who, frame)

    @precondition(lambda self: self.sent)
    @rule(which=ANY, place=PLACES)
    def again(self, which: int, place: int) -> None:
        who, frame = self.sent[which % len(self.sent)]
        self.tell(who, place, frame)

    @rule(place=PLACES)
    def close_or_resume(self, place: int) -> None:
        assert self.drive("activity.close" if self.open else "activity.resume", place)
        self.open = not self.open

    def while_it_closes(self, who: str, frame: Frame, *, first: bool) -> None:
        """A message at one process while the close goes through the other."""
        both = [(self.devices[who, 0], frame), (self.fay[1], self.made("activity.close", a=self.a))]
        answers = self.at_once(*(both if first else both[::-1]))
        said, closed = answers if first else answers[::-1]
        assert closed["t"] == "ok"
        self.sent.append((who, frame))
        self.open = said.get("code") != "closed"
        assert said.get("code", "ok") == self.expected(who, frame)
        self.open = False


# ── questions and answers ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Question:
    """A question as it must be stored."""

    who: str
    text: str
    op: str
    status: str = "waiting"
    into: Question | None = None
    voters: set[str] = field(default_factory=set)
    #: The newest word of each.
    words: dict[str, int] = field(default_factory=dict)
    marks: dict[str, bool | str] = field(
        default_factory=lambda: {"pinned": False, "answered": False, "archived": False, "answer": ""}
    )


class Floor(Talking):
    """Everything that is asked waits for Fay."""

    what: ClassVar[str] = "questions of the room against a model"

    def spec(self) -> ActivitySpec:
        return ActivitySpec("qa", "Your questions", key="it", privacy="named")

    def prepared(self) -> None:
        super().prepared()
        self.rows: list[Question] = []
        self.n = 0
        # There is always one: what may happen next must not depend on who is first in a race.
        self.tell("Ana", 0, self.made("qa.ask", a=self.a, text="Who pays?"))

    def number(self, row: Question) -> int:
        return Enquiry.objects.get(activity=self.a, op=row.op).pk

    def row(self, which: int) -> Question:
        return self.rows[which % len(self.rows)]

    @rule(who=WHO, place=PLACES, text=st.sampled_from(["Who pays?", "When?", "Why?"]))
    def ask(self, who: str, place: int, text: str) -> None:
        self.tell(who, place, self.made("qa.ask", a=self.a, text=text))

    @rule(who=WHO, text=st.sampled_from(["Since when?", "What for?"]))
    def ask_at_two_devices_at_once(self, who: str, text: str) -> None:
        """The same message through both processes: one question."""
        frame = self.made("qa.ask", a=self.a, text=text)
        answers = self.at_once(*((self.devices[who, place], frame) for place in (0, 1)))
        self.sent.append((who, frame))
        wanted = self.expected(who, frame)
        assert [said.get("code", "ok") for said in answers] == [wanted, wanted]
        assert answers[0].get("d") == answers[1].get("d")

    @precondition(lambda self: self.open)
    @rule(who=WHO, first=st.booleans())
    def ask_while_it_closes(self, who: str, first: bool) -> None:
        self.while_it_closes(who, self.made("qa.ask", a=self.a, text="Too late?"), first=first)

    @rule(who=WHO, place=PLACES, which=ANY, on=st.booleans())
    def vote(self, who: str, place: int, which: int, on: bool) -> None:
        self.n += 1
        self.tell(who, place, self.made("qa.vote", a=self.a, i=self.number(self.row(which)), on=on, n=self.n))

    @rule(who=WHO, place=PLACES, which=ANY)
    def withdraw(self, who: str, place: int, which: int) -> None:
        self.tell(who, place, self.made("qa.withdraw", a=self.a, i=self.number(self.row(which))))

    def expected(self, who: str, frame: Frame) -> str:
        if frame["op"] == "qa.ask":
            return self._asked(who, frame)
        [row] = [each for each in self.rows if self.number(each) == frame["i"]]
        if frame["op"] == "qa.withdraw":
            return self._withdrawn(who, row)
        if not self.open:
            return "closed"
        if row.status != "shown":
            return "no_enquiry"
        if row.who == who:
            return "own_enquiry"
        if frame["n"] > row.words.get(who, 0):
            row.words[who] = frame["n"]
            (row.voters.add if frame["on"] else row.voters.discard)(who)
        return "ok"

    def _asked(self, who: str, frame: Frame) -> str:
        if any(row.op == frame["id"] for row in self.rows):
            return "ok"
        if not self.open:
            return "closed"
        if not any((row.who, row.text) == (who, frame["text"]) and row.status in STANDING for row in self.rows):
            self.rows.append(Question(who, frame["text"], frame["id"]))
        return "ok"

    def _withdrawn(self, who: str, row: Question) -> str:
        if row.status not in (*STANDING, "withdrawn"):
            return "no_enquiry"
        if row.who != who:
            return "not_yours"
        if row.status != "withdrawn" and not self.open:
            return "closed"
        row.status = "withdrawn"
        return "ok"

    # ── what Fay does ───────────────────────────────────────────────────────────────────────────────────────────

    @rule(place=PLACES, which=ANY, show=st.booleans())
    def approve_or_hide(self, place: int, which: int, show: bool) -> None:
        row = self.row(which)
        code = self.order(place, "qa.judge", a=self.a, ids=[self.number(row)], show=show)
        assert code == ("no_enquiry" if row.status == "withdrawn" else "ok")
        if code == "ok":
            wanted = "shown" if show else "hidden"
            row.into = row.into if row.status == wanted else None
            row.status = wanted

    @rule(place=PLACES)
    def approve_all(self, place: int) -> None:
        assert self.order(place, "qa.judge", a=self.a, ids=None, show=True) == "ok"
        for row in self.rows:
            row.status = "shown" if row.status == "waiting" else row.status

    @rule()
    def approve_all_at_both_processes_at_once(self) -> None:
        """Each question is approved by one of them."""
        waiting = [row for row in self.rows if row.status == "waiting"]
        both = [(each, self.made("qa.judge", a=self.a, ids=None, show=True)) for each in self.fay]
        assert sum(said["d"]["changed"] for said in self.at_once(*both)) == len(waiting)
        for row in waiting:
            row.status = "shown"

    @rule(place=PLACES, one=ANY, other=ANY)
    def merge(self, place: int, one: int, other: int) -> None:
        row, into = self.row(one), self.row(other)
        code = self.order(place, "qa.merge", a=self.a, i=self.number(row), into=self.number(into))
        if row.status not in STANDING or into.status not in STANDING:
            assert code == "no_enquiry"
        elif row is into:
            assert code == "same"
        else:
            assert code == "ok"
            for each in (row, *(each for each in self.rows if each.into is row)):
                each.status, each.into = "merged", into
            into.status = "shown"

    @rule(place=PLACES, which=ANY, name=st.sampled_from(["pinned", "answered", "archived"]), on=st.booleans())
    def mark(self, place: int, which: int, name: str, on: bool) -> None:
        self._change(place, self.row(which), **{name: on})

    @rule(place=PLACES, which=ANY, answer=st.sampled_from(["Finance pays.", ""]))
    def answer(self, place: int, which: int, answer: str) -> None:
        row = self.row(which)
        self._change(place, row, answer=answer, answered=bool(answer) or row.marks["answered"])

    def _change(self, place: int, row: Question, **marks: bool | str) -> None:
        said = {name: value for name, value in marks.items() if "answer" not in marks or name == "answer"}
        code = self.order(place, "qa.change", a=self.a, i=self.number(row), **said)
        assert code == ("no_enquiry" if row.status == "withdrawn" else "ok")
        if code == "ok":
            row.marks.update(marks)

    # ── what must hold ──────────────────────────────────────────────────────────────────────────────────────────

    def votes(self, row: Question) -> int:
        """People who want to hear about it, the asker apart: those who voted for it or for what was merged into it,
        and those who asked that."""
        family = [row, *(each for each in self.rows if each.status == "merged" and each.into is row)]
        return len({who for each in family for who in (*each.voters, each.who)} - {row.who})

    @invariant()
    def each_question_stands_once_as_it_was_left(self) -> None:
        if not self.begun:
            return
        names = {person.row.key: name for name, person in self.house.people.items()}
        stored = {str(row.op): row for row in Enquiry.objects.filter(activity=self.a)}
        found = {
            op: (names[row.author], row.text, row.status, {name: getattr(row, name) for name in self.rows[0].marks})
            for op, row in stored.items()
        }
        assert found == {row.op: (row.who, row.text, row.status, row.marks) for row in self.rows}
        into = {op: str(stored_into.op) for op, row in stored.items() if (stored_into := row.merged_into)}
        assert into == {row.op: row.into.op for row in self.rows if row.into}

    @invariant()
    def each_vote_counts_once(self) -> None:
        if not self.begun:
            return
        rows = {str(row.op): row.votes for row in Enquiry.objects.filter(activity=self.a, status__in=STANDING)}
        assert rows == {row.op: self.votes(row) for row in self.rows if row.status in STANDING}
        given = Upvote.objects.filter(enquiry__activity=self.a, on=True).count()
        assert given == sum(len(row.voters) for row in self.rows)


# ── pulse, reactions, hands ───────────────────────────────────────────────────────────────────────────────────────────


class Taps(Talking):
    """A pulse in several rounds, and the queue of raised hands beside it."""

    what: ClassVar[str] = "taps and hands against a model"

    def spec(self) -> ActivitySpec:
        config = {"question": "How is the pace?", "reactions": ["👍", "👏"]}
        return ActivitySpec("pulse", "Pulse", key="it", config=config, privacy="anonymous")

    def prepared(self) -> None:
        super().prepared()
        self.round = 1
        #: By person the newest counter and step of this round.
        self.newest: dict[str, tuple[int, int]] = {}
        self.taps: Counter[tuple[int, int]] = Counter()
        #: Hands in the order in which they went up.
        self.hands: list[str] = []
        self.raised: set[str] = set()

    @rule(who=WHO, place=PLACES, ahead=st.integers(-1, 2), sign=st.sampled_from([None, 0, 1]), level=st.integers(0, 5))
    def tap(self, who: str, place: int, ahead: int, sign: int | None, level: int) -> None:
        self.tell(who, place, self.beat(who, ahead, sign, level))

    def beat(self, who: str, ahead: int, sign: int | None, level: int) -> Frame:
        n = max(1, self.newest.get(who, (0, 0))[0] + ahead)
        return self.made("pulse.beat", a=self.a, n=n, v=level, **({} if sign is None else {"e": sign}))

    @rule(who=WHO, sign=st.integers(0, 1), level=st.integers(0, 5))
    def tap_at_two_devices_at_once(self, who: str, sign: int, level: int) -> None:
        """The same tap through both processes counts once."""
        frame = self.beat(who, 1, sign, level)
        answers = self.at_once(*((self.devices[who, place], frame) for place in (0, 1)))
        self.sent.append((who, frame))
        wanted = self.expected(who, frame)
        assert [said.get("code", "ok") for said in answers] == [wanted, wanted]

    @precondition(lambda self: self.open)
    @rule(who=WHO, first=st.booleans())
    def tap_while_it_closes(self, who: str, first: bool) -> None:
        self.while_it_closes(who, self.beat(who, 1, 0, 4), first=first)

    @precondition(lambda self: not self.open)
    @rule(place=PLACES)
    def next_round(self, place: int) -> None:
        assert self.drive("activity.round", place)
        self.open, self.round, self.newest = True, self.round + 1, {}

    def expected(self, who: str, frame: Frame) -> str:
        if frame["op"] == "hand":
            return self._hand(who, frame)
        n, _level = self.newest.get(who, (0, 0))
        if n and frame["n"] <= n:
            return "ok" if frame["n"] == n else "stale"
        if not self.open:
            return "closed"
        self.newest[who] = (frame["n"], frame["v"])
        if "e" in frame:
            self.taps[self.round, frame["e"]] += 1
        return "ok"

    @rule(who=WHO, place=PLACES, up=st.booleans())
    def hand(self, who: str, place: int, up: bool) -> None:
        self.tell(who, place, self.made("hand", up=up))

    def _hand(self, who: str, frame: Frame) -> str:
        # What was done once is not done again.
        if frame["id"] not in self.raised:
            self.raised.add(frame["id"])
            if frame["up"] and who not in self.hands:
                self.hands.append(who)
            elif not frame["up"] and who in self.hands:
                self.hands.remove(who)
        return "ok"

    @rule(place=PLACES, who=WHO)
    def call_on(self, place: int, who: str) -> None:
        assert self.order(place, "hand.lower", p=self.house.people[who].row.pk) == "ok"
        if who in self.hands:
            self.hands.remove(who)

    # ── what must hold ──────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def each_tap_counts_once(self) -> None:
        if not self.begun:
            return
        found: Counter[tuple[int, int]] = Counter()
        ticks = list(Tick.objects.filter(activity=self.a).order_by("round", "at"))
        for tick in ticks:
            found.update({(tick.round, int(sign)): times for sign, times in tick.reactions.items()})
        assert found == self.taps
        beats = Beat.objects.filter(activity=self.a, round=self.round).values_list("n", "level")
        assert sorted(beats) == sorted(self.newest.values())
        levels = [level for _n, level in self.newest.values() if level]
        last = next((tick for tick in reversed(ticks) if tick.round == self.round), None)
        assert ((last.people, last.total) if last else (0, 0)) == (len(levels), sum(levels))

    @invariant()
    def hands_wait_in_the_order_in_which_they_went_up(self) -> None:
        if not self.begun:
            return
        up = Participant.objects.filter(session=self.house.here.session, hand_at__isnull=False)
        assert list(up.order_by("hand_at").values_list("name", flat=True)) == self.hands


@pytest.mark.parametrize("machine", [pytest.param(Floor, id="questions"), pytest.param(Taps, id="taps")])
def test_all_that_is_said_counts_once(machine: type[Together], processes: list[Server]) -> None:
    play(machine, processes, every_day=2, deep=150)
