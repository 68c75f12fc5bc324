"""The queue of questions without script: everything that staff do with a question, by plain forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from polls.qa.config import QAConfig
from polls.qa.desk import STANDING, config_of, current_run
from polls.qa.forms import Acts, Form, carry_out, number
from polls.qa.models import ANSWER_LIMIT, Enquiry
from polls.qa.slots import names_of
from workshop.live.models import ActivityRun
from workshop.live.panel.entry import Visit, staff_page

#: Questions of one page; looking for a word finds the others.
MOST = 100
#: Which heap a question lies in; the same ones as with script.
HEAPS: Mapping[str, tuple[Any, Callable[[Enquiry], bool]]] = {
    "waiting": (_("Waiting"), lambda row: row.status == "waiting" and not row.archived),
    "open": (_("To answer"), lambda row: row.status == "shown" and not row.answered and not row.archived),
    "answered": (_("Answered"), lambda row: row.status == "shown" and row.answered and not row.archived),
    "away": (_("Put away"), lambda row: row.status in ("hidden", "merged") or row.archived),
}


@dataclass(frozen=True, slots=True)
class Heap:
    """A heap, for the row of links."""

    name: str
    label: Any
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A question as staff see it."""

    row: Enquiry
    category: str
    by: str
    on_screen: bool


def _round(visit: Visit, activity: int) -> tuple[ActivityRun, QAConfig]:
    """The round of questions; 404 where there is none, or it was not opened yet."""
    # Numbers of rows have 64 bits; a database refuses to look for others.
    run = current_run(visit.session.pk, activity) if activity < 2**63 else None
    config = config_of(run) if run else None
    if run is None or config is None or run.state == "ready":
        raise Http404
    return run, config


@require_safe
@staff_page("qa.moderate")
def queue(request: HttpRequest, visit: Visit, activity: int) -> HttpResponse:
    """One heap of the questions; ``heap`` says which one, ``q`` looks for words."""
    run, config = _round(visit, activity)
    rows = list(Enquiry.objects.filter(activity=activity).exclude(status="withdrawn").select_related("merged_into"))
    counts = {name: sum(fits(row) for row in rows) for name, (_label, fits) in HEAPS.items()}
    asked_for = request.GET.get("heap", "")
    heap = asked_for if asked_for in HEAPS else "waiting" if counts["waiting"] else "open"
    words = request.GET.get("q", "").strip()[:80]
    found = _found(rows, heap, words)
    context = {
        "session": visit.session,
        "activity": run.activity,
        "heaps": [Heap(name, label, counts[name], name == heap) for name, (label, _fits) in HEAPS.items()],
        "heap": heap,
        "words": words,
        "lines": _lines(run, config, found[:MOST]),
        "more": max(0, len(found) - MOST),
        "categories": list(enumerate(config.categories, start=1)),
        "others": [row for row in rows if row.status in STANDING and not row.archived][:MOST],
        "answer_limit": ANSWER_LIMIT,
        "approves_all": heap == "waiting" and any(not row.suspicious for row in found),
    }
    return render(request, "qa/queue.html", context)


def _found(rows: Sequence[Enquiry], heap: str, words: str) -> list[Enquiry]:
    fits = HEAPS[heap][1]
    found = [row for row in rows if fits(row) and words.casefold() in row.text.casefold()]
    if heap == "waiting":
        return sorted(found, key=lambda row: (row.asked_at, row.pk))
    return sorted(found, key=lambda row: (not row.pinned, -row.votes, row.pk))


def _lines(run: ActivityRun, config: QAConfig, rows: Sequence[Enquiry]) -> list[Line]:
    people = names_of(rows) if run.activity.privacy == "named" else {}
    titles = dict(enumerate(config.categories, start=1))
    shown = run.state_data.get("show")
    return [Line(row, titles.get(row.category, ""), people.get(row.author, ""), row.pk == shown) for row in rows]


#: Forms of the page.
_ACTS: Acts = {
    "approve": lambda post: ("qa.judge", {"ids": [number(post, "i")], "show": True}),
    "approve-all": lambda _post: ("qa.judge", {"ids": None, "show": True}),
    "hide": lambda post: ("qa.judge", {"ids": [number(post, "i")], "show": False}),
    "answered": lambda post: _change(post, answered=post.get("on") == "1"),
    "pin": lambda post: _change(post, pinned=post.get("on") == "1"),
    "put-away": lambda post: _change(post, archived=post.get("on") == "1"),
    "answer": lambda post: _change(post, answer=post.get("answer", "")),
    "sort": lambda post: _change(post, category=number(post, "category")),
    "merge": lambda post: ("qa.merge", {"i": number(post, "i"), "into": number(post, "into")}),
    "screen": lambda post: ("qa.show", {"i": number(post, "i") or None}),
}


@require_POST
@staff_page("qa.moderate")
def decide(request: HttpRequest, visit: Visit, activity: int) -> HttpResponse:
    """One act of the page's forms."""
    _round(visit, activity)
    carry_out(request, visit.actor, _ACTS, activity)
    here = {name: request.POST[name] for name in ("heap", "q") if request.POST.get(name)}
    address = reverse("qa:queue", args=[visit.session.public_id, activity])
    return redirect(f"{address}?{urlencode(here)}" if here else address)


def _change(post: Form, **fields: Any) -> tuple[str, dict[str, Any]]:
    return "qa.change", {"i": number(post, "i"), **fields}
