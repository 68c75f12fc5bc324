"""Pages of the projector, where one picture cannot hold a result: how many there are, and the next one."""

from __future__ import annotations

from workshop.live.models import ActivityRun
from workshop.questions import gate, series
from workshop.questions.catalogue import of_activity
from workshop.questions.display import change, view_of
from workshop.questions.slots import results


def place_of(run: ActivityRun) -> tuple[int, int]:
    """The page that is shown, from 1, and how many there are; (0, 0) where nothing is to be turned.

    Asked at a step of staff, never because of an answer: the panel goes by the head of the session alone. Only a result
    that may need several pages is counted.
    """
    asks = of_activity(run.activity)
    may_turn = view_of(run) != "now" or any(asked.kind.turns(asked.config) for asked in asks)
    if not may_turn or not gate.may_see_results(run, "screen"):
        return 0, 0
    items = results(run, asks, series.numbers(run, asks), "screen").items
    return next(((shown.page, shown.pages) for shown in items if shown.pages > 1), (0, 0))


def turn(run: ActivityRun, *, forward: bool) -> bool | None:
    """Turn the page in memory; False at either end, None where there are no pages."""
    page, pages = place_of(run)
    if not pages:
        return None
    goal = page + (1 if forward else -1)
    if not 1 <= goal <= pages:
        return False
    change(run, page=goal - 1)
    return True
