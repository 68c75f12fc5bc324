"""Ask one question now: the quick activities of all kinds, added to the present phase and opened in one go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from workshop.kinds import ActivitySpec, Json, Quick, Refused, activity_kinds
from workshop.live.access import Actor
from workshop.live.models import Session
from workshop.live.panel.acting import act

MAX_QUESTION = 300


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: ``value`` names the kind and which of its quick activities."""

    value: str
    label: str
    icon: str


def choices(session: Session) -> list[Choice]:
    """All that can be asked at once in this session."""
    return [
        Choice(value, str(quick.label), activity_kinds.get(quick.spec.kind).icon) for value, quick in _all(session, "")
    ]


def ask(session: Session, actor: Actor, value: str, question: str) -> dict[str, Json]:
    """Add the chosen activity to the phase that runs, and open it.

    In the lobby it is added to the first phase and waits there.

    Raises:
        Refused: ``bad_choice``, ``too_long``, or as ``activity.add`` and ``activity.open`` say.
    """
    return add(session, actor, spec_of(session, value, question), opened=session.state == "running")


def spec_of(session: Session, value: str, question: str) -> ActivitySpec:
    """What would be asked. Raises Refused ``bad_choice``, ``too_long``."""
    text = " ".join(question.split())
    if len(text) > MAX_QUESTION:
        raise Refused("too_long", _("A question has at most %(n)d characters.") % {"n": MAX_QUESTION})
    quick = dict(_all(session, text)).get(value)
    if quick is None:
        raise Refused("bad_choice", _("There is no such question. Please reload the page."))
    return quick.spec


def add(session: Session, actor: Actor, spec: ActivitySpec, *, opened: bool) -> dict[str, Json]:
    """Add an activity to the phase that runs (before the start: to the first), and open it if wanted."""
    added = act(actor, "activity.add", {"phase": session.phase_id, "spec": spec_json(spec)})
    if opened:
        act(actor, "activity.open", {"a": added["a"]})
    return added


def spec_json(spec: ActivitySpec) -> dict[str, Json]:
    """A spec as the op takes it."""
    return asdict(spec)


def _all(session: Session, question: str) -> Iterator[tuple[str, Quick]]:
    for kind in activity_kinds:
        for number, quick in enumerate(kind.quick(question)):
            yield f"{kind.slug}:{number}", quick
    for kind in activity_kinds:
        for number, quick in enumerate(kind.at_hand(session.version.document, question)):
            yield f"{kind.slug}:plan:{number}", quick
