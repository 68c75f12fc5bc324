"""An export as a file: name of the format, content, media type, ending. Pages and ``export_session`` both call this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from workshop.kinds import Refused
from workshop.live.models import Session
from workshop.reports import formats, summary
from workshop.reports.tables import tables_of


@dataclass(frozen=True, slots=True)
class File:
    """A finished export."""

    content: bytes
    media_type: str
    ending: str


def _csv(session: Session, *, names: bool) -> File:
    return File(formats.csv_zip(tables_of(session, names=names)), "application/zip", "zip")


def _xlsx(session: Session, *, names: bool) -> File:
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return File(formats.xlsx(tables_of(session, names=names)), media_type, "xlsx")


def _json(session: Session, *, names: bool) -> File:
    meta = {"title": session.title, "state": session.state, "made_at": timezone.now().isoformat(), "names": names}
    text = formats.json_text(tables_of(session, names=names), meta)
    return File(text.encode(), "application/json; charset=utf-8", "json")


def _summary(session: Session, *, names: bool) -> File:
    del names  # the summary never names anybody
    return File(summary.page(session).encode(), "text/html; charset=utf-8", "html")


FORMATS: dict[str, Callable[..., File]] = {"csv": _csv, "xlsx": _xlsx, "json": _json, "summary": _summary}


def export_file(session: Session, form: str, *, names: bool = False) -> File:
    """Write one export.

    Args:
        session: live or ended.
        form: ``csv``, ``xlsx``, ``json`` or ``summary``.
        names: whether *named* answers carry their names; default nameless.

    Raises:
        Refused: ``no_format``, ``too_large``.
    """
    if form not in FORMATS:
        raise Refused("no_format", _("There is no such format."))
    return FORMATS[form](session, names=names)
