"""Database settings from an address; imports nothing that needs Django's apps."""

from __future__ import annotations

from typing import Any

import environ

PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"


def settings_of(url: str) -> dict[str, Any]:
    """Django's settings of a database."""
    found: dict[str, Any] = dict(environ.Env.db_url_config(url))
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {"timeout": 20, "init_command": PRAGMAS}
    return found
