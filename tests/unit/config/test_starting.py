"""When the server does not start: unsafe settings, a database that forgets, a Redis that does not let it in."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.services import ServiceMissing, missing, redis_url
from workshop.config import checks, environment

ROOT = Path(__file__).resolve().parents[3]


def started(module: str = "workshop.config.asgi", **environment: str) -> subprocess.CompletedProcess[str]:
    """Load the ASGI application as a server program does, or another module."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "workshop.config.settings",
        "SECRET_KEY": "k" * 40,
        "PLENARY_ENV_FILE": "/dev/null",
    }
    return subprocess.run(
        [sys.executable, "-c", f"import {module}"], cwd=ROOT, env={**settings, **environment}, text=True,
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


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set. Make one with: python -c "),
        ("PROCESSES", "two", "PROCESSES must be a whole number, not 'two'."),
        ("PROCESSES", "0", "PROCESSES must be 1 or more, not 0."),
        ("RETENTION_DAYS", "-3", "RETENTION_DAYS must be 0 or more, not -3."),
        ("DRAIN_SECONDS", "nan", "DRAIN_SECONDS must be 0 or more, not nan."),
        ("DATABASE_URL", "mysql://me:hunter2@there/x", "DATABASE_URL must begin with postgresql:// or sqlite://"),
        ("REDIS_URL", "http://me:hunter2@there/", "REDIS_URL must begin with redis://, rediss:// or unix://"),
        ("TIME_ZONE", "Mars/One", "TIME_ZONE must be a time zone like Europe/Zurich, not 'Mars/One'."),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, not 'LOUD'."),
    ],
)
def test_a_setting_that_cannot_be_used_ends_it_with_one_line(tmp_path: Path, name: str, value: str, line: str) -> None:
    ran = started("workshop.config.settings", **{"DATA_DIR": str(tmp_path), name: value})

    assert ran.returncode == 1
    assert ran.stderr.startswith(f"plenary: {line}")
    assert len(ran.stderr.splitlines()) == 1
    assert "hunter2" not in ran.stderr


@pytest.mark.parametrize(
    ("link", "name", "found"),
    [
        ("share/zoneinfo/Europe/Zurich", "", "Europe/Zurich"),
        ("db/timezone/zoneinfo/America/Argentina/Ushuaia", "Etc/UTC", "America/Argentina/Ushuaia"),
        ("", "Asia/Tokyo\n", "Asia/Tokyo"),
        ("share/zoneinfo/Mars/One", "nonsense", "UTC"),
        ("", "", "UTC"),
    ],
)
def test_the_time_of_the_room_is_that_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str, name: str, found: str
) -> None:
    monkeypatch.setattr(environment, "SYSTEM", tmp_path)
    monkeypatch.setattr(environment.Environment, "ENVIRON", {})
    if link:
        (tmp_path / "localtime").symlink_to(tmp_path / link)
    if name:
        (tmp_path / "timezone").write_text(name)
    assert environment.Environment().zone("TIME_ZONE") == found
    monkeypatch.setattr(environment.Environment, "ENVIRON", {"TZ": "Africa/Lagos"})
    assert environment.Environment().zone("TIME_ZONE") == "Africa/Lagos"
    monkeypatch.setattr(environment.Environment, "ENVIRON", {"TZ": "Africa/Lagos", "TIME_ZONE": "Asia/Kolkata"})
    assert environment.Environment().zone("TIME_ZONE") == "Asia/Kolkata"


@pytest.mark.parametrize(("port", "reason"), [("abc", "not 'abc'"), ("99999", "from 1 to 65535"), ("-1", "not '-1'")])
def test_a_port_that_is_none_is_refused_with_one_line(port: str, reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("demo", "--no-serve", f"--port={port}")


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
