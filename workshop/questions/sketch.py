"""A question that stands in no session: what the editor's preview and the gallery show, drawn by the same templates.

Nothing is read from or written to the database. The activity around it is any kind that carries one question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from workshop.kinds import ActivityKind, Audience, Json, QuestionKind, Refused, activity_kinds
from workshop.live.models import ActivityRun, Session
from workshop.live.slots import activity_html
from workshop.plans.models import Activity, Question
from workshop.questions import gate
from workshop.questions.catalogue import of_activity
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

    @property
    def run(self) -> ActivityRun:
        """The run that would show it, never stored."""
        now = timezone.now()
        kind = _around()
        activity = Activity(
            pk=self.number, kind=kind.slug, title=self.prompt[:300], privacy=self.level, config=dict(self.around)
        )
        question = Question(
            pk=self.number, activity=activity, key=KEY, position=0, kind=self.kind.slug, prompt=self.prompt,
            config=dict(self.config), config_version=self.kind.schema_version,
        )  # fmt: skip
        # Where Django keeps rows that were read before: nobody asks the database for them.
        activity._prefetched_objects_cache = {"questions": [question]}  # type: ignore[attr-defined]  # noqa: SLF001
        settled = now - timedelta(minutes=3) if self.state == "closed" else None
        return ActivityRun(
            pk=self.number, session=Session(pk=self.number, public_id=SESSION, state="running"), activity=activity,
            state=self.state, frozen=self.frozen, opened_at=now, closed_at=settled, settled_at=settled,
            show_screen=self.shown, show_phones=self.shown, show_answers=self.reveal,
            state_data={"result": {"view": "now"}},
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
        page = activity_html(run, audience, get_language() or "en", **own)
        return filled(page, lambda: self.result(audience, run))

    def result(self, audience: Audience, run: ActivityRun | None = None) -> str:
        """The content of the slot ``tally``, '' for an audience that may not see it."""
        run = run or self.run
        if not gate.may_see_results(run, audience):
            return ""
        [asked] = of_activity(run.activity)
        data = asked.kind.tally(asked.config).data() if self.data is None else self.data
        counted = Counted(epoch=1, revision=1, authors=int(data["n"]), by_question={asked.id: dict(data)}, held={})
        shown = results(run, [asked], counted, audience)
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


def filled(page: str, result: Callable[[], str]) -> SafeString:
    """The page with the result in its place."""
    return mark_safe(_TALLY.sub(lambda match: f"{match[1]}{result()}{match[3]}", page))  # noqa: S308 - rendered templates


def _around() -> ActivityKind:
    """A kind of activity that carries exactly one question."""
    return next(kind for kind in activity_kinds if kind.questions == "one")
