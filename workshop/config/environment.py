"""Reading the environment: a value that cannot be used ends the program with one line that names it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import environ

DATABASES = ("postgresql://", "postgres://", "sqlite://")
SYSTEM = Path("/etc")
REDIS = ("redis://", "rediss://", "unix://")


def refuse(reason: str) -> NoReturn:
    """End the program, whichever it is (a server, a command), with one line and without a traceback."""
    message = f"plenary: {reason}"
    raise SystemExit(message)


def of_machine(system: Path) -> list[str]:
    """What the machine says of its zone, as Linux and macOS keep it: a link into the zones, or a file with the name."""
    named = system / "timezone"
    try:
        linked = (system / "localtime").resolve().as_posix()
        written = named.read_text().strip() if named.is_file() else ""
    except (OSError, ValueError):
        return []
    return [linked.partition("/zoneinfo/")[2], written]


def is_zone(name: str) -> bool:
    """Whether this machine knows the time of a place."""
    if not name:
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


class Environment(environ.Env):  # type: ignore[misc]  # the package says nothing of types
    """``environ.Env`` whose faults are one line for people. No line holds an address: it may hold a password."""

    def whole(self, name: str, default: int, least: int = 0) -> int:
        """A whole number that is at least ``least``; the default for an empty value. Ends the program otherwise."""
        given = self.str(name, default="").strip() or str(default)
        try:
            found = int(given)
        except ValueError:
            refuse(f"{name} must be a whole number, not {given!r}.")
        if found < least:
            refuse(f"{name} must be {least} or more, not {found}.")
        return found

    def seconds(self, name: str, default: float) -> float:
        """A number of seconds, 0 or more; the default for an empty value. Ends the program otherwise."""
        given = self.str(name, default="").strip() or str(default)
        try:
            found = float(given)
        except ValueError:
            refuse(f"{name} must be a number of seconds, not {given!r}.")
        if not 0 <= found < float("inf"):
            refuse(f"{name} must be 0 or more, not {given}.")
        return found

    def level(self, name: str, default: str) -> str:
        """One of the logging module's levels. Ends the program for any other word."""
        given = self.str(name, default="").strip().upper() or default
        if given not in logging.getLevelNamesMapping():
            refuse(f"{name} must be DEBUG, INFO, WARNING or ERROR, not {given!r}.")
        return given

    def zone(self, name: str) -> str:
        """A time zone; where none is given that of ``TZ``, else the one this machine is set to.

        Ends the program for a word that is no zone.
        """
        given: str = self.str(name, default="").strip()
        if given and not is_zone(given):
            refuse(f"{name} must be a time zone like Europe/Zurich, not {given!r}.")
        return given or next(filter(is_zone, (self.str("TZ", default=""), *of_machine(SYSTEM))), "UTC")

    def database(self, address: str) -> dict[str, Any]:
        """The database of an address. Ends the program for one that Plenary cannot use."""
        if not address.startswith(DATABASES):
            refuse("DATABASE_URL must begin with postgresql:// or sqlite://")
        return dict(self.db_url_config(address))

    def redis(self, name: str) -> str:
        """The address of Redis, empty for none. Ends the program for one of something else."""
        given: str = self.str(name, default="")
        if given and not given.startswith(REDIS):
            refuse(f"{name} must begin with redis://, rediss:// or unix://")
        return given
