"""What the benchmarks have in common: a database, a server, a real session with an open poll, and the raw limit."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

from tests.services import free_port, start_postgres  # noqa: E402

START_SECONDS = 60.0
#: A machine that needs more than this many microseconds to send a ready frame to one socket is busy with other things.
NOISY_MICROSECONDS = 15.0


@dataclass
class Row:
    """One line of a benchmark: medians; ``limit`` is what the machine itself can do in the same run.

    ``limit_us``: that limit for one socket, in microseconds. ``noisy``: it shows that the machine was busy with other
    things, so the line says little. ``load``: the system's load over the last minute.
    """

    server: str
    database: str
    n: int
    value: float
    unit: str
    limit: float | None = None
    ratio: float | None = None
    payload_bytes: int | None = None
    limit_us: float | None = None
    noisy: bool = False
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 1))
    notes: str = ""

    def __post_init__(self) -> None:
        self.noisy = self.limit_us is not None and self.limit_us > NOISY_MICROSECONDS


def arguments(description: str, **defaults: Any) -> argparse.Namespace:
    """The options that all benchmarks share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--servers", default=defaults.get("servers", "uvicorn,daphne"))
    parser.add_argument("--databases", default=defaults.get("databases", "postgresql"))
    parser.add_argument("--n", type=int, default=defaults.get("n", 5_000), help="sockets")
    parser.add_argument("--repeat", type=int, default=defaults.get("repeat", 5))
    parser.add_argument("--log", default="", help="keep the server's log in this file")
    return parser.parse_args()


def report(name: str, rows: list[Row], *, as_json: bool) -> None:
    """Print the rows."""
    if as_json:
        print(json.dumps({"name": name, "rows": [asdict(row) for row in rows]}))
        return
    for row in rows:
        limit = f", limit {row.limit:.1f}, ratio {row.ratio:.2f}" if row.limit and row.ratio else ""
        size = f", {row.payload_bytes} bytes" if row.payload_bytes else ""
        print(f"{name:8} {row.server:8} {row.database:11} n={row.n:<6} {row.value:10.1f} {row.unit}{limit}{size}")
        machine = (
            f"{row.limit_us:.1f} µs a socket at the limit, load {row.load}" if row.limit_us else f"load {row.load}"
        )
        print(f"         {row.notes}; {machine}{' -- NOISY: the machine is busy' if row.noisy else ''}")


@contextlib.contextmanager
def database(kind: str) -> Iterator[str]:
    """A new, empty database: its address."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="plenary-bench-") as folder:
            yield f"sqlite:///{folder}/bench.sqlite3"
        return
    service = start_postgres()
    try:
        yield service.url
    finally:
        service.discard()


@dataclass
class Made:
    """A session made by ``benchmarks/session.py``."""

    path: str
    tokens: list[str]
    activity: int
    question: str
    activities: list[int]
    questions: list[str]
    staff_cookie: str


def make(url: str, learners: int, polls: int = 1, sessions: int = 1, *, show: bool = True) -> list[Made]:
    """Migrate, and make sessions with open polls; in a process of its own, so that this one needs no Django."""
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "session.py"),
        *(str(int(n)) for n in (learners, polls, sessions, show)),
    ]
    found = subprocess.run(command, env=environment(url), capture_output=True, check=False, cwd=ROOT)
    if found.returncode:
        raise SystemExit(found.stderr.decode()[-4000:])
    return [Made(**part) for part in json.loads(found.stdout.splitlines()[-1])]


def environment(url: str, redis: str = "") -> dict[str, str]:
    """The environment of a server as it ships."""
    return os.environ | {
        "DATABASE_URL": url,
        "REDIS_URL": redis,
        "SECRET_KEY": "benchmark " * 6,
        "DJANGO_SETTINGS_MODULE": "workshop.config.settings",
        "PYTHONPATH": str(ROOT),
        "ALLOWED_HOSTS": "127.0.0.1",
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


@contextlib.contextmanager
def server(kind: str, url: str, log: str = "") -> Iterator[Running]:
    """A real server process on a loopback port, with the limits it ships with."""
    port = free_port()
    commands = {
        "daphne": ["daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port), "workshop.config.asgi:application"],
        "uvicorn": [
            *("uvicorn", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "--no-access-log"),
            *("--ws", "websockets-sansio", "--loop", "uvloop", "--http", "httptools", "--ws-max-size", "65536"),
            *("--ws-per-message-deflate", "false", "--backlog", "8192", "--timeout-graceful-shutdown", "3"),
            "workshop.config.asgi:application",
        ],
    }
    with Path(log or os.devnull).open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *commands[kind]], cwd=ROOT, env=environment(url), stdout=output, stderr=output
        )
        try:
            _wait(port, process)
            yield Running(port, process)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


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
    statement = "SELECT COUNT(*) FROM questions_response"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            return int(connection.execute(statement).fetchone()[0])
    with psycopg.connect(url) as connection_:
        row = connection_.execute(statement).fetchone()
        return int(row[0]) if row else 0


def limit_milliseconds(sockets: int, payload: int, repeat: int = 5) -> float:
    """What the machine can do: ``socket.send`` of a ready frame over raw sockets, until the last one has it.

    The other ends are read by a process of their own, as in the benchmark. Median of several rounds.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=8192) as listener:
        port = listener.getsockname()[1]
        reader = os.fork()
        if reader == 0:
            with contextlib.suppress(BaseException):
                _read_all(port, sockets, payload + 4, repeat)
            os._exit(0)
        accepted = [listener.accept()[0] for _ in range(sockets + 1)]
        control, ends = accepted[0], accepted[1:]
        data = bytes(payload + 4)
        for end in ends:
            end.settimeout(0)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        times = []
        for _ in range(repeat):
            control.recv(1)
            began = time.perf_counter()
            for end in ends:
                end.send(data)
            control.recv(1)
            times.append((time.perf_counter() - began) * 1000)
        for end in accepted:
            end.close()
        os.waitpid(reader, 0)
    return statistics.median(times)


def _read_all(port: int, sockets: int, size: int, repeat: int) -> None:
    control = socket.create_connection(("127.0.0.1", port))
    ends = [socket.create_connection(("127.0.0.1", port)) for _ in range(sockets)]
    poll = select.epoll()
    by_number = {end.fileno(): end for end in ends}
    for end in ends:
        end.settimeout(0)
        poll.register(end.fileno(), select.EPOLLIN)
    for _ in range(repeat):
        control.send(b"r")
        missing = sockets * size
        while missing:
            for number, _ in poll.poll():
                missing -= len(by_number[number].recv(65_536))
        control.send(b"d")


def run(work: Any) -> Any:
    """Run a coroutine on uvloop, with as many file descriptors as the system allows."""
    import resource

    import uvloop

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def percentile(values: list[float], part: float) -> float:
    """The value below which this part of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
