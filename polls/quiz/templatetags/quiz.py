"""Filters for the templates of quizzes."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from workshop.questions.catalogue import Asked

register = template.Library()


@register.filter
def right_answers(asked: Asked) -> Sequence[str]:
    """The right answers of a question in words."""
    return asked.kind.right(asked.config)
