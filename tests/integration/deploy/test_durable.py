"""A database that says "committed" too early is refused."""

from __future__ import annotations

from django.db import connection

from workshop.config import checks


def test_a_database_that_forgets_is_refused(db: None) -> None:
    assert connection.vendor == "postgresql"
    assert checks.durable_database(None, databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    (found,) = checks.durable_database(None, databases=["default"])
    assert found.id == "plenary.E008"
    assert "synchronous_commit = off" in found.msg
