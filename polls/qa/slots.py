"""The slot of an activity's questions: ``asked:<activity>``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from polls.qa.desk import current_run
from polls.qa.models import Enquiry
from workshop.kinds import Json
from workshop.live.models import Participant
from workshop.live.timing import epoch_ms
from workshop.numbers import DIGITS_OF_A_ROW
from workshop.questions.activity import DESK, PEOPLE
from workshop.realtime.heads import read_head
from workshop.realtime.slots import Shape, SlotReader, SlotRequest, SlotState, register

#: What staff see of questions: all but those that their authors took back.
_FOR_STAFF = ("waiting", "shown", "hidden", "merged")


class Asked(SlotReader):
    """``asked:<activity>``: ``{"7": {"t": text, "v": votes, "c": category, "pin", "done", "story", "answer", "r"}}``.

    Everybody hears of approved questions that were not put away. Staff who see people, and moderators, hear of all, with ``"s"`` (status),
    ``"odd"`` (something in it wants a look), ``"old"`` (put away), ``"into"`` (merged), ``"at"`` (asked, server ms)
    and, where names are seen, ``"by"``.
    """

    prefix = "asked"
    shape: ClassVar[Shape] = "collection"
    #: A wave of votes is one frame. What is hidden goes with the next one, well within a second.
    counting = True
    audiences: ClassVar[tuple[str, ...]] = ("staff", "learner", "screen")

    def heads(self, name: str) -> tuple[str, ...]:
        return (f"activity:{name.partition(':')[2]}",)

    def read(self, request: SlotRequest) -> SlotState | None:
        if not request.rest.isdecimal() or len(request.rest) > DIGITS_OF_A_ROW:
            return None
        epoch, revision = read_head(request.session, f"activity:{request.rest}")
        run = current_run(request.session, int(request.rest))
        if run is None:
            return None
        since = request.since or 0
        rows = Enquiry.objects.filter(activity=run.activity_id)
        if request.audience in (PEOPLE, DESK):
            found = rows.filter(revision__gt=since) if since else rows.filter(status__in=_FOR_STAFF)
            items = for_staff(found, named=run.activity.privacy == "named")
        else:
            found = rows.filter(revision__gt=since) if since else rows.filter(status="shown", archived=False)
            items = for_all(found)
        return SlotState(epoch, revision, items=items, since=since)


def for_all(rows: Iterable[Enquiry]) -> dict[str, Json]:
    """What everybody sees; None for what nobody should see any more."""
    return {str(row.pk): _item(row) if row.status == "shown" and not row.archived else None for row in rows}


def for_staff(rows: Iterable[Enquiry], *, named: bool) -> dict[str, Json]:
    """What staff see; one query for the names."""
    found = list(rows)
    return with_names(found, names_of(found) if named else {})


def with_names(rows: Iterable[Enquiry], people: Mapping[str, str]) -> dict[str, Json]:
    """What staff see, with the names that are known by author."""
    return {str(row.pk): _for_staff(row, people) if row.status in _FOR_STAFF else None for row in rows}


def _item(row: Enquiry) -> dict[str, Json]:
    """Only what is not as usual is told."""
    item: dict[str, Json] = {"t": row.text, "v": row.votes, "r": row.revision}
    usual = {"c": row.category, "pin": row.pinned, "done": row.answered, "story": row.story, "answer": row.answer}
    return item | {name: value for name, value in usual.items() if value}


def _for_staff(row: Enquiry, people: Mapping[str, str]) -> dict[str, Json]:
    more = {"odd": row.suspicious, "old": row.archived, "into": row.merged_into_id, "by": people.get(row.author)}
    item = _item(row) | {name: value for name, value in more.items() if value}
    return item | {"s": row.status, "at": epoch_ms(row.asked_at)}


def names_of(rows: Iterable[Enquiry]) -> dict[str, str]:
    """By author the name, or the number of the seat, of those who asked under it."""
    ids = {int(row.author[2:]) for row in rows if row.author.startswith("p:")}
    return {person.key: person.label for person in Participant.objects.filter(pk__in=ids, erased_at=None)}


register(Asked())
