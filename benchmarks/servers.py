"""Databases, Redis, servers and sessions for a benchmark, each started and ended by it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machine

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

from tests.services import free_port, start_postgres, start_redis  # noqa: E402

START_SECONDS = 60.0
SHIPPED = "workshop.config.asgi:application"
#: The same with a count of queries, requests and batches, see ``counted.py``.
COUNTED = "benchmarks.counted:application"


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    """A new, empty database: its address."""
    if kind.startswith("sqlite"):
        with tempfile.TemporaryDirectory(prefix="plenary-bench-") as folder:
            yield f"sqlite:///{folder}/bench.sqlite3"
        return
    service = start_postgres()
    try:
        yield service.url
    finally:
        service.discard()


@contextlib.contextmanager
def redis(*, wanted: bool) -> Iterator[str]:
    """A Redis of its own: its address; '' when none is wanted."""
    if not wanted:
        yield ""
        return
    service = start_redis()
    try:
        yield service.url
    finally:
        service.discard()


@dataclass
class Made:
    """A session made by ``benchmarks/session.py``: all activities have one question each."""

    public_id: str
    code: str
    path: str
    tokens: list[str]
    activities: list[int]
    questions: list[str]
    phases: list[int]
    staff_cookie: str
    learner_cookies: list[str]

    @property
    def activity(self) -> int:
        return self.activities[0]

    @property
    def question(self) -> str:
        return self.questions[0]


def make(url: str, learners: int, **wanted: Any) -> list[Made]:
    """Migrate, and make sessions; in a process of its own, so that this one needs no Django. See ``session.Wanted``."""
    command = [sys.executable, str(ROOT / "benchmarks" / "session.py"), json.dumps({"learners": learners, **wanted})]
    found = subprocess.run(command, env=environment(url), capture_output=True, check=False, cwd=ROOT)
    if found.returncode:
        raise SystemExit(found.stderr.decode()[-4000:])
    return [Made(**part) for part in json.loads(found.stdout.splitlines()[-1])]


def environment(url: str, redis_url: str = "", **more: str) -> dict[str, str]:
    """The environment of a server as it ships, and nothing of whoever starts the benchmark."""
    own = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "TMPDIR") if key in os.environ}
    return own | {
        "DATABASE_URL": url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "benchmark " * 6,
        "DJANGO_SETTINGS_MODULE": "workshop.config.settings",
        "PYTHONPATH": str(ROOT),
        "ALLOWED_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "WARNING",
        "PLENARY_ENV_FILE": os.devnull,
        "DATA_DIR": str(ROOT / "data" / "benchmarks"),
        **more,
    }


@dataclass
class Running:
    """A server process."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident(self) -> int:
        """Bytes of memory."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def counts(self) -> dict[str, Any]:
        """What ``counted.py`` has counted so far."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/benchmark/", timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


@contextlib.contextmanager
def server(
    kind: str,
    environ: dict[str, str],
    *,
    application: str = SHIPPED,
    log: str = "",
    number: int = 0,
    ws: str = "workshop.config.servers.uvicorn:Sockets",
) -> Iterator[Running]:
    """A real server process on a loopback port and a core of its own, with the limits it ships with."""
    port = free_port()
    with Path(log or os.devnull).open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *_command(kind, port, application, ws)],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=output,
        )
        machine.give_server_core(process.pid, number)
        try:
            _wait(port, process)
            yield Running(port, process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _command(kind: str, port: int, application: str, ws: str) -> Sequence[str]:
    if kind == "daphne":
        return ["daphne", "-v", "0", "--websocket_timeout", "-1", "-b", "127.0.0.1", "-p", str(port), application]
    return [
        *("uvicorn", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "--no-access-log"),
        *("--ws", ws, "--loop", "uvloop", "--http", "httptools"),
        *("--ws-max-size", "1048576", "--ws-per-message-deflate", "false", "--backlog", "8192"),
        *("--timeout-graceful-shutdown", "3", "--no-server-header", application),
    ]


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the server did not start; see it with --log FILE")


def stored_answers(url: str) -> int:
    """How many answers the database holds: the only count that counts."""
    return int(ask(url, "SELECT COUNT(*) FROM questions_response")[0][0])


def ask(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Read from the database behind the server's back."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            return list(connection.execute(statement).fetchall())
    with psycopg.connect(url) as connection_:
        return list(connection_.execute(statement).fetchall())
