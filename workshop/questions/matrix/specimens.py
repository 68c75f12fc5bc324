"""Matrices for the gallery."""

from __future__ import annotations

from django.utils.translation import gettext as _

from workshop.kinds import Specimen

_LONG = (
    "Our teams can see on every working day what their own training runs, evaluations and idle machines have cost, beside "
    "what had been forecast for them, and they know whom to ask when both differ"
)


def all_() -> list[Specimen]:
    """The usual one first."""
    platforms = [_("Cloud A"), _("Cloud B"), _("Our own machines"), _("A mixture")]
    criteria = [_("Price"), _("Speed"), _("Ease of use"), _("Control")]
    statements = [_("I can read our bill"), _("I know what drives it"), _("I know whom to ask"), _("I can change it")]
    likert = [_("Not at all"), _("Rather not"), _("In part"), _("Mostly"), _("Fully")]
    return [
        Specimen(
            "usual",
            _("Compare the platforms"),
            {"rows": platforms, "criteria": criteria, "ends": [_("weak"), _("strong")]},
        ),
        Specimen("statements", _("How far do these hold for you?"), {"rows": statements, "words": likert}),
        Specimen("one", "One row", {"rows": ["We tag every run"], "points": 3, "ends": ["no", "yes"]}),
        Specimen(
            "most",
            "Twelve by eight",
            {
                "rows": [f"Option {n}" for n in range(1, 13)],
                "criteria": [f"Criterion {n}" for n in range(1, 9)],
                "points": 7,
            },
        ),
        Specimen(
            "twelve", "Twelve statements", {"rows": [f"Statement number {n}" for n in range(1, 13)], "words": likert}
        ),
        Specimen(
            "long-words",
            "How far do these hold?",
            {
                "rows": [f"{n}. {_LONG}"[:200] for n in range(1, 6)],
                "ends": ["Not at all", "Fully and in every respect"],
            },
        ),
        Specimen(
            "long-criteria",
            "Compare",
            {
                "rows": [f"{n}. {_LONG}"[:120] for n in range(1, 4)],
                "criteria": [f"{n}. {_LONG}"[:90] for n in range(1, 5)],
            },
        ),
        Specimen(
            "right-to-left",
            "قارن المنصات",
            {
                "rows": ["السحابة أ", "السحابة ب", "أجهزتنا"],
                "criteria": ["السعر", "السرعة", "السهولة"],
                "ends": ["ضعيف", "قوي"],
            },
            right_to_left=True,
        ),
    ]
