"""Allocations for the gallery."""

from __future__ import annotations

from django.utils.translation import gettext as _

from workshop.kinds import Specimen

_LONG = (
    "Give every team a forecast before each training run and an alert as soon as the run has cost a tenth more than that, "
    "with the name of the person who can stop it at any hour of the night"
)


def all_() -> list[Specimen]:
    """The usual one first."""
    usual = [_("Training"), _("Answering customers"), _("Idle machines"), _("Storage")]
    ideas = [_("Tags on every run"), _("Alerts on idle machines"), _("Forecast before a run"), _("Cost per team")]
    return [
        Specimen("usual", _("Where should the money go?"), {"options": usual}),
        Specimen("dots", _("Three dots: what do we try?"), {"options": [*ideas, _("Spot machines")], "give": "dots"}),
        Specimen("one-each", "Three dots, one for each idea", {"options": ideas, "give": "dots", "total": 3, "max": 1}),
        Specimen("two", "Now or later?", {"options": ["Now", "Later"], "total": 10}),
        Specimen("fifty", "Ten dots", {"options": [f"Measure {n}" for n in range(1, 51)], "give": "dots", "total": 10}),
        Specimen("long-words", "What is it worth to you?", {"options": [f"{n}. {_LONG}"[:200] for n in range(1, 6)]}),
        Specimen(
            "right-to-left",
            "وزّع مئة نقطة",
            {"options": ["تدريب النماذج", "الرد على العملاء", "الأجهزة الخاملة", "التخزين"]},
            right_to_left=True,
        ),
    ]
