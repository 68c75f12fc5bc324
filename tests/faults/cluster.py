"""A whole installation on loopback: servers as they ship, a real PostgreSQL, a real Redis, and a proxy before each.

It is started once for many runs; each run has a session of its own. Only processes started here are ended, by their id.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from tests.faults import framing, wire
from tests.faults.proxy import Proxy, chunks
from tests.realtime.addresses import settings_of
from tests.services import Service, ending_with_parent, free_port, start_postgres, start_redis
from tests.wire.servers import Kind
from tests.wire.servers import command as shipped_command

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60.0
STOP_SECONDS = 25.0
APPLICATION = "workshop.config.asgi:application"


class Worker:
    """One server process; its port stays the same over restarts."""

    def __init__(self, cluster: Cluster, kind: Kind, number: int) -> None:
        self.cluster = cluster
        self.kind = kind
        self.number = number
        self.port = free_port()
        self.log = cluster.folder / f"{kind}-{number}.log"
        self.process: subprocess.Popen[bytes] | None = None
        #: More environment for this one, from its next start on.
        self.more: dict[str, str] = {}
        self.application = APPLICATION

    def launch(self) -> None:
        """Start the process; ``answers`` tells when it is ready."""
        command = [*ending_with_parent(), *shipped_command(self.kind, self.application, self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.cluster.environment() | self.more,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def answers(self) -> None:
        """Wait until it does."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process is not None and self.process.poll() is None:
            try:
                if (await wire.request(self.port, "GET", "/healthz")).status == 200:
                    return
            except (OSError, TimeoutError):
                await asyncio.sleep(0.1)
        message = f"{self.kind} did not start:\n{self.log.read_text()[-3000:]}"
        raise AssertionError(message)

    async def start(self) -> None:
        self.launch()
        await self.answers()

    async def kill(self) -> None:
        """SIGKILL."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> None:
        """SIGTERM, as a deployment does it; SIGKILL when it has not ended in time."""
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(number)
        try:
            await asyncio.to_thread(self.process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            await asyncio.to_thread(self.process.wait)
        self.process = None

    def freeze(self) -> None:
        """SIGSTOP: its connections stay open and nothing answers."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def measures(self) -> psutil.Process:
        assert self.process is not None
        return psutil.Process(self.process.pid)


@dataclass
class Cluster:
    """The installation. ``database`` is None for the variant with SQLite, which has one process and no Redis."""

    folder: Path
    database: Service | None
    redis: Service | None
    url: str
    kinds: tuple[Kind, ...]
    workers: list[Worker] = field(default_factory=list)
    gates: list[Proxy] = field(default_factory=list)
    database_gate: Proxy | None = None
    redis_gate: Proxy | None = None
    #: More environment for the servers.
    more: dict[str, str] = field(default_factory=dict)

    @property
    def ports(self) -> list[int]:
        """Where clients connect to."""
        return [gate.port for gate in self.gates]

    def environment(self) -> dict[str, str]:
        url, redis = self.url, ""
        if self.database_gate is not None:
            url = _through(url, self.database_gate.port)
        if self.redis is not None and self.redis_gate is not None:
            redis = _through(self.redis.url, self.redis_gate.port)
        return os.environ | {
            "DATABASE_URL": url,
            "REDIS_URL": redis,
            "PROCESSES": str(len(self.kinds)),
            "SECRET_KEY": str(settings.SECRET_KEY),
            "DJANGO_SETTINGS_MODULE": "workshop.config.settings",
            "ALLOWED_HOSTS": "127.0.0.1,10.213.77.1",
            "DATA_DIR": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "LOG_JSON": "false",
            "PLENARY_ENV_FILE": os.devnull,
            **self.more,
        }

    async def open(self) -> None:
        """Open all proxies and start all servers."""
        for worker, gate in zip(self.workers, self.gates, strict=True):
            gate.target = worker.port
        for proxy in self.proxies:
            await proxy.__aenter__()
        for worker in self.workers:
            worker.launch()
        await asyncio.gather(*(worker.answers() for worker in self.workers))

    async def close(self) -> None:
        """End the servers in order, then the proxies."""
        await asyncio.gather(*(worker.terminate() for worker in self.workers))
        for proxy in self.proxies:
            await proxy.__aexit__()

    @property
    def proxies(self) -> list[Proxy]:
        return [gate for gate in (*self.gates, self.database_gate, self.redis_gate) if gate is not None]

    async def whole(self) -> None:
        """Turn all knobs back and start whatever does not run."""
        for proxy in self.proxies:
            proxy.heal()
        for service in (self.database, self.redis):
            if service is not None:
                if service.process is None:
                    await begin(service)
                else:
                    service.thaw()
        for worker in self.workers:
            if not worker.alive:
                await worker.start()

    def discard(self) -> None:
        for worker in self.workers:
            if worker.alive and worker.process is not None:
                worker.process.terminate()
        for worker in self.workers:
            if worker.process is not None:
                try:
                    worker.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    worker.process.kill()
                    worker.process.wait()
        for service in (self.database, self.redis):
            if service is not None:
                service.discard()
        kept = os.environ.get("FAULTS_KEEP_LOGS")
        if kept:
            for log in self.folder.glob("*.log"):
                shutil.copy(log, kept)
        shutil.rmtree(self.folder, ignore_errors=True)


def _through(url: str, port: int) -> str:
    """The same address with another port on loopback."""
    parts = urlsplit(url)
    account = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{account}{'@' if account else ''}127.0.0.1:{port}"))


async def begin(service: Service) -> None:
    """Start a service again; the event loop goes on meanwhile."""
    service.launch()
    await asyncio.to_thread(service.wait)


@contextlib.contextmanager
def cluster(variant: str) -> Iterator[Cluster]:
    """``cluster`` (two uvicorns), ``daphne`` (two of these), ``sqlite`` (one Daphne, as ``make run``)."""
    folder = Path(tempfile.mkdtemp(prefix="plenary-faults-"))
    variants: dict[str, tuple[Kind, ...]] = {
        "cluster": ("uvicorn", "uvicorn"),
        "daphne": ("daphne", "daphne"),
        "sqlite": ("daphne",),
    }
    kinds = variants[variant]
    made = Cluster(folder, None, None, f"sqlite:///{folder / 'plenary.sqlite3'}", kinds)
    try:
        if variant != "sqlite":
            made.database, made.redis = start_postgres(), start_redis()
            made.url = made.database.url
            made.database_gate = Proxy(urlsplit(made.url).port or 0, chunks)
            made.redis_gate = Proxy(urlsplit(made.redis.url).port or 0, framing.redis)
        made.workers = [Worker(made, kind, number) for number, kind in enumerate(kinds)]
        made.gates = [Proxy(worker.port, framing.web) for worker in made.workers]
        with as_default(made.url):
            call_command("migrate", verbosity=0)
            yield made
    finally:
        made.discard()


@contextlib.contextmanager
def as_default(url: str) -> Iterator[None]:
    """Let Django's default database be this one, in this thread and in all threads made meanwhile."""
    before, kept = connections.settings["default"], connections["default"]
    connections.settings["default"] = connections.configure_settings({"default": settings_of(url)})["default"]
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        connections["default"] = kept
