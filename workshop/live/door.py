"""The one door of live sessions: who may come in, what they hear, what they may do (``realtime.door.Door``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, FilteredRelation, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from workshop.accounts.models import User
from workshop.kinds import Refused
from workshop.live import access, cookies, deadlines, stages
from workshop.live.access import Actor
from workshop.live.models import ActivityRun, Group, Membership, Participant, Session, Staff
from workshop.realtime.among import Among
from workshop.realtime.door import Handshake, Ticket

if TYPE_CHECKING:
    from workshop.realtime.ops import Call

#: Ops that a learner may still do when the session is over.
AFTER_THE_END = frozenset({"note", "leave", "profile"})
#: What staff of these permissions hear beside what all staff hear, as an audience of its own.
PEOPLE_AUDIENCE = "staff:people"
#: What staff hear who do not see the session: what is laid on their own desk, and nothing else.
DESK_AUDIENCE = "staff:desk"


class LiveDoor:
    """Lets learners in by signed cookie or bearer token, staff by their login, screens by the screen link."""

    def admit(self, handshakes: Sequence[Handshake]) -> list[Ticket | Refused]:
        """See ``realtime.door.Door``. Four queries at most, however large the wave; learners alone cost three."""
        wave = _Wave(handshakes)
        results = [wave.admit(handshake) for handshake in handshakes]
        for result in results:
            if isinstance(result, Ticket):
                deadlines.heard(result.session, result.actor)
        return results

    def refresh(self, session: int, tickets: Sequence[Ticket]) -> list[Ticket | Refused]:
        """See ``realtime.door.Door``. Four queries at most."""
        row = Session.objects.filter(pk=session).first()
        if row is None or row.erased_at:
            return [_gone() for _ticket in tickets]
        learners = _participants(ticket.actor.id for ticket in tickets if ticket.actor.role == "learner")
        groups = _groups(learners)
        staff = _users_of((ticket.actor.id for ticket in tickets if ticket.actor.key.startswith("u:")), [session])
        return [_refreshed(row, ticket, learners, groups, staff) for ticket in tickets]

    def catalogue(self, session: int) -> Mapping[str, tuple[str, ...]]:
        """See ``realtime.door.Door``."""
        return stages.catalogue(session)

    def may(self, actor: Any, permission: str) -> bool:
        """See ``realtime.door.Door``."""
        return isinstance(actor, Actor) and access.may(actor, permission)

    def check(self, calls: Sequence[Call[Any]]) -> list[Refused | None]:
        """See ``realtime.door.Door``. One query for a vote of learners who may all act, else four at most."""
        if _all_may(calls):
            for call in calls:
                deadlines.heard(call.session, call.actor)
            return [None] * len(calls)
        sessions = Session.objects.in_bulk({call.session for call in calls})
        learners = _participants(call.actor.id for call in calls if call.actor.role == "learner")
        staff = _roles((call.session, call.actor.id) for call in calls if call.actor.key.startswith("u:"))
        results: list[Refused | None] = []
        for call in calls:
            refusal = _checked(call, sessions.get(call.session), learners, staff)
            if refusal is None:
                deadlines.heard(call.session, call.actor)
            results.append(refusal)
        return results

    def known(self, heads: Sequence[tuple[int, str]]) -> set[tuple[int, str]]:
        """See ``realtime.door.Door``: heads of sessions, of their activities, and of their groups."""
        numbers = {place: _numbers(place[1]) for place in heads}
        runs = ActivityRun.objects.filter(
            session__in={session for session, _name in heads},
            activity__in={each[0] for each in numbers.values() if each},
        )
        activities = set(runs.values_list("session_id", "activity_id"))
        groups = set(
            Group.objects.filter(pk__in={each[1] for each in numbers.values() if len(each) > 1}).values_list(
                "group_set__session_id", "pk"
            )
        )
        return {
            (session, name)
            for (session, name), each in numbers.items()
            if all((session, number) in found for number, found in zip(each, (activities, groups), strict=False))
        }

    def may_watch(self, actor: Any, slot: str) -> bool:
        """See ``realtime.door.Door``. Staff look into boards, walls and, with the right to see people, into answers."""
        if not isinstance(actor, Actor):
            return False
        prefix = slot.partition(":")[0]
        return access.may(actor, _WATCH.get(prefix, "session.see"))

    def deadline(self, session: int) -> datetime | None:
        """See ``realtime.door.Door``."""
        return deadlines.next_instant(session)

    def due(self, session: int) -> None:
        """See ``realtime.door.Door``. Now and then also for the sessions that no process follows."""
        deadlines.meet(session)
        deadlines.meet_overdue()


#: Permissions of slots that not all staff may watch.
_WATCH = {"queue": "people.see", "people": "people.see", "answers": "answers.moderate", "you": "learner.self"}


def _numbers(head: str) -> list[int]:
    """The numbers in a head's name, activity first; [-1] stands for those that no row can have."""
    parts = head.split(":")[1:]
    numbers = [int(part) if part.isascii() and part.isdigit() else -1 for part in parts]
    return numbers if all(number < 2**63 for number in numbers) else [-1]


def staff_actor(session: Session, user: Any) -> Actor | None:
    """The actor of a signed-in user in a session, or None. Organisers observe every session of their organisation."""
    if not getattr(user, "is_authenticated", False) or user.organisation_id != session.organisation_id:
        return None
    role = Staff.objects.filter(session=session, user=user.pk).values_list("role", flat=True).first()
    return _staff(session, user.pk, role or ("observer" if user.is_organiser else ""), user.language)


def learner_actor(session: Session, cookies_: Mapping[str, str]) -> tuple[Actor, Participant] | None:
    """The learner whose cookie of this session a request brings, or None (not joined, removed, erased)."""
    proof = cookies.read_participant(cookies_, session.public_id)
    return actor_of(session, proof) if proof else None


def actor_of(session: Session, proof: cookies.Proof) -> tuple[Actor, Participant] | None:
    """The learner of a proof, or None (of another session, removed, erased)."""
    person = Participant.objects.filter(pk=proof.participant, session=session, removed_at=None, erased_at=None).first()
    if person is None or proof.public_id != session.public_id:
        return None
    return learner(session, person, proof.secret), person


def learner(session: Session, person: Participant, secret: bytes, language: str = "") -> Actor:
    """A participant as an actor."""
    return Actor(
        session=session.pk,
        role="learner",
        key=person.key,
        id=person.pk,
        profile=person.profile,
        secret=secret,
        language=person.language or language or session.language,
        simulated=person.simulated,
    )


def screen_actor(session: Session, cookies_: Mapping[str, str]) -> Actor | None:
    """The screen whose cookie a request brings, or None."""
    if not session.screen_token or cookies.read_screen(cookies_, session.public_id) != session.screen_token:
        return None
    return _screen(session)


def visitor(session: Session, key: str) -> Actor:
    """Somebody who is about to join; ``key`` tells one attempt from another."""
    return Actor(session=session.pk, role="visitor", key=f"v:{key}")


class _Wave:
    """What a wave of handshakes needs, read at once."""

    def __init__(self, handshakes: Sequence[Handshake]) -> None:
        self._proofs = [_proof(each) if each.right == "learner" else None for each in handshakes]
        self._of = dict(zip(map(id, handshakes), self._proofs, strict=True))
        users = {each.user_id for each in handshakes if each.right == "staff" and each.user_id}
        names = {each.public_id for each in handshakes}
        self._sessions = {row.public_id: row for row in Session.objects.filter(public_id__in=names)}
        self._people = _participants(proof.participant for proof in self._proofs if proof)
        self._groups = _groups(self._people)
        self._users = _users_of(users, [row.pk for row in self._sessions.values()])

    def admit(self, handshake: Handshake) -> Ticket | Refused:
        session = self._sessions.get(handshake.public_id)
        if session is None or session.erased_at:
            return _gone()
        if handshake.right == "staff":
            return self._admit_staff(session, handshake)
        if handshake.right == "screen":
            return _screen_ticket(session) if screen_actor(session, handshake.cookies) else _not_joined()
        return self._admit_learner(session, handshake)

    def _admit_learner(self, session: Session, handshake: Handshake) -> Ticket | Refused:
        proof = self._of[id(handshake)]
        person = self._people.get(proof.participant) if proof else None
        if proof is None or person is None or person.session_id != session.pk:
            return _not_joined()
        if person.removed_at or person.erased_at:
            return _removed()
        actor = learner(session, person, proof.secret, accepted(handshake.languages))
        return _learner_ticket(session, actor, person, self._groups.get(person.pk, ()))

    def _admit_staff(self, session: Session, handshake: Handshake) -> Ticket | Refused:
        user = self._users.get((session.pk, handshake.user_id or 0)) or self._users.get((0, handshake.user_id or 0))
        if user is None or user[1] != session.organisation_id:
            return _not_joined()
        actor = _staff(session, handshake.user_id or 0, user[0], user[2] or accepted(handshake.languages))
        return _staff_ticket(session, actor) if actor else _not_joined()


def accepted(languages: str) -> str:
    """The first language of an Accept-Language header that Plenary speaks, or ''."""
    known = {code for code, _name in settings.LANGUAGES}
    for language, _weight in parse_accept_lang_header(languages[:500]):
        for code in (language, language.partition("-")[0]):
            if code in known:
                return code
    return ""


def _proof(handshake: Handshake) -> cookies.Proof | None:
    if handshake.bearer:
        return cookies.read_token(handshake.bearer, handshake.public_id)
    return cookies.read_participant(handshake.cookies, handshake.public_id)


def _all_may(calls: Sequence[Call[Any]]) -> bool:
    """Whether all are learners who are still there, in sessions that go on: counted by the database, no row is read."""
    learners: dict[int, set[int]] = {}
    for call in calls:
        if call.actor.role != "learner":
            return False
        learners.setdefault(call.session, set()).add(call.actor.id)
    everybody = [person for people in learners.values() for person in people]
    there = Participant.objects.filter(
        Among("pk", everybody), removed_at=None, erased_at=None, session__erased_at=None
    ).exclude(session__state="ended")
    counted = dict(there.values_list("session_id").annotate(Count("pk")))
    return all(counted.get(session) == len(people) for session, people in learners.items())


def _participants(ids: Iterable[int]) -> dict[int, Participant]:
    wanted = set(ids)
    return {person.pk: person for person in Participant.objects.filter(Among("pk", wanted))} if wanted else {}


def _groups(people: Mapping[int, Participant]) -> dict[int, tuple[int, ...]]:
    """The present groups of these participants, in one query."""
    found: dict[int, tuple[int, ...]] = {}
    if people:
        rows = Membership.objects.filter(participant__in=list(people), until=None).order_by("group")
        for person, group in rows.values_list("participant_id", "group_id"):
            found[person] = (*found.get(person, ()), group)
    return found


def _users_of(users: Iterable[int], sessions: Sequence[int]) -> dict[tuple[int, int], tuple[str, int, str]]:
    """``{(session, user): (role, organisation, language)}``; session 0 is what an organiser is everywhere."""
    users = set(users)
    if not users:
        return {}
    found: dict[tuple[int, int], tuple[str, int, str]] = {}
    rows = User.objects.filter(pk__in=users, is_active=True).annotate(
        here=FilteredRelation("staff_in", condition=Q(staff_in__session__in=list(sessions)))
    )
    values = rows.values_list("pk", "organisation_id", "language", "is_organiser", "here__session_id", "here__role")
    for user, organisation, language, organiser, session, role in values:
        if role:
            found[session, user] = (role, organisation, language)
        if organiser:
            found[0, user] = ("observer", organisation, language)
    return found


def _roles(places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    wanted = set(places)
    if not wanted:
        return {}
    rows = Staff.objects.filter(session__in={s for s, _user in wanted}, user__in={u for _session, u in wanted})
    rows = rows.filter(user__is_active=True)
    return {(session, user): role for session, user, role in rows.values_list("session_id", "user_id", "role")}


def _checked(
    call: Call[Any],
    session: Session | None,
    learners: Mapping[int, Participant],
    staff: Mapping[tuple[int, int], str],
) -> Refused | None:
    if session is None or session.erased_at:
        return _gone()
    actor = call.actor
    if actor.role == "learner":
        person = learners.get(actor.id)
        if person is None or person.session_id != session.pk or person.removed_at or person.erased_at:
            return _removed()
        if session.state == "ended" and call.op not in AFTER_THE_END:
            return Refused("ended", _("This session has ended."))
    elif actor.key.startswith("u:") and staff.get((call.session, actor.id)) != actor.role:
        return Refused("not_allowed", _("Your role in this session has changed. Please reload."))
    return None


def _refreshed(
    session: Session,
    ticket: Ticket,
    learners: Mapping[int, Participant],
    groups: Mapping[int, tuple[int, ...]],
    staff: Mapping[tuple[int, int], tuple[str, int, str]],
) -> Ticket | Refused:
    actor: Actor = ticket.actor
    if actor.role == "screen":
        return _screen_ticket(session)
    if actor.role == "learner":
        person = learners.get(actor.id)
        if person is None or person.removed_at or person.erased_at:
            return _removed()
        fresh = learner(session, person, actor.secret, ticket.language)
        return _learner_ticket(session, fresh, person, groups.get(person.pk, ()))
    found = staff.get((session.pk, actor.id)) or staff.get((0, actor.id))
    role = found[0] if found and found[1] == session.organisation_id else ""
    fresh_staff = _staff(session, actor.id, role, ticket.language)
    return _staff_ticket(session, fresh_staff) if fresh_staff else _not_joined()


def _staff(session: Session, user: int, role: str, language: str) -> Actor | None:
    if not role:
        return None
    return Actor(session=session.pk, role=role, key=f"u:{user}", id=user, language=language or session.language)


def _learner_ticket(session: Session, actor: Actor, person: Participant, groups: Sequence[int]) -> Ticket:
    audiences = ["learner"]
    if person.profile:
        audiences.append(f"learner:{person.profile}")
    audiences += [f"group:{group}" for group in groups]
    audiences.append(f"person:{person.key}")
    you = {"role": "learner", "key": person.key, "number": person.number, "name": person.name, "label": person.label}
    return _ticket(session, actor, tuple(audiences), you)


def _staff_ticket(session: Session, actor: Actor) -> Ticket:
    audiences = ["staff" if access.may(actor, "session.see") else DESK_AUDIENCE]
    if access.may(actor, "people.see"):
        audiences.append(PEOPLE_AUDIENCE)
    return _ticket(session, actor, tuple(audiences), {"role": actor.role, "key": actor.key})


def _screen(session: Session) -> Actor:
    return Actor(session=session.pk, role="screen", key="screen", language=session.language)


def _screen_ticket(session: Session) -> Ticket:
    return _ticket(session, _screen(session), ("screen",), {"role": "screen"})


def _ticket(session: Session, actor: Actor, audiences: tuple[str, ...], you: dict[str, Any]) -> Ticket:
    return Ticket(session=session.pk, actor=actor, audiences=audiences, language=actor.language, you=you)


def _not_joined() -> Refused:
    return Refused("not_joined", _("Please join this session first."))


def _removed() -> Refused:
    return Refused("removed", _("You are no longer part of this session."))


def _gone() -> Refused:
    return Refused("no_session", _("There is no such session."))


def seen_since() -> datetime:
    """The instant from which somebody counts as here: the last ten minutes."""
    return timezone.now() - timedelta(minutes=10)
