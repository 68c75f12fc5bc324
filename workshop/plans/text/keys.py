"""Stable keys for activities and questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.text import slugify

from workshop.kinds import ActivitySpec, QuestionSpec

#: Leaves room for a number within the 80 characters of the database.
LONGEST = 60


def keys_of(specs: Sequence[ActivitySpec]) -> Iterator[str]:
    """Every key given in these activities, their questions and children, in order."""
    for spec in specs:
        yield from (key for key in (spec.key, *(question.key for question in spec.questions)) if key)
        yield from keys_of(spec.children)


def with_keys(phases: Sequence[tuple[ActivitySpec, ...]]) -> tuple[tuple[ActivitySpec, ...], ...]:
    """The activities of all phases, each activity and question with a key that is unique within the plan.

    Keys that are there stay; the others are made from title and prompt, so that the same words keep the same key.
    """
    taken = {key for specs in phases for key in keys_of(specs)}
    return tuple(tuple(_keyed(spec, taken) for spec in specs) for specs in phases)


def _keyed(spec: ActivitySpec, taken: set[str]) -> ActivitySpec:
    key = spec.key or _free(spec.title or spec.kind, taken)
    questions = tuple(_keyed_question(question, taken) for question in spec.questions)
    return replace(spec, key=key, questions=questions, children=tuple(_keyed(child, taken) for child in spec.children))


def _keyed_question(question: QuestionSpec, taken: set[str]) -> QuestionSpec:
    return question if question.key else replace(question, key=_free(question.prompt or question.kind, taken))


def _free(words: str, taken: set[str]) -> str:
    stem = slugify(words, allow_unicode=True)[:LONGEST].strip("-_") or "item"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    taken.add(key)
    return key
