"""Every kind of question with 5,000 answers: how many are written in a second, and what it costs to show them again.

In one process, without sockets: answers go through the inbox into a database of its own (SQLite, or ``--database URL``) in
batches as the server makes them. A *refresh* is what one changed answer costs before frames go out: its row is read, the
tally brought up to date, the result made and drawn. The first read counts all answers from their rows.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import stage

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from tests.questions.room import Room
    from workshop.kinds import Json, QuestionKind
    from workshop.live.models import ActivityRun

ANSWERS = 5_000
#: Ops in one transaction: what the inbox takes while the one before is written.
BATCH = 100
REFRESHES = 40
#: What a cloud of words may take.
LIMIT_MS = 30.0
VIEWS = ("screen", "learner", "staff")


def prepare(url: str) -> None:
    """Django with an empty database."""
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "workshop.config.settings", "SECRET_KEY": "x" * 50}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def crowd(answers: int) -> Room:
    """A running session with as many learners as answers."""
    from tests.questions.room import Person, make
    from workshop.live.models import Participant

    room = make(())
    rows = [Participant(session=room.session, number=number, name=f"P{number}") for number in range(1, answers + 1)]
    for row in Participant.objects.bulk_create(rows, batch_size=500):
        room.people[row.name] = Person(row, row.name.encode().ljust(16, b"."))
    return room


def measure(room: Room, kind: QuestionKind, answers: int) -> dict[str, Any]:
    """One kind with its usual specimen."""
    from tests.questions.room import poll
    from workshop.questions.counting import memory
    from workshop.questions.sketch import pretended

    specimen = kind.specimens()[0]
    config = kind.load(specimen.config)
    values = pretended(kind, config, answers + REFRESHES, seed=specimen.name, draw=specimen.draw)
    run = room.open(poll(kind.slug, specimen.config), show_screen=True, show_phones=True)
    began = time.perf_counter()
    write(room, run, values[:answers], 1)
    wrote = time.perf_counter() - began
    if kind.holds(config):
        room.staff("answers.show", a=run.activity_id, ids=None)
    memory.forget()
    began = time.perf_counter()
    first = read(room, run, "screen")
    counted = time.perf_counter() - began
    found = {view: refresh(room, run, values[answers:], view, turn) for turn, view in enumerate(VIEWS, 2)}
    return {
        "kind": kind.slug,
        "answers": answers,
        "per_second": answers / wrote,
        "first_ms": counted * 1000,
        **found,
        "screen_bytes": len((first or "").encode()),
    }


def write(room: Room, run: ActivityRun, values: list[Json], n: int) -> None:
    """Each learner's answer, in batches. Raises where one is refused."""
    from workshop.kinds import Refused
    from workshop.realtime import batches

    calls = [room.call(name, run, value, n, uuid4()) for name, value in zip(room.people, values, strict=False)]
    for start in range(0, len(calls), BATCH):
        for result in batches.write(calls[start : start + BATCH]):
            if isinstance(result, Refused):
                raise result


def refresh(room: Room, run: ActivityRun, values: list[Json], view: str, n: int) -> list[float]:
    """Milliseconds from one changed answer to the HTML of its result, several times."""
    read(room, run, view)
    times = []
    for name, value in zip(room.people, values, strict=False):
        room.say(name, run, value, n=n)
        began = time.perf_counter()
        read(room, run, view)
        times.append((time.perf_counter() - began) * 1000)
    return times


def read(room: Room, run: ActivityRun, view: str) -> str | None:
    """The slot of the result as HTML."""
    state = room.tally(run, view, view="html")
    return state.html if state else None


def main() -> None:
    """Print a line for each registered kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", help="slugs; all without")
    parser.add_argument("--answers", type=int, default=ANSWERS)
    parser.add_argument("--database", default="", help="URL of an empty database instead of SQLite")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="plenary-kinds-") as folder:
        prepare(chosen.database or f"sqlite:///{folder}/kinds.sqlite3")
        from workshop.kinds import question_kinds

        room = crowd(chosen.answers)
        wanted = [kind for kind in question_kinds if not chosen.kinds or kind.slug in chosen.kinds]
        found = [measure(room, kind, chosen.answers) for kind in wanted]
    if chosen.json:
        stage.report("kinds", rows(found, chosen.database.partition(":")[0] or "sqlite"), as_json=True)
        return
    print(f"{'kind':<12}{'answers/s':>10}{'count all':>12}{'screen':>10}{'phone':>10}{'panel':>10}{'HTML':>10}")
    for row in found:
        times = "".join(f"{statistics.median(row[view]):>7.1f} ms" for view in VIEWS)
        print(
            f"{row['kind']:<12}{row['per_second']:>10,.0f}{row['first_ms']:>9.0f} ms{times}{row['screen_bytes']:>8,} B"
        )
    slowest = max(found, key=lambda row: statistics.median(row["screen"]))
    worst = statistics.median(slowest["screen"])
    print(f"limit {LIMIT_MS:g} ms; slowest: {slowest['kind']}, {worst / LIMIT_MS:.2f} of it")


def rows(found: list[dict[str, Any]], database: str) -> list[stage.Row]:
    """Two lines for each kind, as ``make bench`` writes them."""
    made = []
    for row in found:
        where = ("no server", database, row["answers"])
        notes = f"counting all from their rows {row['first_ms']:.0f} ms"
        made += [
            stage.Row(f"{row['kind']}: answers", *where, [row["per_second"]], "/s"),
            stage.Row(
                f"{row['kind']}: one refresh of the screen", *where, row["screen"], "ms", "kinds",
                payload_bytes=row["screen_bytes"], notes=notes,
            ),
        ]  # fmt: skip
    return made


if __name__ == "__main__":
    main()
