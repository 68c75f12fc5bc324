"""Seats: who comes in gets the next one, as long as there is room.

The limits are of a session, never of an address: a class is one address (reliability notes, 6.2).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _
from pydantic import Field

from workshop.accounts.models import User
from workshop.kinds import Json, Refused
from workshop.live import hooks, names, profiles
from workshop.live.models import Attendance, Participant, Session
from workshop.realtime.inbox import Batch
from workshop.realtime.ops import Payload

LANGUAGE = r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?$"
#: People in one session, practice learners not counted; far above a hall.
MOST_PEOPLE = 10_000
#: How many may come in within a minute.
JOINS_A_MINUTE = 3_000


class About(Payload):
    """What a learner says about themselves; what is left out stays as it is."""

    #: Of any length: ``names`` has a sentence for a long one.
    name: str | None = None
    profile: str | None = Field(default=None, max_length=profiles.MAX_LABEL)
    familiarity: dict[str, Literal[1, 2, 3]] | None = None
    language: str | None = Field(default=None, pattern=LANGUAGE, max_length=12)


class Room:
    """One session while people join it in this batch."""

    def __init__(self, session: int, now: datetime) -> None:
        self.session = Session.objects.select_related("version", "phase").get(pk=session)
        rows = Participant.objects.filter(session=session)
        people = Q(simulated=False)
        counts = rows.aggregate(
            highest=Max("number"),
            there=Count("pk", filter=people & Q(removed_at=None, erased_at=None)),
            lately=Count("pk", filter=people & Q(joined_at__gt=now - timedelta(minutes=1))),
        )
        self._number = counts["highest"] or 0
        self._there, self._lately = counts["there"], counts["lately"]
        self._names = list(rows.exclude(name="").values_list("name", flat=True))
        self._options = profiles.options_of(self.session.version)
        self._staff = staff_names(self.session)
        self.seated: list[Participant] = []

    def seat(self, about: About) -> Any:
        """A participant for each call, not stored yet. Raises Refused."""
        self._check_open()
        name = names.clean_name(about.name or "", reserved=self._staff) if self.session.names != "none" else ""
        if not name and self.session.names == "required":
            raise Refused("name_needed", _("Please give a name: this session keeps a list of who was there."))
        profile, familiarity = profiles.checked(self._options, about.profile or "", about.familiarity or {})
        name = names.told_apart(name, self._names)
        self._names.append(name)
        self._number += 1
        person = Participant(
            session=self.session,
            number=self._number,
            name=name,
            profile=profile,
            familiarity=familiarity,
            language=about.language or "",
        )
        self.seated.append(person)
        self._there += 1
        self._lately += 1
        return person

    def simulate(self, batch: Batch, count: int) -> dict[str, Json]:
        """Seat practice learners, spread over the backgrounds."""
        backgrounds = self._options.backgrounds or ("",)
        for _place in range(count):
            self._number += 1
            profile = backgrounds[self._number % len(backgrounds)]
            self.seated.append(Participant(session=self.session, number=self._number, profile=profile, simulated=True))
        self.write(batch, batch.move(self.session.pk, "people"))
        return {"people": [person.pk for person in self.seated]}

    def write(self, batch: Batch, revision: int) -> None:
        """Store those seated, and place latecomers."""
        for person in self.seated:
            person.seen_at, person.revision = batch.now, revision
        Participant.objects.bulk_create(self.seated)
        if self.session.phase is not None and self.session.state == "running":
            phase = self.session.phase
            Attendance.objects.bulk_create([Attendance(participant=person, phase_run=phase) for person in self.seated])
            for person in self.seated:
                for arrive in hooks.arrivals:
                    arrive(batch, self.session, person)

    def _check_open(self) -> None:
        if self.session.state == "ended":
            raise Refused("ended", _("This session has ended."))
        if not self.session.door_open:
            raise Refused("not_open", _("The door of this session is not open. Please wait a moment and try again."))
        if self._there >= MOST_PEOPLE:
            raise Refused("full", _("This session is full. Please tell the person who leads it."))
        if self._lately >= JOINS_A_MINUTE:
            raise Refused("busy", _("Very many people are joining just now. Please press Join again in a moment."))


def staff_names(session: Session) -> list[str]:
    """Names that no learner may take."""
    return [str(user) for user in User.objects.filter(staff_in__session=session)]
