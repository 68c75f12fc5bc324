"""Answering without script: a form post goes through the same inbox and comes back to the page with a message."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from pydantic import BaseModel, Field, ValidationError

from workshop.kinds import Json, Refused
from workshop.live.access import Actor
from workshop.live.door import learner_actor
from workshop.live.models import Participant, Session
from workshop.plans.models import Question
from workshop.questions.catalogue import of_question
from workshop.questions.operations import EXACT, MOST_TOGETHER, Respond
from workshop.questions.personal import answers_in
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call


class _Posted(BaseModel):
    """The fields that say which question is answered; everything else in the form is the answer."""

    a: int = Field(ge=1, le=EXACT)
    q: str = Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$")
    round: int = Field(ge=1, le=100_000)
    w: int | None = Field(default=None, ge=1, le=MOST_TOGETHER)


@require_POST
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Store one posted answer of the learner whose cookie this is."""
    session = get_object_or_404(Session, public_id=public_id)
    known = learner_actor(session, request.COOKIES)
    if known is None:
        messages.error(request, _("Please join first."))
        return redirect("live:join")
    try:
        status = _respond(request, session, *known)
    except Refused as no:
        messages.error(request, str(no.message))
    except ValidationError:
        messages.error(request, _("This page was out of date. Please answer again."))
    else:
        held = status == "held"
        messages.success(request, _("Saved. Your facilitator reads it before it is shown.") if held else _("Saved."))
    return redirect("live:learner", public_id=public_id)


def _respond(request: HttpRequest, session: Session, actor: Actor, participant: Participant) -> str:
    """Send what was posted as an op; the status it got."""
    posted = _Posted.model_validate({name: request.POST.get(name) or None for name in ("a", "q", "round", "w")})
    payload = Respond(
        a=posted.a,
        q=posted.q,
        round=posted.round,
        n=_newest(posted, session, actor, participant) + 1,
        v=_raw(request, posted),
        w=posted.w,
    )
    return str(submit(Call(session.pk, actor, "respond", uuid4(), payload)).get("status", ""))


def _raw(request: HttpRequest, posted: _Posted) -> Json:
    """The answer as the kind reads it from its own inputs."""
    row = Question.objects.filter(activity_id=posted.a, key=posted.q).select_related("activity").first()
    if row is None:
        raise Refused("no_question", _("This question is not there any more."))
    return of_question(row, row.activity).kind.from_form(request.POST, "v")


def _newest(posted: _Posted, session: Session, actor: Actor, participant: Participant) -> int:
    """The counter of the stored answer: a form without script has none of its own."""
    [own] = answers_in(session.pk, {posted.a: posted.round}, [participant], [actor])
    return int(own[str(posted.a)]["q"].get(posted.q, {}).get("n", 0))
