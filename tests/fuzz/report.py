"""docs/fuzz.md: what the last ``make fuzz`` tried."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.fuzz.depth import seconds, tried

ROOT = Path(__file__).resolve().parents[2]
HEAD = """# Fuzzing

`make fuzz` tries what nobody would think of; `make test` tries a little of it, every day the same. Nothing may raise but a
refusal with a code, every reply is a frame of the protocol, a refusal leaves the database as it was, no innocent bystander
notices, and no line of the log is an error.

"""


def write() -> None:
    """Write the page."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, commit `{commit}`, hypothesis {version('hypothesis')}.",
        "",
        "| tried | examples | seconds |",
        "| --- | ---: | ---: |",
        *(f"| {what} | {count:,} | {seconds[what]:.0f} |" for what, count in sorted(tried.items())),
        "",
        "What it found is mended, and stands as a test of its own beside the code.",
    ]
    (ROOT / "docs/fuzz.md").write_text(HEAD + "\n".join(lines) + "\n")
