"""``make bench``: a short round of every benchmark; writes the figures into docs/benchmarks.md and benchmarks/peers.md.

What stands outside the markers of those files is kept. ``ARGS='fanout votes'`` runs some and leaves the tables of the
others as they are. A benchmark that fails or takes too long is told as such.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sqlite3
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import machine

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
PEERS = ROOT / "benchmarks" / "peers.md"
MOST_SECONDS = 180
#: Program, heading, and the options of the short round.
PROGRAMS: dict[str, tuple[str, list[str]]] = {
    "fanout": ("T1: one tally to everybody", ["--repeat", "4", "--redis"]),
    "votes": ("T2 and T3: answers", ["--repeat", "2"]),
    "memory": ("T4: memory", ["--n", "3000"]),
    "reconnect": ("T5: everybody comes back at once", ["--repeat", "2"]),
    "change": ("T6: the facilitator moves on", ["--repeat", "2"]),
    "page": ("T7: the first load of the learner's page", []),
    "views": ("T8: pages", ["--repeat", "40"]),
    "rooms": ("T9: many sessions", []),
    "kinds": ("Every kind of question", []),
    "processes": ("T10: two processes", []),
    "compare": ("The same work as tutorials do it", ["--repeat", "2"]),
}
PACKAGES = ("Django", "channels", "uvicorn", "uvloop", "websockets", "daphne", "Twisted", "psycopg", "redis", "orjson")
WORDS = {"postgresql": "PostgreSQL", "sqlite": "SQLite", "postgresql+redis": "PostgreSQL, Redis"}
HEADER = (
    "| what | server | database | n | median (least to most) | limit of the run | ratio | target | result | load |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*PROGRAMS, []], help="which; all when none is named")
    names = parser.parse_args().names or list(PROGRAMS)
    began, found = time.monotonic(), {}
    for name in names:
        found[name] = run(name)
        print(f"── {name}: {time.monotonic() - began:.0f} s so far", flush=True)
    for name, told in found.items():
        page = PEERS if name == "compare" else PAGE
        write(page, name, table(name, told))
    write(PAGE, "machine", conditions())
    write(PEERS, "machine", conditions())


def run(name: str) -> list[dict[str, Any]] | str:
    """The rows of one program, or why there are none."""
    command = [sys.executable, str(ROOT / "benchmarks" / f"{name}.py"), *PROGRAMS[name][1], "--json"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=MOST_SECONDS, check=False, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return f"not finished within {MOST_SECONDS} s"
    if done.returncode:
        sys.stderr.write(done.stderr.decode()[-3000:])
        return "failed"
    rows: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])["rows"]
    for row in rows:
        print(f"   {row['what']:42} {row['server']:8} {row['value']:>10.1f} {row['unit']:10} {row['verdict']}")
    return rows


def table(name: str, told: list[dict[str, Any]] | str) -> str:
    """One section."""
    heading = f"## {PROGRAMS[name][0]}\n\n"
    if isinstance(told, str):
        return f"{heading}This round: {told}.\n"
    notes = [f"* {row['what']}, {row['server']}, {database(row)}: {row['notes']}" for row in told if row["notes"]]
    lines = "".join(line(row) for row in told)
    return heading + HEADER + lines + ("\n" + "\n".join(notes) + "\n" if notes else "")


def line(row: dict[str, Any]) -> str:
    spread = f" ({number(row['min'])} to {number(row['max'])})" if row["min"] != row["max"] else ""
    value = f"{number(row['value'])} {row['unit']}{spread}"
    limit = f"{number(row['limit'])} {row['unit']}" if row["limit"] else ""
    if row["limit_us"]:
        limit += f"{', ' if limit else ''}{row['limit_us']:.1f} µs a socket"
    ratio = f"{row['ratio']:.1f}" if row["ratio"] else ""
    bytes_ = f", {row['payload_bytes']} bytes" if row["payload_bytes"] else ""
    cells = [
        row["what"] + bytes_,
        row["server"],
        database(row),
        f"{row['n']:,}",
        value,
        limit,
        ratio,
        row["goal"],
        f"**{row['verdict']}**" if row["verdict"] else "",
        str(row["load"]),
    ]
    return f"| {' | '.join(cells)} |\n"


def database(row: dict[str, Any]) -> str:
    return WORDS.get(row["database"], row["database"])


def number(value: float) -> str:
    """Three figures that count."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def conditions() -> str:
    """Commit, versions and class of machine."""
    commit = output("git", "rev-parse", "--short", "HEAD") or "unknown"
    # The pages that this program writes do not make it another commit.
    changed = output(
        "git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs", ":!benchmarks/peers.md"
    )
    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    servers = (output("postgres", "--version") or output("/usr/lib/postgresql/15/bin/postgres", "--version")).split()
    if len(servers) > 2:
        versions.append(f"PostgreSQL {servers[2]}")
    redis = re.search(r"v=([\d.]+)", output("redis-server", "--version"))
    versions += [f"Redis {redis[1]}"] if redis else []
    versions.append(f"SQLite {sqlite3.sqlite_version}")
    text = f"Measured at commit {commit}{' with changes' if changed else ''} on {machine.describe()}, "
    text += f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}; "
    return text + ", ".join(versions) + f". The system's load over the last minute was {os.getloadavg()[0]:.1f}.\n"


def output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, cwd=ROOT, check=False, text=True).stdout.strip()
    except OSError:
        return ""


def write(page: Path, name: str, text: str) -> None:
    """Put a text between its markers; a page that does not have them yet gets them at its end."""
    begin, end = f"<!-- measured: {name} -->", f"<!-- end: {name} -->"
    old = page.read_text() if page.exists() else ""
    block = f"{begin}\n{text.strip()}\n{end}"
    if begin in old:
        before, _, rest = old.partition(begin)
        page.write_text(before + block + rest.partition(end)[2])
    else:
        page.write_text(f"{old.rstrip()}\n\n{block}\n".lstrip())


if __name__ == "__main__":
    main()
