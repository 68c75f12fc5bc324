"""Plans and rows of an older release, in which a cloud of words was a way to show open text."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from tests.questions.room import Room
from workshop.plans.models import Question
from workshop.plans.text import PlanUnreadable, activity_from_block
from workshop.plans.text.document import activity_from_json, activity_to_json
from workshop.questions.catalogue import of_activity
from workshop.questions.counting import Memory
from workshop.questions.models import Response

MOVED = import_module("workshop.questions.words.migrations.0001_clouds_of_open_text")


@pytest.mark.parametrize(
    "said", ["type: text\nshow: words\nwords: 2", "question: {prompt: 'Why?'}\ntype: text\nshow: words"]
)
def test_a_cloud_of_open_text_is_read_as_the_kind_of_today(said: str) -> None:
    block = said if "question:" in said else f"question: Why?\n{said}"
    [asked] = activity_from_block("poll", f"title: Cloud\n{block}\n", 1).questions

    assert (asked.kind, asked.prompt) == ("words", "Why?")
    assert asked.config == ({"words": 2} if "words: 2" in said else {})


def test_a_form_too_and_a_list_is_plain_open_text() -> None:
    body = "questions:\n- {type: text, prompt: A, show: words, hold: false}\n- {type: text, prompt: B, show: list, long: true}\n"
    one, other = activity_from_block("form", body, 1).questions

    assert (one.kind, one.config) == ("words", {"hold": False})
    assert (other.kind, other.config) == ("text", {"long": True})


def test_what_it_never_meant_is_refused_with_its_line() -> None:
    with pytest.raises(PlanUnreadable) as refused:
        activity_from_block("poll", "question: Why?\ntype: text\nshow: stars\n", 10)

    assert refused.value.line == 13
    assert "show" in str(refused.value)


def test_stored_documents_are_read_as_today() -> None:
    spec = activity_from_block("poll", "question: Why?\ntype: text\n", 1)
    stored = activity_to_json(spec)
    stored["questions"][0]["config"] = {"show": "words", "words": 4}

    [asked] = activity_from_json(stored).questions

    assert (asked.kind, asked.config) == ("words", {"words": 4})


def test_rows_become_the_kind_of_today_and_their_words_are_counted(room: Room) -> None:
    run = room.ask("text", {"hold": False})
    for name, said in (("Ana", "costs, Tags"), ("Ben", "Tags")):
        room.say(name, run, said)
    Response.objects.filter(value="Tags").update(value="Tags\ntags; one too many, four")
    Question.objects.filter(activity=run.activity).update(
        config={"show": "words", "words": 3, "hold": False}, config_version=1
    )

    MOVED.clouds(apps, SimpleNamespace(connection=connection))

    run.activity.refresh_from_db()
    [asked] = of_activity(run.activity)
    assert (asked.kind.slug, asked.config.words, asked.config.hold) == ("words", 3, False)
    assert sorted(Response.objects.values_list("value", flat=True)) == [
        ["costs", "Tags"],
        ["tags", "one too many", "four"],
    ]
    counted = Memory().count(room.session.pk, run.activity_id, 1, [asked])
    assert counted.by_question[asked.id]["words"][0][1] == 2


def test_rows_that_nobody_has_rewritten_are_read_all_the_same(room: Room) -> None:
    run = room.ask("text", {})
    Question.objects.filter(activity=run.activity).update(config={"show": "list", "words": 3}, config_version=1)

    run.activity.refresh_from_db()
    [asked] = of_activity(run.activity)

    assert asked.config.limit == 280
