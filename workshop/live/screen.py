"""The projector: its link, its page, and the slot ``scene`` that says what it shows."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from workshop.live import cookies, paint, queries, stages, timing
from workshop.live.codes import word_of, word_shown
from workshop.live.door import screen_actor
from workshop.live.hemicycle import room_for
from workshop.live.models import Participant, Session
from workshop.live.origin import host_of, join_address, origin_of
from workshop.live.pages import session_of, spoken
from workshop.realtime.heads import read_head, read_heads
from workshop.realtime.slots import SlotReader, SlotRequest, SlotState

#: Lines of the phase's learner activities that fit beside the clock.
MOST_LINES = 4
LONGEST_LINE = 120
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s+")
_MARKUP = re.compile(r"[*_`#]+|\[([^\]]*)\]\([^)]*\)")


@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The screen link: exchanged at once for a cookie, so that the address on the wall gives nothing away."""
    session = Session.objects.filter(screen_token=token, erased_at=None).first() if token else None
    if session is None:
        return render(request, "live/screen/void.html", status=404)
    response = redirect("live:screen", session.public_id)
    cookies.set_screen(response, session.public_id, session.screen_token, secure=request.is_secure())
    return response


@require_safe
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    """The projector's page."""
    session = session_of(public_id)
    if screen_actor(session, request.COOKIES) is None:
        return render(request, "live/screen/void.html", status=403)
    scene = stages.load(session.pk)
    if scene is None:
        raise Http404
    with spoken(session.language):
        context = {
            "session": session,
            "scene": scene_html(scene, session.language),
            "modules": paint.modules_of(scene),
            "kind_styles": paint.styles_of(scene),
        }
        return render(request, "live/screen/screen.html", context)


class SceneReader(SlotReader):
    """What the projector shows. Clock, counts and results come by slots of their own, into places inside it."""

    prefix: ClassVar[str] = "scene"
    audiences: ClassVar[tuple[str, ...]] = ("screen",)

    def heads(self, name: str) -> tuple[str, ...]:
        del name
        return ("session",)

    def read(self, request: SlotRequest) -> SlotState | None:
        epoch, revision = read_head(request.session, "session")
        scene = stages.load(request.session)
        if scene is None or not request.audience.startswith("screen"):
            return None
        shown = scene_of(scene)
        focus = scene.focus()
        data = {"scene": shown, "a": focus.activity_id if focus and shown == "activity" else None}
        html = scene_html(scene, request.language) if request.view == "html" else None
        return SlotState(epoch, revision, data=data, html=html)


class HereReader(SlotReader):
    """How many have come, while the session is in its lobby: a number and a drawing, nobody's name."""

    prefix: ClassVar[str] = "here"
    counting: ClassVar[bool] = True
    audiences: ClassVar[tuple[str, ...]] = ("learner", "screen")

    def heads(self, name: str) -> tuple[str, ...]:
        del name
        return ("session", "people")

    def read(self, request: SlotRequest) -> SlotState | None:
        heads = read_heads(request.session, ("session", "people"))
        session = Session.objects.filter(pk=request.session, state="lobby").first()
        if session is None:
            return None
        count = people_of(session)
        with translation.override(request.language):
            html = here_html(session, count, request.audience) if request.view == "html" else None
        epoch, revision = (sum(pair) for pair in zip(*heads.values(), strict=True))
        return SlotState(epoch, revision, data={"joined": count}, html=html)


def people_of(session: Session) -> int:
    """How many are in the session, removed ones not counted."""
    return Participant.objects.filter(session=session, removed_at=None, erased_at=None).count()


def here_html(session: Session, count: int, audience: str) -> SafeString:
    """The room as it stands in the lobby of a phone or of the projector."""
    if audience.startswith("learner"):
        return render_to_string("live/learner/_here.html", {"people": count, "you": 0})
    address = join_address(session, origin_of(session))
    people = ngettext("%(count)s person is here.", "%(count)s people are here.", count) % {"count": count}
    label = f"{people} {_('QR code:')} {address}"
    return render_to_string("live/screen/_here.html", {"people": count, "address": address, "label": label})


def scene_of(scene: stages.Scene) -> str:
    """``lobby``, ``clock``, ``activity``, ``blank`` or ``end``: chosen by hand, else what the session is at."""
    session, chosen = scene.session, scene.session.screen.get("scene", "auto")
    if chosen == "blank":
        return "blank"
    if session.state == "ended":
        return "end"
    if session.state == "lobby" or chosen == "lobby":
        return "lobby"
    if chosen in {"clock", "end"}:
        return str(chosen)
    return "activity" if scene.focus() is not None else "clock"


def scene_html(scene: stages.Scene, language: str) -> SafeString:
    """The scene as it is drawn, with what stands inside it."""
    with translation.override(language):
        return render_to_string("live/screen/_scene.html", _context(scene, language))


def _context(scene: stages.Scene, language: str) -> dict[str, Any]:
    session, shown, origin = scene.session, scene_of(scene), origin_of(scene.session)
    context: dict[str, Any] = {
        "scene": shown,
        "session": session,
        "host": host_of(origin),
        "address": join_address(session, origin),
        "qr_label": _("QR code to join"),
    }
    if shown == "lobby":
        here = here_html(session, people_of(session), "screen")
        context |= {
            "word": word_of(session.public_id) if word_shown(session) else "",
            "here": here,
            "room": room_for(0),
        }
    elif shown in {"clock", "activity"}:
        context |= _running(scene, language, shown)
    return context


def _running(scene: stages.Scene, language: str, shown: str) -> dict[str, Any]:
    now = timezone.now()
    clock, phase, run = queries.clock_view(scene, now), scene.phase, scene.focus()
    minutes = phase.minutes if phase else 0
    context: dict[str, Any] = {
        "phase": phase.phase if phase else None,
        "until": clock.until if clock else "",
        "left": _left(clock, now),
        "share": _share(clock, now),
        "minutes": minutes,
        "minutes_label": ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes},
        "todo": lines_of(phase.phase.learner_activities) if phase else [],
    }
    if shown == "activity" and run is not None:
        context |= {
            "activity": run.activity_id,
            "title": run.activity.title,
            "body": paint.activity_html(run, "screen", language=language),
        }
    return context


def _left_ms(clock: queries.ClockView, now: datetime) -> int:
    return clock.left - (timing.epoch_ms(now) - clock.at if clock.running else 0)


def _share(clock: queries.ClockView | None, now: datetime) -> float:
    """What is left of the phase, from 0 to 1."""
    return min(1.0, max(0.0, _left_ms(clock, now) / clock.total)) if clock and clock.total else 0.0


def _left(clock: queries.ClockView | None, now: datetime) -> str:
    """The time left as the page's script writes it, so that nothing jumps when that takes over."""
    if clock is None:
        return ""
    left = _left_ms(clock, now)
    seconds = -(-left // 1000) if left > 0 else -left // 1000
    return f"{'+' if left <= -1000 else ''}{seconds // 60}:{seconds % 60:02d}"  # noqa: PLR2004 - a second


def lines_of(text: str) -> list[str]:
    """What learners do in a phase, as short lines for the wall; nothing when it is too long to be read there."""
    lines = [_BULLET.sub("", line).strip() for line in text.splitlines()]
    lines = [_MARKUP.sub(lambda found: found[1] or "", line) for line in lines if line]
    if len(lines) == 1:
        lines = [part.strip() for part in re.split(r"(?<=[.;])\s+|,\s+(?=[a-zäöü])", lines[0]) if part.strip()]
    lines = [line.rstrip(".;") for line in lines]
    fits = len(lines) <= MOST_LINES and all(len(line) <= LONGEST_LINE for line in lines)
    return [line[:1].upper() + line[1:] for line in lines] if fits else []
