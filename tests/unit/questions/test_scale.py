"""A scale: its middle, its words, and what of a confidential one may be shown."""

from __future__ import annotations

from statistics import median

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from workshop.kinds import question_kinds
from workshop.questions.scale.sets import SETS

SCALE = question_kinds.get("scale")
answers = st.lists(st.integers(1, 5), min_size=1, max_size=40)


@given(answers)
def test_the_median_is_that_of_all_answers(given_: list[int]) -> None:
    tally = SCALE.tally(SCALE.load({}))
    for value in given_:
        tally.add(value)

    assert tally.data()["median"] == median(given_)


def test_without_answers_there_is_no_middle() -> None:
    tally = SCALE.tally(SCALE.load({}))
    tally.add(3)
    tally.remove(3)

    assert (tally.data()["mean"], tally.data()["median"]) == (None, None)


@pytest.mark.parametrize("name", SETS)
def test_a_ready_made_set_has_words_at_each_of_five_and_of_four_points(name: str) -> None:
    five, four = (SCALE.load({"set": name, "points": points}) for points in (5, 4))

    assert five.everywhere
    assert four.everywhere
    assert len(set(five.words)) == 5
    assert four.words == [word for word in five.words if word != five.words[2]]


def test_at_other_lengths_a_set_has_words_at_both_ends() -> None:
    config = SCALE.load({"set": "frequency", "points": 7})

    assert config.ends == ("Never", "Always")
    assert not config.everywhere


def test_words_of_a_set_follow_the_language_of_the_reader() -> None:
    config = SCALE.load({"set": "agreement"})
    with translation.override("en"):
        english = config.words
    with translation.override("de"):
        german = config.words

    assert english[0] == "Disagree strongly"
    assert len(german) == len(english)


@pytest.mark.parametrize(
    "config",
    [{"labels": ["a", "b", "c"]}, {"labels": ["a"]}, {"set": "nonsense"}, {"labels": ["x" * 81, ""]}, {"points": 12}],
)
def test_words_that_do_not_fit_the_points_are_refused(config: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"labels|set|points"):
        SCALE.load(config)


def test_own_words_come_before_ready_made_ones() -> None:
    assert SCALE.load({"set": "pace", "points": 3, "labels": ["a", "b", "c"]}).words == ["a", "b", "c"]


def test_the_mean_stands_where_it_is_among_the_steps() -> None:
    config = SCALE.load({"points": 5})
    tally = SCALE.tally(config)
    for value in (1, 5):
        tally.add(value)

    assert SCALE.result(config, tally.data())["at"] == "50.0%"


def test_steps_with_words_are_what_the_projector_offers() -> None:
    config = SCALE.load({"set": "frequency"})

    assert SCALE.offered(config) == ["Never", "Seldom", "Sometimes", "Often", "Always"]
    assert SCALE.signs(config) == ["1", "2", "3", "4", "5"]
    assert SCALE.signs(SCALE.load({"start": 0, "points": 11, "labels": ["no", "yes"]})) == ["0", "10"]
