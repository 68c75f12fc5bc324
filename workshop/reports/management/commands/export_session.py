"""Write an export of a session, the same that its page offers."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from workshop import numbers
from workshop.kinds import Refused
from workshop.live import deadlines
from workshop.live.models import Session
from workshop.reports.files import FORMATS, export_file


class Command(BaseCommand):
    help = "Write an export of a session, live or ended. Nameless unless --names is given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("session", help="number, public id or join code")
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument("--output", required=True, help="file to write")
        parser.add_argument("--names", action="store_true", help="name people where their answers allow it")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        session = find_session(options["session"])
        deadlines.meet(session.pk)
        try:
            file = export_file(session, options["format"], names=options["names"])
        except Refused as refusal:
            raise CommandError(str(refusal.message)) from None
        try:
            Path(options["output"]).write_bytes(file.content)
        except OSError as error:
            message = f"{options['output']}: {error.strerror}"
            raise CommandError(message) from None
        self.stdout.write(f"{options['output']}: {len(file.content)} bytes")


def find_session(wanted: str) -> Session:
    """A session by number, public id or join code. Raises CommandError."""
    by = Q(public_id=wanted) | Q(code=wanted.replace(" ", ""), code__gt="")
    if numbers.is_row(wanted):
        by |= Q(pk=numbers.row(wanted))
    session = Session.objects.filter(by, erased_at=None).order_by("-pk").first()
    if session is None:
        message = f"there is no session {wanted!r}"
        raise CommandError(message)
    return session
