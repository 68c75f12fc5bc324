"""A filter of scales."""

from __future__ import annotations

from django import template

from workshop.questions.scale.kind import ScaleConfig

register = template.Library()


@register.filter
def steps_with_words(config: ScaleConfig) -> list[tuple[int, str]]:
    """Each step with what stands at it, from the lowest to the highest."""
    return list(zip(config.steps, config.words, strict=True))
