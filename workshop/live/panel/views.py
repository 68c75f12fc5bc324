"""The control panel's pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workshop.accounts.models import User
from workshop.accounts.operations import spend, spent
from workshop.accounts.views import BACKEND
from workshop.kinds import Refused
from workshop.live import cookies, hooks, queries, timing
from workshop.live.door import staff_actor
from workshop.live.models import Session
from workshop.live.panel.acting import act, answer, fields_of
from workshop.live.panel.asking import ask, choices
from workshop.live.panel.assets import assets_of
from workshop.live.panel.board import Board, board_of, in_words
from workshop.live.panel.entry import Visit, page, staff_page
from workshop.live.panel.invitation import base_url, invitation_of
from workshop.live.panel.slots import context_of
from workshop.live.stages import kind_of
from workshop.realtime import heads
from workshop.realtime.slots import SlotRequest, reader_for


@require_safe
@staff_page("session.enter")
def panel(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The control panel; who does not see the session is sent to their own desk."""
    if not visit.may("session.see"):
        return _own_desk(visit)
    with heads.reading(visit.session.pk):
        return render(request, "live/panel/panel.html", _panel(request, visit))


def _own_desk(visit: Visit) -> HttpResponse:
    """The page of those who do one thing alone. 403 where there is none."""
    for permission, address in hooks.desks.items():
        if visit.may(permission):
            return redirect(address, visit.session.public_id)
    raise PermissionDenied


def _panel(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    state = queries.panel_state(visit.session.pk)
    if state is None:
        raise Http404
    board = board_of(state)
    room = queries.room_state(visit.session.pk)
    _fill_in(visit, board)
    return context_of(
        board,
        can=visit.rights(),
        room=_Room(room, board),
        queue=_queue(visit, state),
        invite=invitation_of(
            request, visit.session, own=_own(request, visit.session), people=room.joined - room.simulated
        ),
        asks=choices(state.session),
        own=_own_key(request, visit.session),
        **assets_of(state.session),
        **_links(request, visit),
    )


class _Room:
    """The counts as the first page says them."""

    def __init__(self, room: queries.RoomState, board: Board) -> None:
        # Practice learners have no connection, and are always here.
        self.online = min(room.joined, room.online + room.simulated)
        self.joined, self.seen = room.joined, room.seen
        self.practice = room.simulated
        self.answered_now = room.answered.get(board.focus, 0) if board.focus else 0
        self.profiles_text = ", ".join(
            f"{label or _('not said')}\N{NO-BREAK SPACE}{count}" for label, count in room.profiles
        )


def _fill_in(visit: Visit, board: Board) -> None:
    """The content of the activities' slots, so that the page is whole before the first frame and without script."""
    for card in board.cards:
        card.html = _html(visit, f"activity:{card.id}")
    if board.screen.results:
        board.screen.html = _html(visit, board.screen.results, "screen")


def _html(visit: Visit, slot: str, audience: str = "staff") -> str:
    language = get_language() or visit.actor.language
    request = SlotRequest(visit.session.pk, slot, audience, language, actor=visit.actor)
    try:
        state = reader_for(slot).read(request)
    except Refused:
        return ""
    return mark_safe(state.html) if state and state.html else ""  # noqa: S308 - rendered by a template


def _queue(visit: Visit, state: queries.PanelState) -> list[dict[str, Any]]:
    if not visit.may("people.see"):
        return []
    now = timing.epoch_ms(state.now)
    items = queries.queue(visit.session.pk).items()
    calls = [{"key": key, **item, "ago": in_words(max(0, now - item["since"]) // 1000 * 1000)} for key, item in items]
    return calls + list(_waiting(state))


def _waiting(state: queries.PanelState) -> Iterator[dict[str, Any]]:
    """What waits for staff in the activities; later their own elements tell."""
    for view in state.activities:
        kind = kind_of(view.run)
        count, text = kind.waiting(view.run) if kind is not None and view.state != "ready" else (0, "")
        if count:
            yield {
                "key": f"w:{view.id}",
                "kind": "held",
                "label": view.title,
                "a": view.id,
                "count": count,
                "text": text,
            }


def _own(request: HttpRequest, session: Session) -> int:
    """The participant of this very browser, 0 for none: who tries the join link on the panel's own machine."""
    proof = cookies.read_participant(request.COOKIES, session.public_id)
    return proof.participant if proof else 0


def _own_key(request: HttpRequest, session: Session) -> str:
    number = _own(request, session)
    return f"p:{number}" if number else ""


def _links(request: HttpRequest, visit: Visit) -> dict[str, str]:
    public_id = visit.session.public_id
    screen = reverse("live:screen_link", args=[visit.session.screen_token])
    return {
        # By the address that phones use: the code on the screen then says the same.
        "screen_url": base_url(request, visit.session) + screen if visit.may("screen.show") else "",
        "phone_url": reverse("live:panel_phone", args=[public_id]),
        "people_url": reverse("live:panel_people", args=[public_id]) if visit.may("people.see") else "",
        "team_url": reverse("live:panel_team", args=[public_id]) if visit.may("staff.edit") else "",
        "groups_url": page("breakouts:page", public_id),
        "look_url": page("questions:quick", public_id),
    }


@require_POST
@staff_page("session.see")
def do(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One op from a form: ``op`` and its fields. What the person may do is the op's own question."""
    fields = fields_of(request.POST)
    result: dict[str, Any] | Refused
    try:
        result = act(visit.actor, request.POST.get("op", ""), fields)
    except Refused as refusal:
        result = refusal
    return answer(request, _back(request, visit), result)


def _back(request: HttpRequest, visit: Visit) -> str:
    """The page that the form stood on, by name."""
    names = {"people": "live:panel_people"}
    return reverse(names.get(request.POST.get("next", ""), "live:panel"), args=[visit.session.public_id])


@require_POST
@staff_page("session.edit")
def ask_now(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Add a question and open it, both at once."""
    result: dict[str, Any] | Refused
    try:
        result = ask(visit.session, visit.actor, request.POST.get("choice", ""), request.POST.get("question", ""))
    except Refused as refusal:
        result = refusal
    return answer(request, reverse("live:panel", args=[visit.session.public_id]), result)


@require_safe
@staff_page("session.see")
def invite(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The codes alone, fetched anew when the join code has changed."""
    state = queries.panel_state(visit.session.pk)
    if state is None:
        raise Http404
    context = context_of(
        board_of(state),
        can=visit.rights(),
        invite=invitation_of(request, visit.session, own=_own(request, visit.session)),
    )
    return render(request, "live/panel/_codes.html", context)


@require_safe
@staff_page("results.see")
def result(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The results that the screen shows now, as it shows them; nothing when it shows none."""
    state = queries.panel_state(visit.session.pk)
    wanted = board_of(state).screen.results if state else ""
    html = _html(visit, wanted, "screen") if wanted and wanted == request.GET.get("slot") else ""
    return HttpResponse(html)


@require_safe
@staff_page("people.see")
def people(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who is there: names, backgrounds, extra time; rename, remove."""
    found = queries.people(visit.session.pk)
    context = {
        "session": visit.session,
        "people": [view for view in found if view.person.removed_at is None],
        "removed": sum(1 for view in found if view.person.removed_at is not None),
        "can": {"edit": visit.may("people.edit")},
        "act_url": reverse("live:panel_act", args=[visit.session.public_id]),
    }
    return render(request, "live/panel/people.html", context)


@require_safe
@staff_page("session.see")
def phone(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Also on my phone: a code that signs this person in on one other device, within ten minutes.

    Once only: whoever photographs it from the wall comes too late, or the phone that cannot get in says so.
    """
    token = cookies.phone_token(visit.user.pk, visit.session.public_id)
    url = base_url(request, visit.session) + reverse("live:panel_in", args=[token])
    return render(request, "live/panel/phone.html", {"session": visit.session, "url": url})


@require_http_methods(["GET", "HEAD", "POST"])
def phone_in(request: HttpRequest, token: str) -> HttpResponse:
    """The other end of that code. GET only shows a button; POST signs in."""
    found = cookies.read_phone(token)
    user = User.objects.filter(pk=found[0], is_active=True).first() if found else None
    session = Session.objects.filter(public_id=found[1], erased_at=None).first() if found else None
    refusal = _("This code was used or has run out. Make a new one on the panel.")
    if user is None or session is None or staff_actor(session, user) is None or spent(token):
        return render(request, "accounts/link.html", {"refused": refusal}, status=410)
    if request.method != "POST":
        return render(request, "accounts/link.html", {"next": ""})
    try:
        spend(token, user)
    except Refused:
        return render(request, "accounts/link.html", {"refused": refusal}, status=410)
    login(request, user, backend=BACKEND)
    return redirect("live:panel", session.public_id)
