"""The commands of docs/operations.md, run as they stand there, with the places of this test put in."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.programs import ServiceMissing, find_postgres
from tests.services import TEMPORARY, free_port, missing
from tests.stack import ROOT, Stack

SECONDS = 150


def blocks() -> list[str]:
    """The blocks of bash in the part "Without Docker, command by command"."""
    text = (ROOT / "docs/operations.md").read_text()
    part = text.partition("### Without Docker, command by command")[2].partition("\n### ")[0]
    return re.findall(r"^```bash\n(.*?)^```", part, re.MULTILINE | re.DOTALL)


@dataclass
class Machine:
    """A folder for the places that the commands name, and ports for the servers."""

    folder: Path
    stack: Stack
    ports: tuple[int, int]

    def run(self, *commands: str) -> str:
        """Run commands in one shell, as root of that machine would; their output."""
        script = self.place("\n".join(commands))
        path = f"{self.folder}/bin:{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/bin"
        # Into a file: the servers that it leaves behind hold its output open.
        with (self.folder / "said").open("w") as said:
            ran = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script], cwd=ROOT, env={"PATH": path, "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=SECONDS, check=False, start_new_session=True,
            )  # fmt: skip
        text = (self.folder / "said").read_text()
        logs = "".join(path.read_text()[-2000:] for path in self.folder.glob("log/*.log"))
        assert ran.returncode == 0, text + logs
        return text

    def place(self, text: str) -> str:
        """The commands with the places that are here: folders, ports, and where the programs keep their files."""
        web = {"8001": str(self.ports[0]), "8002": str(self.ports[1])}
        for inside, here in (
            ("/etc/plenary.env", f"{self.folder}/plenary.env"),
            ("/etc/nginx/", f"{self.folder}/nginx/"),
            ("/var/lib/plenary", f"{self.folder}/data"),
            ("/var/log/", f"{self.folder}/log/"),
            ("/run/", f"{self.folder}/run/"),
            ("127.0.0.1:5432", f"127.0.0.1:{self.stack.db.port}"),
            (
                "redis://127.0.0.1:6379",
                f"redis://:{self.stack.variables['REDIS_PASSWORD']}@127.0.0.1:{self.stack.redis.port}",
            ),
            ("https://plenary.example", self.stack.url),
        ):
            assert (
                inside in text or "kill" in text or "web()" in text or "nginx" in text or "SQL" in text or "ENV" in text
            )
            text = text.replace(inside, here)
        return re.sub(r"\b800[12]\b", lambda match: web[match[0]], text)

    def pids(self) -> list[int]:
        return [int((self.folder / f"run/plenary-{port}.pid").read_text()) for port in self.ports]


@pytest.fixture
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="plenary-commands-", dir=TEMPORARY) as name:
        folder = Path(name)
        stack = Stack(folder)
        try:
            made = prepare(folder, stack)
        except ServiceMissing as error:
            missing(error)
        yield made
        for file in (folder / "run").iterdir():
            with suppress(ProcessLookupError, ValueError):
                os.kill(int(file.read_text()), signal.SIGTERM)
        stack.redis.stop()
        stack.db.stop()


def prepare(folder: Path, stack: Stack) -> Machine:
    """What a Debian has after ``apt install``: running servers, a superuser ``postgres``, folders."""
    for name in ("bin", "run", "log", "nginx"):
        (folder / name).mkdir()
    stack.db.environment |= {"POSTGRES_USER": "postgres", "POSTGRES_DB": "other"}
    stack._prepare_postgres()
    stack._prepare_redis()
    stack._prepare_proxy()
    stack.db.start().wait_healthy()
    stack.redis.start().wait_healthy()
    (folder / "nginx/tls").symlink_to(stack.proxy.folder / "tls")
    programs = {
        "sudo": f'shift 2; PGHOST=127.0.0.1 PGPORT={stack.db.port} PGUSER=postgres PGPASSWORD="{stack.variables["POSTGRES_PASSWORD"]}" '
        f'PATH="{find_postgres()}:$PATH" exec "$@"',
        # It finds its configuration, and its own addresses, where this test put them.
        "nginx": f'conf={folder}/nginx/nginx.conf; python {folder}/bin/move.py; exec {stack.proxy.folder}/bin/nginx -c "$conf" "$@"',
    }
    for name, line in programs.items():
        (folder / "bin" / name).write_text(f"#!/bin/bash\n{line}\n")
        (folder / "bin" / name).chmod(0o755)
    (folder / "bin/move.py").write_text(MOVE.format(conf=folder / "nginx/nginx.conf", tls=stack.tls_port, plain=stack.plain_port,
                                                    here=stack.proxy.folder, run=folder / "run"))  # fmt: skip
    return Machine(folder, stack, (free_port(), free_port()))


#: What differs between that machine and this one: nginx may not have the ports 80 and 443 and the folders of the system.
MOVE = """
from pathlib import Path
file = Path("{conf}")
text = file.read_text()
if "{run}" not in text:
    temp = "".join(f"{{n}}_temp_path {here}/temp/{{n}};" for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    text = "pid {run}/nginx.pid;" + text.replace("http {{", "http {{" + temp, 1)
    text = text.replace("listen 80 ", "listen 127.0.0.1:{plain} ").replace("listen 443 ", "listen 127.0.0.1:{tls} ")
    text = text.replace("/var/cache/nginx/", "{here}/cache/").replace("/etc/nginx/tls/", "{here}/tls/")
    file.write_text(text)
"""


def test_the_commands_make_a_server_and_restart_it(machine: Machine) -> None:
    database, settings, web, proxy, restart = blocks()
    functions = web.partition("for port")[0]

    said = machine.run(database, settings, web, proxy)

    link = re.search(r"https://\S+/accounts/in/\S+", said)
    assert link is not None, said
    with httpx.Client(base_url=machine.stack.url, verify=machine.stack.trust(), timeout=20) as client:
        assert client.get("/readyz").json() == {"database": True, "redis": True}
        assert client.get(link[0]).status_code == 200
        before = machine.pids()
        asked = asyncio.run(asking(machine, f"export PLENARY_ENV_FILE=/etc/plenary.env\n{functions}", restart))
        assert set(asked) == {200}, "somebody noticed"
        assert len(asked) > 10
        assert not set(before) & set(machine.pids())
        assert client.get("/readyz").status_code == 200
    with psycopg.connect(superuser(machine)) as connection:
        role = connection.execute(
            "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'plenary'"
        )
        assert role.fetchone() == (False,)
    assert (machine.folder / "plenary.env").stat().st_mode & 0o77 == 0


def superuser(machine: Machine) -> str:
    password = machine.stack.variables["POSTGRES_PASSWORD"]
    return f"postgresql://postgres:{password}@127.0.0.1:{machine.stack.db.port}/postgres"


async def asking(machine: Machine, *commands: str) -> list[int]:
    """The status of one page after another while commands run."""
    found: list[int] = []
    work = asyncio.create_task(asyncio.to_thread(machine.run, *commands))
    async with httpx.AsyncClient(base_url=machine.stack.url, verify=machine.stack.trust(), timeout=20) as client:
        while not work.done():
            found.append((await client.get("/")).status_code)
    await work
    return found
