"""What people type to name a plan, a session or an activity in a command: an id or a key."""

from __future__ import annotations

from django.utils.translation import gettext as _

from workshop.kinds import Refused
from workshop.live.models import Session
from workshop.plans.models import Activity, Plan


def plan_called(name: str) -> Plan:
    """The plan of that id, else the newest of exactly that title. Raises Refused ``no_plan``."""
    plans = Plan.objects.select_related("current", "owner")
    found = plans.filter(pk=int(name)).first() if name.isdecimal() else plans.filter(title=name).order_by("-pk").first()
    if found is None:
        raise Refused("no_plan", _("There is no plan “%(name)s”.") % {"name": name})
    return found


def session_called(name: str) -> Session:
    """The session of that public id, join code or number. Raises Refused ``no_session``."""
    sessions = Session.objects.filter(erased_at=None)
    found = sessions.filter(public_id=name).first() or (sessions.filter(code=name).first() if name else None)
    if found is None and name.isdecimal():
        found = sessions.filter(pk=int(name)).first()
    if found is None:
        raise Refused("no_session", _("There is no session “%(name)s”.") % {"name": name})
    return found


def activity_called(session: Session, name: str) -> Activity:
    """The session's activity of that key or id. Raises Refused ``no_activity``."""
    activities = Activity.objects.filter(version=session.version_id)
    found = activities.filter(key=name).first()
    if found is None and name.isdecimal():
        found = activities.filter(pk=int(name)).first()
    if found is None:
        keys = ", ".join(activities.values_list("key", flat=True))
        message = _("There is no activity “%(name)s”. There are: %(keys)s.") % {"name": name, "keys": keys}
        raise Refused("no_activity", message)
    return found
