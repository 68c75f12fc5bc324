"""Choices for the gallery: few and many options, short and very long ones, from left to right and from right to left."""

from __future__ import annotations

from random import Random

from django.utils.translation import gettext as _

from workshop.kinds import Json, Specimen

_LONG = (
    (
        "We agree with finance on a budget for every team before the quarter begins, and look at it together each "
        "month, with the people who run the workloads in the same room"
    ),
    "Idle machines are switched off by night and at weekends",
    (
        "Every training run says what it will cost before it starts, whoever starts it confirms the sum, and a run "
        "that goes beyond twice of it is stopped by itself until somebody has looked at the reasons for it"
    ),
    "Short",
    "One dashboard for all teams, in the language of the people who pay",
)
_ARABIC = (
    "إيقاف الأجهزة غير المستخدمة",
    "نماذج أصغر حجماً",
    "وسم كل عملية تدريب باسم الفريق",
    "ميزانية لكل فريق مع مراجعة شهرية مشتركة",
)
_CITIES = (
    "Amsterdam", "Athens", "Barcelona", "Belgrade", "Berlin", "Bern", "Bratislava", "Brussels", "Bucharest", "Budapest",
    "Copenhagen", "Dublin", "Edinburgh", "Frankfurt am Main", "Geneva", "Gothenburg", "Hamburg", "Helsinki", "Istanbul",
    "Kraków", "Leipzig", "Lisbon", "Ljubljana", "London", "Luxembourg", "Lyon", "Madrid", "Manchester", "Marseille",
    "Milan", "Munich", "Naples", "Nicosia", "Oslo", "Paris", "Porto", "Prague", "Reykjavík", "Riga", "Rome", "Sarajevo",
    "Sofia", "Stockholm", "Stuttgart", "Tallinn", "Valletta", "Vienna", "Vilnius", "Warsaw", "Zagreb",
)  # fmt: skip


def specimens() -> list[Specimen]:
    """The usual one first."""
    usual: list[Json] = [
        _("Forecast for each training run"),
        _("Alerts on idle GPUs"),
        _("Cost per model and team"),
        _("Advice on commitments"),
    ]
    several: list[Json] = [_("Tags"), _("Alerts"), _("Forecasts"), _("Budgets"), _("Chargeback"), _("Training")]
    return [
        Specimen("usual", _("Which feature would save you most?"), {"options": usual}),
        Specimen(
            "several",
            _("Which of these do you use already?"),
            {"options": several, "multiple": True, "min": 1, "max": 3, "other": True},
            draw=_several,
        ),
        Specimen("two", _("Now or later?"), {"options": [_("Now"), _("Later")]}),
        Specimen(
            "long-words",
            _(
                "Think of the last three months in your own team: which of these would have changed the bill most, "
                "if somebody had decided it in time?"
            ),
            {"options": list(_LONG), "right": [_LONG[1]]},
        ),
        Specimen("twelve", _("Where is the next meeting?"), {"options": list(_CITIES[::4][:12])}),
        Specimen("fifty", _("Which office do you work in?"), {"options": list(_CITIES)}),
        Specimen("right-to-left", "ما الذي يوفّر أكثر في فاتورتكم؟", {"options": list(_ARABIC)}, right_to_left=True),
    ]


def _several(chance: Random) -> Json:
    """One to three of six, and now and then something else."""
    chosen = chance.sample("abcdef", k=chance.randint(1, 2))
    return chance.choices([chosen, [*chosen, "other:Showback"], [*chosen, "other:A weekly mail"]], [90, 6, 4])[0]
