"""A whole Plenary of its own: a Daphne process with a data folder, a SQLite database and a port that is its own.

For the browser tests and the screenshots. It listens on all addresses, as ``make run`` does, so that a page can be
opened by an address that is not loopback, where browsers withhold what needs a secure context.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0


@dataclass
class Room:
    """A session on a site, as its facilitator has it."""

    site: Site
    id: str
    code: str
    join_token: str
    screen_token: str
    staff_link: str
    activities: dict[str, int]
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.site.url(), follow_redirects=True, timeout=20)
        page = self.client.get(self.staff_link)
        self.client.post(self.staff_link, data={"csrfmiddlewaretoken": _token(page.text)})

    def do(self, op: str, **payload: Any) -> dict[str, Any]:
        """One step of the facilitator, by the same address that pages without a socket use."""
        answer = self.client.post(
            f"/live/{self.id}/do/",
            params={"as": "staff"},
            json={"t": "do", "id": str(uuid4()), "op": op, **payload},
            headers={"X-Requested-With": "tests", "Origin": self.site.url()},
        ).json()
        assert answer["t"] == "ok", answer
        result: dict[str, Any] = answer["d"]
        return result

    def end(self) -> None:
        """Give the code back: with many live sessions codes get longer, and one person may have twenty."""
        self.client.post(
            f"/live/{self.id}/do/",
            params={"as": "staff"},
            json={"t": "do", "id": str(uuid4()), "op": "session.end"},
            headers={"X-Requested-With": "tests", "Origin": self.site.url()},
        )
        self.client.close()

    def join(self, name: str = "", *, host: str = "127.0.0.1") -> dict[str, str]:
        """Somebody joins as a program does: ``{"token", "session", "ws_url"}``."""
        answer = httpx.post(
            self.site.url(host) + "/join/",
            data={"code": self.code, "name": name},
            headers={"Accept": "application/json"},
        )
        found: dict[str, str] = answer.json()
        return found


class Site:
    """The server process."""

    def __init__(self, folder: Path | None = None, **environment: str) -> None:
        self._own = None if folder else tempfile.TemporaryDirectory(prefix="plenary-site-")
        self.folder = folder or Path(self._own.name if self._own else "")
        self.port = free_port()
        self.environment = os.environ | {
            "DATA_DIR": str(self.folder),
            "PLENARY_DEMO": "1",
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{self.folder}/plenary.sqlite3",
            "DJANGO_SETTINGS_MODULE": "workshop.config.settings",
            **environment,
        }
        self.environment.pop("REDIS_URL", None)
        self.process: subprocess.Popen[bytes] | None = None
        self._seeding: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._begin_seeding()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._end_seeding()
        if self._own:
            self._own.cleanup()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "daphne", "-b", "0.0.0.0", "-p", str(self.port),
                "workshop.config.asgi:application",
            ],
            cwd=ROOT, env=self.environment, stdout=log, stderr=log,
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "server.log").read_text()[-4000:])
            time.sleep(0.1)

    def ensure(self) -> None:
        """Start the server again when a test has left it frozen or dead."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
        if self.process is None or self.process.poll() is not None:
            self.start()

    def stop(self) -> None:
        """Stop the server; its data stays."""
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=10)
            self.process = None

    def url(self, host: str = "127.0.0.1") -> str:
        """Scheme, host and port."""
        return f"http://{host}:{self.port}"

    def room(self, plan: str, *, names: str = "optional", door: bool = True, language: str = "en") -> Room:
        """A session from the text of a plan, in its lobby."""
        assert self._seeding is not None
        assert self._seeding.stdin is not None
        self._seeding.stdin.write(json.dumps({"text": plan, "names": names, "language": language}) + "\n")
        self._seeding.stdin.flush()
        room = Room(site=self, **self._seeded())
        if door:
            room.do("session.door", open=True)
        return room

    def _begin_seeding(self) -> None:
        """The process that makes the tables and then sessions in them."""
        with (self.folder / "seed.log").open("ab") as log:
            self._seeding = subprocess.Popen(
                [sys.executable, "-m", "tests.live_seed"],
                cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        assert self._seeded() == "ready"

    def _end_seeding(self) -> None:
        if self._seeding is None:
            return
        # At the end of its input it ends by itself.
        self._seeding.communicate()
        self._seeding = None

    def _seeded(self) -> Any:
        assert self._seeding is not None
        assert self._seeding.stdout is not None
        line = self._seeding.stdout.readline()
        assert line, (self.folder / "seed.log").read_text()[-4000:]
        return json.loads(line)

    def _answers(self) -> bool:
        try:
            return httpx.get(self.url() + "/healthz", timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False


def lan_address() -> str | None:
    """An address of this machine that is not loopback, or None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        found = str(probe.getsockname()[0])
        return None if found.startswith("127.") else found


def _token(html: str) -> str:
    return html.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
