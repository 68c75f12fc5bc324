"""Questions for a number, for the gallery."""

from __future__ import annotations

from random import Random

from django.utils.translation import gettext as _

from workshop.kinds import Json, Specimen


def _far(chance: Random) -> Json:
    """Mostly small, now and then a thousand times more."""
    return str(round(chance.lognormvariate(4, 0.6) * (1_000 if chance.random() < 0.02 else 1)))  # noqa: PLR2004


def all_() -> list[Specimen]:
    """The usual one first."""
    share = {"unit": "%", "min": 0, "max": 100, "step": 1, "right": 35, "tolerance": 5}
    return [
        Specimen("usual", _("What share of the bill is idle time?"), share),
        Specimen("any-number", _("What does a training run cost you?"), {"unit": "€"}, draw=_far),
        Specimen("whole", "How many models do you run?", {"min": 0, "max": 9, "step": 1}),
        Specimen("halves", "How much warmer is it?", {"unit": "°C", "min": -2.5, "max": 2.5, "step": 0.5}),
        Specimen(
            "right-to-left", "كم نموذجًا تشغّلون؟", {"unit": "نموذج", "min": 0, "max": 40, "step": 1}, right_to_left=True
        ),
    ]
