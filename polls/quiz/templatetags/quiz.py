"""Filters for the templates of quizzes."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from polls.quiz.scoring import Share
from workshop.questions.catalogue import Asked
from workshop.questions.fitting import LEAST, Step, fit

register = template.Library()


@register.filter
def right_answers(asked: Asked) -> Sequence[str]:
    """The right answers of a question in words."""
    return asked.kind.right(asked.config)


#: How the projector draws the shares of all questions, largest first; see quiz.css.
SHARES = (
    Step(1, 4.0, 6.0, 16.0, 3),
    Step(2, LEAST, 5.0, 14.0, 3),
    Step(2, LEAST, 2.8, 14.0, 1),
    Step(3, LEAST, 3.4, 12.0, 1),
    Step(4, LEAST, 2.2, 12.0, 1),
)


@register.filter
def shares_fit(shares: Sequence[Share]) -> int:
    """How small the projector must draw so many questions: 1 (large) to 5."""
    return fit([share.prompt for share in shares], SHARES)
