"""Reads of plans, as typed values for the pages. Every one passes the organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from workshop.accounts.models import User
from workshop.kinds import activity_kinds
from workshop.plans.clock import Stretch, length_text, ribbon
from workshop.plans.hooks import ShelfSession
from workshop.plans.models import Phase, Plan, PlanVersion

#: As many plans as one page lists; the search finds the others.
LISTED = 100
#: The greatest number that a database id can be.
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as the library lists it."""

    id: int
    title: str
    minutes: int
    phases: int
    activities: int
    ribbon: list[Stretch]
    running: bool = False
    demonstration: bool = False

    @property
    def length(self) -> str:
        """Its length in words."""
        return length_text(self.minutes)

    @property
    def draft(self) -> bool:
        """Whether there is nothing in it yet that people could do."""
        return not self.activities


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the list of versions."""

    number: int
    when: object
    by: str
    current: bool
    minutes: int
    phases: int
    activities: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """The library page: plans and the sessions that higher packages report."""

    plans: list[PlanRow]
    more: int = 0
    sessions: list[ShelfSession] = field(default_factory=list)

    @property
    def live(self) -> list[ShelfSession]:
        """Sessions that wait or run, the running ones first."""
        return sorted((s for s in self.sessions if s.state != "ended"), key=lambda s: s.state != "running")

    @property
    def ended(self) -> list[ShelfSession]:
        """Sessions that ended lately."""
        return [session for session in self.sessions if session.state == "ended"]


def plans_of(user: User) -> QuerySet[Plan]:
    """The plans that this person may see and edit: those of the organisation."""
    return Plan.objects.filter(organisation_id=user.organisation_id)


def plan_or_404(user: User, pk: int) -> Plan:
    """The plan with its newest version. Raises Http404 for those of others, so that nobody learns that it exists."""
    plan = plans_of(user).select_related("current").filter(pk=pk).first() if 0 < pk <= LARGEST_ID else None
    if plan is None or plan.current is None:
        raise Http404
    return plan


def shelf(user: User, sessions: Sequence[ShelfSession], words: str = "") -> Shelf:
    """The plans, newest first, whose title, phases or activities hold all ``words``. Three queries, however many."""
    found = _matching(plans_of(user).filter(listed=True), words)
    plans = list(
        found.annotate(n_activities=Count("current__activities", distinct=True)).order_by("-changed_at", "-pk")[:LISTED]
    )
    more = found.count() - LISTED if len(plans) == LISTED else 0
    minutes = _minutes(plan.current_id for plan in plans)
    running = {session.plan for session in sessions if session.state == "running"}
    rows = [_row(plan, minutes[plan.current_id or 0], running=plan.pk in running) for plan in plans]
    return Shelf(plans=rows, more=max(more, 0), sessions=list(sessions))


def _matching(plans: QuerySet[Plan], words: str) -> QuerySet[Plan]:
    found = plans
    for word in words.split()[:8]:
        kinds = [kind.slug for kind in activity_kinds if word.casefold() in str(kind.label).casefold()]
        in_activity = Q(current__activities__title__icontains=word) | Q(current__activities__kind__in=kinds)
        in_phase = Q(current__phases__title__icontains=word) | Q(current__phases__learner_activities__icontains=word)
        hits = Plan.objects.filter(Q(title__icontains=word) | in_phase | in_activity).values("pk")
        found = found.filter(pk__in=hits)
    return found


def _minutes(versions: Iterable[int | None]) -> defaultdict[int, list[int]]:
    lengths: defaultdict[int, list[int]] = defaultdict(list)
    rows = Phase.objects.filter(version__in=[pk for pk in versions if pk]).order_by("version_id", "position")
    for version, minutes in rows.values_list("version_id", "minutes"):
        lengths[version].append(minutes)
    return lengths


def _row(plan: Plan, minutes: list[int], *, running: bool) -> PlanRow:
    activities: int = getattr(plan, "n_activities")  # noqa: B009 - an annotation
    return PlanRow(
        plan.pk, plan.title, sum(minutes), len(minutes), activities, ribbon(minutes), running, plan.demonstration
    )


def versions_of(plan: Plan) -> list[VersionRow]:
    """All versions of the plan itself, newest first. One query."""
    versions = PlanVersion.objects.filter(plan=plan, lineage="").select_related("created_by").order_by("-number")
    return [_version(version, current=version.pk == plan.current_id) for version in versions]


def _version(version: PlanVersion, *, current: bool) -> VersionRow:
    phases = version.document.get("phases", [])
    return VersionRow(
        number=version.number,
        when=version.created_at,
        by=str(version.created_by or ""),
        current=current,
        minutes=sum(phase.get("minutes", 0) for phase in phases),
        phases=len(phases),
        activities=sum(len(phase.get("activities", [])) for phase in phases),
    )
