"""Questions of people who do not exist, for the gallery: none, few, many, awkward ones, one alone, and from right to left."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from polls.qa.models import Enquiry
from polls.qa.slots import for_all, with_names
from workshop.kinds import ActivitySpec, Exhibit, Json

KIND = "qa"
MANY = 60
NAMES = ("Ana", "Ben", "Chidi", "Dana", "Maximiliane-Charlotte", "ليلى")
_WHO = (
    "Who pays for",
    "Who decides on",
    "How do we measure",
    "What becomes of",
    "When do we switch off",
    "Who may see",
)
_WHAT = (
    "idle machines at the weekend", "the price of a single training run", "experiments that nobody needs any more",
    "the contracts that we have signed", "forecasts that were wrong", "tags that nobody sets",
)  # fmt: skip
_ARABIC = ("من يدفع ثمن الأجهزة المتوقفة؟", "متى نبدأ بالتوقعات؟", "هل يناسب هذا عقودنا الحالية؟", "كيف نقيس ذلك؟")
_LONG = (
    "We have had three different owners of the platform within two years, and each of them changed how costs are shared "
    "out. If we now begin with budgets for each team, how do we make sure that the next owner does not change it all "
    "again, that teams with long experiments are not punished for them, and that somebody still pays for what everybody "
    "uses and nobody owns, like the storage, the networks and the people who keep all of it running day and night?"
)
_WORD = "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüsselverwaltungsvorschrift?"


def all_states() -> list[Exhibit]:
    """The usual one first."""
    titles = {1: _("Budget"), 2: _("Contracts")}
    spec = ActivitySpec(
        KIND, _("Your questions"), config={"prompt": _("About budgets and contracts.")}, privacy="named"
    )
    sorted_ = ActivitySpec(KIND, _("Your questions"), config={"categories": list(titles.values())}, privacy="named")
    rtl = ActivitySpec(KIND, "أسئلتكم", config={"prompt": "عن الميزانيات والعقود."}, privacy="named")
    few, many = _few(), _many()
    return [
        _state("usual", _("A few questions"), spec, few),
        _state("none", _("Nobody has asked"), spec, []),
        _state("much", _("Sixty questions in two categories"), sorted_, many),
        _state("awkward", _("Long words, long sentences, other scripts"), spec, _awkward()),
        _state(
            "alone",
            _("One question on the screen"),
            spec,
            few,
            state_data={"show": few[0].pk},
            places=("screen", "panel"),
        ),
        _state(
            "long", _("A long question on the screen"), spec, _awkward(), state_data={"show": 1}, places=("screen",)
        ),
        _state("closed", _("Closed"), spec, few, state="closed"),
        _state("right-to-left", _("From right to left"), rtl, _rows(_ARABIC), right_to_left=True),
    ]


def _state(name: str, label: str, spec: ActivitySpec, rows: Sequence[Enquiry], **more: Any) -> Exhibit:
    slots: dict[str, Json] = dict.fromkeys(("learner", "screen"), for_all(rows))
    slots["staff"] = with_names(rows, {f"p:{place}": name for place, name in enumerate(NAMES, 1)})
    gone = [row for row in rows if row.status == "merged"]
    mine = [row for row in rows if row.author == "p:1" and row not in gone]
    own: dict[str, Json] = {
        "mine": {str(row.pk): [row.text, "shown" if row.status == "shown" else "waiting"] for row in mine},
        "votes": [row.pk for row in rows if row.votes % 3 == 1],
    }
    return Exhibit(name, label, spec, slots={"asked": slots}, own={KIND: own}, **more)


def _few() -> list[Enquiry]:
    rows = _rows([_("Who pays for idle machines?"), _("Where do we begin?"), _("Does this work with our contracts?")])
    rows[0].answer, rows[0].answered = _("Whoever started them. From May on it stands on the team's bill."), True
    rows[1].pinned = True
    rows[2].story = True
    rows += _rows([_("May I call you about it? 0171 2345678")], first=4)
    rows[3].status, rows[3].suspicious = "waiting", True
    return rows


def _many() -> list[Enquiry]:
    chance = Random(KIND)  # noqa: S311 - no secret
    rows = _rows([f"{chance.choice(_WHO)} {chance.choice(_WHAT)}?" for _place in range(MANY)])
    for row in rows:
        row.votes = round(chance.paretovariate(1))
        row.category = chance.choice((0, 1, 2))
        row.answered = chance.random() < 0.2  # noqa: PLR2004 - a fifth
        row.status = chance.choice(("shown",) * 8 + ("waiting", "hidden", "merged"))
        row.merged_into_id = rows[0].pk if row.status == "merged" and row is not rows[0] else None
        row.status = "shown" if row is rows[0] else row.status
    return rows


def _awkward() -> list[Enquiry]:
    rows = _rows([_LONG, _WORD, "?", "<b>Bold?</b> {{ 7*7 }}", _ARABIC[0], "👩‍👩‍👧‍👦 🏳️‍🌈 ?"])
    rows[0].votes, rows[1].votes = 4_999, 120
    rows[1].answer = f"{_LONG}\n\n{_WORD}"
    return rows


def _rows(texts: Sequence[str], first: int = 1) -> list[Enquiry]:
    """Approved questions, never stored, of one person after the other."""
    now = timezone.now()
    return [
        Enquiry(
            pk=number, text=text, status="shown", author=f"p:{1 + number % len(NAMES)}", votes=max(0, 14 - 5 * place),
            revision=1, asked_at=now,
        )
        for place, (number, text) in enumerate(enumerate(texts, first))
    ]  # fmt: skip
