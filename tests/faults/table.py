"""The table of results: kept as JSON beside docs/reliability.md, and written into it between two marks.

Only `make faults` keeps it (FAULTS_TABLE=1). Cells that were not run this time keep what they had, with the commit of
that time.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.faults.verdict import Verdict
from tests.programs import find_postgres, find_redis

ROOT = Path(__file__).resolve().parent.parent.parent
JSON_FILE = ROOT / "docs" / "reliability.json"
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
COLUMNS = (
    "acks in the window",
    "lost",
    "wrong",
    "doubled",
    "refused but stored",
    "all right after",
    "promised",
    "p95",
    "worst",
)


class Results:
    """What this run has found."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def add(self, verdict: Verdict) -> None:
        self.rows[verdict.cell] = verdict.row()
        if os.environ.get("FAULTS_TABLE"):
            self.keep()

    def keep(self) -> None:
        """Write both files."""
        commit = _said("git", "rev-parse", "--short", "HEAD")
        kept = json.loads(JSON_FILE.read_text()) if JSON_FILE.exists() else {"cells": {}}
        kept["versions"] = versions()
        for cell, row in self.rows.items():
            kept["cells"][cell] = {**row, "commit": commit}
        JSON_FILE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
        page = PAGE.read_text()
        before, _, rest = page.partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n\n{markdown(kept)}\n{END}{after}")


def markdown(kept: dict[str, Any]) -> str:
    """The table."""
    lines = [
        ", ".join(f"{name} {number}" for name, number in kept["versions"].items()) + ".",
        "",
        f"| cell | {' | '.join(COLUMNS)} | commit |",
        f"| --- | {' | '.join(['---:'] * len(COLUMNS))} | --- |",
    ]
    for cell, row in kept["cells"].items():
        numbers = [row[name] for name in ("in_window", "lost", "wrong", "doubled", "refused_but_stored")]
        busy = f" (busy machine: × {row['patience']:.1f})" if row["patience"] > 1 else ""
        times = [
            f"{row['seconds']:.1f} s",
            f"{row['limit']:g} s{busy}",
            f"{row['ack_p95']:.2f} s",
            f"{row['ack_max']:.2f} s",
        ]
        if row["findings"]:
            times[0] = f"**failed**: {row['findings'][0][:80].replace('|', '/')}"
        lines.append(f"| {cell} | {' | '.join(map(str, [*numbers, *times]))} | {row['commit']} |")
    return "\n".join(lines) + "\n"


def versions() -> dict[str, str]:
    """What the results hold for."""
    found = {"Python": platform.python_version()}
    for name in ("Django", "channels", "uvicorn", "daphne", "redis", "psycopg"):
        found[name] = version(name)
    found["PostgreSQL"] = _said(str(find_postgres() / "postgres"), "--version").split()[2]
    found["Redis"] = _said(find_redis(), "--version").split()[2].removeprefix("v=")
    found["processors"] = str(os.cpu_count())
    return found


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout.strip()
