"""Tallies in memory, brought up to date from the rows above the last revision (architecture, idea 4).

A process keeps, for each (activity, round) that somebody looks at, the last value of every author, so that a changed
answer is taken out before the new one goes in. What is kept never decides anything: it is rebuilt from the rows when
the epoch rises, when the wording of the questions changes, or when it was dropped to keep memory bounded.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workshop.kinds import Json, Tally
from workshop.questions import gate, practised
from workshop.questions.catalogue import Asked
from workshop.questions.models import Response
from workshop.realtime import batches
from workshop.realtime.heads import read_head

#: Statuses that count as an answer for "so many have answered"; only ``given`` ones enter a result.
ANSWERED = frozenset({"given", "held", "hidden"})
#: With what the author of hands begins: somebody of the staff, who counted them.
HANDS = "u"
#: Rounds kept per process, and the sum of their answers (about 0.5 kB each).
MOST_ROUNDS = 1_000
#: Their answers are read at once: a batch has 500 at most.
FEW_REVISIONS = 10
MOST_ANSWERS = 400_000


@dataclass(slots=True)
class Counted:
    """What the answers of one round come to, at ``revision`` of ``epoch`` or a little later.

    ``authors``: how many have answered anything (where a form mixes levels of privacy, one person has two authors that
    nobody can join: the larger number of the two sorts is taken). ``by_question``: the tally's data by question id, for levels that
    count; guarded ones are of people alone as soon as one of them has answered, before that of practice learners.
    ``held``: answers that wait to be shown, by question id. ``hands``: people counted by hand, by question id: they are
    in the result, and not among the authors.
    """

    epoch: int
    revision: int
    authors: int
    by_question: dict[int, dict[str, Json]]
    held: dict[int, int]
    hands: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Last:
    """The last known state of one answer."""

    value: Json
    weight: int
    status: str


@dataclass(slots=True)
class _Round:
    """The memory of one round."""

    epoch: int = 0
    revision: int = -1
    questions: tuple[Asked, ...] = ()
    last: dict[tuple[int, str, str], _Last] = field(default_factory=dict)
    tallies: dict[int, Tally] = field(default_factory=dict)
    #: Of guarded questions what practice learners said, and under which authors they may have.
    pretended: dict[int, Tally] = field(default_factory=dict)
    practice: frozenset[str] = frozenset()
    #: How many questions each author has answered.
    answered: dict[str, int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)
    hands: dict[int, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Memory:
    """The rounds that this process has counted, least recently used ones dropped first. Safe for threads."""

    def __init__(self, rounds: int = MOST_ROUNDS, answers: int = MOST_ANSWERS) -> None:
        self._rounds: OrderedDict[tuple[int, int], _Round] = OrderedDict()
        self._most_rounds = rounds
        self._most_answers = answers
        self._lock = threading.Lock()

    def count(self, session: int, activity: int, round_: int, questions: Sequence[Asked]) -> Counted:
        """The round's numbers now. Reads the head, then the rows above the last revision: two queries.

        Where a question is guarded a third one: who is a practice learner. Inside a batch nothing is remembered: its
        rows may be rolled back, and others get their revision.
        """
        kept = _Round() if batches.writing() else self._round(activity, round_)
        with kept.lock:
            epoch, revision = read_head(session, f"activity:{activity}")
            self._up_to_date(kept, (session, activity, round_), tuple(questions), (epoch, revision))
            return Counted(
                epoch=epoch,
                revision=revision,
                authors=_people(kept.answered),
                by_question={question: _data(kept, question) for question in kept.tallies},
                held={question: count for question, count in kept.held.items() if count},
                hands={question: people for question, people in kept.hands.items() if people},
            )

    def answered_by(self, activity: int, round_: int) -> dict[str, int]:
        """How many questions each author has answered, as last counted."""
        kept = self._round(activity, round_)
        with kept.lock:
            return {author: count for author, count in kept.answered.items() if author[0] != HANDS}

    def forget(self) -> None:
        """Drop everything."""
        with self._lock:
            self._rounds.clear()

    def size(self) -> tuple[int, int]:
        """Rounds and answers that are kept."""
        with self._lock:
            return len(self._rounds), sum(len(kept.last) for kept in self._rounds.values())

    def _round(self, activity: int, round_: int) -> _Round:
        with self._lock:
            kept = self._rounds.setdefault((activity, round_), _Round())
            self._rounds.move_to_end((activity, round_))
            total = sum(len(other.last) for other in self._rounds.values())
            while len(self._rounds) > 1 and (len(self._rounds) > self._most_rounds or total > self._most_answers):
                _place, dropped = self._rounds.popitem(last=False)
                total -= len(dropped.last)
            return kept

    def _up_to_date(
        self, kept: _Round, place: tuple[int, int, int], questions: tuple[Asked, ...], head: tuple[int, int]
    ) -> None:
        epoch, revision = head
        if epoch != kept.epoch:
            kept.last.clear()
            kept.revision = -1
        if kept.questions != questions or epoch != kept.epoch:
            _recount(kept, questions)
        kept.epoch = epoch
        if revision <= kept.revision:
            return
        _session, activity, round_ = place
        rows = Response.objects.filter(activity_id=activity, round=round_, revision__gt=kept.revision).values_list(
            "question_id", "author", "subject", "value", "weight", "status"
        )
        # A cursor takes four statements: only where there may be more than one page of rows.
        many = revision - kept.revision > FEW_REVISIONS
        found: Iterable[tuple[Any, ...]] = rows.iterator(chunk_size=5_000) if many else rows
        if kept.pretended:
            # All rows first: whoever wrote one is among the practice learners that are read after it.
            found = list(found)
            kept.practice = practised.authors_of_round(*place)
        for question, author, subject, value, weight, status in found:
            _take(kept, (question, author, subject), _Last(value, weight, status))
        # Rows above ``revision`` may be among them: they will be read once more, which changes nothing.
        kept.revision = revision


def _people(authors: Iterable[str]) -> int:
    sorts = Counter(author[0] for author in authors)
    return max((count for sort, count in sorts.items() if sort != HANDS), default=0)


def _data(kept: _Round, question: int) -> dict[str, Json]:
    data, pretended = kept.tallies[question].data(), kept.pretended.get(question)
    return data if pretended is None or data["n"] else pretended.data()


def _recount(kept: _Round, questions: tuple[Asked, ...]) -> None:
    """Start the tallies anew, from the values in memory: words or options of a question have changed."""
    known = dict(kept.last)
    kept.questions = questions
    kept.tallies = {asked.id: asked.kind.tally(asked.config) for asked in questions if gate.counts(asked.level)}
    kept.pretended = {asked.id: asked.kind.tally(asked.config) for asked in questions if gate.guards(asked.level)}
    kept.last.clear()
    kept.answered.clear()
    kept.held.clear()
    kept.hands.clear()
    for place, last in known.items():
        _take(kept, place, last)


def _take(kept: _Round, place: tuple[int, str, str], now: _Last) -> None:
    """Put the state of one answer in the place of the one before."""
    question, author, _subject = place
    guarded = author in kept.practice and question in kept.pretended
    tally = (kept.pretended if guarded else kept.tallies).get(question)
    before = kept.last.get(place)
    for last, sign in ((before, -1), (now, 1)):
        if last is None or last.status not in ANSWERED:
            continue
        kept.answered[author] = kept.answered.get(author, 0) + sign
        if last.status == "held":
            kept.held[question] = kept.held.get(question, 0) + sign
        if author[0] == HANDS:
            kept.hands[question] = kept.hands.get(question, 0) + sign * last.weight
        if tally is not None and last.status == "given":
            (tally.add if sign > 0 else tally.remove)(last.value, last.weight)
    if not kept.answered.get(author):
        kept.answered.pop(author, None)
    kept.last[place] = now


#: The memory of this process.
memory = Memory()


def fresh(questions: Sequence[Asked], answers: Mapping[int, Sequence[tuple[Json, int]]]) -> dict[int, dict[str, Json]]:
    """Tallies counted anew from ``(value, weight)`` by question id, without memory: for splits and for tests."""
    result: dict[int, dict[str, Json]] = {}
    for asked in questions:
        if gate.counts(asked.level):
            tally = asked.kind.tally(asked.config)
            for value, weight in answers.get(asked.id, ()):
                tally.add(value, weight)
            result[asked.id] = tally.data()
    return result
