"""Yes or no: abstentions are counted, and stand apart from the shares."""

from __future__ import annotations

from typing import Any

import pytest

from tests.questions.room import Room
from workshop.kinds import question_kinds
from workshop.questions.gate import LEAST

YESNO = question_kinds.get("yesno")


def shown(yes: int, no: int, abstain: int = 0, *, least: int = 0, **config: Any) -> dict[str, Any]:
    loaded = YESNO.load(config)
    tally = YESNO.tally(loaded)
    for value, count in (("yes", yes), ("no", no), ("abstain", abstain)):
        if count:
            tally.add(value, count)
    data = tally.data()
    return YESNO.result(loaded, YESNO.guarded(loaded, data, least) if least else data)


def test_shares_are_of_those_who_said_yes_or_no() -> None:
    found = shown(30, 10, 60)

    assert [(side.name, side.count, side.percent) for side in found["sides"]] == [("yes", 30, 75), ("no", 10, 25)]
    assert (found["n"], found["divided"], found["abstained"]) == (100, 75, 60)


def test_both_shares_are_a_hundred_together_however_they_are_rounded() -> None:
    for yes in range(1, 60):
        sides = shown(yes, 7)["sides"]
        assert sum(side.percent for side in sides) == 100


def test_nobody_has_voted_as_long_as_all_abstain() -> None:
    for found in (shown(0, 0), shown(0, 0, 5)):
        assert found["voted"] is False
        assert found["divided"] == 50


@pytest.mark.parametrize("counts", [(20, 3, 9), (20, 9, 2), (4, 30, 0)])
def test_a_small_side_is_hidden_and_no_share_gives_it_away(counts: tuple[int, int, int]) -> None:
    found = shown(*counts, least=LEAST)

    numbers = [side.count for side in found["sides"]] + [found["abstained"]]
    assert sum(number is None for number in numbers) >= 2
    assert all(side.percent is None for side in found["sides"])
    assert found["voted"] is False


def test_own_words_stand_for_yes_and_no() -> None:
    config = YESNO.load({"yes": "True", "no": "False", "abstain": False, "right": "no"})

    assert YESNO.offered(config) == ["True", "False"]
    assert YESNO.right(config) == ["False"]
    assert [YESNO.score(config, value) for value in ("yes", "no")] == [0.0, 1.0]
    assert YESNO.in_words(config, "yes") == "True"
    assert len(YESNO.signs(config)) == len(YESNO.offered(config))


def test_hands_can_be_counted_for_each() -> None:
    config = YESNO.load({})

    assert [YESNO.parse(config, raw) for _words, raw in YESNO.ballots(config)] == ["yes", "no", "abstain"]


def test_abstaining_on_a_phone_counts_as_an_answer(room: Room) -> None:
    run = room.ask("yesno", show_screen=True)
    room.say("Ana", run, "abstain")
    room.say("Ben", run, "yes")

    assert room.counts(run) == {"n": 2, "counts": {"yes": 1, "no": 0, "abstain": 1}}
