"""Joining: by code, by QR link, by a program; what the person sees before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from workshop.kinds import Refused
from workshop.live import codes, cookies
from workshop.live.about import fields_of, from_post
from workshop.live.door import learner_actor, visitor
from workshop.live.models import Session
from workshop.live.origin import origin_for
from workshop.live.pages import client_address, language_of, sentence, spoken
from workshop.realtime import ops
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call

TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody who has just joined, with the only copy of their secret."""

    session: Session
    proof: cookies.Proof


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody who wants to join has said about themselves."""

    name: str = ""
    profile: str = ""
    familiarity: Mapping[str, int] = field(default_factory=dict)
    language: str = ""


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The start page: type a code, or go on where one is already in. Staff have their library instead."""
    if request.user.is_authenticated and "join" not in request.GET:
        return redirect(settings.LOGIN_REDIRECT_URL)
    return _code_page(request)


@require_safe
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """A link with the code in it."""
    try:
        session = codes.find(code, address=client_address(request))
    except Refused as refusal:
        return _code_page(request, typed=code, refusal=refusal)
    return _person_page(request, session, by="code", key=code)


@require_safe
def by_token(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the QR code: 128 random bits, never limited."""
    session = Session.objects.filter(join_token=token, erased_at=None).first()
    if session is None:
        raise Http404
    if not _open(session) and learner_actor(session, request.COOKIES) is None:
        return _not_open(request, session)
    return _person_page(request, session, by="token", key=token)


@csrf_exempt
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Join. Programs ask for JSON and bring no cookie, so nothing of a browser's could be misused."""
    if "application/json" in request.headers.get("Accept", "") and not request.COOKIES:
        return _enter_program(request)
    return _enter_person(request)


def _enter_program(request: HttpRequest) -> JsonResponse:
    try:
        session = _session_wanted(request)
        joined = join(session, _wish(request, session))
    except Refused as refusal:
        answer = {"code": refusal.code, "message": str(refusal.message)}
        return JsonResponse(answer, status=TOO_MANY if refusal.code == "word_needed" else 403)
    origin = origin_for(request, session).replace("http", "ws", 1)
    ws_url = f"{origin}/ws/session/{session.public_id}/"
    return JsonResponse({"token": cookies.token_for(joined.proof), "session": session.public_id, "ws_url": ws_url})


@csrf_protect
def _enter_person(request: HttpRequest) -> HttpResponse:
    try:
        session = _session_wanted(request)
    except Refused as refusal:
        return _code_page(request, typed=request.POST.get("code", "")[:20], refusal=refusal)
    if learner_actor(session, request.COOKIES):
        return redirect("live:learner", session.public_id)
    if "ready" not in request.POST:
        return _person_page(request, session, by="code", key=request.POST.get("code", ""))
    try:
        joined = join(session, _wish(request, session))
    except Refused as refusal:
        return _person_page(request, session, by=_by(request), key=request.POST[_by(request)], refusal=refusal)
    response = redirect("live:learner", session.public_id)
    cookies.set_participant(response, joined.proof, secure=request.is_secure())
    return response


def join(session: Session, wish: Wish) -> Joined:
    """Make a participant, with a secret that is nowhere but in the result.

    Raises:
        Refused: the door is closed, the session is full or has ended, or the name cannot be used.
    """
    payload = ops.get("session.join").payload.model_validate(
        {"name": wish.name, "profile": wish.profile, "familiarity": dict(wish.familiarity), "language": wish.language}
    )
    attempt = uuid4()
    result = submit(Call(session.pk, visitor(session, attempt.hex), "session.join", attempt, payload))
    return Joined(session, cookies.Proof(session.public_id, int(result["p"]), cookies.new_secret()))


def _session_wanted(request: HttpRequest) -> Session:
    token = request.POST.get("token", "").replace("\0", "")
    if not token:
        return codes.find(
            request.POST.get("code", "")[:64], word=request.POST.get("word", "")[:40], address=client_address(request)
        )
    session = Session.objects.filter(join_token=token[:64], erased_at=None).first()
    if session is None or not _open(session):
        raise Refused("no_code", _("This session is not open now."))
    return session


def _wish(request: HttpRequest, session: Session) -> Wish:
    said = from_post(session, request.POST)
    name = "" if session.names == "none" else request.POST.get("name", "")
    if session.names == "required" and not name.strip():
        raise Refused("name_needed", _("Please type your name: this session keeps an attendance list."))
    return Wish(name, said.profile, said.familiarity, "")


def _open(session: Session) -> bool:
    return session.door_open and session.state != "ended"


def _by(request: HttpRequest) -> str:
    return "token" if request.POST.get("token") else "code"


def _code_page(request: HttpRequest, *, typed: str = "", refusal: Refused | None = None) -> HttpResponse:
    context = {
        "typed": typed,
        "error": refusal.message if refusal else "",
        "word": refusal is not None and refusal.code == "word_needed",
        "rooms": _rooms(request),
    }
    status = 200 if refusal is None else TOO_MANY if refusal.code == "word_needed" else 404
    return render(request, "live/join/code.html", context, status=status)


def _rooms(request: HttpRequest) -> list[Session]:
    """Sessions that this device is in and that have not ended."""
    names = [name.rpartition("p.")[2] for name in request.COOKIES if name.removeprefix("__Host-").startswith("p.")]
    rows = Session.objects.filter(public_id__in=names[:20], erased_at=None).exclude(state="ended")
    return [session for session in rows if learner_actor(session, request.COOKIES)]


def _person_page(
    request: HttpRequest, session: Session, *, by: str, key: str, refusal: Refused | None = None
) -> HttpResponse:
    if refusal is None and learner_actor(session, request.COOKIES):
        return redirect("live:learner", session.public_id)
    on_name = refusal is not None and refusal.code in {"name_needed", "name_too_long", "name_taken", "bad_text"}
    context: dict[str, Any] = {
        "session": session,
        "by": by,
        "key": key,
        "word": request.POST.get("word", ""),
        "names": session.names,
        "error": "" if refusal is None or on_name else refusal.message,
        "errors": {"name": refusal.message} if refusal and on_name else {},
        **fields_of(session, from_post(session, request.POST), name=request.POST.get("name", "")),
    }
    with spoken(language_of(request, session)):
        return render(request, "live/join/person.html", context, status=200 if refusal is None else 422)


def _not_open(request: HttpRequest, session: Session) -> HttpResponse:
    """Before the door opens, who has the link reads what to expect; a closed and an ended session look the same."""
    with spoken(language_of(request, session)):
        if session.state == "lobby":
            document = session.version.document
            facts = {"know": document.get("prior_knowledge") or [], "bring": document.get("materials") or []}
            return render(request, "live/join/before.html", {"session": session, "again": request.path, **facts})
        return sentence(
            request,
            _("This session is not open now"),
            _("It has not begun, or its door is closed, or it has ended. Ask the person who leads it, then try again."),
            status=403,
            again=request.path,
        )
