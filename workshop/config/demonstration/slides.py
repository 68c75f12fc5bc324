"""Draw ``levers.pdf``, the eight slides of the demonstration: ``python -m workshop.config.demonstration.slides``."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw

WIDTH, HEIGHT = 960, 540
INK, DIM, ACCENT, PAPER, TRACK = (23, 24, 27), (86, 87, 93), (31, 54, 199), (245, 244, 240), (235, 233, 226)
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Slide:
    """One page: a line above, a title, lines of text and bars ``(label, share of 1, figure)``."""

    over: str
    title: tuple[str, ...]
    lines: tuple[str, ...] = ()
    bars: tuple[tuple[str, float, str], ...] = field(default=())


SLIDES = (
    Slide("Halden Freight, September", ("Six levers", "for one AI bill"), ("Which one first, and who pulls it?",)),
    Slide(
        "Where the money went",
        ("87,000 euros in one month",),
        bars=(
            ("Assistant, model calls", 41.3 / 41.3, "41,300"),
            ("Reserved GPUs", 18.4 / 41.3, "18,400"),
            ("Route model, training", 9.8 / 41.3, "9,800"),
            ("Trials and sandboxes", 7.7 / 41.3, "7,700"),
            ("Search index", 6.2 / 41.3, "6,200"),
            ("Storage and logs", 3.6 / 41.3, "3,600"),
        ),
    ),
    Slide(
        "Before any lever",
        ("Ask what one useful", "thing costs"),
        (
            "41,300 euros / 62,000 conversations = 67 cents",
            "In August it was 45 cents.",
            "A bill can grow because things go well.",
        ),
    ),
    Slide(
        "Levers 1 and 2",
        ("Use less of it",),
        (
            "1  Switch off what waits: trials, sandboxes, idle GPUs",
            "2  Keep answers: every fourth question is “where is it?”",
        ),
    ),
    Slide(
        "Levers 3 and 4",
        ("Use a smaller one",),
        (
            "3  Easy questions to a small model, hard ones to the large",
            "4  Shorter prompts: send the parcel, not its history",
        ),
    ),
    Slide(
        "Levers 5 and 6",
        ("Pay less for the same",),
        (
            "5  Spot capacity for training that can be interrupted",
            "6  Commit only to what has been steady for three months",
        ),
    ),
    Slide(
        "How to choose",
        ("Three questions", "for every lever"),
        ("What does the customer notice?", "How soon can we take it back?", "Who sees the number next Monday?"),
    ),
    Slide(
        "Now you",
        ("Ninety days", "for Halden"),
        ("An owner for every step. A number for every owner.", "Finance, product and engineering sign together."),
    ),
)


class Page:
    """A page under the pen. Units are points, y counts from the top."""

    def __init__(self, document: pdfium.PdfDocument) -> None:
        self.document = document
        self.page = document.new_page(WIDTH, HEIGHT)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        shape = raw.FPDFPageObj_CreateNewRect(x, HEIGHT - y - height, width, height)
        raw.FPDFPageObj_SetFillColor(shape, *colour, 255)
        raw.FPDFPath_SetDrawMode(shape, raw.FPDF_FILLMODE_WINDING, 0)
        raw.FPDFPage_InsertObject(self.page.raw, shape)

    def text(self, x: float, y: float, size: float, words: str, colour: Colour = INK, font: str = "Helvetica") -> None:
        """One line of text with its base line at ``y``."""
        item = raw.FPDFPageObj_NewTextObj(self.document.raw, font.encode(), size)
        encoded = (words + "\0").encode("utf-16-le")
        buffer = ctypes.create_string_buffer(encoded)
        raw.FPDFText_SetText(item, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
        raw.FPDFPageObj_SetFillColor(item, *colour, 255)
        raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, x, HEIGHT - y)
        raw.FPDFPage_InsertObject(self.page.raw, item)

    def finish(self) -> None:
        """Write the content of the page."""
        raw.FPDFPage_GenerateContent(self.page.raw)


def draw(slide: Slide, number: int, document: pdfium.PdfDocument) -> None:
    """Draw one slide at the end of the document."""
    page = Page(document)
    page.box(0, 0, WIDTH, HEIGHT, PAPER)
    page.box(0, 0, 12, HEIGHT, ACCENT)
    page.text(72, 84, 18, slide.over, DIM)
    y = 146.0
    for line in slide.title:
        page.text(72, y, 50, line, INK, "Helvetica-Bold")
        y += 58
    y += 10
    for label, share, figure in slide.bars:
        page.text(72, y, 19, label)
        page.text(780, y, 19, figure, INK, "Helvetica-Bold")
        page.box(72, y + 8, 780, 12, TRACK)
        page.box(72, y + 8, 780 * share, 12, ACCENT)
        y += 47
    for line in slide.lines:
        page.text(72, y, 30, line)
        y += 54
    page.text(72, 508, 14, "Halden Freight is made up, and so are its numbers.", DIM)
    page.text(860, 508, 14, f"{number} / {len(SLIDES)}", DIM)
    page.finish()


def write(path: Path) -> None:
    """Draw all slides into a PDF at ``path``."""
    document = pdfium.PdfDocument.new()
    for number, slide in enumerate(SLIDES, start=1):
        draw(slide, number, document)
    document.save(str(path))


if __name__ == "__main__":
    write(Path(__file__).with_name("levers.pdf"))
