"""Joining: by code, by QR link, by a program; what the person sees before anything is asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from workshop.kinds import Refused
from workshop.live import codes, cookies
from workshop.live.about import fields_of, from_post
from workshop.live.door import learner_actor, visitor
from workshop.live.models import Participant, Session
from workshop.live.origin import origin_for
from workshop.live.pages import client_address, language_of, sentence, spoken
from workshop.realtime import hub, ops
from workshop.realtime.inbox import submit
from workshop.realtime.ops import Call

TOO_MANY = 429
BUSY = 503
#: Seconds after which a page that was told to wait tries again, spread so that not all come at once.
AGAIN = (3, 12)
#: How long the same page leads to the same seat: for a second tap, and for an answer that got lost.
SAME_SEAT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody who has just joined, with the only copy of their secret."""

    session: Session
    proof: cookies.Proof


@dataclass(frozen=True, slots=True)
class Attempt:
    """One page with the form, or one try of a program: sent twice, it is one seat and one secret.

    Args:
        op: the op id, from the first half of the page's number.
        secret: of the participant, from the other half, which is kept nowhere.
    """

    op: UUID
    secret: bytes

    @classmethod
    def new(cls) -> Attempt:
        """One that nobody can repeat."""
        return cls(uuid4(), cookies.new_secret())

    @classmethod
    def of(cls, number: str) -> Attempt:
        """That of a page's number; a new one for what is no such number."""
        try:
            packed = base64.b64decode(number.encode("ascii"), altchars=b"-_", validate=True)
        except ValueError:
            return cls.new()
        if len(packed) != 2 * cookies.SECRET_BYTES:
            return cls.new()
        first, second = packed[: cookies.SECRET_BYTES], packed[cookies.SECRET_BYTES :]
        # A hash, so that nobody who reads the op can send the page once more; the server's key, so that a program's
        # poor number makes no poor secret.
        op = UUID(bytes=hashlib.sha256(b"plenary.join:" + first).digest()[:16], version=4)
        key = settings.SECRET_KEY.encode()
        return cls(op, hmac.digest(key, b"plenary.join:" + first + second, hashlib.sha256)[: cookies.SECRET_BYTES])


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
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Join. Programs ask for JSON and bring no cookie, so nothing of a browser's could be misused.

    Whoever typed this address, as they heard it said, is taken to where the code is asked for.
    """
    if request.method != "POST":
        return redirect("live:join")
    if "application/json" in request.headers.get("Accept", "") and not request.COOKIES:
        return _enter_program(request)
    return _enter_person(request)


def _enter_program(request: HttpRequest) -> JsonResponse:
    try:
        session = _session_wanted(request)
        joined = join(session, _wish(request, session), _attempt(request))
    except Refused as refusal:
        answer = {"code": refusal.code, "message": str(refusal.message)}
        status = {"word_needed": TOO_MANY, "busy": BUSY}.get(refusal.code, 403)
        return JsonResponse(answer, status=status, headers=_wait() if status == BUSY else {})
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
        joined = join(session, _wish(request, session), _attempt(request))
    except Refused as refusal:
        if refusal.code == "full":
            return _full(request, session, refusal)
        return _person_page(request, session, by=_by(request), key=request.POST[_by(request)], refusal=refusal)
    response = redirect("live:learner", session.public_id)
    cookies.set_participant(response, joined.proof, secure=request.is_secure())
    return response


def join(session: Session, wish: Wish, attempt: Attempt) -> Joined:
    """Make a participant, with a secret that is nowhere but in the result; the same attempt within a minute: the same.

    Raises:
        Refused: the door is closed, the session is full or has ended, or the name cannot be used; ``busy`` when this
            process has no room for another socket.
    """
    here = hub.running()
    if here is not None and here.full:
        raise Refused("busy", _("Very many people are joining just now. Please press Join again in a moment."))
    try:
        joined = _seat(session, wish, attempt)
    except Refused as refusal:
        if refusal.code != "op_reused":
            raise
        # The page was gone back to, and says something else now: another person.
        return _seat(session, wish, Attempt.new())
    rows = Participant.objects.filter(pk=joined.proof.participant, removed_at=None, erased_at=None)
    if rows.filter(joined_at__gt=timezone.now() - SAME_SEAT).exists():
        return joined
    return _seat(session, wish, Attempt.new())


def _seat(session: Session, wish: Wish, attempt: Attempt) -> Joined:
    payload = ops.get("session.join").payload.model_validate(
        {"name": wish.name, "profile": wish.profile, "familiarity": dict(wish.familiarity), "language": wish.language}
    )
    result = submit(Call(session.pk, visitor(session, attempt.op.hex), "session.join", attempt.op, payload))
    return Joined(session, cookies.Proof(session.public_id, int(result["p"]), attempt.secret))


def _attempt(request: HttpRequest) -> Attempt:
    return Attempt.of(request.POST.get("attempt", "")[:64])


def _wait() -> dict[str, str]:
    return {"Retry-After": str(random.randint(*AGAIN))}  # noqa: S311 - jitter


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
        "attempt": base64.urlsafe_b64encode(secrets.token_bytes(2 * cookies.SECRET_BYTES)).decode(),
        "again": "",
        **fields_of(session, from_post(session, request.POST), name=request.POST.get("name", "")),
    }
    status, headers = 200 if refusal is None else 422, {}
    if refusal is not None and refusal.code == "busy":
        status, headers = BUSY, _wait()
        context["again"] = headers["Retry-After"]
        # What was not written may have been: the same number once more cannot become a second seat.
        context["attempt"] = request.POST.get("attempt", "")[:64] or context["attempt"]
    with spoken(language_of(request, session)):
        response = render(request, "live/join/person.html", context, status=status)
    for name, value in headers.items():
        response[name] = value
    return response


def _full(request: HttpRequest, session: Session, refusal: Refused) -> HttpResponse:
    """No seat is left; the link leads back to where one can try again."""
    where = reverse("live:qr", args=[session.join_token]) if request.POST.get("token") else reverse("live:join")
    with spoken(language_of(request, session)):
        return sentence(request, _("This session is full"), str(refusal.message), status=403, again=where)


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
