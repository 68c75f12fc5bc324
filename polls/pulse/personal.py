"""Where a learner stands, for their own page."""

from __future__ import annotations

from typing import Any

from polls.pulse.models import Beat
from workshop.live import stages
from workshop.live.models import ActivityRun, Participant
from workshop.questions.authors import SECRET_BYTES, tag
from workshop.realtime import heads


def own_level(session: int, participants: list[Participant], actors: list[Any]) -> list[dict[str, Any]]:
    """``{"pulse": {activity: {"n", "v"}}}`` for each participant; the counter goes on from ``n``."""
    rounds = heads.while_still(session, "pulses", lambda: _open(session)) if stages.holds(session, "pulse") else {}
    found: list[dict[str, Any]] = [{"pulse": {}} if rounds else {} for _each in participants]
    if not rounds:
        return found
    owners = {
        tag(actor.secret, session, activity, 0): (place, activity)
        for place, actor in enumerate(actors)
        if len(getattr(actor, "secret", b"") or b"") >= SECRET_BYTES
        for activity in rounds
    }
    for row in Beat.objects.filter(activity__in=rounds, author__in=list(owners)):
        place, activity = owners[row.author]
        if row.activity_id == activity and row.round == rounds[activity]:
            found[place]["pulse"][str(activity)] = {"n": row.n, "v": row.level}
    return found


def _open(session: int) -> dict[int, int]:
    """The rounds of the open ones, by activity."""
    runs = ActivityRun.objects.filter(session=session, activity__kind="pulse", state="open")
    return dict(runs.order_by("round").values_list("activity_id", "round"))
