"""Clouds that were open text with ``show: words`` become questions of this kind, with their answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db import migrations

MOST_WORDS, LONGEST = 10, 40
_BETWEEN = re.compile(r"[\n,;/•·|،、，；]+")
#: Answers that are written at once.
MANY = 500


def words_of(text: Any, most: int) -> list[str]:
    """The words of an old answer, each once."""
    parts = (" ".join(part.split())[:LONGEST].strip() for part in _BETWEEN.split(str(text)))
    return list({part.casefold(): part for part in parts if part}.values())[:most]


def clouds(apps: Any, editor: Any) -> None:
    """Rewrite the questions and their answers."""
    alias = editor.connection.alias
    question = apps.get_model("plans", "Question").objects.using(alias)
    for row in question.filter(kind="text", config__show="words"):
        most = min(max(int(row.config.get("words", 3)), 1), MOST_WORDS)
        row.config = {name: row.config[name] for name in ("words", "hold") if name in row.config}
        row.kind, row.config_version = "words", 1
        row.save(update_fields=["kind", "config", "config_version"])
        _answers(apps.get_model("questions", "Response").objects.using(alias), row.pk, most)


def _answers(response: Any, question: int, most: int) -> None:
    for rows in _chunks(response.filter(question=question)):
        for row in rows:
            if isinstance(row.value, str):
                row.value = words_of(row.value, most)
        response.bulk_update(rows, ["value"])


def _chunks(rows: Any) -> Iterator[list[Any]]:
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:MANY]):
        yield found
        last = found[-1].pk


class Migration(migrations.Migration):
    dependencies = (
        ("plans", "0003_plan_listed"),
        ("questions", "0002_was_hidden"),
    )

    operations = (migrations.RunPython(clouds, migrations.RunPython.noop, elidable=True),)
