"""Who helps to run a session: roles of other staff."""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field

from workshop.accounts.models import User
from workshop.kinds import Json, Refused
from workshop.live.desk import audit
from workshop.live.models import Session, Staff
from workshop.realtime.inbox import Batch
from workshop.realtime.ops import Call, Payload, op


class Role(Payload):
    """User ``u`` gets a role in the session, or '' for none."""

    u: int = Field(ge=1, le=2**53)
    role: Literal["facilitator", "cofacilitator", "moderator", "observer", "presenter", ""]


def people_head(call: Call[Any]) -> tuple[str, ...]:
    """With the head of people every process asks again who may hear what."""
    del call
    return ("people",)


@op("staff.set", Role, permission="staff.edit", heads=people_head)
def set_role(batch: Batch, call: Call[Role]) -> dict[str, Json]:
    """Give somebody of the organisation a role, another one, or none.

    Refuses ``no_person``, and ``last_facilitator`` where nobody could lead the session any more.
    """
    session = Session.objects.get(pk=call.session)
    user = User.objects.filter(pk=call.payload.u, organisation=session.organisation_id, is_active=True).first()
    if user is None:
        raise Refused("no_person", _("There is no such person in your organisation."))
    others = Staff.objects.filter(session=session, role="facilitator").exclude(user=user)
    if call.payload.role != "facilitator" and not others.exists():
        raise Refused("last_facilitator", _("Somebody must lead this session. Make another facilitator first."))
    rows = Staff.objects.filter(session=session, user=user)
    if call.payload.role:
        Staff.objects.update_or_create(session=session, user=user, defaults={"role": call.payload.role})
    else:
        rows.delete()
    batch.move(call.session, "people")
    audit(batch, call, f"u:{user.pk}")
    return {"u": user.pk, "role": call.payload.role}
