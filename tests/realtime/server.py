"""Real server processes on loopback ports: daphne and uvicorn with the fake world."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 30.0


class Server:
    """A running server; ``ws`` and ``http`` are its addresses."""

    def __init__(self, kind: str, url: str, redis: str = "", folder: Path | None = None) -> None:
        self.port = free_port()
        self.http = f"http://127.0.0.1:{self.port}"
        self.ws = f"ws://127.0.0.1:{self.port}"
        self.kind = kind
        self.log = (folder or Path("/tmp")) / f"server-{self.port}.log"
        environment = os.environ | {
            "DATABASE_URL": url,
            "REDIS_URL": redis,
            "DJANGO_SETTINGS_MODULE": "tests.realtime.settings",
            "PYTHONPATH": str(ROOT),
        }
        commands = {
            "daphne": ["daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(self.port), "tests.realtime.asgi:application"],
            "uvicorn": [
                *("uvicorn", "--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning"),
                *("--ws", "websockets-sansio", "--loop", "uvloop", "--ws-max-size", "65536"),
                *("--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "5"),
                "tests.realtime.asgi:application",
            ],
        }
        self._log = self.log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", *commands[kind]], cwd=ROOT, env=environment, stdout=self._log, stderr=self._log
        )

    def wait(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.http}/hello/", timeout=5).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"{self.kind} did not start:\n{self.log.read_text()[-3000:]}")

    @property
    def complaints(self) -> str:
        """What it has written. uvicorn itself reports a client's bad UTF-8."""
        return re.sub(r"Invalid UTF-8.*?invalid start byte", "", self.log.read_text(), flags=re.DOTALL)

    def stop(self) -> None:
        """SIGTERM, and SIGKILL when it does not end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()


@contextlib.contextmanager
def serve(kind: str, url: str, redis: str = "", folder: Path | None = None) -> Iterator[Server]:
    """A running server for the block; its log must have no traceback at the end."""
    server = Server(kind, url, redis, folder)
    try:
        server.wait()
        yield server
    finally:
        server.stop()
    assert "Traceback" not in server.complaints, server.complaints[-4000:]
