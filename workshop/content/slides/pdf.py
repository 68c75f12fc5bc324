"""From an uploaded PDF to pictures, or to a sentence that says why not. Stores nothing."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop.kinds import Refused, Text

MOST_BYTES = 20 * 1024 * 1024
#: 300 pages take about two minutes on a small server.
SECONDS = 180
#: How long an upload waits for another one that is being turned into pictures.
WAIT_SECONDS = 120
#: PDF readers accept the mark anywhere in the first kilobyte.
MARK, MARK_WITHIN = b"%PDF-", 1024

_turn = threading.Lock()

_WHY: dict[str, Text] = {
    "broken": gettext_lazy("This PDF is broken and cannot be opened. Please export it again and try once more."),
    "encrypted": gettext_lazy("This PDF is locked with a password. Please save it without one and try again."),
    "no_pages": gettext_lazy("This PDF has no pages."),
    "too_big": gettext_lazy("The pages of this PDF are too large to draw. Please export it in a smaller size."),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One page: a WebP picture and the words on it."""

    number: int
    width: int
    height: int
    text: str
    data: bytes


def draw(data: bytes) -> list[Picture]:
    """The pages of a PDF as pictures. Takes about a third of a second a page, in a process of its own, one at a time.

    Raises:
        Refused: ``too_big``, ``no_pdf``, ``encrypted``, ``broken``, ``broken_page``, ``bad_size``, ``no_pages``,
            ``too_many_pages``, ``too_slow``, ``busy``: each with what to do about it.
    """
    if len(data) > MOST_BYTES:
        raise Refused("too_big", _("This file is larger than 20 MB. Please export it in a smaller size."))
    if MARK not in data[:MARK_WITHIN]:
        raise Refused("no_pdf", _("This is not a PDF. Please export your slides as PDF and upload that file."))
    with _own_turn(), tempfile.TemporaryFile() as out:
        _run(data, out)
        out.seek(0)
        return list(_pictures(out))


def _run(data: bytes, out: IO[bytes]) -> None:
    command = [sys.executable, "-I", "-c", _START, str(settings.BASE_DIR)]
    try:
        # Its complaints about odd files are for nobody.
        subprocess.run(  # noqa: S603 - our own module; the file comes by standard input
            command, input=data, stdout=out, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refused("too_slow", _("This PDF takes too long to draw. Please export it in a simpler form.")) from None


#: Isolated from the environment (``-I``), so the folder of the project is named.
_START = "import sys; sys.path.insert(0, sys.argv[1]); from workshop.content.slides.render import main; main()"


def _pictures(out: IO[bytes]) -> Iterator[Picture]:
    for line in out:
        facts = json.loads(line)
        if "refused" in facts:
            raise _refusal(facts)
        if facts.get("done"):
            return
        data = out.read(facts["size"])
        yield Picture(facts["page"], facts["width"], facts["height"], facts["text"], data)
    # It ended without a word: killed for its memory or its time.
    raise Refused("broken", str(_WHY["too_big"]))


def _refusal(facts: dict[str, int | str]) -> Refused:
    code = str(facts["refused"])
    if code == "too_many_pages":
        message = _("This PDF has %(pages)s pages; at most %(most)s can be shown. Please export the part you need.")
        return Refused(code, message % facts)
    if code in ("broken_page", "bad_size"):
        message = _("Page %(page)s of this PDF cannot be drawn. Please export the file again without it.")
        return Refused(code, message % facts)
    return Refused(code, _WHY.get(code, _WHY["broken"]))


@contextmanager
def _own_turn() -> Iterator[None]:
    """One PDF at a time on this machine: in this process by a lock, among processes by a locked file."""
    deadline = time.monotonic() + WAIT_SECONDS
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise _busy()
    try:
        folder = Path(settings.DATA_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "slides.lock").open("wb") as file:
            _lock(file, deadline)
            yield
    finally:
        _turn.release()


def _lock(file: IO[bytes], deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                raise _busy() from None
            time.sleep(0.1)
        else:
            return


def _busy() -> Refused:
    return Refused("busy", _("Another PDF is being prepared. Please try again in a minute."))
