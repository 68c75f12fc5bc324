"""When the server does not start: unsafe settings, a database that forgets, a Redis that does not let it in."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.services import ServiceMissing, missing, redis_url
from workshop.config import checks

ROOT = Path(__file__).resolve().parents[3]


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    """Load the ASGI application as a server program does."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "workshop.config.settings",
        "SECRET_KEY": "k" * 40,
        "PLENARY_ENV_FILE": "/dev/null",
    }
    return subprocess.run(
        [sys.executable, "-c", "import workshop.config.asgi"], cwd=ROOT, env={**settings, **environment}, text=True,
        capture_output=True, check=False,
    )  # fmt: skip


def test_unsafe_settings_end_the_server_program_with_one_line(tmp_path: Path) -> None:
    ran = started(DATA_DIR=str(tmp_path), PROCESSES="2", REDIS_URL="redis://127.0.0.1:1/0")

    assert ran.returncode == 1
    assert (
        ran.stderr.splitlines()[-1] == "plenary: PROCESSES is more than 1 with SQLite: use DATABASE_URL=postgresql://…"
    )
    assert "Traceback" not in ran.stderr


def test_safe_settings_start(tmp_path: Path) -> None:
    assert started(DATA_DIR=str(tmp_path)).returncode == 0


def test_a_redis_that_is_away_is_no_reason(settings: Any) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
        assert checks.refusals() == []


def test_a_wrong_redis_password_is(settings: Any) -> None:
    try:
        settings.REDIS_URL = redis_url().replace("redis://", "redis://nobody:wrong@")
    except ServiceMissing as error:
        missing(error)
    assert checks.refusals() == ["Redis does not accept the user or password of REDIS_URL."]
