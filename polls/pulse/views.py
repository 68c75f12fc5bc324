"""Taps without script: each button of the page posts here and leads back."""

from __future__ import annotations

import contextlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from polls.pulse.personal import own_level
from workshop.kinds import Refused
from workshop.live.door import learner_actor
from workshop.live.models import Session
from workshop.live.panel.acting import act


@require_POST
def tap(request: HttpRequest, public_id: str, activity: int) -> HttpResponse:
    """A reaction ``e`` or a step ``v``; one that comes too late is simply not counted."""
    session = Session.objects.filter(public_id=public_id, erased_at=None).first()
    known = learner_actor(session, request.COOKIES) if session else None
    if session is None or known is None or activity >= 2**63:
        raise Http404
    actor, person = known
    last = own_level(session.pk, [person], [actor])[0].get("pulse", {}).get(str(activity), {"n": 0})
    said = {name: _place(request.POST.get(name, "")) for name in ("e", "v") if name in request.POST}
    with contextlib.suppress(Refused):
        act(actor, "pulse.beat", {"a": activity, "n": last["n"] + 1, **said})
    return redirect("live:learner", public_id)


def _place(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) == 1 else -1
