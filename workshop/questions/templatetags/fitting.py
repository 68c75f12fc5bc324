"""How large questions and what they offer stand on the projector."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from workshop.questions.catalogue import Asked
from workshop.questions.fitting import OFFERED, fit, width

register = template.Library()
#: Widths of a question, in letters' heights, up to which it stands in the largest size and in the next one.
SHORT, MIDDLE = 40.0, 90.0


@register.filter
def offered_fit(labels: Sequence[str]) -> int:
    """The step in which these options fit on the projector."""
    return fit([str(label) for label in labels], OFFERED)


@register.filter
def signed_options(asked: Asked) -> list[tuple[str, str]]:
    """What may be answered, each with its sign."""
    return list(zip(asked.signs, [str(text) for text in asked.offered], strict=False))


@register.filter
def prompt_fit(prompt: str) -> int:
    """1 to 3: how large a question can stand above its result."""
    em = width(prompt)
    return 1 if em <= SHORT else 2 if em <= MIDDLE else 3
