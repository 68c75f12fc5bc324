"""Acts that really begin at the same moment, each on a thread and a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections, connection

from workshop.kinds import Refused

SECONDS = 60


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Their results in order; a refusal is a result."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def go(place: int, act: Callable[[], Any]) -> None:
        close_old_connections()
        gate.wait(10)
        try:
            results[place] = act()
        except Refused as refused:
            results[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    return results
