"""What a session's plan lets learners say about themselves: a background and how familiar a few topics are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from workshop.kinds import Refused
from workshop.plans.models import PlanVersion

#: Longest background that is stored and copied to answers.
MAX_LABEL = 80
#: More topics than this are a form, not a welcome.
TOPICS = 3


@dataclass(frozen=True, slots=True)
class ProfileOptions:
    """What a learner may say about themselves; both may be empty, and both may be skipped."""

    backgrounds: tuple[str, ...]
    topics: tuple[str, ...]


def options_of(version: PlanVersion) -> ProfileOptions:
    """The backgrounds that the plan distinguishes, else the people of its audience; and its first key concepts."""
    document: Mapping[str, Any] = version.document
    backgrounds = _lines(document.get("profiles"), "label") or _people_in(str(document.get("audience") or ""))
    return ProfileOptions(backgrounds, _lines(document.get("key_concepts"), "term")[:TOPICS])


def checked(options: ProfileOptions, profile: str, familiarity: Mapping[str, int]) -> tuple[str, dict[str, int]]:
    """What may be stored of what somebody said; topics that the plan no longer has are dropped.

    Raises:
        Refused: ``bad_choice`` for a background that the plan does not offer.
    """
    if profile and profile not in options.backgrounds:
        raise Refused("bad_choice", _("This background is not one of those offered here."))
    return profile, {topic: level for topic, level in familiarity.items() if topic in options.topics}


def _people_in(audience: str) -> tuple[str, ...]:
    """The people in a line such as "AI project managers, data scientists, and finance professionals in firms"."""
    parts = [part.strip(" .") for part in re.split(r"[,;/]|\band\b|\bund\b", audience)]
    people = [part[:1].upper() + part[1:] for part in parts if part]
    # One sort of people is no choice.
    return tuple(dict.fromkeys(label[:MAX_LABEL] for label in people)) if len(people) > 1 else ()


def _lines(rows: Any, field: str) -> tuple[str, ...]:
    found = [str(row.get(field, "")).strip()[:MAX_LABEL] for row in rows or []]
    return tuple(dict.fromkeys(line for line in found if line))
