"""The slots of live sessions. Every reader reads the heads first and the rows after them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from workshop.bundles import sent_as
from workshop.kinds import ActivityKind, Json, question_kinds
from workshop.live import hooks, queries, stages
from workshop.live.models import ActivityRun, Membership, Note, Participant, Session
from workshop.live.stages import Scene, kind_of
from workshop.plans.models import Activity, Question
from workshop.realtime import heads
from workshop.realtime.heads import read_head, read_heads
from workshop.realtime.slots import SlotReader, SlotRequest, SlotState, register


class _Reader(SlotReader):
    """A reader of the session's own head."""

    def heads(self, name: str) -> tuple[str, ...]:
        """The session's head alone."""
        del name
        return ("session",)


class StageReader(_Reader):
    """``stage``: the phase and the ordered activities, small and without HTML; each activity is a slot of its own."""

    prefix = "stage"
    first = True
    by_language = False

    def read(self, request: SlotRequest) -> SlotState | None:
        """See ``SlotReader.read``. For programs the activities carry their questions."""
        epoch, revision = read_head(request.session, "session")
        scene = stages.load(request.session)
        if scene is None or scene.session.erased_at:
            return None
        data = queries.stage_data(scene, timezone.now(), request.audience)
        if request.view == "data":
            _add_questions(scene, data["activities"], request.audience)
        return SlotState(epoch, revision, data=data)


class ClockReader(_Reader):
    """``clock``: what is left of the phase, counted from an instant that does not depend on when it is read."""

    prefix = "clock"
    by_language = False

    def read(self, request: SlotRequest) -> SlotState | None:
        """See ``SlotReader.read``; None while no phase runs."""
        epoch, revision = read_head(request.session, "session")
        scene = stages.load(request.session)
        clock = queries.clock_view(scene, timezone.now()) if scene else None
        return SlotState(epoch, revision, data=clock.data()) if clock else None


class NoticeReader(_Reader):
    """``notice``: one line to everybody."""

    prefix = "notice"
    by_language = False

    def read(self, request: SlotRequest) -> SlotState | None:
        """See ``SlotReader.read``; None while there is none."""
        epoch, revision = read_head(request.session, "session")
        text = Session.objects.filter(pk=request.session).values_list("notice", flat=True).first()
        return SlotState(epoch, revision, data={"text": text}) if text else None


class ActivityReader(SlotReader):
    """``activity:<id>``: one activity on the stage; its number only rises when its state, round or text changes."""

    prefix = "activity"
    steady = True

    def heads(self, name: str) -> tuple[str, ...]:
        """The activity's own head, which has the slot's name."""
        return (name,)

    def read(self, request: SlotRequest) -> SlotState | None:
        """See ``SlotReader.read``; None for who may not see it now."""
        if not request.rest.isdecimal():
            return None
        epoch, _revision = read_head(request.session, request.name)
        scene = stages.load(request.session)
        run = scene.run_of(int(request.rest)) if scene else None
        if scene is None or run is None or not _may_see(scene, run, request.audience):
            return None
        if request.view == "data":
            return SlotState(epoch, run.changed, data=_activity_data(run, request.audience))
        data = {"id": run.activity_id, "round": run.round, "state": run.state}
        return SlotState(epoch, run.changed, data=data, html=activity_html(run, request.audience, request.language))


class YouReader(SlotReader):
    """``you``: a person's own name, groups, answers and notes, on all of their devices."""

    prefix = "you"
    personal = True
    by_language = False
    audiences = ("learner",)

    def heads(self, name: str) -> tuple[str, ...]:
        """Everything that a person has a part in."""
        del name
        return ("session", "people", "own", "activity:*")

    def read(self, request: SlotRequest) -> SlotState | None:
        """See ``SlotReader.read``."""
        return self.read_many([request])[0]

    def read_many(self, requests: Sequence[SlotRequest]) -> list[SlotState | None]:
        """All persons in a constant number of queries."""
        if not requests:
            return []
        session = requests[0].session
        epoch, revision = _sum(session, "session", "people", "own", prefix="activity:")
        people = Participant.objects.select_related("note").in_bulk({request.actor.id for request in requests})
        found = [people.get(request.actor.id) for request in requests]
        known = [(person, request.actor) for person, request in zip(found, requests, strict=True) if person]
        data = dict(zip([person.pk for person, _actor in known], _you(session, known), strict=True))
        return [SlotState(epoch, revision, data=data[person.pk]) if person else None for person in found]


class RoomReader(SlotReader):
    """``room``: how many are there and have answered; backgrounds for staff alone."""

    prefix = "room"
    counting = True
    by_language = False
    audiences = ("staff", "screen")

    def heads(self, name: str) -> tuple[str, ...]:
        """People, presence, notes of signs of life, and the answers."""
        del name
        return ("session", "people", "presence", "seen", "activity:*")

    def read(self, request: SlotRequest) -> SlotState | None:
        """See ``SlotReader.read``."""
        epoch, revision = _sum(request.session, "session", "people", "presence", "seen", prefix="activity:")
        # The panel and the screen have it of the same reading.
        data = heads.once(request.session, "room", lambda: queries.room_state(request.session)).data()
        if request.audience == "screen":
            del data["profiles"], data["seen"]
        return SlotState(epoch, revision, data=data)


class QueueReader(SlotReader):
    """``queue``: who wants to be seen to, in words ("Seat 7", "Group 3"). Always complete: it is short."""

    prefix = "queue"
    shape = "collection"
    audiences = ("staff",)

    def heads(self, name: str) -> tuple[str, ...]:
        """People, and the session for its groups."""
        del name
        return ("session", "people")

    def read(self, request: SlotRequest) -> SlotState | None:
        """See ``SlotReader.read``."""
        epoch, revision = _sum(request.session, "session", "people")
        items = {key: {**item, "r": revision} for key, item in queries.queue(request.session).items()}
        return SlotState(epoch, revision, items=items)


class PeopleReader(SlotReader):
    """``people``: the list of participants; only those who changed since."""

    prefix = "people"
    shape = "collection"
    audiences = ("staff",)

    def heads(self, name: str) -> tuple[str, ...]:
        """The people's own head."""
        del name
        return ("people",)

    def read(self, request: SlotRequest) -> SlotState | None:
        """See ``SlotReader.read``. Removed people are None; who is online stands in ``room``."""
        epoch, revision = read_head(request.session, "people")
        rows = Participant.objects.filter(session=request.session, revision__gt=request.since or 0)
        if not request.since:
            rows = Participant.objects.filter(session=request.session, removed_at=None, erased_at=None)
        items = {person.key: _person(person) for person in rows.order_by("number")}
        return SlotState(epoch, revision, items=items, since=request.since or 0)


def register_all() -> None:
    """Register the readers of this package."""
    for reader in (
        StageReader(), ClockReader(), NoticeReader(), ActivityReader(), YouReader(), RoomReader(), QueueReader(),
        PeopleReader(),
    ):  # fmt: skip
        register(reader)


def activity_html(run: ActivityRun, audience: str, language: str, **more: Any) -> SafeString:
    """One activity as its audience sees it, in the wrapper of the page; ``more`` for a page of one person."""
    family = audience.partition(":")[0]
    kind = kind_of(run)
    if run.activity.imagined is None:
        # Asked for by the kind and below.
        prefetch_related_objects([run.activity], "questions")
    with translation.override(language):
        part = kind.stage(run, _family(family)) if kind else None
        context = {
            "run": run,
            "activity": run.activity,
            "kind": kind,
            "audience": family,
            "part": part,
            "body": render_to_string(part.template, {**part.context, **more}) if part else "",
            "needs": needs_of(run.activity, kind),
            **more,
        }
        return render_to_string("live/_activity.html", context)


def needs_of(activity: Activity, kind: ActivityKind | None) -> dict[str, list[str]]:
    """The modules and style sheets of an activity: a page that was opened before it was added loads them then."""
    kinds: list[Any] = [kind] if kind else []
    slugs = sorted({question.kind for question in activity.asked})
    kinds += [question_kinds.get(slug) for slug in slugs if slug in question_kinds]
    return {field: sent_as(path for each in kinds for path in getattr(each, field)) for field in _FILES}


_FILES = ("modules", "styles")


def _family(family: str) -> Any:
    return family if family in ("staff", "screen") else "learner"


def _may_see(scene: Scene, run: ActivityRun, audience: str) -> bool:
    family = audience.partition(":")[0]
    if family == "staff":
        return run in scene.for_staff() or scene.session.state != "running"
    if run not in scene.on_stage():
        return False
    return run.activity.audience != ("phones" if family == "screen" else "screen")


def _activity_data(run: ActivityRun, audience: str) -> dict[str, Json]:
    kind = kind_of(run)
    return {
        "id": run.activity_id,
        "kind": run.activity.kind,
        "title": run.activity.title,
        "state": run.state,
        "round": run.round,
        "questions": _questions({run.activity_id: run}, audience).get(run.activity_id, []),
        "content": kind.data(run) if kind else {},
    }


def _add_questions(scene: Scene, lines: list[dict[str, Any]], audience: str) -> None:
    runs = {run.activity_id: run for run in scene.runs}
    found = _questions({line["id"]: runs[line["id"]] for line in lines}, audience)
    for line in lines:
        line["questions"] = found.get(line["id"], [])


def _questions(runs: dict[int, ActivityRun], audience: str) -> dict[int, list[dict[str, Json]]]:
    """The questions of these activities as an audience may know them; right answers only once they are shown."""
    found: dict[int, list[dict[str, Json]]] = {}
    for question in Question.objects.filter(activity__in=list(runs)).order_by("activity", "position"):
        if question.kind not in question_kinds:
            continue
        kind, run = question_kinds.get(question.kind), runs[question.activity_id]
        config = kind.load(question.config, question.config_version)
        public = kind.public(config, audience=audience.partition(":")[0], reveal=run.show_answers)
        line = {"key": question.key, "kind": question.kind, "prompt": question.prompt, "config": public}
        found.setdefault(question.activity_id, []).append(line)
    return found


def _sum(session: int, *names: str, prefix: str = "") -> tuple[int, int]:
    """``(epoch, revision)`` of a slot over several heads, in one statement."""
    rows = read_heads(session, names, prefix).values()
    # An epoch starts at 1: their sum rises with each of them, and never falls when a head is new.
    return 1 + sum(epoch - 1 for epoch, _revision in rows), sum(revision for _epoch, revision in rows)


def _you(session: int, known: Sequence[tuple[Participant, Any]]) -> list[dict[str, Any]]:
    people = [person for person, _actor in known]
    groups = _groups(people)
    parts = [
        {
            "key": person.key,
            "name": person.name,
            "number": person.number,
            "label": person.label,
            "profile": person.profile,
            "familiarity": person.familiarity,
            "language": person.language,
            "hand": person.hand_at is not None,
            "help": person.help_at is not None,
            "groups": groups.get(person.pk, {}),
            "answers": {},
            "note": _note(person),
        }
        for person in people
    ]
    for personal in hooks.personal:
        for mine, more in zip(parts, personal(session, people, [actor for _person, actor in known]), strict=True):
            mine.update(more)
    return parts


def _note(person: Participant) -> dict[str, Any]:
    note: Note | None = getattr(person, "note", None)
    return {"text": note.text, "n": note.n} if note else {"text": "", "n": 0}


def _groups(people: Sequence[Participant]) -> dict[int, dict[str, dict[str, Any]]]:
    found: dict[int, dict[str, dict[str, Any]]] = {}
    rows = Membership.objects.filter(participant__in=people, until=None).select_related("group", "group_set")
    for row in rows:
        group = row.group
        line = {"id": group.pk, "number": group.number, "label": group.label, "help": group.help_at is not None}
        found.setdefault(row.participant_id, {})[row.group_set.key] = line
    return found


def _person(person: Participant) -> dict[str, Any] | None:
    if person.removed_at or person.erased_at:
        return None
    return {
        "p": person.pk,
        "number": person.number,
        "label": person.label,
        "name": person.name,
        "profile": person.profile,
        "practice": person.simulated,
        "extra_time": person.extra_time,
        "hand": person.hand_at is not None,
        "help": person.help_at is not None,
        "r": person.revision,
    }
