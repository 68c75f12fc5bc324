"""Static files under names with their hash, which browsers keep for ever: collected anew when one of them has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> None:
    """Collect what has changed since the last time into ``STATIC_ROOT``. Older names stay: a page may still ask for them."""
    note: Path = settings.STATIC_ROOT / "collected-from"
    sources = _fingerprint()
    if note.exists() and note.read_text() == sources:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    note.write_text(sources)


def _fingerprint() -> str:
    """Names, sizes and dates of all static files, in short."""
    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=None):
            file = Path(storage.path(name)).stat()
            found.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    return found.hexdigest()
