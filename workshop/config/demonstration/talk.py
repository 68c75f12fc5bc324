"""The demonstration's people ask, vote, tap and guess: what is no plain answer, by the ops of its kinds.

Each act takes the session's troupe; ``move`` gives what was said the times of the phase in which it belongs.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from polls.pulse.models import Tick
from polls.pulse.operations import TICK
from polls.qa.models import Enquiry
from workshop.config.demonstration import story

if TYPE_CHECKING:
    from workshop.config.demonstration.loading import Troupe
    from workshop.live.models import ActivityRun

#: Seconds between two waves of taps.
BETWEEN = 120


def ask(troupe: Troupe, key: str, *, over: bool) -> None:
    """Let people ask and vote, and moderate: all that was asked when it is ``over``, else what had time until now."""
    activity = troupe.activity(key).pk
    for number, said in enumerate(story.ENQUIRIES):
        if said.late and over:
            continue
        asker = troupe.people[said.asker]
        asked = troupe.act("qa.ask", asker, a=activity, text=said.text, category=said.category, story=said.story)
        if said.late:
            continue
        troupe.act("qa.judge", a=activity, ids=[asked["i"]], show=True)
        others = [person for person in troupe.people if person.id != asker.id]
        for place in range(said.votes):
            voter = others[(number * 5 + place * 3) % len(others)]
            troupe.act("qa.vote", voter, a=activity, i=asked["i"])
        if said.pinned:
            troupe.act("qa.change", a=activity, i=asked["i"], pinned=True)
        if said.answer is not None and (over or said.soon):
            troupe.act("qa.change", a=activity, i=asked["i"], answered=True, answer=said.answer or None)
    if over:
        _merge(troupe, activity)


def _merge(troupe: Troupe, activity: int) -> None:
    rows = {row.text: row.pk for row in Enquiry.objects.filter(activity=activity)}
    for one, into in story.SAME.items():
        troupe.act("qa.merge", a=activity, i=rows[one], into=rows[into])


def tap(troupe: Troupe, key: str, people: int) -> None:
    """Let people say where they stand, in waves, so that it has a course."""
    activity = troupe.activity(key).pk
    for wave, levels in enumerate(story.PACE):
        _make_older(activity, BETWEEN)
        for number, actor in enumerate(troupe.people[:people]):
            if (number + wave) % len(story.PACE) and wave:
                continue  # few change their mind
            level = levels[number % len(levels)]
            sign = {"e": (number + wave) % story.SIGNS} if number % 3 == 0 else {}
            troupe.act("pulse.beat", actor, a=activity, n=wave + 1, v=level, **sign)


def _make_older(activity: int, seconds: int) -> None:
    """Move what was tapped into the past; the oldest first, because no two may stand at one instant."""
    for tick in Tick.objects.filter(activity=activity).order_by("at"):
        tick.at -= seconds
        tick.save(update_fields=["at"])


def lead(troupe: Troupe, key: str, people: int) -> None:
    """Ask the questions of a quiz one by one, each followed by its right answer."""
    activity = troupe.activity(key)
    for place, question in enumerate(activity.questions.order_by("position")):
        if place:
            troupe.act("screen.step", forward=True)
        troupe.answer_one(activity, question, people)
        troupe.act("screen.step", forward=True)


def move(run: ActivityRun, opened: datetime, until: datetime) -> None:
    """Give questions and taps the times between the opening and the close."""
    rows = list(Enquiry.objects.filter(activity=run.activity_id).order_by("pk"))
    for number, row in enumerate(rows, 1):
        # One without a name has the time of the opening, which tells nothing.
        row.asked_at = opened if row.author.startswith("x:") else opened + (until - opened) * number / (len(rows) + 1)
        row.save(update_fields=["asked_at"])
    last = Tick.objects.filter(activity=run.activity_id).order_by("at").last()
    if last is not None:
        end = int((until - timedelta(seconds=TICK)).timestamp()) // TICK * TICK
        _make_older(run.activity_id, last.at - end)
