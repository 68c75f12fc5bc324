"""Heads: read, lock and raise. Reading outside a batch: head first, rows after it."""

from __future__ import annotations

from collections.abc import Iterable

from workshop.realtime.models import Head


def level_of(name: str) -> int:
    """0 for ``session`` and ``people`` and any other head of the session, 1 for ``activity:…``, 2 for ``group:…``."""
    return {"activity": 1, "group": 2}.get(name.partition(":")[0], 0)


def read_heads(session: int, names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """``{name: (epoch, revision)}`` in one statement; a head that does not exist yet counts as ``(1, 0)``."""
    wanted = list(names)
    found = {
        name: (epoch, revision)
        for name, epoch, revision in Head.objects.filter(session=session, name__in=wanted).values_list(
            "name", "epoch", "revision"
        )
    }
    return {name: found.get(name, (1, 0)) for name in wanted}


def read_head(session: int, name: str) -> tuple[int, int]:
    """``(epoch, revision)`` of one head."""
    return read_heads(session, (name,))[name]
