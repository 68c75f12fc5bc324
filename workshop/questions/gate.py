"""The privacy gate: what may be shown of which answers, to whom, when. One gate for pages, slots and exports.

The five levels are promises made to a learner before answering (docs/privacy.md). Whoever shows or writes out an
answer, a count or a name asks here first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workshop.kinds import Json, Refused
from workshop.live.models import ActivityRun
from workshop.questions import small
from workshop.questions.authors import TAGGED
from workshop.questions.catalogue import Asked

#: Fewest people that a shown number of a guarded result may stand for.
LEAST = 5

#: Said before answering, level by level. The words in front are those of the promise.
SAID: Mapping[str, Promise] = {
    "own": _("Only me: nobody else sees this, it is in no result and no export."),
    "named": _("Your facilitator sees it, with your name."),
    "pseudonymous": _("Counted under your nickname: no page shows who said what."),
    "anonymous": _("Anonymous: nobody can see who."),
    "confidential": _("Counted, never shown: only totals of five people or more, after the close."),
}

KeyT = TypeVar("KeyT")
Reason = Literal["", "own", "hidden", "later", "few", "least"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is shown of one question: its numbers, or why there are none.

    ``reason``: ``own`` (never shown), ``hidden`` (staff have not shown it), ``later`` (released when the close is
    final), ``few`` (fewer than five people), ``least`` (fewer answers than the activity asks for before it shows any).
    """

    data: dict[str, Json] | None
    reason: Reason = ""


def said(level: str) -> Promise:
    """The sentence that stands by a question before it is answered."""
    return SAID[level]


def counts(level: str) -> bool:
    """Whether answers of this level enter any result."""
    return level != "own"


def shows_values(level: str) -> bool:
    """Whether single answers of this level may be read by staff, on pages and in exports, without a name."""
    return level in {"named", "pseudonymous", "anonymous"}


def shows_names(level: str) -> bool:
    """Whether an answer of this level may stand beside the name of who gave it, for staff."""
    return level == "named"


def links(level: str) -> bool:
    """Whether two answers of this level by one person may be recognised as such in the database."""
    return level not in TAGGED


def guards(level: str) -> bool:
    """Whether a shown total of this level must stand for ``LEAST`` people, practice learners not among them."""
    return level == "confidential"


def released(level: str, run: ActivityRun) -> bool:
    """Whether results of this level may be seen at all now: confidential ones once the close is final."""
    return not guards(level) or run.settled_at is not None


def may_see_results(run: ActivityRun, audience: str) -> bool:
    """Whether this audience has the results of this run on its page: staff always, others by the two switches."""
    family = audience.partition(":")[0]
    if family == "staff":
        return True
    if run.activity.audience not in {"both", "screen" if family == "screen" else "phones"}:
        return False
    return run.show_screen if family == "screen" else run.show_phones


def least_of(run: ActivityRun) -> int:
    """From how many answers on the room sees results of this activity; 0: from the first."""
    return int(run.activity.config.get("results_from") or 0)


def seen(
    asked: Asked, run: ActivityRun, data: Mapping[str, Json], audience: str, *, switches: ActivityRun | None = None
) -> Seen:
    """What ``audience`` may see of the tally of one question in one run.

    ``switches``: the run beside whose result this one stands, when it is another: then that one's switches count.
    """
    if not counts(asked.level):
        return Seen(None, "own")
    if not may_see_results(switches or run, audience):
        return Seen(None, "hidden")
    if not released(asked.level, run):
        return Seen(None, "later")
    if not audience.startswith("staff") and int(data["n"]) < least_of(run):
        return Seen(None, "least")
    found = total(asked, data)
    if found.data is None or audience.startswith("staff"):
        return found
    return Seen(asked.kind.shared(asked.config, found.data))


def total(asked: Asked, data: Mapping[str, Json]) -> Seen:
    """A released total, as pages of staff and exports show it."""
    if not guards(asked.level):
        return Seen(dict(data))
    return guarded(asked, data)


def splits(asked: Asked) -> bool:
    """Whether answers of this level carry a background: what nobody can link stands beside nothing."""
    return counts(asked.level) and links(asked.level)


def split(sizes: Mapping[KeyT, int], run: ActivityRun) -> list[small.Part[KeyT]] | None:
    """The parts in which a result may be shown by background or group; None before the close is final.

    ``sizes`` count people alone: no practice learners (``practised``), no hands, no weights. Parts of fewer than five
    are put together; the numbers inside the parts go through ``small.table``.
    """
    return None if run.settled_at is None else small.merged(sizes, LEAST)


def guarded(asked: Asked, data: Mapping[str, Json], least: int = LEAST) -> Seen:
    """Numbers that stand for ``least`` people or more; nothing at all when fewer have answered."""
    if int(data["n"]) < least:
        return Seen(None, "few")
    return Seen(asked.kind.guarded(asked.config, data, least))


def check_name(level: str) -> None:
    """Refuse to put a name beside an answer. Raises Refused ``private``."""
    if not shows_names(level):
        raise Refused("private", _("These answers are never shown with a name."))


def suppress(cells: Mapping[KeyT, int], least: int = LEAST) -> dict[KeyT, int | None]:
    """``cells`` with None for those of 1 to ``least`` - 1 people, and for as many more as it takes to hide them.

    Nobody who knows the total can compute a hidden cell: at least two cells are hidden, together of ``least`` people or
    more; the smallest go first. A 0 may be shown: it stands for nobody.
    """
    hidden = {name for name, value in cells.items() if 0 < value < least}
    if not hidden:
        return dict(cells)
    open_ = sorted((name for name in cells if name not in hidden), key=lambda name: (cells[name] == 0, cells[name]))
    while open_ and (len(hidden) < 2 or sum(cells[name] for name in hidden) < least):  # noqa: PLR2004 - a pair
        hidden.add(open_.pop(0))
    return {name: None if name in hidden else value for name, value in cells.items()}


def whole_or_nothing(cells: Mapping[KeyT, int], least: int = LEAST) -> bool:
    """Whether no cell is small, so that the cells and figures computed from them may stand side by side.

    A mean beside a few hidden cells is an equation that gives them away.
    """
    return all(value == 0 or value >= least for value in cells.values())
