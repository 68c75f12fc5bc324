"""A cloud of words: what is the same word, what stays out, how large each is, and that all of them fit."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.questions.room import Room, refusal
from workshop.kinds import question_kinds
from workshop.questions.fitting import LEAST, ROOM, WIDTH, width
from workshop.questions.texts import fold
from workshop.questions.words.cloud import BOLD, EMS, LINE, REST, STEPS, Cloud, size_of
from workshop.questions.words.spelling import phrases, same

WORDS = question_kinds.get("words")


def tally(*answers: list[str], **config: Any) -> dict[str, Any]:
    loaded = WORDS.load({"words": 10, **config})
    counted = WORDS.tally(loaded)
    for answer in answers:
        counted.add(WORDS.parse(loaded, answer))
    return counted.data()


def test_spellings_of_one_word_are_counted_together_under_the_commonest() -> None:
    data = tally(["Costs"], ["Costs", "analysis"], ["cost"], ["CÓST"], ["idle GPUs"], ["Idle GPU"], ["Idle GPU"])

    assert data["words"] == [["Costs", 4], ["Idle GPU", 3], ["analysis", 1]]


def test_plurals_are_taken_off_only_where_they_surely_are_plurals() -> None:
    assert same("policies") == same("Policy")
    assert same("APIs") == same("API")
    for word in ("bus", "focus", "analysis", "gas", "kubernetes os", "loss", "is"):
        assert same(word) == fold(word)


def test_several_words_of_one_person() -> None:
    assert phrases("costs, tags; Costs\n  idle GPUs!") == ["costs", "tags", "idle GPUs"]
    assert phrases("C++, fine-tuning, „ROI“") == ["C++", "fine-tuning", "ROI"]
    assert phrases("成本、预算") == ["成本", "预算"]


def test_words_from_fields_and_from_one_text_are_the_same_answer() -> None:
    config = WORDS.load({"words": 3})

    assert WORDS.parse(config, ["costs", "", "tags"]) == WORDS.parse(config, "costs, tags") == ["costs", "tags"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [("a, b, c, d", "too_many"), (["a", "b,c,d"], "too_many"), (["a"] * 11, "too_many"), ("x" * 41, "too_long")],
)
def test_too_much_is_refused_with_the_reason(raw: Any, code: str) -> None:
    assert refusal(WORDS.parse, WORDS.load({"words": 3}), raw).code == code


def test_banned_and_rude_words_stay_out_of_the_cloud_and_are_told_to_staff_alone() -> None:
    config = {"ban": ["AI", "costs"]}
    data = tally(["tags", "Cost", "shit"], ["ai models", "tags"], **config)

    assert data == {"n": 2, "words": [["tags", 2]], "left_out": 3}
    assert WORDS.shared(WORDS.load(config), data) == {"n": 2, "words": [["tags", 2]]}


def test_rude_words_are_counted_where_staff_want_them() -> None:
    assert tally(["shit"], polite=False)["words"] == [["shit", 1]]


def test_a_word_that_is_taken_back_is_gone(room: Room) -> None:
    run = room.ask("words", {"hold": False}, show_screen=True)
    room.say("Ana", run, ["tags", "trust"])
    room.say("Ana", run, ["trust"], n=2)
    room.say("Ben", run, ["Trusts"])

    assert room.counts(run)["words"] == [["Trusts", 2]]


def test_words_wait_until_staff_show_them(room: Room) -> None:
    run = room.ask("words", {}, show_screen=True)

    assert room.say("Ana", run, ["tags"])["status"] == "held"
    assert room.counts(run)["words"] == []


def test_sizes_run_from_one_to_seven() -> None:
    assert size_of(21, 21) == 7
    assert size_of(1, 21) == 1
    assert size_of(1, 1) == 4
    assert [size_of(count, 21) for count in range(1, 22)] == sorted(size_of(count, 21) for count in range(1, 22))


def test_words_of_the_same_number_have_the_same_size_and_more_is_never_smaller() -> None:
    cloud = Cloud((f"word{place}", 30 - place // 4) for place in range(100))

    for more, less in pairwise(cloud.words):
        assert more.size >= less.size
        assert more.count > less.count or more.size == less.size


def counted(words: int, letters: int = 7) -> list[tuple[str, int]]:
    chance = Random(words)
    names = ["".join(chance.choices("abcdefghijklmnoprstuvwz", k=letters)) + str(place) for place in range(words)]
    return [(name, max(1, round(400 / (place + 1) ** 0.8))) for place, name in enumerate(names)]


@pytest.mark.parametrize("words", [3, 12, 40, 100, 120])
def test_as_many_words_as_can_be_read_all_fit(words: int) -> None:
    cloud = Cloud(counted(words))

    assert cloud.left == 0
    assert sorted(word.text for line in cloud.lines for word in line.words) == sorted(word.text for word in cloud.words)


@pytest.mark.parametrize("words", [200, 300])
def test_of_more_words_the_rarest_go_before_letters_get_too_small_for_the_last_row(words: int) -> None:
    cloud = Cloud(counted(words))
    shown = {word.text for line in cloud.lines for word in line.words}

    assert STEPS[cloud.fit - 1] == min(STEPS) == LEAST
    assert len(shown) > 120
    assert cloud.left == words - len(shown)
    assert {word.text for word in cloud.words[:60]} <= shown
    height = sum(max(EMS[word.size - 1] for word in line.words) * LEAST * LINE for line in cloud.lines)
    assert height + REST <= ROOM + 2


@given(st.lists(st.tuples(st.text("abcimw ÄЖ漢", min_size=1, max_size=40), st.integers(1, 900)), max_size=80))
@settings(max_examples=60, deadline=None)
def test_no_line_is_wider_and_all_together_are_no_higher_than_the_projector(pairs: list[tuple[str, int]]) -> None:
    cloud = Cloud(sorted(pairs, key=lambda pair: -pair[1]))
    step = STEPS[cloud.fit - 1]

    height = sum(max(EMS[word.size - 1] for word in line.words) * step * LINE for line in cloud.lines)
    assert height <= ROOM + 2
    for line in cloud.lines:
        assert sum(width(word.text) * BOLD * EMS[word.size - 1] * step for word in line.words) <= WIDTH


def test_a_few_words_are_large() -> None:
    assert STEPS[Cloud([("Amber", 40), ("Green", 12), ("Red", 3)]).fit - 1] >= 6


def test_nothing_is_no_line() -> None:
    assert Cloud([]).lines == []
