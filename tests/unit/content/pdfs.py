"""PDFs of the tests, made when they are needed: good ones and every sort of bad one."""

from __future__ import annotations

import io
from functools import cache

import pypdfium2
from PIL import Image, ImageDraw


@cache
def pdf(pages: int = 3, width: float = 960, height: float = 540) -> bytes:
    """Empty pages of that size."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(width, height)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@cache
def drawn(pages: int = 3) -> bytes:
    """Pages that differ, as pictures."""
    images = []
    for number in range(1, pages + 1):
        image = Image.new("RGB", (960, 540), (30 + 20 * number % 200, 60, 200))
        ImageDraw.Draw(image).rectangle((60, 60, 60 + 40 * number, 200), fill="white")
        images.append(image)
    buffer = io.BytesIO()
    images[0].save(buffer, "PDF", save_all=True, append_images=images[1:])
    return buffer.getvalue()


def with_words(*lines: str) -> bytes:
    """A PDF written by hand: one page a line, with that text."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(lines)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(lines)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, line in enumerate(lines):
        stream = f"BT /F1 24 Tf 40 200 Td ({line}) Tj ET".encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 640 360] /Contents "
            + f"{5 + 2 * index} 0 R /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return assembled(objects)


def encrypted() -> bytes:
    """A PDF with a user password that nobody gave (standard security handler, revision 2)."""
    garbage = "00" * 32
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        f"<< /Filter /Standard /V 1 /R 2 /O <{garbage}> /U <{garbage}> /P -44 >>".encode(),
    ]
    return assembled(objects, trailer=b"/Encrypt 3 0 R /ID [<00112233> <00112233>]")


def assembled(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Objects with their table and trailer."""
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


BAD: dict[str, bytes] = {
    "no_pdf": b"MZ this is a program\x00\x01",
    "no_pdf html": b"<html>%PD</html>" * 100,
    "no_pdf empty": b"",
    "broken": b"%PDF-1.7\n" + b"\x00garbage" * 500,
    "broken cut": drawn(2)[: len(drawn(2)) // 3],
    "encrypted": encrypted(),
    "too_many_pages": pdf(301),
    "too_many_pages thousand": pdf(1000),
    "bad_size long": pdf(1, 14_000, 3),
    "too_big": b"%PDF-1.7\n" + b"0" * (20 * 1024 * 1024),
}
