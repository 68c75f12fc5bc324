"""An adversary with the whole database, SECRET_KEY and every participant row, before and after the close.

The proof is that it makes no difference: whoever of two people gave which anonymous answer, the database is the same
but for tags that only their own devices can make.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings

from tests.questions.room import BEGIN, Room, poll
from workshop.kinds import ActivitySpec, QuestionSpec
from workshop.live.models import ActivityRun, Audit, Participant
from workshop.questions.authors import tag
from workshop.questions.models import Response
from workshop.realtime.models import Head, Op

OPTIONS = {"options": ["Training", "Inference", "Idle machines"]}
Dump = dict[str, list[dict[str, Any]]]
#: Columns of times of the run itself, which move with the test's own clock.
CLOCKS = {"opened_at", "closed_at", "settled_at", "at", "created_at", "shown_at"}


def dump() -> Dump:
    """Every row of every table."""
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in apps.get_models()}


def anonymised(found: Dump) -> Dump:
    """The dump with tags by order of appearance and numbers of rows made new in each world by their rank."""
    tags: dict[str, str] = {}
    for row in found["questions.Response"]:
        if row["author"].startswith("x:"):
            row["author"] = tags.setdefault(row["author"], f"x:{len(tags)}")
    for rows in found.values():
        for rank, row in enumerate(rows):
            for column in CLOCKS & set(row):
                row[column] = row[column] is not None
            if "id" in row:
                row["id"] = rank
    return found


def play(room: Room, run: ActivityRun, said: Iterable[tuple[str, str]], *, final: bool) -> Dump:
    """One world: these answers in this order; then everything is put back."""
    heads = list(Head.objects.values())
    columns = ActivityRun.objects.filter(pk=run.pk).values().get()
    for name, value in said:
        room.say(name, run, value)
    if final:
        room.close(run, final=True)
    found = dump()
    Response.objects.all().delete()
    Op.objects.all().delete()
    Audit.objects.all().delete()
    for head in heads:
        Head.objects.filter(pk=head["id"]).update(revision=head["revision"], epoch=head["epoch"])
    ActivityRun.objects.filter(pk=run.pk).update(**{k: v for k, v in columns.items() if k != "id"})
    room.session.refresh_from_db()
    type(room.session).objects.filter(pk=room.session.pk).update(undo={})
    for person in room.people.values():
        person.secret = hashlib.sha256(person.secret).digest()[:16]
    return anonymised(found)


@pytest.mark.parametrize("privacy", ["anonymous", "confidential"])
def test_before_the_close_nothing_says_who_gave_the_first_answer(room: Room, privacy: str) -> None:
    run = room.ask("choice", OPTIONS, privacy)
    room.say("Ana", run, "c")
    Response.objects.all().delete()

    one = play(room, run, [("Ana", "a"), ("Ben", "b")], final=False)
    other = play(room, run, [("Ben", "a"), ("Ana", "b")], final=False)

    assert one == other
    assert len(one["questions.Response"]) == 2


@pytest.mark.parametrize("privacy", ["anonymous", "confidential"])
def test_after_the_close_nothing_says_who_gave_which_answer_or_in_which_order(room: Room, privacy: str) -> None:
    run = room.ask("choice", OPTIONS, privacy)
    room.say("Ana", run, "c")
    Response.objects.all().delete()

    play(room, run, [("Ana", "a")], final=True)  # makes the heads that all worlds share
    worlds = [
        play(room, run, said, final=True)
        for said in (
            [("Ana", "a"), ("Ben", "b")],
            [("Ben", "a"), ("Ana", "b")],
            [("Ana", "b"), ("Ben", "a")],
        )
    ]

    for world in worlds:
        for row in world["questions.Response"]:
            row.update(id=0, author="x")
        world["questions.Response"].sort(key=lambda row: str(row["value"]))
        for row in world["live.Session"]:
            row["undo"] = {}
        for row in world["realtime.Op"]:
            assert row["author"] in ("system", room.fay.key)
            row["op_id"] = None
    assert worlds[0] == worlds[1] == worlds[2]


def test_nobody_but_the_device_can_make_a_tag_again(room: Room) -> None:
    for name in ("Cem", "Dora", "Eli"):
        room.join(name, profile="Finance")
    run = room.ask("choice", OPTIONS, "anonymous")
    for name in room.people:
        room.say(name, run, "a")
    stored = set(Response.objects.values_list("author", flat=True))
    keys = known_bytes()
    messages = [f"{room.session.pk}:{run.activity_id}:{run.round}".encode(), *keys]

    tried = {"x:" + hmac.new(key, message, "sha256").hexdigest() for key, message in product(keys, messages)}

    assert not tried & stored
    own = {tag(person.secret, room.session.pk, run.activity_id, run.round) for person in room.people.values()}
    assert own == stored


def known_bytes() -> list[bytes]:
    """SECRET_KEY and every value of every participant, and what one would make of them."""
    found = [settings.SECRET_KEY]
    for row in Participant.objects.values():
        found += [str(value) for value in row.values()]
        found += [f"p:{row['id']}", f"{row['session_id']}:{row['id']}", f"{settings.SECRET_KEY}{row['id']}"]
    texts = [text.encode() for text in dict.fromkeys(found) if text]
    return [
        *texts,
        *(hashlib.sha256(text).digest() for text in texts),
        *(hashlib.sha256(t).digest()[:16] for t in texts),
    ]


def test_the_rewritten_rows_stand_in_random_order_without_traces(room: Room) -> None:
    run = room.ask("choice", OPTIONS, "anonymous")
    said = []
    for index in range(40):
        room.join(f"p{index}")
        room.say(f"p{index}", run, "abc"[index % 3], n=index + 1)
        said.append(tag(room.people[f"p{index}"].secret, room.session.pk, run.activity_id, 1))
    old = set(Response.objects.values_list("pk", flat=True))
    epoch = Head.objects.get(name=f"activity:{run.activity_id}").epoch

    room.close(run, final=True)

    rows = list(Response.objects.order_by("pk"))
    assert not old & {row.pk for row in rows}
    assert [row.author for row in rows] != said
    assert sorted(row.author for row in rows) == sorted(said)
    assert {(row.n, row.op, row.group, row.profile) for row in rows} == {(0, "", "", "")}
    assert len({row.revision for row in rows}) == 1
    assert {row.answered_at for row in rows} == {BEGIN + timedelta(minutes=30)}
    assert Head.objects.get(name=f"activity:{run.activity_id}").epoch > epoch
    assert room.counts(run)["n"] == 40


def test_a_named_answer_beside_it_does_not_give_an_anonymous_one_away(room: Room) -> None:
    """In a form of both, the anonymous row shares with the named one nothing finer than the phase once it is closed."""
    questions = (
        QuestionSpec("choice", "Who?", OPTIONS, privacy="named"),
        QuestionSpec("choice", "What?", OPTIONS, privacy="anonymous"),
    )
    run = room.open(ActivitySpec("form", "Form", questions=questions))
    for index in range(12):
        room.join(f"p{index}")
        room.say(f"p{index}", run, "a", q="q1", n=index + 1)
        room.say(f"p{index}", run, "abc"[index % 3], q="q2", n=index + 1)

    room.close(run, final=True)

    named = Response.objects.filter(question__key="q1")
    hidden = Response.objects.filter(question__key="q2")
    for column in ("op", "author", "n", "revision", "answered_at"):
        shared = set(named.values_list(column, flat=True)) & set(hidden.values_list(column, flat=True))
        assert shared == set(), column
    assert min(hidden.values_list("pk", flat=True)) > max(named.values_list("pk", flat=True))


def test_audit_and_ops_say_nothing_about_answers(room: Room) -> None:
    for privacy in ("anonymous", "confidential", "named", "own"):
        run = room.ask("text", privacy=privacy)
        room.say("Ana", run, "A very particular sentence")

    assert not Op.objects.exists()
    assert not Audit.objects.exists()
    everywhere = str({name: rows for name, rows in dump().items() if name != "questions.Response"})
    assert "particular" not in everywhere


def test_the_own_device_finds_its_anonymous_answer(room: Room) -> None:
    from workshop.questions.personal import keepsakes, own_answers

    run = room.ask("choice", OPTIONS, "anonymous")
    room.say("Ana", run, "b", n=3)
    people = [room.people[name] for name in ("Ana", "Ben")]

    mine, theirs = own_answers(room.session.pk, [p.row for p in people], [p.actor for p in people])

    key = str(run.activity_id)
    assert mine["answers"][key] == {"round": 1, "q": {"q1": {"n": 3, "v": "b", "status": "given"}}}
    assert theirs["answers"][key] == {"round": 1, "q": {}}
    room.close(run, final=True)
    [kept] = [part for part in keepsakes(room.session, people[0].row, people[0].actor) if part.lines]
    assert [line.answer for line in kept.lines] == ["Inference"]
    assert not any(part.lines for part in keepsakes(room.session, people[1].row, people[1].actor))


def test_own_answers_of_many_cost_what_those_of_one_cost(room: Room) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from workshop.questions.personal import own_answers

    for privacy in ("anonymous", "named", "confidential"):
        room.ask("choice", OPTIONS, privacy)
    for index in range(30):
        room.join(f"p{index}")
    costs = []
    for count in (1, 30):
        some = list(room.people.values())[:count]
        with CaptureQueriesContext(connection) as captured:
            own_answers(room.session.pk, [p.row for p in some], [p.actor for p in some])
        costs.append(len(captured))

    assert costs[0] == costs[1] <= 3


def test_removing_somebody_hides_open_words_and_leaves_anonymous_answers(room: Room) -> None:
    named, hidden = room.ask("text", {"hold": False}, "named"), room.ask("text", {"hold": False}, "anonymous")
    for run in (named, hidden):
        room.say("Ana", run, "words")

    room.staff("person.remove", p=room.people["Ana"].row.pk)

    assert room.counts(named)["n"] == 0
    assert room.counts(hidden)["n"] == 1


def test_erasing_somebody_deletes_what_stands_under_their_key(room: Room) -> None:
    from workshop.questions.closing import erase

    named, hidden = room.ask("text", privacy="named"), room.ask("text", privacy="anonymous")
    for run in (named, hidden):
        room.say("Ana", run, "words")

    erase(room.people["Ana"].row)

    assert list(Response.objects.values_list("activity_id", flat=True)) == [hidden.activity_id]


def test_times_of_answers_in_the_lobby_are_no_finer(room: Room) -> None:
    type(room.session.phase).objects.update(started_at=None)
    run = room.open(poll("choice", OPTIONS, "anonymous"))
    room.say("Ana", run, "a")

    at: datetime = Response.objects.get().answered_at
    assert at == BEGIN - timedelta(days=1)
