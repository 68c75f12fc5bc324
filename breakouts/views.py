"""The staff's page of groups: make, shuffle, move by hand, print, copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from breakouts.queries import EVERYONE, SetView, set_keys, view_sets
from workshop import numbers
from workshop.kinds import Json, Refused
from workshop.live import queries, timing
from workshop.live.models import Session
from workshop.live.panel.acting import act, answer
from workshop.live.panel.entry import Visit, staff_page
from workshop.realtime.heads import read_heads


@dataclass(frozen=True, slots=True)
class SetCard:
    """One set on the page: as it is, or as it can be made."""

    key: str
    title: str
    used_by: str
    view: SetView | None

    @property
    def list(self) -> str:
        """The set as text, to be sent to whoever makes the rooms of a video call."""
        return listed(self.view) if self.view else ""


@require_safe
@staff_page("people.see")
def page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All sets of a session. With ``part`` only what changes, for the page's script."""
    context = {
        "session": visit.session,
        "public_id": visit.session.public_id,
        "sets": _cards(visit.session),
        "can_edit": visit.may("groups.edit") and visit.session.state != "ended",
        "online": visit.session.mode != "room",
        "do_url": reverse("breakouts:do", args=[visit.session.public_id]),
        "everyone": EVERYONE,
        "undo": _undo(visit.session),
    }
    name = "breakouts/_sets.html" if request.GET.get("part") else "breakouts/page.html"
    return render(request, name, context)


def _undo(session: Session) -> dict[str, Any] | None:
    """The last step and until when (server ms), when it was one with groups and can still be taken back."""
    step = queries.undo_view(session, timezone.now()) if session.undo.get("op", "").startswith("groups.") else None
    return {"label": step.label, "until": timing.epoch_ms(step.until)} if step else None


def _cards(session: Session) -> list[SetCard]:
    # The heads first: what the slots then tell the page is never older than what stands on it.
    read_heads(session.pk, ("session", "people"))
    planned = set_keys(session)
    views = {view.key: view for view in view_sets(session.pk)}
    keys = [*planned, *(key for key in views if key not in planned)]
    return [_card(key, planned.get(key, []), views.get(key)) for key in keys]


def _card(key: str, titles: list[str], view: SetView | None) -> SetCard:
    title = view.title if view else (_("Everybody together") if key == EVERYONE else key.replace("-", " ").capitalize())
    return SetCard(key, title, ", ".join(titles), view)


@require_safe
@staff_page("people.see")
def as_list(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One set as plain text (``set``), to be copied or printed."""
    key = request.GET.get("set", "")
    view = next(iter(view_sets(visit.session.pk, [key])), None)
    text = listed(view) if view else _("These groups have not been made yet.")
    return HttpResponse(text + "\n", content_type="text/plain; charset=utf-8")


def listed(view: SetView) -> str:
    """A set as lines: ``Group 3: Ana, Ben, Seat 12``."""
    lines = [f"{crew.label}: {', '.join(member.label for member in crew.members) or '–'}" for crew in view.groups]
    if view.loose:
        lines.append(_("Without a group: %(names)s") % {"names": ", ".join(member.label for member in view.loose)})
    return "\n".join(lines)


#: Forms of the page: name of the act -> op and its fields.
Form = Mapping[str, str]


def _make(post: Form) -> tuple[str, dict[str, Any]]:
    way, number = post.get("way", "size"), numbers.field(post.get("number", ""))
    mode = {"size": "random", "count": "random", "table": "table", "hand": "hand"}.get(way, "random")
    fields: dict[str, Any] = {
        "set": post.get("set", "").strip(),
        "mode": mode,
        "keep": "keep" in post,
        "seen": "seen" in post,
    }
    return "groups.make", {**fields, "size" if way == "size" else "count": number}


def _move(post: Form) -> tuple[str, dict[str, Any]]:
    group = post.get("g", "")
    return "groups.move", {
        "set": post.get("set", ""),
        "p": numbers.field(post.get("p", "")),
        "g": numbers.field(group) if group else None,
    }


_ACTS: dict[str, Callable[[Form], tuple[str, dict[str, Any]]]] = {
    "make": _make,
    "move": _move,
    "fill": lambda post: ("groups.fill", {"set": post.get("set", "")}),
    "rename": lambda post: ("groups.rename", {"g": numbers.field(post.get("g", "")), "name": post.get("name", "")}),
    "help": lambda post: ("help.done", {"g": numbers.field(post.get("g", ""))}),
    "undo": lambda post: ("session.undo", {}),  # noqa: ARG005 - it needs no field
}


@require_POST
@staff_page("people.see")
def do(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One act of the page's forms; the op checks who may do it."""
    to = reverse("breakouts:page", args=[visit.session.public_id]) + _anchor(request.POST.get("set", ""))
    result: dict[str, Json] | Refused
    try:
        result = act(visit.actor, *_wanted(request.POST.dict()))
        result = {**result, "said": _said(result)}
    except Refused as refusal:
        result = refusal
    return answer(request, to, result)


def _wanted(post: Form) -> tuple[str, dict[str, Any]]:
    form = _ACTS.get(post.get("act", ""))
    if form is None:
        raise Refused("unknown_op", _("This page is newer or older than the server. Please reload."))
    return form(post)


def _said(result: dict[str, Json]) -> str:
    if "groups" in result:
        n = result["groups"]
        return ngettext("%(n)s group is made.", "%(n)s groups are made.", n) % {"n": n}
    if "placed" in result:
        n = result["placed"]
        return ngettext("%(n)s person is placed.", "%(n)s people are placed.", n) % {"n": n}
    if "op" in result:
        return _("Everybody sits as before.")
    return _("Saved.")


def _anchor(key: str) -> str:
    return f"#set-{key}" if key else ""
