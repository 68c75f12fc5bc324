"""``manage.py import_plan FILE``: read a plan, say what is in it, store it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from workshop.kinds import Json, Refused
from workshop.plans.operations import create_plan, default_owner
from workshop.plans.text import PlanReading, PlanUnreadable, read_plan
from workshop.plans.text.errors import MAX_UPLOAD_BYTES


class Command(BaseCommand):
    help = "Reads a lesson plan in Markdown and stores it. Unreadable: exit 1, one line on stderr, nothing stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the plan, Markdown or plain text")
        parser.add_argument("--json", action="store_true", help="print what was read as JSON")
        parser.add_argument("--check", action="store_true", help="only read it; store nothing")
        parser.add_argument("--owner", default="", metavar="USERNAME", help="whom it belongs to (default: the first)")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        name = str(options["file"])
        try:
            reading = read_plan(_bytes_of(name), filename=Path(name).name)
            plan = None
            if not options["check"]:
                plan = create_plan(default_owner(options["owner"]), reading.document).pk
        except PlanUnreadable as problem:
            place = f"{name}:{problem.line}" if problem.line else name
            self._fail(f"{place}: {problem.message}")
        except Refused as refusal:
            self._fail(f"{name}: {refusal.message}")
        else:
            self.stdout.write(_as_json(reading, plan) if options["json"] else _in_words(reading, plan))

    def _fail(self, line: str) -> None:
        self.stderr.write(" ".join(line.split()), style_func=str)
        raise SystemExit(1)


def _bytes_of(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_UPLOAD_BYTES + 1)
    except OSError as error:
        raise Refused("no_file", error.strerror or "it cannot be read") from None


def _as_json(reading: PlanReading, plan: int | None) -> str:
    document = reading.document
    phases = [
        {**asdict(phase), "activities": [_activity(spec) for spec in phase.activities]} for phase in document.phases
    ]
    for phase in phases:
        del phase["line"]
    data: dict[str, Json] = {
        "id": plan,
        "title": document.title,
        "stated_minutes": document.stated_minutes,
        "total_minutes": document.total_minutes,
        "phases": phases,
        "objectives": [{"text": each.text, "level": each.level} for each in document.objectives],
        "warnings": [{"line": each.line, "message": each.message, "code": each.code} for each in reading.warnings],
        "proposals": [
            {"phase": each.phase_index, "kind": each.proposal.spec.kind, "title": each.proposal.spec.title}
            for each in reading.proposals
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2, default=str)


def _activity(spec: Any) -> dict[str, Json]:
    return {"key": spec.key, "kind": spec.kind, "title": spec.title, "minutes": spec.minutes}


def _in_words(reading: PlanReading, plan: int | None) -> str:
    document = reading.document
    stated = f" (stated: {document.stated_minutes})" if document.stated_minutes else ""
    lines = [document.title, f"{document.total_minutes} minutes{stated}, {len(document.objectives)} objectives"]
    lines += [
        f"  {phase.minutes:4} min  {phase.title}, activities: {len(phase.activities)}" for phase in document.phases
    ]
    lines += [f"  line {each.line}: {each.message}" if each.line else f"  {each.message}" for each in reading.warnings]
    lines.append(f"Stored as plan {plan}." if plan else "Nothing was stored (--check).")
    return "\n".join(lines)
