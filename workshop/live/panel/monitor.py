"""The small picture of the screen: what the projector shows now, in words and, for results, as the tally itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workshop.live.models import Session
from workshop.live.queries import ActivityView, PhaseView


@dataclass(frozen=True, slots=True)
class SceneChoice:
    """A button below the picture."""

    scene: str
    label: str
    chosen: bool


@dataclass(slots=True)
class Monitor:
    """What the screen shows.

    Args:
        scene: ``lobby``, ``clock``, ``activity``, ``blank`` or ``end``: what is drawn, never ``auto``.
        results: name of the slot whose results stand on the screen, '' for none.
        sentence: the same for people who cannot see the picture.
    """

    scene: str
    title: str
    hint: str
    results: str
    label: str
    sentence: str
    choices: tuple[SceneChoice, ...]
    html: SafeString | str = ""


def monitor_of(session: Session, phase: PhaseView | None, focus: ActivityView | None) -> Monitor:
    """The picture for a session with this phase and this activity on the screen."""
    wanted = str(session.screen.get("scene") or "auto")
    scene = scene_now(session, wanted, focus)
    title = focus.title if scene == "activity" and focus else phase.title if phase else ""
    results = f"tally:{focus.id}" if scene == "activity" and focus and _shows_results(focus) else ""
    return Monitor(
        scene=scene,
        title=title,
        hint=_hint(scene, focus),
        results=results,
        label=_("follows the session") if wanted in ("auto", "activity") else _("chosen by hand"),
        sentence=_sentence(scene, title, results=bool(results)),
        choices=_choices(session, wanted),
    )


def scene_now(session: Session, wanted: str, focus: ActivityView | None) -> str:
    """The scene that ``wanted`` stands for at this moment."""
    if wanted not in ("auto", "activity"):
        return wanted
    if session.state == "lobby":
        return "lobby"
    if session.state == "ended":
        return "end"
    return "activity" if focus else "clock"


def _shows_results(view: ActivityView) -> bool:
    return view.has_results and view.run.show_screen


def _hint(scene: str, focus: ActivityView | None) -> str:
    if scene == "clock":
        return _("Phase and clock")
    if focus is None or not focus.has_results:
        return ""
    return _("The question, without results")


def _sentence(scene: str, title: str, *, results: bool) -> str:
    if scene == "activity" and results:
        return _("The screen shows the results of: %(title)s") % {"title": title}
    return {
        "lobby": _("The screen shows the join code"),
        "clock": _("The screen shows the phase and its clock"),
        "activity": _("The screen shows: %(title)s") % {"title": title},
        "blank": _("The screen is black"),
        "end": _("The screen says thank you"),
    }.get(scene, "")


def _choices(session: Session, wanted: str) -> tuple[SceneChoice, ...]:
    if session.state == "ended":
        return ()
    names = [("auto", _("Follow")), ("lobby", _("Code")), ("clock", _("Clock")), ("blank", _("Black"))]
    if session.state == "lobby":
        names = [("auto", _("Code")), ("blank", _("Black"))]
    chosen = "auto" if wanted == "activity" else wanted
    return tuple(SceneChoice(scene, label, chosen=scene == chosen) for scene, label in names)
