"""Pulses of rooms that do not exist, for the gallery: nobody, few, many people, awkward words, and from right to left."""

from __future__ import annotations

from math import sin
from typing import Any

from django.utils.translation import gettext as _

from workshop.kinds import ActivitySpec, Exhibit, Json

KIND = "pulse"
TICK = 10


def all_states() -> list[Exhibit]:
    """The usual one first."""
    asked: dict[str, Json] = {"question": _("How is the pace?"), "low": _("Too slow"), "high": _("Too fast")}
    usual = _spec(_("How is it going?"), asked)
    awkward = _spec(
        _("How is it going?"),
        {
            "question": _(
                "Thinking of everything that was said since this morning about budgets, contracts, tags and forecasts: how "
                "sure are you now that your own team could begin with it on Monday, all by itself?"
            )[:200],
            "low": "Verunsicherungsweltmeisterschaftstitel",
            "high": "👩‍👩‍👧‍👦 ليلى",
            "reactions": ["👍", "❤️", "👏", "🤔", "😂", "👩‍👩‍👧‍👦", "🏳️‍🌈", "+1"],
        },
    )
    signs = _spec(_("Reactions"), {"reactions": ["👍", "🎉"]})
    rtl = _spec("كيف تسير الأمور؟", {"question": "كيف هي السرعة؟", "low": "بطيئة جداً", "high": "سريعة جداً"})
    return [
        _state("usual", _("A room of forty"), usual, people=40, minutes=18, level=4),
        _state("none", _("Nobody has tapped"), usual),
        _state("few", _("Three people: no mean yet"), usual, people=3),
        _state("crowd", _("5,000 people, three hours"), usual, people=5_000, minutes=180, level=2),
        _state("awkward", _("Long words, other scripts, eight signs"), awkward, people=40, minutes=18),
        _state("signs", _("Signs alone"), signs, people=40),
        _state("closed", _("Closed"), usual, people=40, minutes=18, level=4, state="closed"),
        _state("right-to-left", _("From right to left"), rtl, people=40, minutes=18, right_to_left=True),
    ]


def _spec(title: str, config: dict[str, Json]) -> ActivitySpec:
    return ActivitySpec(KIND, title, config=config, privacy="anonymous", keep_open=True)


def _state(
    name: str, label: str, spec: ActivitySpec, people: int = 0, minutes: int = 0, level: int = 0, **more: Any
) -> Exhibit:
    signs = len(spec.config.get("reactions", "12345"))
    data = {
        "counts": [people * (signs - place) // 3 for place in range(signs)],
        "people": people if spec.config.get("question") else 0,
        "mean": 3.4 if people >= 5 else None,  # noqa: PLR2004 - gate.LEAST
        "trend": [
            [place * 60, round(3 + sin(place / (minutes / 9)) * 0.9 + place / minutes / 2, 2)]
            for place in range(0, minutes, max(1, minutes // 60))
        ],
    }
    slots = {KIND: {"staff": data, "screen": data}}
    return Exhibit(name, label, spec, slots=slots, own={KIND: {"n": 1, "v": level}}, **more)
