"""What a line of a plan suggests: breakout rooms, small groups and shared documents become a board in groups."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from workshop.kinds import ActivitySpec, PlanLine, Proposal

#: English and German, the languages in which plans are recognised.
_ROOMS = re.compile(r"breakout|break-out|gruppenr(?:a|ä)um|kleingruppenraum", re.IGNORECASE)
_SHARED = re.compile(
    r"whiteboard|pinnwand|sticky|post-?it|affinity|kanban|miro\b|mural\b|padlet|digital board|"
    r"collaborativ\w* (?:document|editing|tool|board)|shared (?:document|board)|gemeinsam\w* (?:bearbeit|dokument)|"
    r"kollaborativ|kartenabfrage",
    re.IGNORECASE,
)
_GROUPS = re.compile(
    r"(?:small|sub) ?-?groups?|in groups\b|group discussion|kleingruppe|gruppenarbeit|gruppendiskussion", re.IGNORECASE
)
_CASE = re.compile(r"case|fallstudie|strateg", re.IGNORECASE)
#: In these phases everybody talks together first; groups come where something is tried out or worked on.
_GROUP_PHASES = ("explore", "elaborate")


def proposals(line: PlanLine) -> Iterator[Proposal]:
    """At most one board for a line, with the reason in plain words."""
    if line.field == "technology":
        if _ROOMS.search(line.text):
            yield Proposal(_spec(line), _("“%(text)s”: each group gets a board to write on.") % {"text": line.text})
        elif _SHARED.search(line.text):
            yield Proposal(_spec(line), _("“%(text)s”: a board that each group fills together.") % {"text": line.text})
    elif line.field == "learner_activities" and line.phase_kind in _GROUP_PHASES and _GROUPS.search(line.text):
        yield Proposal(
            _spec(line), _("“%(text)s”: small groups need a place to keep what they find.") % {"text": line.text}
        )


def _spec(line: PlanLine) -> ActivitySpec:
    columns = (
        [_("What we see"), _("What we would do"), _("What we still need")]
        if line.phase_kind == "elaborate" or _CASE.search(line.text)
        else [_("Useful"), _("Not useful"), _("Open questions")]
    )
    title = _("%(phase)s in groups") % {"phase": line.phase} if line.phase else _("Work in groups")
    return ActivitySpec(
        kind="board",
        title=title,
        config={"prompt": line.text, "columns": columns},
        privacy="named",
        # One set for all boards of a plan: people stay with their group unless staff make another one.
        group_set="groups",
        group_set_spec={"mode": "random", "size": 5},
    )
