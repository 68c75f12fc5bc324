"""Who may do what: one table, asked by permission, never by role.

The core's own permissions stand here; kinds add theirs with ``grant`` while Django starts.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Roles of actors. Staff roles are those of ``Staff.role``; the rest are not stored. A visitor has not joined yet.
ROLES = ("facilitator", "cofacilitator", "moderator", "observer", "presenter", "learner", "screen", "visitor", "system")
LEADS = ("facilitator", "cofacilitator")
STAFF = ("facilitator", "cofacilitator", "moderator", "observer", "presenter")
#: Staff who see the session. A moderator is in it too, but sees a page of their own alone (``hooks.desks``).
WATCHERS = ("facilitator", "cofacilitator", "observer", "presenter")

_table: dict[str, frozenset[str]] = {}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts in one session.

    Args:
        session: the session's number.
        role: one of ``ROLES``.
        key: ``p:<participant>``, ``u:<user>``, ``screen`` or ``system``.
        id: of the participant or user, else 0.
        profile: a learner's background, copied to answers.
        secret: a learner's own 128 bits, from the signed cookie only; b"" for all others.
        language: for rendered HTML.
        simulated: a practice learner.
    """

    session: int
    role: str
    key: str
    id: int = 0
    profile: str = ""
    secret: bytes = b""
    language: str = "en"
    simulated: bool = False


def system(session: int) -> Actor:
    """The server itself: timers and commands."""
    return Actor(session=session, role="system", key="system")


def grant(permission: str, *roles: str) -> None:
    """Give a permission to roles (adds to those that have it). ``system`` has every permission."""
    unknown = set(roles) - set(ROLES)
    if unknown:
        message = f"no such roles: {sorted(unknown)}"
        raise ValueError(message)
    _table[permission] = _table.get(permission, frozenset()) | frozenset(roles)


def may(actor: Actor, permission: str, session: int | None = None) -> bool:
    """Whether the actor has the permission in that session (default: their own). Default deny."""
    if session is not None and session != actor.session:
        return False
    return actor.role == "system" or actor.role in _table.get(permission, frozenset())


def table() -> dict[str, frozenset[str]]:
    """The whole role table, for the permission matrix."""
    return dict(_table)


for _permission, _roles in {
    "session.enter": STAFF,
    "session.see": WATCHERS,
    "session.drive": LEADS,
    "session.edit": LEADS,
    "session.end": LEADS,
    "session.settings": ("facilitator", "cofacilitator"),
    "session.export": ("facilitator", "cofacilitator"),
    "session.erase": ("facilitator",),
    "staff.edit": ("facilitator",),
    "screen.step": (*LEADS, "presenter", "screen"),
    "screen.show": (*LEADS, "presenter"),
    "results.see": WATCHERS,
    "results.show": LEADS,
    "people.see": LEADS,
    "people.edit": LEADS,
    "queue.clear": LEADS,
    "groups.edit": LEADS,
    "answers.moderate": LEADS,
    "respond": ("learner",),
    "learner.self": ("learner",),
    "session.join": ("visitor",),
    "server": (),
}.items():
    grant(_permission, *_roles)
