"""Every row of the database, to tell whether anything has changed."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection

from workshop.realtime.models import Head

#: Tables that every call may touch: when somebody was last heard of.
SIGNS_OF_LIFE = {"realtime_presence"}


def rows(*, heads: bool = True) -> dict[str, list[Any]]:
    """Every row of every table."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if table not in SIGNS_OF_LIFE and table in _tables():
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")
                found[table] = cursor.fetchall()
    # A refused op may leave a head that nothing has moved; servers count who is there by themselves.
    moved = Head.objects.filter(revision__gt=0).exclude(name="presence").order_by("session", "name")
    return found | {"realtime_head": list(moved.values_list("session", "name", "epoch", "revision")) if heads else []}


def _tables() -> set[str]:
    if not _KNOWN_TABLES:
        _KNOWN_TABLES.update(connection.introspection.table_names())
    return _KNOWN_TABLES


_KNOWN_TABLES: set[str] = set()
