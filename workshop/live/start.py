"""Sessions begin here: from a plan in one click, or with one question and no plan."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workshop.kinds import ActivitySpec, Refused
from workshop.live.codes import give_code
from workshop.live.models import ActivityRun, PhaseRun, Session, Staff
from workshop.plans.models import Plan, PlanVersion
from workshop.plans.rows import copy_version, store_document
from workshop.realtime.heads import level_of
from workshop.realtime.models import Head

if TYPE_CHECKING:
    from workshop.accounts.models import User

#: Heads that every session has from the beginning, beside one for each activity.
HEADS = ("session", "people", "own", "seen", "presence")
LIVE_AT_ONCE = 20


@transaction.atomic
def start_session(
    plan: Plan | PlanVersion,
    owner: User,
    *,
    names: str = "optional",
    language: str = "",
    planned_start: datetime | None = None,
    mode: str = "room",
    title: str = "",
    demonstration: bool = False,
) -> Session:
    """Make a session in the lobby, door closed, from a plan's newest version or the version given.

    The session gets a copy of the version as a lineage of its own, so that editing it never changes the plan. One of
    the demonstration goes with it when that is removed; one that somebody starts from the demonstration's plan is theirs.

    Raises:
        Refused: ``no_phases`` for a plan without any; ``not_yours`` for a plan of another organisation;
            ``too_many_live`` when the owner already has 20 live sessions.
    """
    version = plan if isinstance(plan, PlanVersion) else plan.current
    _check(version, owner, limited=not demonstration)
    assert version is not None  # checked
    public_id = new_public_id()
    code = give_code()
    copy = copy_version(version, public_id, owner)
    session = Session.objects.create(
        public_id=public_id,
        organisation_id=owner.organisation_id,
        owner=owner,
        version=copy,
        title=(title or version.plan.title)[:300],
        code=code,
        join_token=secrets.token_urlsafe(16),
        screen_token=secrets.token_urlsafe(16),
        names=names,
        mode=mode,
        language=language or version.document.get("language") or settings.LANGUAGE_CODE,
        planned_start=planned_start,
        screen={"scene": "auto", "activity": None},
        retain_until=retention(),
        demonstration=demonstration,
    )
    Staff.objects.create(session=session, user=owner, role="facilitator")
    _make_runs(session, copy)
    return session


@transaction.atomic
def quick_session(owner: User, title: str, *, activities: tuple[ActivitySpec, ...] = (), minutes: int = 15) -> Session:
    """A session of one phase for "Ask one question now"; more is added with ``activity.add`` while it runs."""
    from workshop.plans.text.document import PhaseDoc, PlanDocument

    title = title.strip() or str(_("Questions"))
    plan = Plan.objects.create(organisation_id=owner.organisation_id, owner=owner, title=title[:300], listed=False)
    phase = PhaseDoc(title=str(_("Questions")), minutes=minutes, activities=activities)
    store_document(plan, PlanDocument(title=title, language=get_language() or "en", phases=(phase,)), owner)
    return start_session(plan, owner)


def new_public_id() -> str:
    """128 random bits for addresses and commands: those do not take it for an option."""
    while (found := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return found


def retention() -> date | None:
    """The day after which a session that ends today is erased; None keeps it."""
    days: int = settings.RETENTION_DAYS
    return timezone.localdate() + timedelta(days=days) if days else None


def make_head(session: int, name: str) -> None:
    """Make a head that a new thing is ordered by."""
    Head.objects.get_or_create(session=session, name=name, defaults={"level": level_of(name)})


def _check(version: PlanVersion | None, owner: User, *, limited: bool) -> None:
    if version is None or not version.phases.exists():
        raise Refused("no_phases", _("This plan has no phase yet. Add one, then start the session."))
    if version.plan.organisation_id != owner.organisation_id:
        raise Refused("not_yours", _("There is no such plan."))
    live = Session.objects.filter(owner=owner).exclude(state="ended").count()
    if limited and live >= LIVE_AT_ONCE:
        message = _("You have %(count)s sessions that have not ended. End some of them first.") % {"count": live}
        raise Refused("too_many_live", message)


def _make_runs(session: Session, version: PlanVersion) -> None:
    phases = list(version.phases.order_by("position"))
    PhaseRun.objects.bulk_create([PhaseRun(session=session, phase=each, minutes=each.minutes) for each in phases])
    activities = list(version.activities.order_by("phase__position", "position", "pk"))
    ActivityRun.objects.bulk_create([ActivityRun(session=session, activity=each) for each in activities])
    names = [*HEADS, *(f"activity:{each.pk}" for each in activities)]
    Head.objects.bulk_create([Head(session=session.pk, name=name, level=level_of(name)) for name in names])
