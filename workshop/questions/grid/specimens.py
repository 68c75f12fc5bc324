"""Planes for the gallery."""

from __future__ import annotations

from django.utils.translation import gettext as _

from workshop.kinds import Specimen

_LONG = (
    "Show every team each Monday what its own training runs, evaluations and idle machines have cost in the week before, "
    "beside what had been forecast and what the same work would have cost on the other platform"
)


def all_() -> list[Specimen]:
    """The usual one first."""
    axes = {
        "x": _("Effort"),
        "y": _("Benefit"),
        "x_ends": [_("little"), _("much")],
        "y_ends": [_("small"), _("large")],
    }
    corners = [_("Do now"), _("Plan well"), _("In passing"), _("Leave")]
    items = [_("Tags on every run"), _("Alerts on idle machines"), _("Forecast before a run"), _("Commitments")]
    names = [f"{_LONG}"[at : at + 200] for at in range(0, 36, 9)]
    ends = ["nothing that anybody would notice", "more than all the rest put together"]
    return [
        Specimen("usual", _("What is worth its effort?"), {**axes, "items": items, "corners": corners}),
        Specimen("one-point", _("Where does your team stand?"), {"x": _("Cost in view"), "y": _("Speed")}),
        Specimen("twelve", "Where do they belong?", {**axes, "items": [f"Idea {n}" for n in range(1, 13)]}),
        Specimen("long-words", "What is worth it?", {**axes, "x_ends": ends, "y_ends": ends, "items": names}),
        Specimen(
            "right-to-left",
            "أين يقف فريقك؟",
            {
                "x": "الجهد",
                "y": "الفائدة",
                "x_ends": ["قليل", "كثير"],
                "y_ends": ["صغيرة", "كبيرة"],
                "items": ["وسوم", "تنبيهات"],
            },
            right_to_left=True,
        ),
    ]
