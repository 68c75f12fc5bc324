"""What a batch of answers must know of the activities concerned, read inside the locks: one query for each thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from workshop.kinds import Refused, activity_kinds
from workshop.live import timing
from workshop.live.models import ActivityRun, Membership, Participant, PhaseRun, Session
from workshop.realtime.among import Among

#: By its path Django would find it too, by way of an exception that keeps the whole batch from being freed before the
#: next collection of garbage.
_TOGETHER = KeyTransform("one_per_table", "activity__config")


@dataclass(slots=True)
class Running:
    """The current round of an activity and what is copied to its answers."""

    session: int
    activity: int
    round: int
    state: str
    frozen: bool
    opened_at: datetime | None
    closes_at: datetime | None
    phase: int
    group_set: str
    for_profiles: list[str]
    kind: str = ""
    #: One answer stands for everybody at a table.
    together: bool | None = None
    #: Keys of the questions that may be answered now, None for all.
    asking: Collection[str] | None = None

    def check(self, round_: int, question: str, now: datetime, *, profile: str = "", extra_time: bool = False) -> None:
        """Refuse an answer that may not be given now, with the present state and round for programs."""
        if self.for_profiles and profile not in self.for_profiles:
            raise self._no("not_for_you", _("This is for others in the room."))
        if round_ != self.round:
            raise self._no("old_round", _("A new round has begun. Please answer again."))
        if self.state == "ready":
            raise self._no("not_open", _("This has not been opened yet."))
        over = self.closes_at is not None and now >= timing.last_moment(self, extra_time=extra_time)
        if self.state == "closed" or over:
            raise self._no("closed", _("This closed a moment ago."))
        if self.asking is not None and question not in self.asking:
            raise self._no("closed", _("This question is not asked now."))
        if self.frozen:
            raise self._no("frozen", _("Answers are stopped for a moment. Please wait."))

    def _no(self, code: str, message: object) -> Refused:
        return Refused(code, str(message), state=self.state, round=self.round)


def running(activities: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Running]:
    """The current round of each ``(session, activity)``; those that the session does not have are missing."""
    wanted = set(activities)
    rows = (
        ActivityRun.objects.filter(
            session_id__in={session for session, _activity in wanted},
            activity_id__in={activity for _session, activity in wanted},
        )
        .order_by("round")
        .values_list(
            "session_id", "activity_id", "round", "state", "frozen", "opened_at", "closes_at",
            "activity__phase_id", "activity__group_set", "activity__for_profiles", "activity__kind",
            _TOGETHER,
        )
    )  # fmt: skip
    # Later rounds overwrite earlier ones.
    found = {(row[0], row[1]): Running(*row) for row in rows if (row[0], row[1]) in wanted}
    _add_steps([run for run in found.values() if run.kind in activity_kinds and activity_kinds.get(run.kind).in_steps])
    return found


def _add_steps(runs: list[Running]) -> None:
    """Which questions are asked now, where they are asked one after the other; no query where they are not."""
    if not runs:
        return
    here = {(run.session, run.activity, run.round): run for run in runs}
    rows = ActivityRun.objects.filter(
        session_id__in={run.session for run in runs}, activity_id__in={run.activity for run in runs}
    )
    for row in rows.select_related("activity").prefetch_related("activity__questions"):
        run = here.get((row.session_id, row.activity_id, row.round))
        if run is not None:
            run.asking = activity_kinds.get(run.kind).asking(row)


def groups(runs: Iterable[Running], participants: Iterable[int]) -> dict[tuple[int, str, int], str]:
    """Number of the present group, as text, by ``(session, group set, participant)``."""
    sets = {(run.session, run.group_set) for run in runs if run.group_set}
    if not sets:
        return {}
    rows = Membership.objects.filter(
        Among("participant_id", participants),
        until__isnull=True,
        group_set__session_id__in={session for session, _key in sets},
        group_set__key__in={key for _session, key in sets},
    ).values_list("group_set__session_id", "group_set__key", "participant_id", "group__number")
    return {(session, key, participant): str(number) for session, key, participant, number in rows}


def group_sizes(runs: Iterable[Running]) -> Mapping[tuple[int, str, str], int]:
    """How many people are in each group, by ``(session, group set, number)``; asked only where tables answer as one."""
    sets = {(run.session, run.group_set) for run in runs if run.together and run.group_set}
    if not sets:
        return {}
    rows = Membership.objects.filter(
        until__isnull=True,
        group_set__session_id__in={session for session, _key in sets},
        group_set__key__in={key for _session, key in sets},
    ).values_list("group_set__session_id", "group_set__key", "group__number")
    return Counter((session, key, str(number)) for session, key, number in rows)


def phase_starts(places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], datetime]:
    """When each ``(session, phase)`` began: the finest time an anonymous answer carries.

    Before the first phase (a question in the lobby) it is the making of the session.
    """
    wanted = set(places)
    if not wanted:
        return {}
    sessions = {session for session, _phase in wanted}
    made = dict(Session.objects.filter(pk__in=sessions).values_list("pk", "created_at"))
    begun = PhaseRun.objects.filter(
        session_id__in=sessions, phase_id__in={phase for _session, phase in wanted}, started_at__isnull=False
    ).values_list("session_id", "phase_id", "started_at")
    starts = {(session, phase): at for session, phase, at in begun if at is not None}
    return {place: starts.get(place, made[place[0]]) for place in wanted if place[0] in made}


def with_extra_time(runs: Iterable[Running], participants: Iterable[int], now: datetime) -> set[int]:
    """Those of the participants who have extra time; asked only when a timer has run out."""
    if not any(run.closes_at is not None and now >= run.closes_at for run in runs):
        return set()
    rows = Participant.objects.filter(Among("pk", participants), extra_time=True)
    return set(rows.values_list("pk", flat=True))
