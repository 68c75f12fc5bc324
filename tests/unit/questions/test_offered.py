"""What the projector shows of a question while its result is not shown: the options, never an answer."""

from __future__ import annotations

from workshop.kinds import question_kinds


def _offered(slug: str, **config: object) -> list[str]:
    kind = question_kinds.get(slug)
    return list(kind.offered(kind.load(config)))


def test_options_stand_in_their_order() -> None:
    assert _offered("choice", options=["Training", "Answers"]) == ["Training", "Answers"]


def test_words_of_ones_own_are_offered_as_the_last() -> None:
    assert _offered("choice", options=["Training"], other=True) == ["Training", "Something else"]


def test_open_text_offers_nothing() -> None:
    assert _offered("text") == []
