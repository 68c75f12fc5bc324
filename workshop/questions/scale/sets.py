"""Ready-made answers for scales, as questionnaires use them, in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Name → what it asks about, and the words of five steps from little to much.
SETS: Final[Mapping[str, tuple[Any, Sequence[Any]]]] = {
    "agreement": (
        _("Agreement"),
        (
            _("Disagree strongly"),
            _("Disagree"),
            _("Neither agree nor disagree"),
            _("Agree"),
            _("Agree strongly"),
        ),
    ),
    "frequency": (
        _("Frequency"),
        (_("Never"), _("Seldom"), _("Sometimes"), _("Often"), _("Always")),
    ),
    "confidence": (
        _("Confidence"),
        (
            _("Not at all confident"),
            _("Slightly confident"),
            _("Somewhat confident"),
            _("Quite confident"),
            _("Very confident"),
        ),
    ),
    "importance": (
        _("Importance"),
        (
            _("Not important"),
            _("Slightly important"),
            _("Moderately important"),
            _("Important"),
            _("Very important"),
        ),
    ),
    "satisfaction": (
        _("Satisfaction"),
        (
            _("Very dissatisfied"),
            _("Dissatisfied"),
            pgettext_lazy("satisfaction", "Neither"),
            _("Satisfied"),
            _("Very satisfied"),
        ),
    ),
    "difficulty": (
        _("Difficulty"),
        (_("Very easy"), _("Easy"), _("Neither easy nor hard"), _("Hard"), _("Very hard")),
    ),
    "likelihood": (
        _("Likelihood"),
        (_("Very unlikely"), _("Unlikely"), _("Perhaps"), _("Likely"), _("Very likely")),
    ),
    "usefulness": (
        _("Usefulness"),
        (_("Not useful"), _("Slightly useful"), _("Moderately useful"), _("Useful"), _("Very useful")),
    ),
    "pace": (
        _("Pace"),
        (_("Much too slow"), _("A little slow"), _("Just right"), _("A little fast"), _("Much too fast")),
    ),
}
#: Without a middle: the same sets with four steps.
EVEN = 4
FULL = 5


def words(name: str, points: int) -> list[str]:
    """The words of a set at that many steps: of all where it has them, else of both ends with '' between."""
    five = [str(word) for word in SETS[name][1]]
    if points == FULL:
        return five
    if points == EVEN:
        return [word for place, word in enumerate(five) if place != FULL // 2]
    return [five[0], *[""] * (points - 2), five[-1]]
