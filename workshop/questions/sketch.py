"""A question that stands in no session: what the editor's preview and the gallery show, drawn by the same templates.

Nothing is read from or written to the database. The activity around it is any kind that carries one question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from workshop.kinds import (
    ActivityKind,
    Audience,
    Json,
    QuestionKind,
    QuestionSpec,
    Refused,
    activity_kinds,
    question_kinds,
)
from workshop.live.models import ActivityRun, Session
from workshop.live.slots import activity_html
from workshop.plans.models import Activity, Question
from workshop.questions import gate
from workshop.questions.catalogue import Asked, of_activity
from workshop.questions.counting import Counted
from workshop.questions.slots import results

#: Numbers and names of what does not exist.
NOWHERE = -1
KEY = "q1"
SESSION = "sketch"
#: Answers in a row that a kind may leave out before the crowd is said to be silent.
PATIENCE = 200
_TALLY = re.compile(r'(<(\w+)\b[^>]*\bdata-slot="tally:[^"]*"[^>]*>)\s*(</\2>)')


@dataclass(frozen=True, slots=True)
class Sketch:
    """One question and how it stands.

    Args:
        config: as stored, valid.
        state: ``ready``, ``open`` or ``closed``.
        shown: whether its result is on screen and phones.
        reveal: whether the right answers are.
        data: the tally's data, None for no answer yet.
        own: the stored value that the learner gave, None for none.
        around: config of the activity around it.
        number: of the activity, so that several may stand on one page.
        page: of the projector, from 0.
    """

    kind: QuestionKind
    config: Mapping[str, Json]
    prompt: str
    level: str = "pseudonymous"
    state: str = "open"
    frozen: bool = False
    shown: bool = False
    reveal: bool = False
    data: Mapping[str, Json] | None = None
    own: Json = None
    around: Mapping[str, Json] = field(default_factory=dict)
    number: int = NOWHERE
    page: int = 0

    @property
    def run(self) -> ActivityRun:
        """The run that would show it, never stored."""
        activity = Activity(
            pk=self.number, kind=_around().slug, title=self.prompt[:300], privacy=self.level, config=dict(self.around)
        )
        question = QuestionSpec(self.kind.slug, self.prompt, self.config, key=KEY)
        return imagined_run(
            activity, [question], self.state, frozen=self.frozen, show_screen=self.shown, show_phones=self.shown,
            show_answers=self.reveal, state_data={"result": {"view": "now", "page": self.page}},
        )  # fmt: skip

    def answers(self) -> dict[str, Json]:
        """The own answer as the slot ``you`` has it."""
        if self.own is None:
            return {}
        return {str(self.number): {"round": 1, "q": {KEY: {"n": 1, "v": self.own, "status": "given"}}}}

    def html(self, audience: Audience) -> SafeString:
        """What this audience sees of the activity, its result inside it."""
        run = self.run
        own = {"own_answers": self.answers()} if audience == "learner" else {}
        return imagined_html(run, audience, self._counted, **own)

    def result(self, audience: Audience) -> str:
        """The content of the slot ``tally``, '' for an audience that may not see it."""
        return imagined_result(self.run, audience, self._counted)

    def _counted(self, asks: Sequence[Asked]) -> Counted:
        [asked] = asks
        data = asked.kind.tally(asked.config).data() if self.data is None else self.data
        return Counted(epoch=1, revision=1, authors=int(data["n"]), by_question={asked.id: dict(data)}, held={})


#: The numbers of the questions of an activity that stands in no session.
Counting = Callable[[Sequence[Asked]], Counted]


def imagined_run(activity: Activity, questions: Sequence[QuestionSpec], state: str, **more: Any) -> ActivityRun:
    """A run of an activity that stands in no session, with these questions; never stored.

    Its questions, and the session, have its number and the following ones. ``more``: other fields of the run.
    """
    number, now = int(activity.pk), timezone.now()
    activity.imagined = [
        Question(
            pk=number + place, activity=activity, key=asked.key or f"q{place + 1}", position=place, kind=asked.kind,
            prompt=asked.prompt, config=dict(asked.config), config_version=question_kinds.get(asked.kind).schema_version,
        )
        for place, asked in enumerate(questions)
    ]  # fmt: skip
    settled = now - timedelta(minutes=3) if state == "closed" else None
    session = Session(pk=number, public_id=SESSION, state="running")
    return ActivityRun(
        pk=number, session=session, activity=activity, state=state, opened_at=now, closed_at=settled,
        settled_at=settled, **more,
    )  # fmt: skip


def imagined_html(run: ActivityRun, audience: Audience, counting: Counting, **more: Any) -> SafeString:
    """What this audience sees of it, its results inside it. ``more``: what the kind would have read from the database."""
    page = activity_html(run, audience, get_language() or "en", **more)
    # The page with the result in its place.
    result = imagined_result(run, audience, counting) if _TALLY.search(page) else ""
    return mark_safe(_TALLY.sub(lambda match: f"{match[1]}{result}{match[3]}", page))  # noqa: S308 - rendered templates


def imagined_result(run: ActivityRun, audience: Audience, counting: Counting) -> str:
    """The content of its slot ``tally``, '' for an audience that may not see it."""
    if not gate.may_see_results(run, audience):
        return ""
    asks = of_activity(run.activity)
    shown = results(run, asks, counting(asks), audience)
    context = {"run": run, "shown": shown, "audience": audience, "is_open": run.state == "open"}
    return render_to_string("questions/tally.html", context)


def pretended(
    kind: QuestionKind, config: Any, count: int, *, seed: str = "", draw: Callable[[Random], Json] | None = None
) -> list[Json]:
    """``count`` stored values of people who do not exist, the same ones each time; fewer where nobody finds an answer.

    A larger crowd begins with the smaller one. ``draw`` makes a raw answer instead of ``QuestionKind.sample``.
    """
    return list(islice(_endless(kind, config, Random(f"{kind.slug}:{seed}"), draw), count))  # noqa: S311 - no secret


def _endless(kind: QuestionKind, config: Any, chance: Random, draw: Callable[[Random], Json] | None) -> Iterator[Json]:
    silent = 0
    while silent < PATIENCE:
        raw = draw(chance) if draw else kind.sample(config, chance)
        try:
            value = None if raw is None else kind.parse(config, raw)
        except Refused:
            value = None
        silent = silent + 1 if value is None else 0
        if value is not None:
            yield value


def _around() -> ActivityKind:
    """A kind of activity that carries exactly one question."""
    return next(kind for kind in activity_kinds if kind.questions == "one")
