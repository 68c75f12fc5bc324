"""The first paint of a live page: the same templates as the slots, filled for one person, so that it needs no script."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString, mark_safe

from workshop.bundles import sent_as
from workshop.kinds import Audience, Refused, activity_kinds, question_kinds
from workshop.live import slots
from workshop.live.access import Actor
from workshop.live.models import ActivityRun
from workshop.live.stages import Scene
from workshop.realtime.slots import SlotRequest, SlotState, reader_for

#: A place for a slot that nobody has filled yet.
_EMPTY_SLOT = re.compile(r'(<(\w+)\b[^>]*\bdata-slot="([^"]+)"[^>]*>)\s*(</\2>)')


@dataclass(frozen=True, slots=True)
class Painted:
    """An activity as it stands on the first page."""

    id: int
    title: str
    html: SafeString
    #: One line until somebody opens it: it is over, and something newer stands above.
    folded: bool


def slot_state(
    session: int, name: str, audience: str, *, language: str, actor: Actor | None = None
) -> SlotState | None:
    """What a slot holds now for an audience, or None."""
    request = SlotRequest(session, name, audience, language=language, actor=actor)
    try:
        reader = reader_for(name)
    except Refused:
        return None
    return reader.read_many([request])[0]


def you_of(actor: Actor, language: str) -> dict[str, Any]:
    """The data of the slot ``you`` of a learner."""
    state = slot_state(actor.session, "you", f"person:{actor.key}", language=language, actor=actor)
    return dict(state.data) if state and state.data else {}


def activities_of(
    runs: Iterable[ActivityRun], actor: Actor, you: dict[str, Any], request: HttpRequest
) -> list[Painted]:
    """The activities of the stage for one learner: own answers filled in, forms that can be posted."""
    extra = {"own_answers": you.get("answers") or {}, "you": you, "csrf_token": get_token(request), "request": request}
    mine = [run for run in runs if not run.activity.for_profiles or actor.profile in run.activity.for_profiles]
    return [
        Painted(
            run.activity_id,
            run.activity.title,
            activity_html(run, "learner", language=actor.language, extra=extra),
            folded=run.state == "closed" and place > 0,
        )
        for place, run in enumerate(mine)
    ]


def activity_html(
    run: ActivityRun, audience: Audience, *, language: str, extra: dict[str, Any] | None = None
) -> SafeString:
    """An activity as its kind draws it, with the slots inside it filled."""
    html = slots.activity_html(run, audience, language, **(extra or {}))
    return with_slots(html, run.session_id, audience, language)


def with_slots(html: str, session: int, audience: str, language: str) -> SafeString:
    """HTML with the newest content in its empty slots."""

    def filled(match: re.Match[str]) -> str:
        state = slot_state(session, match[3], audience, language=language)
        return f"{match[1]}{(state.html if state else None) or ''}{match[4]}"

    return mark_safe(_EMPTY_SLOT.sub(filled, html))  # noqa: S308 - made of rendered templates alone


def modules_of(scene: Scene) -> list[str]:
    """The ES modules of all kinds that the session's plan uses, each once. One query at most."""
    return _files(scene, "modules")


def styles_of(scene: Scene) -> list[str]:
    """The style sheets of all kinds that the session's plan uses, each once."""
    return _files(scene, "styles")


def _files(scene: Scene, field: str) -> list[str]:
    kinds: list[Any] = [
        activity_kinds.get(slug) for slug in sorted({run.activity.kind for run in scene.runs}) if slug in activity_kinds
    ]
    activities = [run.activity for run in scene.runs]
    # No query where they were read with the scene.
    prefetch_related_objects(activities, "questions")
    slugs = {question.kind for activity in activities for question in activity.questions.all()}
    kinds += [question_kinds.get(slug) for slug in sorted(slugs) if slug in question_kinds]
    return sent_as(path for kind in kinds for path in getattr(kind, field))
