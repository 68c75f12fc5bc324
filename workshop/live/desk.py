"""The desk from which a session is driven: everything of one session that a step may change, read once in its batch.

A step changes rows in memory; ``save`` writes what has changed, gives changed runs the new revision of their activity,
moves the heads and keeps what is needed to take the step back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from workshop.kinds import Refused
from workshop.live import hooks, stages, timing, undo
from workshop.live.models import ActivityRun, Audit, PhaseRun, Session
from workshop.live.stages import Scene, current_runs, kind_of
from workshop.plans.models import Question

if TYPE_CHECKING:
    from workshop.realtime.inbox import Batch
    from workshop.realtime.ops import Call

#: Levels of privacy at which a round does not go on once its results were shown.
UNLINKABLE = ("anonymous", "confidential")


def all_heads(call: Call[Any]) -> tuple[str, ...]:
    """Heads of a step that may open or close anything: the session, all its activities and what hangs on them.

    And the people's, because opening an activity may place them into groups.
    """
    runs = current_runs(call.session)
    names = ["session", "people", *(f"activity:{run.activity_id}" for run in runs)]
    for run in runs:
        names += extra_heads(run)
    return tuple(dict.fromkeys(names))


def activity_heads(call: Call[Any]) -> tuple[str, ...]:
    """Heads of a step about the one activity ``a``: the session's, the activity's and what hangs on it."""
    activity: int = call.payload.a
    runs = ActivityRun.objects.filter(session=call.session, activity=activity).select_related("activity")
    run = runs.order_by("-round").first()
    return ("session", "people", *([f"activity:{activity}", *extra_heads(run)] if run else ()))


def extra_heads(run: ActivityRun) -> list[str]:
    """Heads beside the activity's own that a change of its state moves (its groups')."""
    kind = kind_of(run)
    return kind.heads(run) if kind else []


class Desk:
    """One step of a session."""

    def __init__(self, batch: Batch, call: Call[Any]) -> None:
        self.batch, self.call, self.now = batch, call, batch.now
        scene = stages.load(call.session)
        if scene is None:
            raise Refused("no_session", _("There is no such session."))
        self.scene: Scene = scene
        self.made: list[ActivityRun] = []
        #: What ``hooks.openings`` have made, for the undo.
        self.prepared: list[dict[str, Any]] = []
        self._runs = list(scene.runs)
        #: Runs whose state changed in this step, with the call that their kind wants afterwards.
        self._opened: list[ActivityRun] = []
        self._closed: list[ActivityRun] = []
        self._touched: list[ActivityRun] = []
        self._before = {self._key(row): undo.values_of(row) for row in self._rows()}

    @property
    def session(self) -> Session:
        """The session's row."""
        return self.scene.session

    def need_running(self) -> PhaseRun:
        """The phase that runs.

        Raises:
            Refused: ``not_running`` in the lobby, ``ended`` after the end.
        """
        if self.session.state == "ended":
            raise Refused("ended", _("This session has ended."))
        phase = self.scene.phase
        if self.session.state != "running" or phase is None:
            raise Refused("not_running", _("The session has not started yet."))
        return phase

    def run(self, activity: int) -> ActivityRun:
        """The current round of an activity of this session. Raises Refused ``no_activity``."""
        run = self.scene.run_of(activity)
        if run is None:
            raise Refused("no_activity", _("There is no such activity in this session."))
        return run

    def open(self, run: ActivityRun, minutes: int | None = None) -> None:
        """Open a run, with a timer when the plan or the caller says so (0: none)."""
        for prepare in hooks.openings:
            self.prepared += [part] if (part := prepare(self.batch, self.session, run)) else []
        wanted = run.activity.minutes if minutes is None else minutes
        run.state, run.opened_at, run.closed_at, run.frozen = "open", self.now, None, False
        self.set_timer(run, timedelta(minutes=wanted) if wanted else None)
        if _has_results(run) and run.activity.privacy not in ("own", "confidential"):
            self.show(run, screen=run.activity.results in ("screen", "all"), phones=run.activity.results == "all")
        self._opened.append(run)
        self.unpin()

    def close(self, run: ActivityRun) -> None:
        """Close a run: nothing is taken any more from this instant."""
        run.state, run.closed_at, run.frozen, run.left_ms = "closed", self.now, False, None
        self._closed.append(run)

    def resume(self, run: ActivityRun) -> None:
        """Go on with a closed run as the same round; a timer that has run out does not come back."""
        run.state, run.closed_at = "open", None
        if run.closes_at is not None and run.closes_at <= self.now:
            run.closes_at = None
        self._opened.append(run)
        self.unpin()

    def set_timer(self, run: ActivityRun, left: timedelta | None) -> None:
        """Let the run close after a while; None: not by itself. During a pause only what is left is kept."""
        paused = self.session.paused_at is not None
        run.closes_at = self.now + left if left is not None and not paused else None
        run.left_ms = round(left.total_seconds() * 1000) if left is not None and paused else None

    def timer_left(self, run: ActivityRun) -> timedelta:
        """What is left of the run's timer; nothing without one."""
        if run.left_ms is not None:
            return timedelta(milliseconds=run.left_ms)
        return max(timedelta(), run.closes_at - self.now) if run.closes_at else timedelta()

    def pause(self) -> None:
        """Stop the clock: the phase and the timers keep what they have left."""
        for run in self.scene.runs:
            if run.state == "open" and run.closes_at is not None and run.closes_at > self.now:
                run.left_ms = round(self.timer_left(run).total_seconds() * 1000)
                run.closes_at = None
        self.session.paused_at = self.now

    def show(self, run: ActivityRun, *, screen: bool | None = None, phones: bool | None = None) -> None:
        """Show or hide results; None leaves a place as it is."""
        run.show_screen = run.show_screen if screen is None else screen
        run.show_phones = run.show_phones if phones is None else phones
        if screen:
            # Not ``shown_at``, which stays for good: what is put on the screen last stands there.
            run.state_data = {**run.state_data, "put_up": timing.epoch_ms(self.now)}
        if (run.show_screen or run.show_phones) and run.shown_at is None:
            run.shown_at = self.now

    def new_round(self, run: ActivityRun, minutes: int | None = None) -> ActivityRun:
        """A new, open round of a closed run; its answers count afresh."""
        fresh = ActivityRun(session=self.session, activity=run.activity, round=run.round + 1)
        self.made.append(fresh)
        self.scene.runs[self.scene.runs.index(run)] = fresh
        self.show(run, screen=False, phones=False)
        self.open(fresh, minutes)
        return fresh

    def close_phase(self, phase: PhaseRun) -> None:
        """End a phase; what is open in it closes unless it is kept open."""
        phase.ended_at = self.now
        for run in self.scene.here():
            if run.state == "open" and not run.activity.keep_open:
                self.close(run)

    def begin_phase(self, phase: PhaseRun) -> None:
        """Begin a phase and open what is only there to be read or looked at.

        That is: everything for phones alone, and what comes before the first activity that has to be opened, up to the
        first thing for the screen. An activity with minutes of its own waits for its turn.
        """
        phase.started_at, phase.ended_at = phase.started_at or self.now, None
        self.session.phase_id = phase.pk
        leading = True
        for run in self.scene.here():
            kind = kind_of(run)
            reading = kind is not None and kind.opens_with_phase and not run.activity.minutes
            if run.activity.parent_id is not None or run.activity.optional:
                continue
            phones = run.activity.audience == "phones"
            if run.state == "ready" and reading and (leading or phones):
                self.open(run)
            leading = leading and reading and phones

    def go_on(self) -> None:
        """End a pause: the phase gets its time back, and timers move on by as much."""
        paused_at = self.session.paused_at
        if paused_at is None:
            return
        pause = self.now - paused_at
        phase = self.scene.phase
        if phase is not None:
            phase.paused_ms += round(pause.total_seconds() * 1000)
        for run in self.scene.runs:
            if run.left_ms is not None:
                run.closes_at = self.now + self.timer_left(run)
                run.left_ms = None
        self.session.paused_at = None

    def unpin(self) -> None:
        """The screen follows the session again, whatever was chosen by hand."""
        self.session.screen = {**self.session.screen, "scene": "auto", "activity": None}

    def save(self, title: str = "", *, undo_op: str = "", fields: Iterable[str] = (), target: str = "") -> None:
        """Write what has changed, move the heads, note the step.

        Args:
            title: what the step was about, for the undo button.
            undo_op: name of the step in ``undo.LABELS``; '' for an act that cannot be taken back.
            fields: further fields of the session that have changed.
            target: for the audit.
        """
        state = self._write_runs_and_phases()
        self._notify()
        old = undo.changed(self._before[self._key(self.session)], self.session)
        extra = list(fields)
        if undo_op:
            until = (self.now + timing.UNDO).isoformat()
            step = {"op": undo_op, "title": title, "until": until, "session": undo.to_json(old)}
            self.session.undo = {**step, **state, "prepared": self.prepared}
            extra.append("undo")
        self.session.save(update_fields=[*(name.removesuffix("_id") for name in old), *extra])
        self.batch.move(self.session.pk, "session")
        audit(self.batch, self.call, target)

    def touch(self, run: ActivityRun) -> None:
        """Give a run a new revision although no column of its own changes (its activity's words did)."""
        self._touched.append(run)

    def forget(self, made: Iterable[ActivityRun]) -> None:
        """Delete rounds that the step being taken back has made; the round before is the current one again."""
        for run in made:
            self.move_activity(run)
            kind = kind_of(run)
            if kind is not None:
                kind.closed(self.batch, run)
            self.scene.runs = [other for other in self.scene.runs if other.pk != run.pk]
            self._runs = [other for other in self._runs if other.pk != run.pk]
            run.delete()

    def all_rounds(self, wanted: Iterable[str]) -> list[ActivityRun]:
        """These runs of any round, ready to be changed."""
        numbers = {int(number) for number in wanted}
        known = {run.pk: run for run in self._runs}
        older = ActivityRun.objects.filter(pk__in=numbers - set(known), session=self.session)
        for run in older.select_related("activity"):
            self._runs.append(run)
            self._before[self._key(run)] = undo.values_of(run)
        return [run for run in self._runs if run.pk in numbers]

    def noted(self, run: ActivityRun, before: str) -> None:
        """Tell the kind afterwards that the run's state changed without ``open`` or ``close``."""
        if before != run.state:
            (self._opened if run.state == "open" else self._closed).append(run)

    def move_activity(self, run: ActivityRun) -> None:
        """Give a run the new revision of its activity, and move what hangs on it."""
        run.changed = self.batch.move(self.session.pk, f"activity:{run.activity_id}")
        for name in extra_heads(run):
            # A group made a moment ago has a head that this batch did not lock; nobody holds anything of it yet.
            if (self.session.pk, name) in self.batch.heads:
                self.batch.move(self.session.pk, name)

    def _write_runs_and_phases(self) -> dict[str, Any]:
        state: dict[str, Any] = {"phases": {}, "runs": {}, "made": []}
        for phase in self.scene.phases:
            old = undo.changed(self._before[self._key(phase)], phase)
            if old:
                phase.save(update_fields=list(old))
                state["phases"][str(phase.pk)] = undo.to_json(old)
        for run in self.made:
            self.move_activity(run)
            run.save()
            state["made"].append(run.pk)
        for run in self._runs:
            old = undo.changed(self._before[self._key(run)], run)
            if old or run in self._touched:
                self.move_activity(run)
                run.save(update_fields=[*old, "changed"])
                state["runs"][str(run.pk)] = undo.to_json(old)
        return state

    def _notify(self) -> None:
        for run in self._closed:
            kind = kind_of(run)
            if kind is not None:
                kind.closed(self.batch, run)
        for run in self._opened:
            kind = kind_of(run)
            if kind is not None:
                kind.opened(self.batch, run)

    def _rows(self) -> list[Any]:
        return [self.session, *self.scene.phases, *self.scene.runs]

    @staticmethod
    def _key(row: Any) -> tuple[str, int]:
        return type(row).__name__, row.pk


def unlinkable(run: ActivityRun) -> bool:
    """Whether nobody may find out whose the answers of this run are: it does not go on once results were shown."""
    questions = Question.objects.filter(activity=run.activity_id, privacy__in=UNLINKABLE)
    return run.activity.privacy in UNLINKABLE or questions.exists()


def was_shown() -> Refused:
    """The refusal to go on with an unlinkable round: the next number would tell who changed it."""
    return Refused("shown", _("Its result has been shown, so it cannot go on. Open a new round."))


def _has_results(run: ActivityRun) -> bool:
    kind = kind_of(run)
    return kind is not None and kind.has_results


def audit(batch: Batch, call: Call[Any], target: str = "") -> None:
    """Note what staff did, without content."""
    actor = call.author if call.author.startswith("u:") else call.actor.role
    Audit.objects.create(session_id=call.session, actor=actor, act=call.op, target=target, at=batch.now)
