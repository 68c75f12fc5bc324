"""Ops on answers: ``respond`` and ``withdraw`` by learners. The hot path: everything is done in lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from workshop.kinds import Json, Refused
from workshop.live.access import grant
from workshop.questions import situation, upsert
from workshop.questions.authors import TAGGED, author_of
from workshop.questions.catalogue import Asked, questions_of
from workshop.questions.models import Response
from workshop.questions.situation import Running
from workshop.questions.upsert import Row
from workshop.realtime.inbox import Batch
from workshop.realtime.ops import Call, Payload, Result, op

#: Largest integer that every JSON reader keeps exact.
EXACT = 2**53
#: Most people of one table.
MOST_TOGETHER = 50
#: Levels at which an answer may stand for several. A confidential total of five must be of five people's answers.
WEIGHED = frozenset({"named", "pseudonymous", "anonymous"})

grant("respond", "learner")


class Respond(Payload):
    """An answer. ``n`` is the author's own counter for it; ``draft``: still being typed.

    ``w``: for how many people it stands, where one phone answers for a table; left out, for those of its group.
    """

    a: int = Field(ge=1, le=EXACT)
    q: str = Field(min_length=1, max_length=80)
    round: int = Field(ge=1, le=100_000)
    n: int = Field(ge=1, le=EXACT)
    v: Any = None
    subject: str = Field(default="", max_length=80)
    draft: bool = False
    w: int | None = Field(default=None, ge=1, le=MOST_TOGETHER)


class Withdraw(Payload):
    """Take an answer back."""

    a: int = Field(ge=1, le=EXACT)
    q: str = Field(min_length=1, max_length=80)
    round: int = Field(ge=1, le=100_000)
    n: int = Field(ge=1, le=EXACT)
    subject: str = Field(default="", max_length=80)


def activity_head(call: Call[Any]) -> tuple[str, ...]:
    """The head that orders the answers of the activity with the state that allows them."""
    return (f"activity:{call.payload.a}",)


@op("respond", Respond, permission="respond", heads=activity_head, rate="answer", once=False, many=True)
def respond(batch: Batch, calls: Sequence[Call[Respond]]) -> list[Result]:
    """Store answers: of one author the highest ``n`` wins, and a repeat is acked again.

    Each result is ``{"n", "saved", "status"}`` (saved in ms) or Refused: ``old_round``, ``not_open``, ``closed``, ``frozen``,
    ``no_activity``, ``no_question``, ``stale`` with the stored ``n`` and ``v``, or what the kind refuses.
    """
    return _write(batch, calls, _given)


@op("withdraw", Withdraw, permission="respond", heads=activity_head, rate="answer", once=False, many=True)
def withdraw(batch: Batch, calls: Sequence[Call[Withdraw]]) -> list[Result]:
    """Take answers back: their values are forgotten, that they were withdrawn stays. Results as of ``respond``."""
    return _write(batch, calls, _withdrawn)


def _given(call: Call[Any], asked: Asked) -> tuple[Json, str]:
    value = asked.parse(call.payload.v, draft=call.payload.draft)
    if call.payload.draft:
        return value, "draft"
    return value, "held" if asked.kind.holds(asked.config) else "given"


def _withdrawn(call: Call[Any], asked: Asked) -> tuple[Json, str]:
    del call, asked
    return None, "withdrawn"


@dataclass(slots=True)
class _Entry:
    """One call on its way: ``refused`` while it is closed but may be the repeat of an answer that is stored."""

    position: int
    call: Call[Any]
    row: Row
    refused: Refused | None = None
    #: The entry of the same author in the same batch that stands for this one.
    winner: _Entry | None = None


class _Desk:
    """What one batch reads once: runs, questions, groups, starts of phases."""

    def __init__(self, batch: Batch, calls: Sequence[Call[Any]]) -> None:
        self.now = batch.now
        self.runs = situation.running((call.session, call.payload.a) for call in calls)
        self.asked = questions_of((run.activity for run in self.runs.values()), (call.payload.q for call in calls))
        levels: dict[int, set[str]] = {}
        for asked in self.asked.values():
            levels.setdefault(asked.activity, set()).add(asked.level)
        self.groups = situation.groups(self.runs.values(), (call.actor.id for call in calls))
        self.starts = situation.phase_starts(
            (run.session, run.phase) for run in self.runs.values() if levels.get(run.activity, set()) & TAGGED
        )
        self.sizes = situation.group_sizes(self.runs.values())
        self.longer = situation.with_extra_time(self.runs.values(), (call.actor.id for call in calls), self.now)

    def entry(self, position: int, call: Call[Any], value_of: Callable[[Call[Any], Asked], tuple[Json, str]]) -> _Entry:
        """The row that this call asks for. Raises Refused."""
        said = call.payload
        run = self.runs.get((call.session, said.a))
        if run is None:
            raise Refused("no_activity", _("This activity is not there any more."))
        asked = self.asked.get((said.a, said.q))
        if asked is None:
            raise Refused("no_question", _("This question is not there any more."))
        if said.subject:
            # One person, one answer: whom it may be about is for the kind to say, and none of today's asks about others.
            raise Refused("bad_value", _("This question is not about anybody."))
        if not run.together and getattr(said, "w", None) is not None:
            raise Refused("bad_value", _("Here everybody answers for themselves."))
        refused: Refused | None = None
        try:
            run.check(said.round, said.q, self.now, profile=call.actor.profile, extra_time=call.actor.id in self.longer)
        except Refused as no:
            if no.code not in {"closed", "frozen"}:
                raise
            refused = no
        try:
            value, status = value_of(call, asked)
        except Refused as no:
            raise refused or no from None
        return _Entry(position, call, self._row(call, run, asked, value, status), refused)

    def _row(self, call: Call[Any], run: Running, asked: Asked, value: Json, status: str) -> Row:
        said, actor = call.payload, call.actor
        author = author_of(asked.level, actor.key, actor.secret, call.session, said.a, said.round)
        row = Row(
            session=call.session, activity=said.a, question=asked.id, round=said.round, author=author,
            subject=said.subject, n=said.n, value=value, profile="", group="", weight=1, status=status, revision=0,
            op="", answered_at=self.now,
        )  # fmt: skip
        if asked.level in TAGGED:
            row.answered_at = self.starts[call.session, run.phase]
        else:
            row.profile, row.op = actor.profile, str(call.id)
            row.group = self.groups.get((call.session, run.group_set, actor.id), "")
        if run.together and asked.level in WEIGHED:
            row.weight = getattr(said, "w", None) or self._people_of(call, run)
        return row

    def _people_of(self, call: Call[Any], run: Running) -> int:
        """For how many people a phone answers that does not say so: those of its group."""
        group = self.groups.get((call.session, run.group_set, call.actor.id), "")
        return self.sizes.get((call.session, run.group_set, group), 1)


def _write(
    batch: Batch, calls: Sequence[Call[Any]], value_of: Callable[[Call[Any], Asked], tuple[Json, str]]
) -> list[Result]:
    desk = _Desk(batch, calls)
    results: list[Result] = [{} for _call in calls]
    entries: list[_Entry] = []
    for position, call in enumerate(calls):
        try:
            entries.append(desk.entry(position, call, value_of))
        except Refused as no:
            results[position] = no
    last = _last_of_each(entry for entry in entries if entry.refused is None)
    for entry in last:
        entry.row.revision = batch.move(entry.call.session, f"activity:{entry.row.activity}", counting=True)
    plain = upsert.write([entry.row for entry in last]) == len(last) and len(last) == len(entries)
    stored = {} if plain else _stored(entries)
    saved = round(batch.now.timestamp() * 1000)
    for entry in entries:
        result = _ok(entry, saved) if plain else _verdict(entry, stored, saved)
        results[entry.position] = result
        if not isinstance(result, Refused):
            batch.touch_person(entry.call.session, entry.call.author, told=True)
    return results


def _last_of_each(entries: Iterable[_Entry]) -> list[_Entry]:
    """Of each answer the entry with the highest ``n``; all others point to it."""
    of_each: dict[tuple[int, int, str, str], list[_Entry]] = {}
    for entry in entries:
        of_each.setdefault(entry.row.place, []).append(entry)
    last = [max(together, key=lambda entry: entry.row.n) for together in of_each.values()]
    for best in last:
        for entry in of_each[best.row.place]:
            entry.winner = best if entry is not best else None
    return last


def _stored(entries: Sequence[_Entry]) -> dict[tuple[int, int, str, str], tuple[int, str, Json]]:
    """``{place: (n, op, value)}`` as it stands after the statement."""
    rows = Response.objects.filter(
        question_id__in={entry.row.question for entry in entries},
        author__in={entry.row.author for entry in entries},
    ).values_list("question_id", "round", "author", "subject", "n", "op", "value")
    return {(q, round_, author, subject): (n, key, value) for q, round_, author, subject, n, key, value in rows}


def _verdict(entry: _Entry, stored: dict[tuple[int, int, str, str], tuple[int, str, Json]], saved: int) -> Result:
    """Acked when this very answer is stored (now or before), or a later one of the same batch replaced it."""
    found = stored.get(entry.row.place)
    if found is not None and _same(entry, found[0], found[2]):
        return _ok(entry, saved)
    if entry.refused is not None or found is None:
        return entry.refused or Refused("busy", _("This was not saved. Please try again."))
    n, key, value = found
    winner = entry.winner
    if winner is not None and winner.position > entry.position and _same(winner, n, value):
        return _ok(entry, saved)
    if n == entry.row.n and key and key == entry.row.op:
        return Refused("op_reused", _("This entry was already used for something else."))
    return Refused("stale", _("There is a newer answer of yours, perhaps from another device."), n=n, v=value)


def _same(entry: _Entry, n: int, value: Json) -> bool:
    """Whether the stored answer is this one. Rewritten anonymous rows keep the value alone, and ``n`` 0."""
    if value != entry.row.value:
        return False
    return n == entry.row.n or (n == 0 and entry.refused is not None)


def _ok(entry: _Entry, saved: int) -> dict[str, Json]:
    return {"n": entry.row.n, "saved": saved, "status": entry.row.status}
