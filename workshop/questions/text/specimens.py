"""Open answers for the gallery: one line, many lines, one answer, hundreds, and from right to left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from django.utils.translation import gettext as _

from workshop.kinds import Json, Specimen

_WHO = ("Finance", "My team", "Our platform group", "Nobody", "The project lead", "Procurement", "Everybody")
_DOES = ("asks for", "never sees", "would pay for", "has no time for", "needs", "already has", "argues about")
_WHAT = (
    "a weekly number that people trust", "the price of a single training run", "one owner for each workload",
    "fewer idle machines over the weekend", "a forecast before something starts", "tags on every job",
    "budgets that follow the work", "an honest look at what is switched on for no reason",
)  # fmt: skip
_LONG = (
    (
        "First we would write down who owns which workload.\nThen we would agree on three tags and refuse jobs without them. "
        "After a month we look at the figures together, and decide what to switch off."
    ),
    (
        "I would begin with the invoices of the last quarter, because nobody has read them line by line, and I am sure that "
        "half of what stands there surprises the people who caused it. Only then does it make sense to talk about tools."
    ),
    "A small number on the screen where the job is started: “this will cost about 140 euros”.",
    "No idea yet.",
)
_ARABIC = (
    "نحتاج إلى مالك واضح لكل عملية.",
    "الفاتورة تصل متأخرة جداً.",
    "لا أحد يطفئ الأجهزة ليلاً.",
    "نريد توقعاً قبل البدء.",
)


def specimens() -> list[Specimen]:
    """The usual one first."""
    return [
        Specimen("usual", _("What would help your team most?"), draw=_sentence),
        Specimen("few", _("One sentence to take home?"), draw=_of(("Switch it off.", "Ask what it costs."))),
        Specimen(
            "long",
            _(
                "Imagine that on Monday you are asked to halve the bill of your team within a quarter, and nobody may "
                "lose what they work with: how would you begin?"
            ),
            {"long": True},
            draw=_of(_LONG),
        ),
        Specimen("right-to-left", "ما الذي يساعد فريقكم؟", right_to_left=True, draw=_of(_ARABIC)),
    ]


def _sentence(chance: Random) -> Json:
    return f"{chance.choice(_WHO)} {chance.choice(_DOES)} {chance.choice(_WHAT)}."


def _of(texts: Sequence[str]) -> Callable[[Random], Json]:
    return lambda chance: chance.choice(texts)
