"""Sessions on other people's pages: the library's shelf, and what stands against removing a plan."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from workshop.accounts.models import User
from workshop.live.models import Session
from workshop.plans.hooks import ShelfSession
from workshop.plans.models import Plan

SHOWN = 20


def sessions_of(user: User) -> QuerySet[Session]:
    """The sessions that a user may see: those with a role in them; organisers: all of the organisation."""
    rows = Session.objects.filter(organisation=user.organisation_id, erased_at=None)
    return rows if user.is_organiser else rows.filter(staff__user=user)


def shelf(user: User) -> list[ShelfSession]:
    """The newest sessions for the library; one query."""
    people = Count("participants", filter=Q(participants__removed_at=None, participants__erased_at=None))
    rows = sessions_of(user).select_related("version").annotate(people=people).order_by("-created_at")[:SHOWN]
    return [
        ShelfSession(
            plan=row.version.plan_id,
            title=row.title,
            state=row.state,
            code=row.code,
            url=reverse("reports:session", args=[row.public_id]),
            panel_url="" if row.state == "ended" else reverse("live:panel", args=[row.public_id]),
            when=row.started_at or row.created_at,
            people=row.people,
            demonstration=row.demonstration,
        )
        for row in rows
    ]


def holds(plan: Plan) -> str:
    """Why a plan cannot be removed yet, or ''."""
    count = Session.objects.filter(version__plan=plan).count()
    if not count:
        return ""
    return ngettext(
        "One session was made from this plan. Erase it first, then the plan can go.",
        "%(count)d sessions were made from this plan. Erase them first, then the plan can go.",
        count,
    ) % {"count": count}
