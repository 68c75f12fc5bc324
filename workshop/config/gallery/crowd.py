"""Answers of people who do not exist: the same ones each time, made by the kinds themselves."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language

from workshop.kinds import Json, QuestionKind, Specimen, question_kinds
from workshop.questions.sketch import pretended


def specimen_of(kind: QuestionKind, name: str) -> Specimen | None:
    """The specimen of that name, or None."""
    return next((specimen for specimen in kind.specimens() if specimen.name == name), None)


def answers(kind: QuestionKind, specimen: Specimen, count: int) -> list[Json]:
    """``count`` stored values."""
    return pretended(kind, kind.load(specimen.config), count, seed=specimen.name, draw=specimen.draw)


def data(kind: QuestionKind, specimen: Specimen, count: int) -> dict[str, Json]:
    """What the tally of so many answers comes to."""
    return _counted(kind.slug, specimen.name, count, get_language() or "")


@lru_cache(maxsize=128)
def _counted(slug: str, name: str, count: int, language: str) -> dict[str, Json]:
    del language  # the words of a specimen may be translated
    kind = question_kinds.get(slug)
    specimen = specimen_of(kind, name)
    assert specimen is not None
    tally = kind.tally(kind.load(specimen.config))
    for value in answers(kind, specimen, count):
        tally.add(value)
    return tally.data()
