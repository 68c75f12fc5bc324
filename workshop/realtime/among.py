"""``id IN (…)`` for thousands of numbers: one parameter, and one text of the statement however many they are.

Django's ``__in`` prepares and binds each number by itself, which costs more than the query.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, F, Func

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


class Among(Func):
    """A condition for ``filter``: the column holds one of these numbers.

    Args:
        column: name of an integer field.
        numbers: 64-bit integers.
    """

    output_field = BooleanField()

    def __init__(self, column: str, numbers: Iterable[int]) -> None:
        super().__init__(F(column))
        self._numbers = ",".join(map(str, sorted(set(numbers))))

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, list[Any]]:
        """For PostgreSQL and SQLite."""
        del function, template, arg_joiner, extra_context
        column, values = compiler.compile(self.source_expressions[0])
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s::bigint[])", [*values, f"{{{self._numbers}}}"]
        return f"{column} IN (SELECT value FROM json_each(%s))", [*values, f"[{self._numbers}]"]  # noqa: S608 - the column's own name
