"""The two servers with the very options with which they ship, in front of any ASGI application."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, get_args

from tests.services import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0
#: uvicorn ships in the container, Daphne with ``make run``.
Kind = Literal["uvicorn", "daphne"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def command(kind: Kind, application: str, port: int) -> list[str]:
    """The command that serves this application, and this one alone is not as it ships."""
    if kind == "daphne":
        options = ["-v", "0", "--websocket_timeout", "-1", "-b", "127.0.0.1", "-p", str(port)]
        return [sys.executable, "-m", "daphne", *options, application]
    program, _application, *options = shipped()
    # Of an option that is given twice the last one counts.
    return [sys.executable, "-m", program, application, *options, "--host", "127.0.0.1", "--port", str(port)]


def shipped() -> list[str]:
    """The command of the container."""
    text = (ROOT / "Dockerfile").read_text()
    found = re.findall(r"^CMD (\[.*?\])$", text, flags=re.DOTALL | re.MULTILINE)
    parts: list[str] = json.loads(found[-1].replace("\\\n", "\n"))
    assert parts[0] == "uvicorn", parts
    return parts


class Server:
    """A running server. ``log`` is what it has said."""

    def __init__(self, kind: Kind, application: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.kind = kind
        self.port = free_port()
        self.http = f"http://127.0.0.1:{self.port}"
        self._path = folder / f"{kind}-{self.port}.log"
        with self._path.open("wb") as log:
            self.process = subprocess.Popen(
                command(kind, application, self.port),
                cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)} | dict(environment), stdout=log, stderr=log,
            )  # fmt: skip

    @property
    def log(self) -> str:
        return self._path.read_text(errors="replace")

    def wait(self) -> None:
        """Wait until its port is open."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise AssertionError(f"{self.kind} did not start:\n{self.log[-3000:]}")

    def stop(self) -> None:
        """SIGTERM, and SIGKILL when it does not end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextlib.contextmanager
def serve(kind: Kind, application: str, folder: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """A running server for the block."""
    server = Server(kind, application, folder, environment)
    try:
        server.wait()
        yield server
    finally:
        server.stop()
