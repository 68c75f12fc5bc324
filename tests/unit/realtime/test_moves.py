"""What a process makes of signals that come late, twice, in another order or never."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from workshop.realtime import moves, signals
from workshop.realtime.heads import Lasting
from workshop.realtime.moves import Known, News
from workshop.realtime.signals import Calm, Moved, People, Relay

HEAD, PLACE = "activity:1", (1, "activity:1")


def known_at(revision: int) -> Known:
    known = Known()
    known.put(HEAD, 1, revision)
    return known


def test_answers_in_order_are_calm() -> None:
    known = known_at(5)
    assert known.take(HEAD, 1, 6, answers=1) is News.ANSWERS
    assert known.take(HEAD, 1, 9, answers=3) is News.ANSWERS
    assert not known.waits(HEAD)
    assert known.calm(HEAD, (1, 5), (1, 9))
    assert not known.calm(HEAD, (1, 4), (1, 9)), "how it came to 5 is not known"
    assert not known.calm(HEAD, (1, 5), (1, 10)), "10 was not heard of"
    assert known.total == 1 + 9


def test_a_step_that_comes_late_is_waited_for() -> None:
    known = known_at(5)
    assert known.take(HEAD, 1, 7, answers=1) is News.ANSWERS
    assert known.waits(HEAD)
    assert not known.calm(HEAD, (1, 5), (1, 7))
    assert known.take(HEAD, 1, 6, answers=1) is News.NOTHING
    assert not known.waits(HEAD)
    assert known.calm(HEAD, (1, 5), (1, 7))
    assert known.take(HEAD, 1, 6, answers=1) is News.NOTHING, "a repeat"


def test_a_late_change_is_a_change() -> None:
    known = known_at(5)
    known.take(HEAD, 1, 7, answers=1)
    assert known.take(HEAD, 1, 6) is News.CHANGE
    assert known.heads[HEAD] == (1, 7)
    assert not known.calm(HEAD, (1, 5), (1, 7))
    assert known.take(HEAD, 1, 6) is News.NOTHING, "a repeat"


def test_a_change_that_is_heard_of_while_another_thread_asks_is_no_calm() -> None:
    class Meanwhile(dict[str, Any]):
        """What the event loop hears just after the other thread has looked here."""

        def get(self, name: str, default: Any = None) -> Any:
            found = super().get(name, default)
            # Once: it looks here itself.
            if said.pop("late", None):
                known.take(HEAD, 1, 6)
            return found

    for place in ("heads", "_missing", "_changed"):
        known, said = known_at(5), {"late": True}
        known.take(HEAD, 1, 7, answers=1)
        setattr(known, place, Meanwhile(getattr(known, place)))
        assert not known.calm(HEAD, (1, 5), (1, 7)), place
        assert not said


def test_a_step_that_never_comes_counts_for_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "LATE_SECONDS", -1.0)
    known = known_at(5)
    known.take(HEAD, 1, 8, answers=2)
    assert known.late(HEAD)
    assert not known.late(HEAD), "once"
    assert not known.calm(HEAD, (1, 5), (1, 8))
    assert known.take(HEAD, 1, 9, answers=1) is News.ANSWERS
    assert known.calm(HEAD, (1, 8), (1, 9))


def test_a_step_that_is_waited_for_is_not_yet_late() -> None:
    known = known_at(5)
    known.take(HEAD, 1, 7, answers=1)
    assert not known.late(HEAD)
    assert known.waits(HEAD)


@pytest.mark.parametrize(
    ("epoch", "revision", "answers"),
    [
        pytest.param(1, 6, 0, id="state"),
        pytest.param(2, 6, 1, id="rows rewritten"),
        pytest.param(1, 7 + moves.MOST_MISSING, 1, id="far ahead"),
    ],
)
def test_what_may_be_more_than_answers_is_a_change(epoch: int, revision: int, answers: int) -> None:
    known = known_at(5)
    assert known.take(HEAD, epoch, revision, answers) is News.CHANGE
    assert not known.waits(HEAD)
    assert not known.calm(HEAD, (1, 5), (epoch, revision))


def test_a_head_that_answers_have_made_is_calm_from_its_beginning() -> None:
    known = Known()
    assert known.take(HEAD, 1, 1, answers=1) is News.ANSWERS
    assert known.calm(HEAD, (1, 0), (1, 1))


def test_what_is_kept_outlasts_answers_alone() -> None:
    known = known_at(5)
    lasting = Lasting(calm=known.calm)
    lasting.until({HEAD: (1, 5)}).read["scene"] = "as read"
    known.take(HEAD, 1, 6, answers=1)
    assert lasting.until({HEAD: (1, 6)}).read
    known.take(HEAD, 1, 7)
    assert not lasting.until({HEAD: (1, 7)}).read


def test_what_is_kept_outlasts_comings_and_goings() -> None:
    lasting = Lasting()
    lasting.until({"people": (1, 1), "presence": (1, 5)}).read["scene"] = "as read"
    assert lasting.until({"people": (1, 1), "presence": (1, 6)}).read
    assert not lasting.until({"people": (1, 2), "presence": (1, 6)}).read


def test_what_is_kept_does_not_outlast_a_step_that_no_signal_has_told_of() -> None:
    known = known_at(5)
    lasting = Lasting(calm=known.calm)
    lasting.until({HEAD: (1, 5)}).read["scene"] = "as read"
    assert not lasting.until({HEAD: (1, 6)}).read


def test_without_signals_nothing_outlasts_a_step() -> None:
    lasting = Lasting()
    lasting.until({HEAD: (1, 5)}).read["scene"] = "as read"
    assert lasting.until({HEAD: (1, 5)}).read
    assert not lasting.until({HEAD: (1, 6)}).read


class Peers:
    """Two relays without a Redis between them: what one would publish, both hear."""

    def __init__(self) -> None:
        self.heard: list[
            tuple[dict[tuple[int, str], tuple[int, int]], set[tuple[int, str]], dict[tuple[int, str], int]]
        ] = []
        self.one, self.other = Relay(self._hear, lambda: None), Relay(self._hear, lambda: None)

    def _hear(self, moved: Moved, people: People, calm: Calm) -> None:
        self.heard.append((dict(moved), set(people), dict(calm.heads)))

    def publish(self, *sent: tuple[Moved, People, Calm]) -> None:
        for each in sent:
            self.one.hold(*each)
        message = self.one.message()
        for relay in (self.one, self.other):
            relay.take(message)


def test_a_process_does_not_hear_itself() -> None:
    peers = Peers()
    peers.publish(({PLACE: (1, 6)}, set(), Calm({PLACE: 1}, frozenset({(1, "p:7")}))))
    assert peers.heard == [({PLACE: (1, 6)}, {(1, "p:7")}, {PLACE: 1})]


@pytest.mark.parametrize(
    ("steps", "answers"),
    [
        pytest.param([(6, 1), (7, 1)], {PLACE: 2}, id="answers after answers"),
        pytest.param([(6, 0), (7, 1)], {}, id="answers after a change"),
        pytest.param([(6, 1), (7, 0)], {}, id="a change after answers"),
        pytest.param([(6, 1), (8, 1)], {PLACE: 1}, id="another's step between"),
    ],
)
def test_what_waits_is_merged(steps: list[tuple[int, int]], answers: dict[tuple[int, str], int]) -> None:
    peers = Peers()
    peers.publish(
        *(({PLACE: (1, revision)}, set(), Calm({PLACE: count} if count else {})) for revision, count in steps)
    )
    assert peers.heard == [({PLACE: (1, steps[-1][0])}, set(), answers)]


def test_a_message_that_is_not_understood_is_left_out() -> None:
    peers = Peers()
    for data in (b"", b"[]", b'["a"]', orjson.dumps(["", [[1]], []])):
        peers.one.take(data)
    assert not peers.heard
    assert signals.channel().startswith("plenary:heads:")
