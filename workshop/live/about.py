"""The form in which learners say something about themselves: all of it can be skipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from workshop.live import profiles
from workshop.live.models import Participant, Session

LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Said:
    """A learner's own words about themselves. ``familiarity``: 1 to 3 by topic."""

    profile: str = ""
    familiarity: Mapping[str, int] = field(default_factory=dict)


def from_post(session: Session, post: QueryDict) -> Said:
    """What a posted form says; anything that the plan does not offer counts as not said."""
    options = profiles.options_of(session.version)
    profile = post.get("profile", "")
    levels = {topic: post.get(f"topic-{at}", "") for at, topic in enumerate(options.topics)}
    return Said(
        profile if profile in options.backgrounds else "",
        {topic: int(level) for topic, level in levels.items() if level in {"1", "2", "3"}},
    )


def of_person(person: Participant) -> Said:
    """What somebody has said before."""
    return Said(person.profile, person.familiarity or {})


def fields_of(session: Session, said: Said, *, name: str = "", language: str = "") -> dict[str, Any]:
    """Context of ``live/_profile_fields.html``."""
    options = profiles.options_of(session.version)
    return {
        "profiles": options.backgrounds,
        "topics": [
            {
                "title": topic,
                "field": f"topic-{at}",
                "levels": [{"value": level, "chosen": said.familiarity.get(topic) == level} for level in LEVELS],
            }
            for at, topic in enumerate(options.topics)
        ],
        "values": {"name": name, "profile": said.profile, "familiarity": said.familiarity, "language": language},
    }
