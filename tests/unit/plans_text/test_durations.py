"""Lengths of time as people write them."""

from __future__ import annotations

import pytest

from workshop.plans.text import PlanUnreadable
from workshop.plans.text.durations import read_duration, title_duration, write_duration


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        *(
            ("90", 90),
            ("90 Minuten", 90),
            ("90 minutes", 90),
            ("90 min.", 90),
            ("90min", 90),
            ("90'", 90),
            ("30 m", 30),
        ),
        *(
            ("3 hours", 180),
            ("3h", 180),
            ("3 h", 180),
            ("3 hrs", 180),
            ("3 Stunden", 180),
            ("1 Std.", 60),
            ("1 Stunde", 60),
        ),
        *(("1,5 hours", 90), ("1.5 h", 90), ("1½ hours", 90), ("½ h", 30), ("0,5 Stunden", 30), ("2.25 hours", 135)),
        *(
            ("1h30", 90),
            ("1 Std 30", 90),
            ("1 h 30 min", 90),
            ("1 hour and 30 minutes", 90),
            ("1 Stunde und 5 Minuten", 65),
        ),
        *(("1:30", 90), ("1:30 h", 90), ("0:45", 45), ("10:00-10:45", 45), ("23:30 – 0:15", 45)),
        *(
            ("half an hour", 30),
            ("eine halbe Stunde", 30),
            ("one hour", 60),
            ("eine Stunde", 60),
            ("anderthalb Stunden", 90),
        ),
        *(("ca. 30 Minuten", 30), ("~30 min", 30), ("30-minute talk", 30), ("0 minutes", 0), ("180.0 minutes", 180)),
    ],
)
def test_a_length_is_understood(words: str, minutes: int) -> None:
    read = read_duration(words)
    assert read is not None
    assert read.minutes == minutes


@pytest.mark.parametrize("words", ["", "tbd", "as long as it takes", "minutes", "Chapter 3"])
def test_words_without_a_length_give_none(words: str) -> None:
    assert read_duration(words) is None


def test_what_else_is_said_is_handed_back() -> None:
    read = read_duration("30 minutes (with coffee)")
    assert read is not None
    assert "with coffee" in read.rest


@pytest.mark.parametrize("minutes", [0, 1, 59, 60, 61, 90, 120, 180, 10_080])
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_a_written_length_is_read_back(minutes: int, language: str) -> None:
    read = read_duration(write_duration(minutes, language))
    assert read == (minutes, "")


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Engage (30 minutes)", ("Engage", 30)),
        ("Engage [30 min]", ("Engage", 30)),
        ("Engage - 30 min", ("Engage", 30)),
        ("Engage – 1h30", ("Engage", 90)),
        ("Einstieg: 20 Minuten", ("Einstieg", 20)),
        ("Engage (10:00-10:30)", ("Engage", 30)),
        ("Engage (30 minutes, in pairs)", ("Engage (30 minutes, in pairs)", 30)),
        ("Engage", None),
        ("Engage (again)", None),
        ("Engage (2)", None),
        ("For grades 5-6", None),
        ("The 5 minutes that count", None),
    ],
)
def test_a_title_may_end_with_its_length(title: str, read: tuple[str, int] | None) -> None:
    assert title_duration(title) == read


def test_a_range_in_a_title_is_refused() -> None:
    with pytest.raises(PlanUnreadable):
        title_duration("Engage (20-30 minutes)")
