"""The pages of a learner. Everything on them works without script; with it they are live."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic import ValidationError

from workshop import numbers
from workshop.kinds import Json, Refused
from workshop.live import cookies, paint, queries, stages
from workshop.live.about import fields_of, from_post, of_person
from workshop.live.access import Actor
from workshop.live.door import actor_of
from workshop.live.models import Note, Participant, Session
from workshop.live.origin import origin_for
from workshop.live.pages import language_of, session_of, spoken
from workshop.live.takeaway import keepsake
from workshop.realtime import heads, ops
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Visit:
    """A learner who opens one of their pages."""

    session: Session
    person: Participant
    actor: Actor
    proof: cookies.Proof


View = Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]


def learners_only(view: View[P]) -> Callable[..., HttpResponse]:
    """Give the view the learner of the session in the address; everybody else is led to where they can join."""

    @wraps(view)
    def guarded(request: HttpRequest, public_id: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        session = session_of(public_id)
        proof = cookies.read_participant(request.COOKIES, public_id)
        if proof is None:
            return redirect("live:join")
        found = actor_of(session, proof)
        if found is None:
            with spoken(language_of(request, session)):
                return render(request, "live/learner/removed.html", status=403)
        actor, person = found
        language = language_of(request, session, person)
        with spoken(language):
            return view(request, Visit(session, person, replace(actor, language=language), proof), *args, **kwargs)

    return guarded


@require_safe
@learners_only
def page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The learner's page in whatever state the session is: lobby, running, ended."""
    with heads.reading(visit.session.pk):
        return render(request, "live/learner/learner.html", _page(request, visit))


def _page(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    scene = stages.load(visit.session.pk)
    assert scene is not None  # it was found a moment ago
    you = paint.you_of(visit.actor, language_of(request, visit.session, visit.person))
    runs = [run for run in scene.on_stage() if run.activity.audience != "screen"]
    return {
        **_stage_of(scene),
        **_own(visit, you),
        "activities": paint.activities_of(runs, visit.actor, you, request),
        "modules": paint.modules_of(scene),
        "kind_styles": paint.styles_of(scene),
    }


def _stage_of(scene: stages.Scene) -> dict[str, Any]:
    """What is the same for everybody."""
    now = timezone.now()
    clock = queries.clock_view(scene, now)
    document = scene.session.version.document
    used = 0.0
    if clock is not None and clock.total:
        gone = (now.timestamp() * 1000 - clock.at) if clock.running else 0
        used = min(1.0, max(0.0, 1 - (clock.left - gone) / clock.total))
    return {
        "session": scene.session,
        "stage": queries.stage_data(scene, now, "learner"),
        "used": used,
        "people": _people_here(scene.session) if scene.session.state == "lobby" else 0,
        "objectives": [str(each.get("text", "")) for each in document.get("objectives") or []],
        "terms": terms_of(scene.session),
    }


def _people_here(session: Session) -> int:
    """How many the lobby shows; nothing else does."""
    return Participant.objects.filter(session=session, removed_at=None, erased_at=None).count()


def _own(visit: Visit, you: Mapping[str, Any]) -> dict[str, Any]:
    """What is this person's alone."""
    note = you.get("note") or {"text": "", "n": 0}
    return {
        "person": visit.person,
        "you": visit.person.number,
        "own": you,
        "note": {"text": note["text"], "next": note["n"] + 1},
        "do_url": reverse("live:do", args=[visit.session.public_id]),
    }


def terms_of(session: Session) -> list[tuple[str, str]]:
    """The plan's key concepts with their meanings, as far as it gives them."""
    concepts = session.version.document.get("key_concepts") or []
    return [(str(each.get("term", "")), str(each.get("meaning", ""))) for each in concepts]


#: What can be done without script: the fields of the form as the op's payload.
_WITHOUT_SCRIPT: dict[str, Callable[[Mapping[str, str]], dict[str, Json]]] = {
    "hand": lambda post: {"up": post.get("up") == "1"},
    "help": lambda post: {"on": post.get("on") == "1"},
    "note": lambda post: {"text": post.get("text", "").replace("\r\n", "\n"), "n": numbers.field(post.get("n", ""))},
}


@require_POST
@learners_only
def do(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One of a learner's own acts, posted by a form."""
    name = request.POST.get("op", "")
    if name in _WITHOUT_SCRIPT:
        try:
            act(visit, name, _WITHOUT_SCRIPT[name](request.POST.dict()))
        except Refused as refusal:
            messages.error(request, str(refusal.message))
    return redirect("live:learner", visit.session.public_id)


def act(visit: Visit, name: str, payload: Mapping[str, Json]) -> dict[str, Json]:
    """Submit an op of this learner. Raises Refused."""
    try:
        checked = ops.get(name).payload.model_validate(dict(payload))
    except ValidationError:
        raise Refused("bad_value", _("This is too long, or the page was out of date. It was not saved.")) from None
    return submit(Call(visit.session.pk, visit.actor, name, uuid4(), checked))


@require_http_methods(["GET", "HEAD", "POST"])
@learners_only
def profile(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Name, background, familiarity and language: all of it can be changed at any time."""
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            _change_profile(request, visit)
        except Refused as refused:
            refusal = refused
        else:
            return redirect("live:learner", visit.session.public_id)
    said = from_post(visit.session, request.POST) if refusal else of_person(visit.person)
    name = request.POST.get("name", "") if refusal else visit.person.name
    context = {
        "session": visit.session,
        "names": visit.session.names,
        "errors": {"name": refusal.message} if refusal else {},
        "languages": settings.LANGUAGES,
        "back": reverse("live:learner", args=[visit.session.public_id]),
        **fields_of(visit.session, said, name=name, language=language_of(request, visit.session, visit.person)),
    }
    return render(request, "live/learner/profile.html", context, status=422 if refusal else 200)


def _change_profile(request: HttpRequest, visit: Visit) -> None:
    said = from_post(visit.session, request.POST)
    payload: dict[str, Json] = {"profile": said.profile, "familiarity": dict(said.familiarity)}
    if visit.session.names != "none":
        payload["name"] = request.POST.get("name", "")
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        payload["language"] = language
    act(visit, "profile", payload)


@require_safe
@learners_only
def rejoin(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The personal link to a second device, as a link and as a QR code."""
    token = cookies.rejoin_token(visit.proof)
    context = {
        "session": visit.session,
        "link": origin_for(request, visit.session) + reverse("live:come_back", args=[token]),
        "label": _("QR code of your own link"),
        "back": reverse("live:learner", args=[visit.session.public_id]),
    }
    return render(request, "live/learner/rejoin.html", context)


@require_safe
def come_back(request: HttpRequest, token: str) -> HttpResponse:
    """Use a personal link: this device is that person too."""
    proof = cookies.read_rejoin(token)
    if proof is None:
        text = _("It is broken or older than a day. Make a new one on the device that is still in the session.")
        return render(
            request,
            "live/join/closed.html",
            {"heading": _("This link does not work any more"), "text": text},
            status=404,
        )
    response = redirect("live:learner", proof.public_id)
    cookies.set_participant(response, proof, secure=request.is_secure())
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@learners_only
def leave(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Leave: this device forgets who it was."""
    if request.method != "POST":
        back = reverse("live:learner", args=[visit.session.public_id])
        return render(request, "live/learner/leave.html", {"session": visit.session, "back": back})
    act(visit, "leave", {})
    response = redirect("live:join")
    cookies.clear_participant(response, visit.session.public_id)
    return response


@require_safe
@learners_only
def mine(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything of one's own as one file that needs nothing else."""
    del request
    context = {
        "session": visit.session,
        "person": visit.person,
        "day": timezone.localdate(),
        "terms": [(term, meaning) for term, meaning in terms_of(visit.session) if meaning],
        "note": Note.objects.filter(participant=visit.person).values_list("text", flat=True).first() or "",
        "parts": keepsake(visit.session, visit.person, visit.actor),
        "style": _style(),
    }
    response = HttpResponse(render_to_string("live/learner/mine.html", context))
    name = slugify(visit.session.title)[:60] or "plenary"
    response["Content-Disposition"] = f'attachment; filename="{name}.html"'
    return response


def _style() -> str:
    path = finders.find("live/css/mine.css")
    assert isinstance(path, str)  # it stands beside the others
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - a name from Django's finders
        return file.read()
