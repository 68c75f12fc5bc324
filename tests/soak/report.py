"""docs/soak.md: what the last soak measured."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from tests.soak.crowd import Tally
from tests.soak.judge import Course

ROOT = Path(__file__).resolve().parents[2]
NAMES = {
    "memory": "memory (MB)",
    "descriptors": "file descriptors",
    "tasks": "asyncio tasks",
    "threads": "threads",
    "sockets": "open WebSockets",
    "sessions": "sessions followed",
    "feeds": "slots followed",
    "database": "connections to PostgreSQL, all processes",
    "redis": "connections to Redis, all processes",
}
PACKAGES = ("django", "channels", "uvicorn", "websockets", "daphne", "psycopg", "redis")
HEAD = """# Soak

`make soak` runs this for twenty minutes (`SOAK_MINUTES=3 make soak` for three, `SOAK_SERVER=daphne` for the other server)
and writes this page. Session after session is opened, played by {learners} learners, a facilitator, a screen and a second
panel, ended and erased: votes, cards, notes, hands, phase changes, rounds, joins, people who leave and erase themselves,
cut connections, pages that poll. Beside them some clients never read and some never answer. Between two sessions each
process is asked what it holds. The line through those samples after the first {warm_up:.0%} must not rise over the measured
time by more than what is allowed for noise.
"""


@dataclass(frozen=True)
class Outcome:
    """All that the page tells."""

    server: str
    times: Sequence[float]
    courses: Sequence[Sequence[Course]]
    tally: Tally
    ends: Sequence[tuple[str, float, int]]
    learners: int
    round_seconds: float


def write(outcome: Outcome, warm_up: float = 0.3) -> None:
    """Write the page."""
    done, measured = outcome.tally.done, outcome.courses[0][0].seconds
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    lines = [
        HEAD.format(learners=outcome.learners, warm_up=warm_up),
        (
            f"{datetime.now(UTC):%Y-%m-%d}, commit `{commit}`, {outcome.times[-1] / 60:.1f} minutes of which"
            f" {measured / 60:.1f} measured, {len(outcome.courses)} processes of {outcome.server},"
            f" {len(outcome.times)} sessions of {outcome.round_seconds:.0f} s."
        ),
        f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in PACKAGES) + ".",
        "",
        "| held, when nobody is there | process | least | median | most | growth in the time | allowed | |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for rows in zip(*outcome.courses, strict=True):
        lines += [_row(number, each) for number, each in enumerate(rows, 1)]
    lines += [
        "",
        (
            f"{done['acked']:,} ops acknowledged, {done['refused']:,} refused (what was closed by then),"
            f" {done['unanswered']:,} unanswered when the session was erased; {done['connections']:,} connections."
        ),
        "",
        *_sleepers(outcome.ends),
    ]
    (ROOT / "docs/soak.md").write_text("\n".join(lines) + "\n")


def _row(process: int, each: Course) -> str:
    digits = 1 if each.what == "memory" else 0
    numbers = [min(each.values), median(each.values), max(each.values)]
    cells = " | ".join(f"{number:.{digits}f}" for number in numbers)
    verdict = "flat" if each.is_flat else "**grows**"
    return f"| {NAMES[each.what]} | {process} | {cells} | {each.growth:+.1f} | {each.allowed:.1f} | {verdict} |"


def _sleepers(ends: Sequence[tuple[str, float, int]]) -> list[str]:
    lines = []
    for habit in sorted({end[0] for end in ends}):
        seconds = [end[1] for end in ends if end[0] == habit]
        codes = ", ".join(str(code) for code in sorted({end[2] for end in ends if end[0] == habit}))
        lines.append(
            f"* Clients that {habit.replace('never reads', 'never read').replace('says', 'say')}: {len(seconds)} closed"
            f" after {min(seconds):.0f} to {max(seconds):.0f} s (codes {codes})."
        )
    return lines
