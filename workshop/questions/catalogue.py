"""Questions as the code uses them: kind, validated config, level of privacy. Rows are read, validated configs are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from workshop.kinds import Json, QuestionKind, question_kinds
from workshop.plans.models import Activity, Question

LETTERS = 26
_FIELDS = (
    "id",
    "activity_id",
    "key",
    "position",
    "kind",
    "prompt",
    "config",
    "config_version",
    "privacy",
    "required",
    "activity__privacy",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, ready to be shown, answered and counted.

    ``level`` is its level of privacy: its own, or else that of its activity.
    """

    id: int
    activity: int
    key: str
    kind: QuestionKind
    config: Any
    level: str
    prompt: str
    required: bool
    position: int

    def parse(self, raw: Json, *, draft: bool = False) -> Json:
        """The value to store. Raises Refused."""
        return self.kind.partial(self.config, raw) if draft else self.kind.parse(self.config, raw)

    @property
    def offered(self) -> Sequence[str]:
        """What one may answer, for a page that shows no inputs."""
        return self.kind.offered(self.config)

    @property
    def signs(self) -> Sequence[str]:
        """The signs beside them, as on phones."""
        return self.kind.signs(self.config) or [sign(number) for number in range(1, len(self.offered) + 1)]

    def public(self, audience: str, *, reveal: bool = False) -> dict[str, Json]:
        """What a client may know of it."""
        return {
            "key": self.key,
            "kind": self.kind.slug,
            "prompt": self.prompt,
            "required": self.required,
            "privacy": self.level,
            "config": self.kind.public(self.config, audience=audience, reveal=reveal),
        }


def sign(number: int) -> str:
    """The sign of the option in that place: A to Z, then its number."""
    return chr(ord("A") + number - 1) if number <= LETTERS else str(number)


def questions_of(activities: Iterable[int], keys: Iterable[str] | None = None) -> dict[tuple[int, str], Asked]:
    """The questions of these activities by activity and key, in their order; one query."""
    rows = Question.objects.filter(activity_id__in=set(activities))
    if keys is not None:
        rows = rows.filter(key__in=set(keys))
    return {(asked.activity, asked.key): asked for asked in _asked(rows)}


def of_activity(activity: Activity) -> list[Asked]:
    """The questions of one activity in order; no query when they were prefetched."""
    return [of_question(question, activity) for question in activity.asked]


def of_question(question: Question, activity: Activity) -> Asked:
    """One row with its kind and validated config."""
    return Asked(
        id=question.pk,
        activity=activity.pk,
        key=question.key,
        kind=question_kinds.get(question.kind),
        config=load(question.kind, question.config, question.config_version),
        level=question.privacy or activity.privacy,
        prompt=question.prompt,
        required=question.required,
        position=question.position,
    )


def load(kind: str, config: Mapping[str, Json], version: int) -> Any:
    """The validated config of a stored one. Validation is the dear part, so its results are kept by their text."""
    return _validated(kind, version, json.dumps(config, sort_keys=True))


def _asked(rows: QuerySet[Question]) -> Iterable[Asked]:
    for pk, activity, key, position, kind, prompt, config, version, privacy, required, general in rows.order_by(
        "activity_id", "position"
    ).values_list(*_FIELDS):
        yield Asked(
            id=pk,
            activity=activity,
            key=key,
            kind=question_kinds.get(kind),
            config=load(kind, config, version),
            level=privacy or general,
            prompt=prompt,
            required=required,
            position=position,
        )


@lru_cache(maxsize=4_096)
def _validated(kind: str, version: int, text: str) -> Any:
    return question_kinds.get(kind).load(json.loads(text), version)
