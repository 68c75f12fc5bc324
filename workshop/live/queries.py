"""What pages and slots read of a live session, as typed values, with a number of queries that never grows with people.

A reader of a slot reads its heads first and calls these afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from workshop.kinds import Progress
from workshop.live import timing
from workshop.live.buttons import MainButton, main_button
from workshop.live.codes import spaced
from workshop.live.models import ActivityRun, Group, Participant, Session
from workshop.live.stages import Scene, kind_of, load, phase_time
from workshop.live.undo import label_of
from workshop.realtime import presence
from workshop.realtime.among import Among

SEEN = timedelta(minutes=10)
#: The notes of a phase in the order of the panel: field of ``Phase`` and what stands before it.
NOTES = ("facilitator_actions", "learner_activities", "differentiation", "resources", "technology", "notes")


@dataclass(frozen=True, slots=True)
class PhaseView:
    """A phase with its place on the timeline. ``run`` is the number that ``session.next`` calls ``from``."""

    run: int
    key: str
    title: str
    kind: str
    number: int
    minutes: int
    extra_ms: int
    line: timing.Line
    used_ms: int
    left_ms: int
    notes: dict[str, str]

    @property
    def state(self) -> str:
        """``done``, ``now`` or ``to_come``."""
        return self.line.state


@dataclass(frozen=True, slots=True)
class ActivityView:
    """An activity of the panel's list, with its current round and what may be done with it now."""

    run: ActivityRun
    id: int
    kind: str
    kind_label: str
    icon: str
    title: str
    state: str
    round: int
    focus: bool
    on_stage: bool
    kept: bool
    child: bool
    has_results: bool
    progress: Progress | None
    #: Whether ``progress`` counts groups, not people.
    in_groups: bool
    #: Until when *Resume* goes on with the same round, None when it does not.
    resume_until: datetime | None
    #: Names of the acts that make sense now: open, close, resume, round, freeze, thaw, show, timer …
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockView:
    """The clock of the phase: ``left`` ms at the instant ``at``, running or not."""

    at: int
    left: int
    total: int
    running: bool
    until: str

    def data(self) -> dict[str, Any]:
        """As the slot ``clock`` carries it."""
        return {"at": self.at, "left": self.left, "total": self.total, "running": self.running, "until": self.until}


@dataclass(frozen=True, slots=True)
class UndoView:
    """The last step, while it can be taken back."""

    label: str
    until: datetime


@dataclass(frozen=True, slots=True)
class RoomState:
    """Who is there: joined, online now, seen in the last ten minutes; answered by activity; backgrounds."""

    joined: int
    online: int
    seen: int
    simulated: int
    answered: dict[int, int] = field(default_factory=dict)
    profiles: tuple[tuple[str, int], ...] = ()

    def data(self) -> dict[str, Any]:
        """As the slot ``room`` carries it to staff."""
        return {
            "joined": self.joined,
            "online": self.online,
            "seen": self.seen,
            "practice": self.simulated,
            "answered": {str(activity): count for activity, count in self.answered.items()},
            "profiles": [list(pair) for pair in self.profiles],
        }


@dataclass(frozen=True, slots=True)
class PanelState:
    """Everything that the control panel shows beside the people."""

    session: Session
    phases: tuple[PhaseView, ...]
    current: PhaseView | None
    following: PhaseView | None
    clock: ClockView | None
    drift_ms: int
    planned_end: datetime | None
    ends_at: datetime | None
    main: MainButton
    activities: tuple[ActivityView, ...]
    #: Activities of the other phases by phase run, for looking ahead: ``{12: ("Which …", …)}``.
    titles: dict[int, tuple[str, ...]]
    terms: tuple[tuple[str, str], ...]
    undo: UndoView | None
    code: str
    now: datetime


def panel_state(session: int, now: datetime | None = None) -> PanelState | None:
    """The control panel's state, or None when there is no such session."""
    scene = load(session)
    if scene is None:
        return None
    now = now or timezone.now()
    row = scene.session
    phases = phase_views(scene, now)
    current = next((each for each in phases if each.run == row.phase_id), None)
    place = scene.number
    return PanelState(
        session=row,
        phases=phases,
        current=current,
        following=phases[place] if place < len(phases) else None,
        clock=clock_view(scene, now),
        drift_ms=timing.drift_ms([each.line for each in phases]),
        planned_end=phases[-1].line.planned_until if phases else None,
        ends_at=phases[-1].line.actual_until if phases else None,
        main=main_button(scene),
        activities=tuple(activity_views(scene, now)),
        titles=_titles(scene),
        terms=_terms(row),
        undo=undo_view(row, now),
        code=spaced(row.code),
        now=now,
    )


def phase_views(scene: Scene, now: datetime) -> tuple[PhaseView, ...]:
    """All phases with planned and actual times."""
    row, times = scene.session, [phase_time(each) for each in scene.phases]
    lines = timing.timeline(times, row.ended_at or now, planned_start=row.planned_start, paused_at=row.paused_at)
    return tuple(
        PhaseView(
            run=run.pk,
            key=run.phase.key,
            title=run.phase.title,
            kind=run.phase.kind,
            number=number,
            minutes=run.minutes,
            extra_ms=run.extra_ms,
            line=line,
            used_ms=timing.elapsed_ms(time, now, row.paused_at),
            left_ms=timing.left_ms(time, now, row.paused_at),
            notes={name: text for name in NOTES if (text := getattr(run.phase, name))},
        )
        for number, (run, time, line) in enumerate(zip(scene.phases, times, lines, strict=True), 1)
    )


def clock_view(scene: Scene, now: datetime) -> ClockView | None:
    """The clock of the phase that runs; the same bytes in every process until something changes."""
    phase, row = scene.phase, scene.session
    if phase is None or phase.started_at is None or row.state != "running":
        return None
    time = phase_time(phase)
    # Counted from the start of the phase or the pause, so that it does not depend on when it is read.
    at = row.paused_at or phase.started_at + timedelta(milliseconds=phase.paused_ms)
    until = "" if row.paused_at else timing.in_words(timing.ends_at(time, now))
    left = timing.left_ms(time, at, row.paused_at)
    return ClockView(timing.epoch_ms(at), left, round(time.length.total_seconds() * 1000), not row.paused_at, until)


def stage_data(scene: Scene, now: datetime, audience: str) -> dict[str, Any]:
    """As the slot ``stage`` carries it: the phase and the ordered activities of this audience."""
    row, phase, focus = scene.session, scene.phase, scene.focus()
    clock = clock_view(scene, now)
    runs = scene.for_staff() if audience.startswith("staff") else scene.on_stage()
    if audience.startswith("learner"):
        runs = [run for run in runs if run.activity.audience != "screen"]
    return {
        "state": row.state,
        "paused": row.paused_at is not None,
        "phase": phase
        and {
            "key": phase.phase.key,
            "title": phase.phase.title,
            "kind": phase.phase.kind,
            "number": scene.number,
            "count": len(scene.phases),
            "until": clock.until if clock else "",
            "minutes": phase.minutes,
        },
        "activities": [_stage_line(run, focus) for run in runs],
    }


def _stage_line(run: ActivityRun, focus: ActivityRun | None) -> dict[str, Any]:
    line: dict[str, Any] = {
        "id": run.activity_id,
        "r": run.changed,
        "kind": run.activity.kind,
        "title": run.activity.title,
        "state": run.state,
        "round": run.round,
        "focus": run is focus,
    }
    if run.activity.for_profiles:
        line["for"] = run.activity.for_profiles
    return line


def activity_views(scene: Scene, now: datetime) -> list[ActivityView]:
    """The activities of the phase that runs and those kept open; before the start those of the first phase."""
    focus, kept, on_stage = scene.focus(), scene.kept(), scene.on_stage()
    runs = scene.for_staff()
    if scene.session.state == "lobby" and scene.phases:
        runs = [run for run in scene.runs if run.activity.phase_id == scene.phases[0].phase_id]
    views = []
    for run in runs:
        kind = kind_of(run)
        until = resume_until(run)
        views.append(
            ActivityView(
                run=run,
                id=run.activity_id,
                kind=run.activity.kind,
                kind_label=str(kind.label) if kind else run.activity.kind,
                icon=kind.icon if kind else "note",
                title=run.activity.title,
                state=run.state,
                round=run.round,
                focus=run is focus,
                on_stage=run in on_stage,
                kept=run in kept,
                child=run.activity.parent_id is not None,
                has_results=bool(kind and kind.has_results),
                progress=kind.progress(run) if kind and run.state != "ready" else None,
                in_groups=bool(kind and kind.per_group),
                resume_until=until if until and until > now else None,
                acts=acts_of(scene, run, now),
            )
        )
    return views


def acts_of(scene: Scene, run: ActivityRun, now: datetime) -> tuple[str, ...]:
    """What may be done with a run now, in the order of the panel."""
    if scene.session.state != "running":
        return ("edit",) if scene.session.state == "lobby" else ()
    kind, until = kind_of(run), resume_until(run)
    if run.state == "ready":
        return ("open", "keep", "edit")
    if run.state == "open":
        acts = ["close", "thaw" if run.frozen else "freeze", "timer", "keep", "edit"]
    else:
        acts = [*(["resume"] if until and until > now else []), "round"]
    return (*acts, "show", "focus") if kind and kind.has_results else (*acts, "focus")


def resume_until(run: ActivityRun) -> datetime | None:
    """Until when a closed run may go on as the same round, as far as its row says."""
    if run.state != "closed" or run.settled_at or run.closed_at is None:
        return None
    if run.activity.privacy in ("anonymous", "confidential") and run.shown_at:
        return None
    return run.closed_at + timing.RESUME


def undo_view(session: Session, now: datetime) -> UndoView | None:
    """The step that can still be taken back."""
    until = parse_datetime(session.undo.get("until", "")) if session.undo else None
    return UndoView(label_of(session.undo), until) if until and until > now else None


def room_state(session: int, *, activities: bool = True) -> RoomState:
    """Counts of people; ``activities``: also how many answered each open activity."""
    now = timezone.now()
    rows = Participant.objects.filter(session=session, removed_at=None, erased_at=None)
    online, seen = presence.heard(session)
    lately = [int(key[2:]) for key in seen if key.startswith("p:")]
    counts = rows.values_list("profile").annotate(
        count=Count("pk"),
        practice=Count("pk", filter=Q(simulated=True)),
        seen=Count("pk", filter=Q(seen_at__gt=now - SEEN) | Q(Among("pk", lately)) | Q(simulated=True)),
    )
    by_profile = list(counts.order_by("-count", "profile"))
    return RoomState(
        joined=sum(count for _profile, count, _practice, _seen in by_profile),
        online=sum(key.startswith("p:") for key in online),
        seen=sum(here for _profile, _count, _practice, here in by_profile),
        simulated=sum(practice for _profile, _count, practice, _seen in by_profile),
        answered=_answered(session) if activities else {},
        profiles=tuple((profile, count) for profile, count, _practice, _seen in by_profile),
    )


def online_keys(session: int) -> set[str]:
    """Who was heard from in the last 25 seconds, by all processes."""
    return presence.online(session)


def queue(session: int) -> dict[str, dict[str, Any]]:
    """Raised hands and wishes for help, of persons and groups."""
    items: dict[str, dict[str, Any]] = {}
    rows = Participant.objects.filter(session=session, removed_at=None, erased_at=None)
    for person in rows.filter(Q(hand_at__isnull=False) | Q(help_at__isnull=False)):
        for kind, since, key in (("hand", person.hand_at, person.key), ("help", person.help_at, f"{person.key}:help")):
            if since:
                items[key] = _call(kind, person.label, since, p=person.pk)
    for group in Group.objects.filter(group_set__session=session, help_at__isnull=False):
        if group.help_at:
            items[f"g:{group.pk}"] = _call("help", group.label, group.help_at, g=group.pk)
    return dict(sorted(items.items(), key=lambda item: item[1]["since"]))


def _call(kind: str, label: str, since: datetime, **who: int) -> dict[str, Any]:
    return {"kind": kind, "label": label, "since": timing.epoch_ms(since), "r": 0, **who}


@dataclass(frozen=True, slots=True)
class PersonView:
    """A participant in the list of people."""

    person: Participant
    online: bool


def people(session: int) -> list[PersonView]:
    """All participants that were not erased, by seat."""
    online = online_keys(session)
    rows = Participant.objects.filter(session=session, erased_at=None).order_by("number")
    return [PersonView(person, person.key in online) for person in rows]


def _titles(scene: Scene) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for run in scene.runs:
        found.setdefault(run.activity.phase_id, []).append(run.activity.title)
    return {phase.pk: tuple(found.get(phase.phase_id, ())) for phase in scene.phases}


def _terms(session: Session) -> tuple[tuple[str, str], ...]:
    concepts = session.version.document.get("key_concepts") or []
    return tuple((each.get("term", ""), each.get("meaning", "")) for each in concepts)


def _answered(session: int) -> dict[int, int]:
    scene = load(session)
    found: dict[int, int] = {}
    for run in scene.for_staff() if scene else ():
        kind = kind_of(run)
        progress = kind.progress(run) if kind and run.state != "ready" else None
        # Where groups work, groups have answered, not people.
        if kind and progress is not None and not kind.per_group:
            found[run.activity_id] = progress.done
    return found
