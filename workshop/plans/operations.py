"""The writers of plans. Each is one transaction that takes the plan's row first, so that versions follow each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workshop.accounts.models import Organisation, User
from workshop.kinds import Refused, activity_kinds
from workshop.plans import hooks
from workshop.plans.checking import check
from workshop.plans.models import Plan, PlanVersion
from workshop.plans.offers import again
from workshop.plans.rows import store_document
from workshop.plans.text import PhaseDoc, PlanDocument

Change = Callable[[PlanDocument], PlanDocument]
#: The lineage of the plan itself, see ``PlanVersion``.
OWN = ""


def create_plan(user: User, document: PlanDocument, *, demonstration: bool = False) -> Plan:
    """Store a new plan of this person's organisation, with its first version.

    Raises:
        Refused: ``too_long``, ``empty_title`` … as ``checking.check`` says; nothing is stored.
    """
    tidy = document.tidy()
    check(tidy)
    with transaction.atomic():
        plan = Plan.objects.create(
            organisation_id=user.organisation_id, owner=user, title=tidy.title, demonstration=demonstration
        )
        store_document(plan, tidy, user)
    plan.refresh_from_db()
    return plan


def empty_plan(user: User) -> Plan:
    """Store a plan to begin with, in the language of its page: five phases of the lesson, an hour in all."""
    titles = ((_("Engage"), "engage", 10), (_("Explore"), "explore", 15), (_("Explain"), "explain", 15))
    more = ((_("Elaborate"), "elaborate", 15), (_("Evaluate"), "evaluate", 5))
    phases = tuple(PhaseDoc(title=title, kind=kind, minutes=minutes) for title, kind, minutes in (*titles, *more))
    return create_plan(user, PlanDocument(title=_("Untitled plan"), language=get_language() or "en", phases=phases))


def edit_plan(plan: Plan, user: User, change: Change, *, base: int | None = None) -> PlanVersion:
    """Apply one change to the newest version of a plan; the result is the next version.

    ``base`` is the number of the version that the person saw. When the phases have changed since, the places in their
    page mean nothing any more and the change is refused.

    Returns:
        The newest version; the old one when the change changed nothing.

    Raises:
        Refused: ``changed_since``, or as the change and ``checking.check`` say; nothing is stored.
    """
    with transaction.atomic():
        current = newest(take(plan))
        before = PlanDocument.from_json(current.document)
        if base is not None and base != current.number:
            _same_phases(plan, base, before)
        after = change(before).tidy()
        if after == before:
            return current
        check(after)
        if after.title != plan.title:
            Plan.objects.filter(pk=plan.pk).update(title=after.title)
        store_document(plan, after, user)
    plan.refresh_from_db()
    return newest(plan)


def take(plan: Plan) -> Plan:
    """Take the plan's row until the transaction ends, by a write: on SQLite a reader cannot become the writer later.

    Raises Refused ``gone`` when it was removed in the meantime.
    """
    if not Plan.objects.filter(pk=plan.pk).update(changed_at=timezone.now()):
        raise Refused("gone", _("This plan has been removed."))
    plan.refresh_from_db()
    return plan


def newest(plan: Plan) -> PlanVersion:
    """The newest version of the plan's own lineage."""
    assert plan.current is not None
    return plan.current


def _same_phases(plan: Plan, base: int, now: PlanDocument) -> None:
    seen = document_of(plan, base)
    if seen is None or [phase.title for phase in seen.phases] != [phase.title for phase in now.phases]:
        raise Refused(
            "changed_since",
            _("This plan was changed in another window. Below is the plan as it is now; please do that again."),
        )


def document_of(plan: Plan, number: int) -> PlanDocument | None:
    """The document of a version of the plan's own lineage, None where there is none."""
    found = PlanVersion.objects.filter(plan=plan, lineage=OWN, number=number).values_list("document", flat=True).first()
    return None if found is None else PlanDocument.from_json(found)


def restore_version(plan: Plan, user: User, number: int) -> PlanVersion:
    """Make an old version the newest again. Nothing is lost: the versions between them stay in the list.

    Raises Refused ``gone`` when there is no such version.
    """
    old = document_of(plan, number)
    if old is None:
        raise Refused("gone", _("There is no version %(n)d of this plan.") % {"n": number})
    return edit_plan(plan, user, lambda _now: old)


def duplicate_plan(plan: Plan, user: User) -> Plan:
    """Store a copy of a plan, owned by whoever copies it. Sessions and old versions are not copied."""
    document = PlanDocument.from_json(newest(plan).document)
    with transaction.atomic():
        copy = create_plan(user, replace(document, title=_("Copy of %(title)s") % {"title": document.title[:250]}))
        _copy_uploads(newest(plan), newest(copy))
    return copy


def _copy_uploads(source: PlanVersion, target: PlanVersion) -> None:
    """Have each kind copy what it keeps outside its config (the pages of slides)."""
    copies = {activity.key: activity for activity in target.activities.select_related("version__plan")}
    for activity in source.activities.select_related("version__plan"):
        if activity.key in copies and activity.kind in activity_kinds:
            activity_kinds.get(activity.kind).copy(activity, copies[activity.key])


def remove_plan(plan: Plan) -> None:
    """Delete a plan with all its versions.

    Raises:
        Refused: ``in_use`` while something stands against it, for instance its sessions.
    """
    with transaction.atomic():
        take(plan)
        for reason in filter(None, (hold(plan) for hold in hooks.holds)):
            raise Refused("in_use", reason)
        for removal in hooks.removals:
            removal(plan)
        try:
            plan.delete()
        except ProtectedError:
            raise Refused("in_use", _("This plan has sessions. Erase them first, then the plan can go.")) from None


def settle_proposals(plan: Plan, ids: Iterable[str]) -> None:
    """Note proposals as accepted or not wanted: they are not offered again."""
    with transaction.atomic():
        settled = take(plan).settled_proposals
        plan.settled_proposals = [*settled, *(each for each in ids if each not in settled)]
        plan.save(update_fields=["settled_proposals"])


def offer_proposals_again(plan: Plan) -> None:
    """Offer every proposal again that is not in the plan."""
    with transaction.atomic():
        document = PlanDocument.from_json(newest(take(plan)).document)
        plan.settled_proposals = again(document, plan.settled_proposals)
        plan.save(update_fields=["settled_proposals"])


def default_owner(name: str, organisation: Organisation | None = None) -> User:
    """Whom an imported plan belongs to: the person of that user name, or the first member of staff.

    Raises:
        Refused: ``no_owner`` when there is nobody.
    """
    people = User.objects.filter(is_active=True).order_by("pk")
    if organisation is not None:
        people = people.filter(organisation=organisation)
    try:
        found = people.get(username=name) if name else people.first()
    except ObjectDoesNotExist:
        found = None
    if found is None:
        message = _("There is nobody called “%(name)s”.") if name else _("There is nobody yet who could own the plan.")
        raise Refused("no_owner", message % {"name": name[:150]} if name else message)
    return found
