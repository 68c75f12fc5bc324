"""A process of its own that turns one PDF into pictures: ``python -m workshop.content.slides.render < file.pdf``.

PDFium is not thread-safe and has met every broken file there is, so it works alone, with limits on memory, processor
time, pages and pixels; when it dies, one upload is refused. It knows no Django. Output: for each page a line of JSON
(``{"page", "width", "height", "text", "size"}``) and so many bytes of WebP; at the end ``{"done": true}``; or one line
``{"refused": code, …}``.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import resource
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PAGES = 300
#: Longest side of a picture: sharp on a projector of 1080 lines, about 60 kB a page.
PIXELS = 1600
#: A page may be at most this many times as long as wide: more is no slide, and its short side would have no pixels.
STRETCH = 20
TEXT_LIMIT = 1_000
MEMORY_BYTES = 1_500_000_000
PROCESSOR_SECONDS = 170
OUTPUT_BYTES = 400_000_000
QUALITY = 80


class Unfit(Exception):  # noqa: N818 - a word of this module
    """The file cannot become slides."""

    def __init__(self, code: str, **details: int) -> None:
        super().__init__(code)
        self.refusal: dict[str, Any] = {"refused": code, **details}


def main() -> None:
    """Read a PDF from standard input and write its pages to standard output."""
    limit()
    out = sys.stdout.buffer
    try:
        for facts, picture in pages(sys.stdin.buffer.read()):
            out.write(json.dumps(facts).encode() + b"\n" + picture)
            out.flush()
        out.write(b'{"done": true}\n')
    except Unfit as unfit:
        out.write(json.dumps(unfit.refusal).encode() + b"\n")
    except MemoryError:
        out.write(b'{"refused": "too_big"}\n')


def limit() -> None:
    """Bound what a hostile file can take."""
    bounds = (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
    )
    for what, most in bounds:
        # Not every system knows every limit; the time limit outside holds anyway.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def pages(data: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The pages of a PDF: facts and a WebP picture each. Raises ``Unfit``."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        raise Unfit("encrypted" if "password" in str(error).lower() else "broken") from error
    if not count:
        raise Unfit("no_pages")
    if count > MOST_PAGES:
        raise Unfit("too_many_pages", pages=count, most=MOST_PAGES)
    for number in range(count):
        try:
            yield _page(document, number)
        except pypdfium2.PdfiumError as error:
            raise Unfit("broken_page", page=number + 1) from error


def _page(document: Any, number: int) -> tuple[dict[str, Any], bytes]:
    page = document[number]
    width, height = page.get_size()
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        raise Unfit("bad_size", page=number + 1)
    if max(width, height) > STRETCH * min(width, height):
        raise Unfit("bad_size", page=number + 1)
    image = page.render(scale=PIXELS / max(width, height)).to_pil().convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=3)
    facts = {
        "page": number + 1,
        "width": image.width,
        "height": image.height,
        "text": _text(page),
        "size": buffer.tell(),
    }
    page.close()
    return facts, buffer.getvalue()


def _text(page: Any) -> str:
    """The words of a page on one line each, without what no database holds."""
    words = page.get_textpage().get_text_bounded()
    lines = (" ".join(line.split()) for line in words.splitlines())
    text = "\n".join(line for line in lines if line)
    kept = "".join(c for c in text if c == "\n" or c.isprintable())
    return kept[:TEXT_LIMIT].strip()


if __name__ == "__main__":
    main()
