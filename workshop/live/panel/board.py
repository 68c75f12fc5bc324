"""What the templates of the control panel draw: ``queries.PanelState`` in the words of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshop.kinds import Part, activity_kinds, question_kinds
from workshop.live import timing
from workshop.live.buttons import MainButton, can_show
from workshop.live.catching import Cut, proposal
from workshop.live.models import Session
from workshop.live.panel.monitor import Monitor, monitor_of
from workshop.live.panel.notes import NoteView, extras_of, notes_of, terms_of
from workshop.live.panel.ribbon import Ribbon, draw, percent
from workshop.live.queries import ActivityView, PanelState, PhaseView
from workshop.live.stages import kind_of
from workshop.plans.clock import length_text
from workshop.plans.models import PRIVACY, Question

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class ClockFace:
    """The big clock: milliseconds, and ready texts for a page without script."""

    at: int
    left: int
    total: int
    running: bool
    text: str
    used: str
    used_minutes: int
    minutes: int


@dataclass(frozen=True, slots=True)
class PhaseFace:
    """The phase that runs, as the head of the page says it."""

    run: int
    title: str
    number: int
    count: int
    until: str


@dataclass(frozen=True, slots=True)
class UndoFace:
    """The last step, and until when (ms) it can be taken back."""

    label: str
    until: int


@dataclass(slots=True)
class Card:
    """One activity of the list. Instants in milliseconds, 0 for none; ``html`` only on a page of one's own."""

    id: int
    title: str
    icon: str
    state: str
    round: int
    on_screen: bool
    shown: bool
    parent: bool
    frozen: bool
    keep_open: bool
    has_results: bool
    has_answers: bool
    show_screen: bool
    show_phones: bool
    show_answers: bool
    #: Closed with a result that is not on the screen yet.
    showable: bool
    counts: bool
    answered: int
    about: str
    minutes: int | None
    closes_at: int
    resume_until: int
    edit_url: str
    #: What else staff can do with it, from its kind.
    controls: Part | None = None
    html: SafeString | str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the templates of the panel read as ``panel``."""

    public_id: str
    title: str
    state: str
    paused: bool
    door_open: bool
    code: str
    names: str
    mode: str
    language: str
    notice: str
    phase: PhaseFace | None
    previous: PhaseView | None
    next: PhaseView | None
    count: int
    total_text: str
    clock: ClockFace | None
    ribbon: Ribbon
    catch_up: tuple[Cut, ...]
    main: MainButton | None
    skip: bool
    notes: Sequence[NoteView]
    extras: Sequence[NoteView]
    terms: Sequence[NoteView]
    cards: list[Card]
    acts_text: str
    screen: Monitor
    undo: UndoFace | None
    focus: int | None
    address: str

    @property
    def caught_up(self) -> int:
        """Minutes that the proposal makes up for."""
        return sum(cut.minutes for cut in self.catch_up)

    @property
    def door_shut(self) -> bool:
        """What the door's switch would set."""
        return not self.door_open

    def data(self) -> dict[str, Any]:
        """What programs get as the slot ``panel``, and the page's modules beside its parts."""
        main = self.main
        return {
            "state": self.state,
            "paused": self.paused,
            "code": self.code,
            "address": self.address,
            "door": self.door_open,
            "focus": self.focus,
            "late": self.ribbon.late,
            "main": main and {"op": main.op, "payload": main.payload, "label": main.label, "kind": main.kind},
            "undo": self.undo and {"label": self.undo.label, "until": self.undo.until},
        }


def board_of(state: PanelState) -> Board:
    """The page's view of a session's state. One query at most: the questions of the activities shown."""
    session, current = state.session, state.current
    before = current.number - 2 if current else -1
    ribbon = _ribbon(state)
    cards = _cards(state) if session.state != "ended" else []
    focus = next((view for view in state.activities if view.focus), None)
    about = current or (state.phases[0] if state.phases and session.state == "lobby" else None)
    document = session.version.document
    return Board(
        public_id=session.public_id,
        title=session.title,
        state=session.state,
        paused=session.paused_at is not None,
        door_open=session.door_open,
        code=session.code,
        names=session.names,
        mode=session.mode,
        language=session.language,
        notice=session.notice,
        phase=_phase(state) if session.state == "running" else None,
        previous=state.phases[before] if before >= 0 else None,
        next=state.following,
        count=len(state.phases),
        total_text=length_text(sum(phase.minutes for phase in state.phases)),
        clock=_clock(state),
        ribbon=ribbon,
        catch_up=_catch_up(state, ribbon),
        main=state.main if state.main.op else None,
        skip=session.state == "running" and state.main.kind not in ("next", "end", "go"),
        notes=notes_of(about.notes) if about else (),
        extras=extras_of(document),
        terms=terms_of(state.terms),
        cards=cards,
        acts_text=_acts_text(cards, about),
        screen=monitor_of(session, current, focus),
        undo=UndoFace(state.undo.label, timing.epoch_ms(state.undo.until)) if state.undo else None,
        focus=_focus(state.activities),
        address=str(session.screen.get("address") or ""),
    )


def _phase(state: PanelState) -> PhaseFace | None:
    current = state.current
    if current is None:
        return None
    until = state.clock.until if state.clock else ""
    return PhaseFace(current.run, current.title, current.number, len(state.phases), until)


def _clock(state: PanelState) -> ClockFace | None:
    view, current = state.clock, state.current
    if view is None or current is None:
        return None
    share = min(max(current.used_ms / view.total, 0.0), 1.0) if view.total else 0.0
    return ClockFace(
        at=view.at,
        left=view.left,
        total=view.total,
        running=view.running,
        text=in_words(current.left_ms),
        used=percent(100 * share),
        used_minutes=current.used_ms // MINUTE_MS,
        minutes=round(view.total / MINUTE_MS),
    )


def in_words(ms: int) -> str:
    """``23:42``, ``1:02:05`` or, when over, ``+0:31``: the same text as the browser's clock writes."""
    over = ms <= -1000  # noqa: PLR2004 - the last second counts until it is over
    seconds = -ms // 1000 if over else max(0, -(-ms // 1000))
    hours, minutes = divmod(seconds // 60, 60)
    text = f"{hours}:{minutes:02d}:{seconds % 60:02d}" if hours else f"{minutes}:{seconds % 60:02d}"
    return f"+{text}" if over else text


def _ribbon(state: PanelState) -> Ribbon:
    session = state.session
    return draw(
        [phase.line for phase in state.phases],
        [phase.title for phase in state.phases],
        now=session.ended_at or state.now,
        paused=session.paused_at is not None,
        over=session.state == "ended",
    )


def _catch_up(state: PanelState, ribbon: Ribbon) -> tuple[Cut, ...]:
    """What the phases could give, when we are late and one of them has something to give."""
    if state.session.state != "running" or ribbon.late <= 0:
        return ()
    cuts = proposal(state.phases, ribbon.late)
    return cuts if any(cut.most for cut in cuts) else ()


def _acts_text(cards: Sequence[Card], about: PhaseView | None) -> str:
    """``5 in Explore, 3 open``."""
    if about is None or not cards:
        return ""
    opened = sum(1 for card in cards if card.state == "open")
    values = {"n": len(cards), "phase": about.title, "open": opened}
    if not opened:
        return _("%(n)d in %(phase)s") % values
    return ngettext("%(n)d in %(phase)s, %(open)d open", "%(n)d in %(phase)s, %(open)d open", opened) % values


def _focus(views: Sequence[ActivityView]) -> int | None:
    """The activity whose answers fill the seats: the one on the screen, else the one opened last that counts."""
    counted = [view for view in views if view.progress is not None and not view.in_groups and view.state != "ready"]
    chosen = next((view for view in counted if view.focus), None)
    counted = [view for view in counted if view.state == "open"]
    last = max(counted, key=lambda view: timing.epoch_ms(view.run.opened_at) if view.run.opened_at else 0, default=None)
    found = chosen or last
    return found.id if found else None


def _cards(state: PanelState) -> list[Card]:
    activities = [view.run.activity for view in state.activities]
    # No query where many slots are read together: then they were read with the scene.
    prefetch_related_objects(activities, "questions")
    return [_card(state.session, view, list(view.run.activity.questions.all())) for view in state.activities]


def _card(session: Session, view: ActivityView, asked: Sequence[Question]) -> Card:
    run = view.run
    return Card(
        id=view.id,
        title=view.title,
        icon=view.icon,
        state=view.state,
        round=view.round,
        on_screen=view.focus and session.state == "running",
        shown=view.state != "ready",
        parent=view.child,
        frozen=run.frozen and view.state == "open",
        keep_open=run.activity.keep_open,
        has_results=view.has_results,
        has_answers=any(_has_right_answer(question) for question in asked),
        show_screen=run.show_screen,
        show_phones=run.show_phones,
        show_answers=run.show_answers,
        showable=view.state == "closed" and can_show(run),
        counts=view.progress is not None and not view.in_groups,
        answered=view.progress.done if view.progress else 0,
        about=about_activity(view, asked),
        minutes=run.activity.minutes,
        closes_at=_ms(run.closes_at) if view.state == "open" else 0,
        resume_until=_ms(view.resume_until),
        edit_url=reverse("live:panel_edit", args=[session.public_id, view.id]),
        controls=_controls(view) if session.state == "running" else None,
    )


def _controls(view: ActivityView) -> Part | None:
    kind = kind_of(view.run)
    return kind.controls(view.run) if kind is not None else None


def about_activity(view: ActivityView, asked: Sequence[Question] = ()) -> str:
    """What kind it is, who sees the answers, how long: ``Poll. Anonymous: nobody can see who. 3 min.``"""
    activity = view.run.activity
    parts = [view.kind_label]
    kind = activity_kinds.get(view.kind) if view.kind in activity_kinds else None
    if kind is not None and kind.questions != "none":
        levels = {question.privacy or activity.privacy for question in asked} or {activity.privacy}
        said = str(dict(PRIVACY)[levels.pop()]) if len(levels) == 1 else _("each question says who sees it")
        parts.append(capfirst(said))
    if activity.audience != "both":
        parts.append(_("On the screen only") if activity.audience == "screen" else _("On phones only"))
    if activity.minutes:
        parts.append(_("%(n)d min") % {"n": activity.minutes})
    if activity.for_profiles:
        parts.append(_("For %(profiles)s") % {"profiles": ", ".join(activity.for_profiles)})
    if view.kept:
        parts.append(_("Kept open"))
    return ". ".join(parts) + "."


def _has_right_answer(question: Question) -> bool:
    """Whether its public config differs once right answers may be known."""
    if question.kind not in question_kinds:
        return False
    kind = question_kinds.get(question.kind)
    config = kind.load(question.config, question.config_version)
    secret = kind.public(config, audience="learner", reveal=False)
    return kind.public(config, audience="learner", reveal=True) != secret


def _ms(moment: datetime | None) -> int:
    return timing.epoch_ms(moment) if moment else 0
