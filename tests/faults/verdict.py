"""The one verdict on every run: what was acknowledged against what is stored, and what everybody shows against both."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.faults.crowd import Crowd
from tests.faults.people import Person, Sent
from tests.faults.scene import Scene, rows

LEAST_ACKS = 50
#: What a run itself does to the machine's load.
OWN_LOAD = 3.0

_ANSWERS = """
SELECT r.author, r.activity_id, q.key, r.round, r.n, r.value, r.status
  FROM questions_response r JOIN plans_question q ON q.id = r.question_id WHERE r.session_id = %s
"""
_CARDS = """
SELECT c.id, c.op, c.text, c."column" FROM board_card c JOIN plans_activity a ON a.id = c.activity_id WHERE a.id = %s
"""
_PHASE = "SELECT phase_id FROM live_session WHERE id = %s"
_STATES = "SELECT activity_id, state FROM live_activityrun WHERE session_id = %s AND round = 1"
_PEOPLE = "SELECT id FROM live_participant WHERE session_id = %s"


def patience() -> float:
    """How much longer everything may take because others are at work on this machine; 1 on a quiet one."""
    return max(1.0, (os.getloadavg()[0] - OWN_LOAD) / (os.cpu_count() or 1))


@dataclass
class Verdict:
    """What came of one run."""

    cell: str
    seed: int
    sent: int = 0
    acked: int = 0
    in_window: int = 0
    refused: int = 0
    #: What is not as it must be, in words; the counts below are about the same things.
    findings: list[str] = field(default_factory=list)
    lost: int = 0
    wrong: int = 0
    doubled: int = 0
    refused_but_stored: int = 0
    unanswered: int = 0
    unequal: int = 0
    #: From the end of the fault until everybody shows what the database says, and what is promised.
    seconds: float = 0.0
    limit: float = 0.0
    window: float = 0.0
    ack_p95: float = 0.0
    ack_max: float = 0.0
    closes: int = 0
    patience: float = field(default_factory=patience)
    notes: str = ""

    def __post_init__(self) -> None:
        if self.patience > 1:
            self.notes = f"busy machine: times may be {self.patience:.1f} times as long"

    def line(self) -> str:
        return (
            f"{self.cell} seed={self.seed}: sent {self.sent}, acked {self.acked} ({self.in_window} in the window of "
            f"{self.window:.1f} s), refused {self.refused}, lost {self.lost}, wrong {self.wrong}, doubled {self.doubled}, "
            f"refused but stored {self.refused_but_stored}, unanswered {self.unanswered}; all right after "
            f"{self.seconds:.1f} s (promised {self.limit:g}), acks p95 {self.ack_p95:.2f} s, max {self.ack_max:.2f} s, "
            f"{self.closes} connections ended{'; ' + self.notes if self.notes else ''}"
        )

    def row(self) -> dict[str, Any]:
        return asdict(self)

    def check(self, least: int = LEAST_ACKS) -> None:
        """Fail unless nothing was lost, wrong, doubled or stored against its refusal, and all are right in time."""
        print("\n".join([self.line(), *(f"    {each[:400]}" for each in self.findings[:10])]), flush=True)
        assert not self.findings, "\n".join([self.line(), *self.findings[:20]])
        assert (self.lost, self.wrong, self.doubled, self.refused_but_stored) == (0, 0, 0, 0), self.line()
        assert self.unanswered == 0, self.line()
        assert self.unequal == 0, self.line()
        assert self.in_window >= least, f"too little happened while it was broken: {self.line()}"
        assert self.seconds <= self.limit * self.patience, f"too late: {self.line()}"

    # ── what is stored ──────────────────────────────────────────────────────────────────────────────────────────

    def judge(self, scene: Scene, crowd: Crowd) -> None:
        """Compare every acknowledgement and refusal with the rows. On a thread."""
        sent = crowd.sent
        self.sent, self.unanswered = len(sent), sum(each.answer is None for each in sent)
        self.acked, self.refused = sum(each.acked for each in sent), sum(each.refused for each in sent)
        codes = Counter(str(each.answer["code"]) for each in sent if each.refused and each.answer)
        if codes:
            self.notes += (
                f"{'; ' if self.notes else ''}refused: {', '.join(f'{c} {n}' for c, n in codes.most_common())}"
            )
        took = sorted(each.answered_at - each.sent_at for each in sent if each.acked)
        if took:
            self.ack_p95, self.ack_max = took[int(len(took) * 0.95)], took[-1]
        for person in crowd.people:
            self.findings += [f"{person}: {problem}" for problem in person.problems]
        self._judge_answers(scene, crowd.people)
        self._judge_cards(scene, crowd.people)
        self._judge_steps(scene, crowd.people)

    def _judge_answers(self, scene: Scene, people: Sequence[Person]) -> None:
        stored: dict[tuple[str, int, str, int], tuple[int, Any]] = {}
        for author, activity, question, round_, n, value, _status in rows(_ANSWERS, [scene.session]):
            place = (author, activity, question, round_)
            if place in stored:
                self._find("doubled", f"two answers of {place}")
            stored[place] = (n, _value(value))
        asked: dict[tuple[str, int, str, int], list[Sent]] = defaultdict(list)
        for person in people:
            for sent in person.history:
                if sent.op == "respond":
                    said = sent.payload
                    asked[person.entry.key, said["a"], said["q"], said["round"]].append(sent)
        for place in stored.keys() - asked.keys():
            self._find("wrong", f"nobody gave the answer {place}")
        for place, each in asked.items():
            self._judge_answer(place, each, stored.get(place))

    def _judge_answer(self, place: Any, asked: list[Sent], stored: tuple[int, Any] | None) -> None:
        acked = max((sent.payload["n"] for sent in asked if sent.acked), default=0)
        if stored is None:
            if acked:
                self._find("lost", f"{place}: {acked} was acknowledged, nothing is stored")
            return
        n, value = stored
        if n < acked:
            self._find("lost", f"{place}: {acked} was acknowledged, {n} is stored")
        match = [sent for sent in asked if sent.payload["n"] == n]
        if not match or match[0].payload["v"] != value:
            self._find("wrong", f"{place}: {stored} is stored, sent was {[s.payload for s in match]}")
        elif match[0].refused:
            self._find("refused_but_stored", f"{place}: {n} was refused with {match[0].answer} and is stored")

    def _judge_cards(self, scene: Scene, people: Sequence[Person]) -> None:
        found = rows(_CARDS, [scene.board])
        cards = {_uuid(op): (pk, text, column) for pk, op, text, column in found}
        if len(cards) != len(found):
            self._find("doubled", "an op made two cards")
        moves: dict[int, list[Sent]] = defaultdict(list)
        known: set[str] = set()
        for person in people:
            for sent in person.history:
                if sent.op == "card.move":
                    moves[sent.payload["card"]].append(sent)
                elif sent.op == "card.add":
                    known.add(sent.id)
                    self._judge_card(sent, cards.get(sent.id))
        for op in cards.keys() - known:
            self._find("wrong", f"nobody added card {cards[op]}")
        columns = {pk: column for pk, _, column in cards.values()}
        for card, each in moves.items():
            acked = [sent for sent in each if sent.acked]
            last = max(acked, key=lambda sent: sent.place, default=None)
            if last is not None and columns.get(card) != last.payload["column"]:
                self._find("lost", f"card {card} was moved to {last.payload['column']}, it is in {columns.get(card)}")

    def _judge_card(self, sent: Sent, stored: tuple[int, str, int] | None) -> None:
        if sent.acked and stored is None:
            self._find("lost", f"card {sent.payload['text']} was acknowledged and is not there")
        elif stored is not None and sent.refused:
            self._find("refused_but_stored", f"card {sent.payload['text']} was refused with {sent.answer} and is there")
        elif stored is not None and stored[1] != sent.payload["text"]:
            self._find("wrong", f"card {sent.payload['text']} says {stored[1]}")

    def _judge_steps(self, scene: Scene, people: Sequence[Person]) -> None:
        """Each acknowledged step of the facilitator was taken once; what was opened is open or was."""
        steps = [sent for person in people for sent in person.history if sent.op == "session.next"]
        place = scene.phases.index(rows(_PHASE, [scene.session])[0][0])
        acked = sum(sent.acked for sent in steps)
        if place < acked:
            self._find("lost", f"{acked} steps were acknowledged, {place} were taken")
        if place > len(steps) - sum(sent.refused for sent in steps):
            self._find("doubled", f"{place} steps were taken, {acked} of {len(steps)} were acknowledged")
        states = dict(rows(_STATES, [scene.session]))
        for person in people:
            for sent in person.history:
                if sent.op == "activity.open" and sent.acked and states[sent.payload["a"]] == "ready":
                    self._find("lost", f"activity {sent.payload['a']} was opened and is not")

    def judge_seats(self, scene: Scene, seats: Sequence[int]) -> None:
        """Everybody who was told that they joined has one seat, and there is no other. On a thread."""
        there = {row[0] for row in rows(_PEOPLE, [scene.session])}
        before = {int(entry.key[2:]) for entry in scene.learners}
        for seat, count in Counter(seats).items():
            if count > 1:
                self._find("wrong", f"{count} people were given seat {seat}")
        for seat in set(seats) - there:
            self._find("lost", f"seat {seat} was given and is not there")
        for seat in there - before - set(seats):
            self._find("doubled", f"seat {seat} is nobody's")

    def judge_tally(self, scene: Scene, person: Person) -> None:
        """The results on a page are the answers, counted by SQL alone. On a thread."""
        for activity in scene.polls:
            slot = person.slots.get(f"tally:{activity}")
            if slot is None:
                continue
            answers = rows(
                "SELECT value FROM questions_response WHERE activity_id = %s AND status = 'given'", [activity]
            )
            counted = Counter(_value(row[0]) for row in answers)
            data = slot["d"]["questions"].get("q1", {})
            shown = {key: count for key, count in data.get("counts", {}).items() if count}
            if shown != dict(counted):
                self._find("wrong", f"{person} shows {shown}, {dict(counted)} is stored")

    def _find(self, kind: str, text: str) -> None:
        setattr(self, kind, getattr(self, kind) + 1)
        self.findings.append(f"{kind}: {text}")


def _value(raw: Any) -> Any:
    """A JSON column, which drivers give parsed or as text."""
    if isinstance(raw, str):
        try:
            return json.loads(raw)
        except ValueError:
            return raw
    return raw


def _uuid(raw: Any) -> str:
    text = str(raw).replace("-", "")
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
