"""Rankings for the gallery."""

from __future__ import annotations

from django.utils.translation import gettext as _

from workshop.kinds import Specimen

_LONG = (
    "Show every team each Monday what its own training runs, evaluations and idle machines have cost in the week before, "
    "beside what had been forecast and what the same work would have cost on the other platform"
)


def all_() -> list[Specimen]:
    """The usual one first."""
    usual = [
        _("Tags on every run"),
        _("Alerts on idle machines"),
        _("Forecast before a run"),
        _("Cost per team"),
        _("Commitments"),
    ]
    return [
        Specimen("usual", _("What should we do first?"), {"options": usual}),
        Specimen(
            "top-three", _("Your top three?"), {"options": [*usual, _("Smaller models"), _("Spot machines")], "top": 3}
        ),
        Specimen(
            "right-order",
            "In which order?",
            {"options": ["Design", "Discovery", "Build"], "right": ["Discovery", "Design", "Build"]},
        ),
        Specimen("two", "Now or later?", {"options": ["Now", "Later"]}),
        Specimen("fifty", "Which of these matter most?", {"options": [f"Measure {n}" for n in range(1, 51)], "top": 5}),
        Specimen("long-words", "What helps most?", {"options": [f"{n}. {_LONG}"[:200] for n in range(1, 6)]}),
        Specimen(
            "right-to-left",
            "ما الذي نبدأ به؟",
            {"options": ["وسوم لكل تشغيل", "تنبيهات للأجهزة الخاملة", "توقع قبل التشغيل", "التكلفة لكل فريق"]},
            right_to_left=True,
        ),
    ]
