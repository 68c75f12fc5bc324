"""Two server processes as they ship, with a PostgreSQL and a Redis of their own, and what they hold at an instant."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import redis
from django.conf import settings
from django.core.management import call_command

from tests.faults import wire
from tests.faults.cluster import as_default
from tests.services import start_postgres, start_redis
from tests.wire.servers import Kind, Server, serve

APPLICATION = "tests.soak.asgi:application"
#: What must stay flat.
KINDS = ("memory", "descriptors", "tasks", "threads", "sockets", "sessions", "feeds", "database", "redis")


@dataclass
class Site:
    """The servers and the services behind them."""

    servers: list[Server]
    url: str
    redis_url: str

    @property
    def ports(self) -> list[int]:
        return [server.port for server in self.servers]

    async def held(self) -> list[dict[str, float]]:
        """What each process holds now. Memory in MB, connections to the database and to Redis over all processes."""
        found = []
        for server in self.servers:
            answer = await wire.request(server.port, "GET", "/gauges/")
            process = psutil.Process(server.process.pid)
            found.append(
                {
                    "memory": process.memory_info().rss / 1e6,
                    "descriptors": process.num_fds(),
                    **json.loads(answer.body),
                    "database": self._database_connections(),
                    "redis": self._redis_connections(),
                }
            )
        return found

    def _database_connections(self) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [urlsplit(self.url).path[1:]],
            ).fetchone()
        return int(row[0]) if row else 0

    def _redis_connections(self) -> int:
        with redis.Redis.from_url(self.redis_url) as client:
            return len(client.client_list()) - 1


@contextlib.contextmanager
def site(kind: Kind, processes: int) -> Iterator[Site]:
    """A running installation, whose database is Django's default one here too."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="plenary-soak-")))
        (folder / "static").mkdir()
        postgres, behind = stack.enter_context(start_postgres()), stack.enter_context(start_redis())
        stack.enter_context(as_default(postgres.url))
        call_command("migrate", verbosity=0)
        environment = {
            "DJANGO_SETTINGS_MODULE": "workshop.config.settings",
            "SECRET_KEY": str(settings.SECRET_KEY),
            "DATABASE_URL": postgres.url,
            "REDIS_URL": behind.url,
            "PROCESSES": str(processes),
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATA_DIR": str(folder),
            "LOG_LEVEL": "WARNING",
            "PLENARY_DEMO": "",
        }
        servers = [stack.enter_context(serve(kind, APPLICATION, folder, environment)) for _ in range(processes)]
        yield Site(servers, postgres.url, behind.url)
        for server in servers:
            assert "Traceback" not in server.log, server.log[-4000:]
