"""Clouds for the gallery: from 3 to 300 words, phrases, and words that are written from right to left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from django.utils.translation import gettext as _

from workshop.kinds import Json, Specimen

_COMMON = (
    "idle GPUs", "inference", "tokens", "ownership", "surprise bills", "forecasting", "training runs", "visibility", "ROI",
    "tags", "experiments", "shadow projects", "budgets", "scaling", "pricing", "storage", "data transfer", "fine-tuning",
    "hype", "silos", "governance", "notebooks", "egress", "commitments", "checkpoints", "labelling", "speed", "vendors",
    "chargeback", "spot", "retries", "licences", "latency", "quotas", "regions", "logs", "trust", "deadlines", "Kubernetes",
    "embeddings",
)  # fmt: skip
#: Beginnings and endings of 260 more words of usual length.
_FIRST = (
    "cost", "cloud", "data", "team", "token", "model", "prompt", "work", "time", "night", "power", "price", "report",
)  # fmt: skip
_SECOND = (
    "flow", "scope", "share", "map", "line", "gate", "watch", "plan", "ware", "mark", "load", "frame", "point", "guard",
    "track", "base", "pool", "view", "stack", "cap",
)  # fmt: skip
_PHRASES = (
    "nobody switches anything off at night", "who owns the shared cluster?", "the bill comes six weeks later",
    "Donaudampfschifffahrtsgesellschaftskosten", "budget", "finance and engineers rarely meet", "tags",
)  # fmt: skip
_ARABIC = (
    "الميزانية", "المفاجآت", "الملكية", "التوقعات", "التدريب", "التخزين", "الشفافية", "الثقة", "الرموز", "السرعة", "الأسعار",
    "التقارير", "النماذج", "البيانات", "المسؤولية",
)  # fmt: skip
_SEVERAL_SCRIPTS = (
    "成本",
    "预算",
    "透明度",
    "コスト",
    "予算",
    "비용",
    "예산",
    "стоимость",
    "бюджет",
    "κόστος",
    "लागत",
    "עלות",
)


def specimens() -> list[Specimen]:
    """The usual one first."""
    many = (*_COMMON, *(f"{first}{second}" for second in _SECOND for first in _FIRST))
    return [
        Specimen("usual", _("What makes AI costs hard to control?"), {}, draw=_of(_COMMON)),
        Specimen("three-words", _("Red, amber or green?"), {"words": 1}, draw=_of(("Amber", "Green", "Red"), 1)),
        Specimen("hundreds", _("What would you look at first?"), {"words": 3}, draw=_of(many, steep=1.25)),
        Specimen(
            "phrases",
            _(
                "When you think of the next invoice and of everybody who has to explain it to somebody else, what is it "
                "that keeps you awake?"
            ),
            {"words": 2},
            draw=_of(_PHRASES, 2),
        ),
        Specimen("right-to-left", "ما الذي يجعل التكاليف صعبة؟", {}, right_to_left=True, draw=_of(_ARABIC)),
        Specimen("scripts", _("“Cost” in your language?"), {}, draw=_of(_SEVERAL_SCRIPTS)),
    ]


def _of(words: Sequence[str], most: int = 3, steep: float = 2.2) -> Callable[[Random], Json]:
    """Up to ``most`` of the words, those in front more often: ``steep`` 1 is evenly."""

    def draw(chance: Random) -> Json:
        return list({words[int(len(words) * chance.random() ** steep)]: 0 for _place in range(most)})

    return draw
