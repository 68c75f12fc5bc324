"""The slot ``panel``: the control panel's parts as HTML, the main button and the last step as data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from workshop.live.panel.board import Board, board_of
from workshop.live.panel.entry import page
from workshop.live.queries import RoomState, panel_state
from workshop.realtime.heads import read_head
from workshop.realtime.slots import SlotReader, SlotRequest, SlotState

NAMES = (("none", _("Not asked")), ("optional", _("Optional")), ("required", _("For the attendance list")))
MODES = (("room", _("In one room")), ("remote", _("Remote")), ("hybrid", _("Both")))
#: Each language in its own words: who looks for theirs may not read the present one.
LANGUAGES = tuple((code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES)
#: Frames are the same for all staff; the page hides what its reader may not do, and the ops refuse it.
EVERYTHING = {"drive": True, "end": True, "screen": True, "settings": True, "queue": True, "edit": True}


class PanelReader(SlotReader):
    """Reads the panel. The people are in slots of their own, so that nothing here depends on how many there are."""

    prefix = "panel"
    audiences = ("staff",)

    def heads(self, name: str) -> tuple[str, ...]:
        """The session's head alone: each step moves it."""
        del name
        return ("session",)

    def read(self, request: SlotRequest) -> SlotState | None:
        """The panel now; None when there is no such session."""
        epoch, revision = read_head(request.session, "session")
        with translation.override(request.language):
            # The labels of buttons are words too, so the state is read in the reader's language.
            state = panel_state(request.session)
            if state is None:
                return None
            board = board_of(state)
            html = render_to_string("live/panel/_slot.html", context_of(board)) if request.view == "html" else None
            return SlotState(epoch, revision, data=board.data(), html=html)


def context_of(board: Board, **more: Any) -> dict[str, Any]:
    """What the parts of the panel need beside the board itself."""
    return {
        "panel": board,
        "can": EVERYTHING,
        "room": RoomState(0, 0, 0, 0),
        "act_url": reverse("live:panel_act", args=[board.public_id]),
        "add_url": reverse("live:panel_add", args=[board.public_id]),
        "after_url": after_url(board.public_id),
        "names_choices": NAMES,
        "mode_choices": MODES,
        "language_choices": LANGUAGES,
        **more,
    }


def after_url(public_id: str) -> str:
    """The session page, before, now and after; another package owns it."""
    return page("reports:session", public_id)
