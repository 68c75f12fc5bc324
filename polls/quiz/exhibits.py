"""Quizzes of rooms that do not exist, for the gallery: each step of a led one, one at people's own pace, and its review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from polls.quiz.scoring import Share
from workshop.kinds import ActivitySpec, Exhibit, Json, QuestionSpec

KIND = "quiz"
ROOM, CROWD = 40, 5_000
_LONG = (
    "A list of all machines with the name of the team that asked for them, the day on which they were asked for, what they "
    "cost each day, and the day on which somebody last used them for anything"
)


def all_states() -> list[Exhibit]:
    """The usual one first."""
    usual, own_pace = _quiz(), _quiz(pace="self")
    awkward = ActivitySpec(KIND, _("What do you remember?"), questions=_awkward(), privacy="named")
    rtl = ActivitySpec(KIND, "ماذا تتذكرون؟", questions=_arabic(), privacy="named")
    answered: dict[str, Json] = {"answers": {"round": 1, "q": {"q1": {"n": 1, "v": "b", "status": "given"}}}}
    reviewed = answered | {KIND: {"points": 1.0, "of": 3.0}}
    return [
        _state("usual", _("The right answer is shown"), usual, _at(0, told=True), ROOM, own=answered, context=_standing(), shown=True),
        _state("asked", _("Asked"), usual, _at(0), ROOM // 2, own=answered),
        _state("second", _("The second question"), usual, _at(1), 3),
        _state("own-pace", _("At one's own pace"), own_pace, {}, ROOM, own=answered),
        _state(
            "review", _("Closed, with the review"), own_pace, {}, ROOM, own=reviewed, state="closed", shown=True, reveal=True,
            context=_standing() | {"shares": _shares(own_pace)},
        ),
        _state("crowd", _("5,000 people"), usual, _at(0, told=True), CROWD, context=_standing(long=True), shown=True),
        _state("awkward", _("Long options, long names"), awkward, _at(0, told=True), ROOM, context=_standing(long=True), shown=True),
        _state(
            "twenty", _("Twenty questions in the review"), _twenty(), {}, ROOM, state="closed", shown=True, reveal=True,
            context={"shares": _shares(_twenty())},
        ),
        _state("right-to-left", _("From right to left"), rtl, _at(0, told=True), ROOM, shown=True, right_to_left=True),
    ]  # fmt: skip


def _state(
    name: str, label: str, spec: ActivitySpec, state_data: Mapping[str, Json], people: int, **more: Any
) -> Exhibit:
    return Exhibit(name, label, spec, state_data=state_data, people=people, **more)


def _at(index: int, *, told: bool = False) -> dict[str, Json]:
    return {"at": index, "told": told, "seen": index + told}


def _quiz(pace: str = "led") -> ActivitySpec:
    first = _choice(
        _("What costs money and does nothing?"), [_("Tags"), _("Idle machines"), _("Budgets"), _("Forecasts")]
    )
    several = {
        "options": _options([_("Smaller models"), _("Switching off"), _("More logs")]), "multiple": True,
        "right": ["a", "b"], "points": 2, "explanation": _("Logs cost money too."),
    }  # fmt: skip
    questions = (first, QuestionSpec("choice", _("What lowers the bill?"), several, key="q2"))
    config = {"leaderboard": True, "teams": True}
    return ActivitySpec(
        KIND, _("What do you remember?"), config=config, questions=questions, pace=pace, privacy="named"
    )


def _awkward() -> tuple[QuestionSpec, ...]:
    prompt = _(
        "Which of these would you like to have on your desk on the first Monday of the month, before anything else?"
    )
    return (
        _choice(
            prompt,
            [
                _LONG,
                f"{_LONG}, {_LONG[:20]}".lower()[:200],
                "Rindfleischetikettierungsüberwachungsaufgabenübertragung",
                "؟",
            ],
        ),
    )


def _arabic() -> tuple[QuestionSpec, ...]:
    return (_choice("ما الذي يكلف مالاً ولا يفعل شيئاً؟", ["الوسوم", "الأجهزة المتوقفة", "الميزانيات"]),)


def _twenty() -> ActivitySpec:
    asked = [
        _choice(
            _("Question %(n)d: what costs money and does nothing?") % {"n": n}, [_("Tags"), _("Idle machines")], f"q{n}"
        )
        for n in range(1, 21)
    ]
    return ActivitySpec(KIND, _("What do you remember?"), questions=tuple(asked), pace="self", privacy="named")


def _choice(prompt: str, texts: list[str], key: str = "q1") -> QuestionSpec:
    config = {
        "options": _options(texts),
        "right": ["b"],
        "explanation": _("They wait for work.") if key == "q1" else "",
    }
    return QuestionSpec("choice", prompt, {name: value for name, value in config.items() if value}, key=key)


def _options(texts: list[str]) -> list[Json]:
    return [{"id": "abcdefgh"[place], "text": text} for place, text in enumerate(texts)]


def _standing(*, long: bool = False) -> dict[str, object]:
    """Who has most points, and the groups."""
    names = (
        ["Ana", "Ben", "Chidi", "Dana"]
        if not long
        else [f"Maximiliane-Charlotte von und zu Hohenfels-Langenburg {n}" for n in range(1, 11)]
    )
    leaders = [(place, name, 3.0 - place / 4) for place, name in enumerate(names, 1)]
    groups = [(_("Group %(n)d") % {"n": n}, 2.5 - n / 4) for n in range(1, 9 if long else 4)]
    return {"leaders": leaders, "groups": groups}


def _shares(spec: ActivitySpec) -> list[Share]:
    return [Share(asked.prompt, ROOM * (3 + place) % (ROOM + 1), ROOM) for place, asked in enumerate(spec.questions)]
