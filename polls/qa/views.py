"""Questions without script for learners, and a page of nothing but the queue for whoever moderates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from polls.qa.config import QAConfig
from polls.qa.desk import config_of, current_run
from polls.qa.forms import Acts, carry_out, number
from polls.qa.kind import QA, ranked, who_sees
from polls.qa.models import Enquiry
from polls.qa.personal import own_enquiries
from workshop.live.access import Actor
from workshop.live.door import learner_actor
from workshop.live.models import ActivityRun, Participant, Session
from workshop.live.panel.entry import Visit, staff_page
from workshop.live.slots import activity_html
from workshop.questions.activity import DESK
from workshop.questions.authors import TAGGED


@dataclass(frozen=True, slots=True)
class Seat:
    """A learner at the questions of an activity."""

    actor: Actor
    person: Participant
    session: Session
    run: ActivityRun
    config: QAConfig


@dataclass(frozen=True, slots=True)
class Line:
    """A question as this learner sees it."""

    row: Enquiry
    category: str
    mine: bool
    voted: bool


def _seat(request: HttpRequest, public_id: str, activity: int) -> Seat:
    """The learner who asks; 404 for all others, and before it was opened."""
    session = Session.objects.filter(public_id=public_id, erased_at=None).first()
    # Numbers of rows have 64 bits; a database refuses to look for others.
    run = current_run(session.pk, activity) if session and activity < 2**63 else None
    config = config_of(run) if run else None
    known = learner_actor(session, request.COOKIES) if session else None
    if session is None or run is None or config is None or known is None or run.state == "ready":
        raise Http404
    return Seat(known[0], known[1], session, run, config)


@require_safe
def page(request: HttpRequest, public_id: str, activity: int) -> HttpResponse:
    """Ask, vote and read without script. ``q`` looks for words."""
    seat = _seat(request, public_id, activity)
    words = request.GET.get("q", "").strip()[:80]
    privacy = seat.run.activity.privacy
    own = own_enquiries(seat.session.pk, [seat.person], [seat.actor])[0].get("qa", {}).get(str(activity), {})
    context: dict[str, Any] = {
        "session": seat.session,
        "activity": seat.run.activity,
        "config": seat.config,
        "categories": list(enumerate(seat.config.categories, start=1)),
        "open": seat.run.state == "open" and not seat.run.frozen,
        "who_sees": who_sees(privacy, moderation=seat.config.moderation),
        "may_be_nameless": seat.config.nameless and privacy not in TAGGED,
        "lines": _lines(seat, own, words),
        "waiting": [(i, text) for i, (text, status) in own.get("mine", {}).items() if status == "waiting"],
        "words": words,
    }
    return render(request, "qa/page.html", context)


def _lines(seat: Seat, own: Mapping[str, Any], words: str) -> list[Line]:
    mine, votes = own.get("mine", {}), set(own.get("votes", ()))
    titles = dict(enumerate(seat.config.categories, start=1))
    rows = [row for row in ranked(seat.run.activity_id) if words.casefold() in row.text.casefold()]
    return [Line(row, titles.get(row.category, ""), str(row.pk) in mine, row.pk in votes) for row in rows]


@require_safe
@staff_page("qa.moderate")
def moderate(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The queues of the questions that are open, or were in this phase, and nothing else."""
    here = Q(state="open") | Q(activity__phase=F("session__phase__phase"))
    found = (
        ActivityRun.objects.filter(here, session=visit.session, activity__kind=QA.slug)
        .exclude(state="ready")
        .select_related("activity")
        .order_by("activity__phase__position", "activity__position", "round")
    )
    runs = {run.activity_id: run for run in found}
    language = get_language() or visit.actor.language
    queues = [{"run": run, "html": activity_html(run, DESK, language)} for run in runs.values()]
    context = {
        "session": visit.session,
        "public_id": visit.session.public_id,
        "queues": queues,
        "drives": visit.may("session.drive"),
    }
    return render(request, "qa/moderate.html", context)


#: Forms of the learner's page.
_ACTS: Acts = {
    "ask": lambda post: (
        "qa.ask",
        {
            "text": post.get("text", ""),
            "category": number(post, "category"),
            "story": "story" in post,
            "nameless": "nameless" in post,
        },
    ),
    "vote": lambda post: ("qa.vote", {"i": number(post, "i"), "on": post.get("on") == "1"}),
    "withdraw": lambda post: ("qa.withdraw", {"i": number(post, "i")}),
}


@require_POST
def do(request: HttpRequest, public_id: str, activity: int) -> HttpResponse:
    """One act of the page's forms."""
    seat = _seat(request, public_id, activity)
    carry_out(request, seat.actor, _ACTS, activity)
    return redirect("qa:page", public_id, activity)
