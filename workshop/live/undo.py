"""Taking the last step back for ten seconds: what a step changed, kept as plain JSON in ``Session.undo``.

Only the fields that the step changed are kept, with the values that they had before, and the numbers of the rows it
made. So taking it back restores these rows exactly and leaves alone what others changed in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop.live.models import ActivityRun, PhaseRun, Session

#: The fields that a step may change, by model.
FIELDS: dict[type[Model], tuple[str, ...]] = {
    Session: ("state", "door_open", "code", "phase_id", "started_at", "ended_at", "paused_at", "screen"),
    PhaseRun: ("extra_ms", "paused_ms", "started_at", "ended_at"),
    ActivityRun: (
        "state",
        "opened_at",
        "closed_at",
        "closes_at",
        "left_ms",
        "show_screen",
        "show_phones",
        "show_answers",
        "shown_at",
        "frozen",
        "state_data",
    ),
}
#: What no undo takes back: who has seen a result has seen it.
FOR_GOOD = frozenset({"shown_at"})
LABELS = {
    "session.start": gettext_lazy("Started"),
    "session.next": gettext_lazy("Moved on to %(title)s"),
    "session.back": gettext_lazy("Went back to %(title)s"),
    "session.pause": gettext_lazy("Paused"),
    "session.go": gettext_lazy("Went on"),
    "session.end": gettext_lazy("Ended the session"),
    "phase.extend": gettext_lazy("Changed the time of %(title)s"),
    "phase.catch_up": gettext_lazy("Shortened the rest"),
    "activity.open": gettext_lazy("Opened %(title)s"),
    "activity.close": gettext_lazy("Closed %(title)s"),
    "activity.resume": gettext_lazy("Resumed %(title)s"),
    "activity.round": gettext_lazy("New round of %(title)s"),
    "activity.timer": gettext_lazy("Changed the timer of %(title)s"),
    "screen.step": gettext_lazy("Moved on: %(title)s"),
}

Values = dict[str, Any]


def label_of(undo: Mapping[str, Any]) -> str:
    """What the step was, for the button "Undo"."""
    label = LABELS.get(undo.get("op", ""))
    return str(label) % {"title": undo.get("title", "")} if label else _("Last step")


def values_of(row: Model) -> Values:
    """The present values of the fields that a step may change."""
    return {name: _copied(getattr(row, name)) for name in FIELDS[type(row)]}


def changed(before: Values, row: Model) -> Values:
    """The old values of the fields that have changed since."""
    return {name: value for name, value in before.items() if getattr(row, name) != value}


def to_json(values: Values) -> Values:
    """With instants as text."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def restore(row: Model, values: Values) -> Sequence[str]:
    """Put the old values back, but those that are for good; the names of the fields."""
    values = {name: value for name, value in values.items() if name not in FOR_GOOD}
    for name, value in values.items():
        old = parse_datetime(value) if name.endswith("_at") and isinstance(value, str) else value
        setattr(row, name, old)
    return list(values)


def _copied(value: Any) -> Any:
    return deepcopy(value) if isinstance(value, dict) else value
