"""The one statement that writes answers, for PostgreSQL and SQLite.

It takes effect only where the stored ``n`` is lower, which Django's ``bulk_create`` cannot say, and costs a fraction of
it (architecture, section 4, "Inbox"). An answer that staff have hidden stays out of sight when its author changes it:
it is held again, also where answers are shown by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from workshop.kinds import Json


@dataclass(slots=True)
class Row:
    """One answer to be written, in the order of ``_COLUMNS``; PostgreSQL gets it by the names of its fields."""

    session: int
    activity: int
    question: int
    round: int
    author: str
    subject: str
    n: int
    value: Json
    profile: str
    group: str
    weight: int
    status: str
    revision: int
    op: str
    answered_at: datetime

    @property
    def place(self) -> tuple[int, int, str, str]:
        """What the unique constraint is about: (question, round, author, subject)."""
        return self.question, self.round, self.author, self.subject


_COLUMNS = (
    'session_id, activity_id, question_id, round, author, subject, n, value, profile, "group", weight, status, '
    "revision, op, answered_at"
)
_CONFLICT = """
ON CONFLICT (activity_id, question_id, round, author, subject) DO UPDATE SET
    n = excluded.n, value = excluded.value, profile = excluded.profile, "group" = excluded."group",
    weight = excluded.weight, revision = excluded.revision, op = excluded.op, answered_at = excluded.answered_at,
    status = CASE WHEN questions_response.was_hidden AND excluded.status = 'given' THEN 'held'
                  ELSE excluded.status END
WHERE questions_response.n < excluded.n
"""
# One parameter for the whole list: binding 15 arrays costs twice as much (measured: 21 µs a row against 11). A value
# of None is JSON's null and not SQL's.
_POSTGRES = f"""
INSERT INTO questions_response ({_COLUMNS})
SELECT session, activity, question, round, author, subject, n, COALESCE(value, 'null'), profile, "group", weight,
       status, revision, op, answered_at
  FROM json_to_recordset(%s::json) AS answer(session bigint, activity bigint, question bigint, round int, author text,
       subject text, n bigint, value jsonb, profile text, "group" text, weight int, status text, revision bigint,
       op text, answered_at timestamptz)
{_CONFLICT}
"""  # noqa: S608 - constants only
_SQLITE = f"INSERT INTO questions_response ({_COLUMNS}) VALUES {{rows}} {_CONFLICT}"  # noqa: S608 - the same
_MARKS = "(" + ",".join(["%s"] * len(fields(Row))) + ")"


def write(rows: list[Row]) -> int:
    """Write the answers in one statement; how many took effect. No two rows may have the same ``place``."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES, [orjson.dumps(rows).decode()])
        else:
            times = {row.answered_at for row in rows}
            stored = {at: connection.ops.adapt_datetimefield_value(at) for at in times}
            values = [part for row in rows for part in _values(row, stored[row.answered_at])]
            cursor.execute(_SQLITE.format(rows=",".join([_MARKS] * len(rows))), values)
        return int(cursor.rowcount)


def _values(row: Row, answered_at: Any) -> tuple[Any, ...]:
    return (
        row.session, row.activity, row.question, row.round, row.author, row.subject, row.n,
        orjson.dumps(row.value).decode(), row.profile, row.group, row.weight, row.status, row.revision, row.op,
        answered_at,
    )  # fmt: skip
