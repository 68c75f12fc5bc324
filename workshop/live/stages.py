"""What runs now: one session's phases and current rounds, read in three queries, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import F, prefetch_related_objects
from django.db.models.functions import Coalesce

from workshop.kinds import ActivityKind, activity_kinds
from workshop.live.models import ActivityRun, PhaseRun, Session
from workshop.live.timing import PhaseTime
from workshop.realtime import heads

#: Activities inside another one are counted anew, from the place of that one.
PLACE = Coalesce("activity__parent__position", "activity__position")
INNER_LAST = F("activity__parent").asc(nulls_first=True)


@dataclass(slots=True)
class Scene:
    """One session as it stands. ``runs`` holds the current round of each activity, in the order of the plan."""

    session: Session
    phases: list[PhaseRun]
    runs: list[ActivityRun]

    @property
    def phase(self) -> PhaseRun | None:
        """The phase that runs."""
        return next((each for each in self.phases if each.pk == self.session.phase_id), None)

    @property
    def number(self) -> int:
        """The place of the phase that runs, from 1; 0 before the start."""
        return next((place for place, each in enumerate(self.phases, 1) if each.pk == self.session.phase_id), 0)

    @property
    def following(self) -> PhaseRun | None:
        """The phase after the one that runs."""
        return self.phases[self.number] if self.number < len(self.phases) else None

    def here(self) -> list[ActivityRun]:
        """Runs of the phase that runs."""
        phase = self.phase
        return [run for run in self.runs if phase and run.activity.phase_id == phase.phase_id]

    def kept(self) -> list[ActivityRun]:
        """Runs of other phases that were kept open."""
        phase = self.phase
        return [run for run in self.runs if run.state == "open" and phase and run.activity.phase_id != phase.phase_id]

    def on_stage(self) -> list[ActivityRun]:
        """What learners and the screen may see: what is open, then what is closed with its results shown.

        The newest come first; of several of the same instant the first of the plan.
        """
        if self.session.state != "running":
            return []
        runs = [run for run in self.here() if shown(run)] + self.kept()
        return sorted(runs, key=lambda run: (run.state != "open", -_since(run)))

    def for_staff(self) -> list[ActivityRun]:
        """What staff see: everything of the phase that runs, and what was kept open."""
        return [*self.here(), *self.kept()]

    def focus(self) -> ActivityRun | None:
        """What stands on the screen: the activity chosen by hand, else the one opened or shown last in this phase.

        What was kept open from another phase stays on the phones: a new phase begins with its clock and its tasks. So
        does a closed one whose result is on the phones alone.
        """
        seen = [run for run in self.on_stage() if run.activity.audience != "phones"]
        if self.session.screen.get("scene") == "activity":
            chosen = [run for run in seen if run.activity_id == self.session.screen.get("activity")]
            if chosen:
                return chosen[0]
        # Of several opened at the same instant the first of the plan.
        here = [run for run in seen if self._is_of_now(run) and (run.state == "open" or run.show_screen)]
        return max(here, key=_since, default=None)

    def _is_of_now(self, run: ActivityRun) -> bool:
        phase = self.phase
        if phase is None or run.activity.phase_id == phase.phase_id:
            return True
        return phase.started_at is not None and _since(run) > phase.started_at.timestamp()

    def run_of(self, activity: int) -> ActivityRun | None:
        """The current round of an activity."""
        return next((run for run in self.runs if run.activity_id == activity), None)


def load(session: int) -> Scene | None:
    """Read a session; None when there is none of that number. Once only where many slots are read together."""
    known = heads.kept(session)
    if known is None:
        return _load(session)
    if "scene" not in known:
        known["scene"] = _complete(_load(session))
    return read_already(session)


def read_already(session: int) -> Scene | None:
    """The scene of the present reading, if there is one and it was read: with its questions."""
    scene: Scene | None = (heads.kept(session) or {}).get("scene")
    return scene


def holds(session: int, kind: str) -> bool:
    """Whether the session may have activities of this kind; True too where that would have to be read first."""
    scene = read_already(session)
    return scene is None or any(run.activity.kind == kind for run in scene.runs)


def _complete(scene: Scene | None) -> Scene | None:
    if scene is not None:
        prefetch_related_objects([run.activity for run in scene.runs], "questions")
        for run in scene.runs:
            run.session = scene.session
    return scene


def _load(session: int) -> Scene | None:
    row = Session.objects.select_related("version").filter(pk=session).first()
    if row is None:
        return None
    phases = list(PhaseRun.objects.filter(session=session).select_related("phase").order_by("phase__position"))
    return Scene(row, phases, current_runs(session))


def current_runs(session: int) -> list[ActivityRun]:
    """The highest round of every activity, in the order of the plan; what is inside another one right after it."""
    rows = ActivityRun.objects.filter(session=session).select_related("activity").annotate(place=PLACE)
    newest: dict[int, ActivityRun] = {}
    for run in rows.order_by(
        "activity__phase__position", "place", INNER_LAST, "activity__position", "activity_id", "round"
    ):
        newest[run.activity_id] = run
    return list(newest.values())


def shown(run: ActivityRun) -> bool:
    """Whether it is on the stage while its phase runs."""
    return run.state == "open" or (run.state == "closed" and (run.show_phones or run.show_screen))


def kind_of(run: ActivityRun) -> ActivityKind | None:
    """The kind of a run; None when it is no longer installed."""
    slug = run.activity.kind
    return activity_kinds.get(slug) if slug in activity_kinds else None


def phase_time(run: PhaseRun) -> PhaseTime:
    """The times of a phase, as ``timing`` wants them."""
    return PhaseTime(run.minutes, run.extra_ms, run.paused_ms, run.started_at, run.ended_at)


def catalogue(session: int) -> dict[str, tuple[str, ...]]:
    """The slots of each audience now, see ``realtime.door.Door.catalogue``."""
    scene = load(session)
    if scene is None or scene.session.erased_at:
        return {}
    common = ["stage", "clock", "notice"]
    slots: dict[str, list[str]] = {
        "staff": [*common, "panel", "room"],
        "staff:people": ["queue", "people"],
        "learner": list(common),
        "screen": [*common, "scene", "room"],
        "person": ["you"],
    }
    if scene.session.state == "lobby":
        slots["learner"].append("here")
        slots["screen"].append("here")
    on_stage, focus = scene.on_stage(), scene.focus()
    for audience, name in _of_runs(scene, on_stage, focus):
        names = slots.setdefault(audience, [])
        if name not in names:
            names.append(name)
    return {audience: tuple(names) for audience, names in slots.items()}


def _of_runs(scene: Scene, on_stage: list[ActivityRun], focus: ActivityRun | None) -> Iterator[tuple[str, str]]:
    for run in scene.for_staff():
        yield "staff", f"activity:{run.activity_id}"
        kind = kind_of(run)
        uses = kind.slots(run) if kind and run.state != "ready" else ()
        for use in uses:
            family = use.audience.partition(":")[0]
            if family == "staff" or (run in on_stage and (family != "screen" or run is focus)):
                for audience in _learners(run) if use.audience == "learner" else (use.audience,):
                    yield audience, use.name
    for run in on_stage:
        if run.activity.audience != "screen":
            for audience in _learners(run):
                yield audience, f"activity:{run.activity_id}"
    if focus is not None:
        yield "screen", f"activity:{focus.activity_id}"


def _learners(run: ActivityRun) -> Iterable[str]:
    """Everybody, or the learners of the backgrounds it is meant for."""
    return [f"learner:{profile}" for profile in run.activity.for_profiles] or ["learner"]


def _since(run: ActivityRun) -> float:
    """When a run was opened, closed or put on the screen with its result, whichever was last (seconds)."""
    moment = run.opened_at if run.state == "open" else run.closed_at
    put_up = run.state_data.get("put_up", 0) / 1000 if run.show_screen else 0.0
    return max(moment.timestamp() if moment else 0.0, put_up)
