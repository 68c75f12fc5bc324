"""A service of docker-compose.yml as a plain process: read, filled in, started, asked for its health, stopped."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import yaml

from tests.services import (
    ServiceMissing,
    _as_user,
)

ROOT = Path(__file__).resolve().parent.parent
LOOK_SECONDS = 0.1


def interpolate(text: str, variables: Mapping[str, str]) -> str:
    """``${NAME}``, ``${NAME:-default}``, ``${NAME:?message}`` and ``$$``, as Compose reads them."""

    def value(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        found = variables.get(match["name"], "")
        if not found and match["sign"] == "?":
            raise KeyError(match["rest"])
        return found or (match["rest"] or "" if match["sign"] == "-" else "")

    return re.sub(r"(?P<dollar>\$\$)|\$\{(?P<name>\w+)(?::(?P<sign>[-?])(?P<rest>[^}]*))?\}", value, text)


def read_compose(path: Path, variables: Mapping[str, str]) -> dict[str, Any]:
    """The services of a compose file, its variables put in."""

    def fill(part: Any) -> Any:
        if isinstance(part, str):
            return interpolate(part, variables)
        if isinstance(part, dict):
            return {key: fill(value) for key, value in part.items()}
        return [fill(value) for value in part] if isinstance(part, list) else part

    services: dict[str, Any] = fill(yaml.safe_load(path.read_text()))["services"]
    return services


def seconds(text: str | float, default: float = 10.0) -> float:
    """A duration as compose files write it: ``30s``, ``1m``."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(s|m)", str(text))
    return float(match[1]) * {"s": 1, "m": 60}[match[2]] if match else default


@dataclass
class Container:
    """One process of a service, with the folder that stands for its container."""

    name: str
    command: list[str]
    environment: dict[str, str]
    folder: Path
    port: int
    health: list[str] = field(default_factory=list)
    patience: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    files: int = 0
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """All that it has written."""
        return (self.folder / "log").read_text(errors="replace")

    def shim(self, program: str, *line: str) -> None:
        """A script of this name in the container's PATH: its arguments come at ``"$@"``."""
        place = self.folder / "bin" / program
        place.parent.mkdir(exist_ok=True)
        place.write_text(
            "#!/bin/sh\nexec " + " ".join('"$@"' if part == "$@" else shlex.quote(part) for part in line) + "\n"
        )
        place.chmod(0o755)

    def start(self) -> Self:
        """Start the command; does not wait."""
        command = self.command
        if self.files:
            command = ["sh", "-c", 'ulimit -n "$0" 2>/dev/null; exec "$@"', str(self.files), *command]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self._env(), cwd=ROOT if self.user is None else self.folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, **_as_user(self.user),
            )  # fmt: skip
        return self

    def wait_healthy(self) -> Self:
        """Run its own health check until it says yes.

        Raises:
            ServiceMissing: it ended, or has not said yes within the time that the compose file gives it.
        """
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline and self.alive:
            if self.healthy():
                return self
            time.sleep(LOOK_SECONDS)
        message = f"{self.name} is not healthy: {self.command}\n{self.log[-3000:]}"
        raise ServiceMissing(message)

    def healthy(self) -> bool:
        """What its health check says now."""
        ran = subprocess.run(self.health, env=self._env(), cwd=ROOT, capture_output=True, check=False, timeout=30)
        return ran.returncode == 0

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> int | None:
        """Stop as the compose file says: the signal, and SIGKILL after the time of grace. Its exit code."""
        if self.process is None:
            return None
        if self.alive:
            self.process.send_signal(self.stop_signal)
        try:
            code = self.process.wait(self.grace)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process = None
        return code

    def _env(self) -> dict[str, str]:
        return {"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", **self.environment}


def health_command(test: list[str]) -> list[str]:
    """The command of a health check."""
    if not test:
        return ["true"]
    return test[1:] if test[0] == "CMD" else ["sh", "-c", test[1]]
