"""Pages of slides for those who may see them: people of the session as far as it has come, staff of the plan all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from workshop.content.slides.decks import Deck, pages_of, store_pdf
from workshop.content.slides.kind import Slides, page_of, reach
from workshop.content.slides.models import SlidePage
from workshop.content.slides.operations import NewDeck
from workshop.content.slides.pdf import MOST_BYTES
from workshop.kinds import Refused
from workshop.live.access import Actor, may
from workshop.live.door import learner_actor, screen_actor, staff_actor
from workshop.live.models import ActivityRun, Session
from workshop.plans.models import Plan
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call

#: The content of an address never changes: it carries the picture's own hash.
KEEP_SECONDS = 24 * 3600
ALT_LIMIT = 1_000
#: Numbers of rows have 64 bits; a database refuses to look for others.
MOST_ID = 2**63


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who looks at the slides of a session, and how far they may look."""

    actor: Actor
    session: Session
    run: ActivityRun
    reach: int


def _seat(request: HttpRequest, public_id: str, activity: int) -> Seat:
    """Who asks. 404 for everybody who may not, as if there were nothing."""
    session = Session.objects.select_related("version__plan").filter(public_id=public_id, erased_at=None).first()
    run = _run(session, activity) if session else None
    if session is None or run is None:
        raise Http404
    everything = Slides.Config.model_validate(run.activity.config).pages
    actor = staff_actor(session, request.user) or screen_actor(session, request.COOKIES)
    if actor is not None and (actor.role == "screen" or may(actor, "session.see")):
        return Seat(actor, session, run, everything)
    known = learner_actor(session, request.COOKIES)
    if known is None or run.state == "ready" or run.activity.audience == "screen":
        raise Http404
    return Seat(known[0], session, run, min(reach(run), everything))


def _run(session: Session, activity: int) -> ActivityRun | None:
    if activity >= MOST_ID:
        return None
    runs = ActivityRun.objects.filter(session=session, activity=activity, activity__kind=Slides.slug)
    return runs.select_related("activity").order_by("-round").first()


def _page(seat: Seat, number: int) -> SlidePage:
    if not 1 <= number <= seat.reach:
        raise Http404
    deck = seat.run.activity.config.get("deck", "")
    page = pages_of(seat.session.version.plan, deck).filter(number=number).first()
    if page is None:
        raise Http404
    return page


@require_GET
def image(request: HttpRequest, public_id: str, activity: int, page: int) -> HttpResponse:
    """A page as a picture."""
    return _picture(request, _page(_seat(request, public_id, activity), page))


@require_GET
def words(request: HttpRequest, public_id: str, activity: int, page: int) -> JsonResponse:
    """What a page's picture is, for a phone that looks back: address, size, alternative text."""
    seat = _seat(request, public_id, activity)
    found = _page(seat, page)
    src = f"{reverse('slides:image', args=[public_id, activity, page])}?v={found.image.sha256[:12]}"
    return JsonResponse({"src": src, "width": found.width, "height": found.height, "alt": found.words})


@require_GET
def look(request: HttpRequest, public_id: str, activity: int, page: int) -> HttpResponse:
    """A page of its own to look back without script."""
    seat = _seat(request, public_id, activity)
    context = {
        "session": seat.session,
        "activity": seat.run.activity,
        "page": _page(seat, page),
        "before": page - 1 if page > 1 else None,
        "after": page + 1 if page < seat.reach else None,
        "live": page_of(seat.run),
        "count": seat.run.activity.config.get("pages", 0),
        "back": reverse("live:learner", args=[public_id]) if seat.actor.role == "learner" else "",
    }
    return render(request, "slides/look.html", context)


def _picture(request: HttpRequest, page: SlidePage) -> HttpResponse:
    etag = f'"{page.image.sha256}"'
    unchanged = etag in request.headers.get("If-None-Match", "")
    response: HttpResponse
    if unchanged:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(bytes(page.image.data), content_type=page.image.media_type)
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={KEEP_SECONDS}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response


class FileForm(forms.Form):
    """One PDF."""

    pdf = forms.FileField(widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}))


def _stored(request: HttpRequest, plan: Plan) -> Deck:
    """Store the posted file. Raises Refused with a sentence."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused("no_file", _("Please choose a PDF first."))
    file = form.cleaned_data["pdf"]
    if (file.size or 0) > MOST_BYTES:
        raise Refused("too_big", _("This file is larger than 20 MB. Please export it in a smaller size."))
    return store_pdf(plan, file.read(), file.name or "")


def _plan(request: HttpRequest, plan: int) -> Plan:
    user: Any = request.user
    return get_object_or_404(Plan, pk=plan, organisation=user.organisation_id)


@login_required
@require_http_methods(["POST"])
def upload(request: HttpRequest, plan: int) -> JsonResponse:
    """Store a PDF in a plan: ``{"deck", "pages", "name"}``, or 422 with ``{"code", "message"}``."""
    try:
        return JsonResponse(_stored(request, _plan(request, plan)).config(), status=201)
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "message": str(refusal.message)}, status=422)


@login_required
@require_http_methods(["GET", "POST"])
def deck(request: HttpRequest, plan: int, deck: str) -> HttpResponse:
    """All pages of a deck, to write down what cannot be read from the picture."""
    owner = _plan(request, plan)
    pages = list(pages_of(owner, deck))
    if not pages:
        raise Http404
    if request.method == "POST":
        for page in pages:
            page.alt = " ".join(request.POST.get(f"alt-{page.number}", page.alt).replace("\0", "").split())[:ALT_LIMIT]
        SlidePage.objects.bulk_update(pages, ["alt"])
        messages.success(request, _("Saved."))
        return redirect("slides:deck", plan, deck)
    return render(request, "slides/deck.html", {"plan": owner, "deck": deck, "pages": pages, "limit": ALT_LIMIT})


@login_required
@require_GET
def plan_image(request: HttpRequest, plan: int, deck: str, page: int) -> HttpResponse:
    """A page as a picture, for staff of the plan's organisation."""
    found = pages_of(_plan(request, plan), deck).filter(number=page).first()
    if found is None:
        raise Http404
    return _picture(request, found)


@login_required
@require_http_methods(["GET", "POST"])
def replace_file(request: HttpRequest, public_id: str, activity: int) -> HttpResponse:
    """Bring the PDF of a session's slides, also while it runs."""
    seat = _seat(request, public_id, activity)
    if not may(seat.actor, "session.edit"):
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            stored = _stored(request, seat.session.version.plan)
            payload = NewDeck(a=activity, deck=stored.key, name=stored.name)
            submit(Call(seat.session.pk, seat.actor, "slides.deck", uuid4(), payload))
            return redirect("live:panel", public_id)
        except Refused as refusal:
            refused = str(refusal.message)
    context = {"session": seat.session, "activity": seat.run.activity, "refused": refused}
    return render(request, "slides/file.html", context, status=422 if refused else 200)
