"""Results as pictures: SVG with its own colours, so that it looks the same in a mail, a slide or on paper."""

from __future__ import annotations

import base64
import unicodedata
from xml.sax.saxutils import escape, quoteattr

from workshop.kinds import Chart

#: Of a drawing, in its own units: read on a phone and in half a column too. As a file it is a third larger.
WIDTH = 480
LARGER = 4 / 3
_INK, _DIM, _ACCENT, _TRACK = "#17181b", "#56575d", "#1f36c7", "#ebe9e2"
_FONT = 'font-family="Inter, Helvetica Neue, Segoe UI, Roboto, Arial, sans-serif"'
_ROW, _LINE, _CHARS = 46, 19, 44
_MOST = 30


def svg(chart: Chart, title: str, people: int = 0) -> str:
    """The chart as an SVG document with a title for screen readers. Zero answers give a picture too.

    ``people``: how many answered; shares are of them (where several may be chosen, shares add up to more than 100 %).
    """
    draw = {"words": _words, "list": _list, "heat": _heat, "plane": _plane}.get(chart.shape)
    body, height = draw(chart) if draw else _bars(chart, people)
    for line in wrap(chart.note, 84) if chart.note else ():
        body += text(0, height + 16, line, 14, _DIM)
        height += 20
    return document(body, height, title)


def document(body: str, height: int, title: str) -> str:
    """A drawing of this height as a document of its own."""
    size = f'width="{WIDTH * LARGER:.0f}" height="{height * LARGER:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {size} '
        f'role="img" aria-label={quoteattr(clean(title))}><title>{escape(clean(title))}</title>{body}</svg>'
    )


def data_uri(picture: str) -> str:
    """An SVG document as the source of an ``<img>``, inside which nothing can run."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()


def _bars(chart: Chart, people: int) -> tuple[str, int]:
    # Points and means are no shares of the people: the longest bar is the largest of them.
    total: float = (people or sum(chart.values)) if chart.counts else max(chart.values, default=0)
    parts: list[str] = []
    y = 0
    for label, value in zip(chart.labels[:_MOST], chart.values[:_MOST], strict=True):
        lines = wrap(label)
        for line in lines:
            parts.append(text(0, y + 16, line, 16, _INK))
            y += _LINE
        share = f"{value:g}" + (f" ({round(100 * value / total)} %)" if total and chart.counts else "")
        parts.append(text(WIDTH, y - _LINE * len(lines) + 16, share, 16, _INK, anchor="end", bold=True))
        parts.append(f'<rect x="0" y="{y + 4}" width="{WIDTH}" height="10" rx="5" fill="{_TRACK}"/>')
        if total and value:
            width = min(WIDTH, max(6.0, WIDTH * value / total))
            parts.append(f'<rect x="0" y="{y + 4}" width="{width:.1f}" height="10" rx="5" fill="{_ACCENT}"/>')
        y += _ROW - _LINE
    return "".join(parts), max(y, 1)


def _words(chart: Chart) -> tuple[str, int]:
    """Words in lines, largest first, as on the screen."""
    most = max(chart.values, default=1) or 1
    parts: list[str] = []
    x, y, tallest = 0.0, 0.0, 0.0
    for label, value in zip(chart.labels[:60], chart.values[:60], strict=True):
        size = 14 + 22 * (value / most) ** 0.5
        words = f"{label} {value:g}"
        width = _width(words) * size * 0.58
        if x and x + width > WIDTH:
            x, y, tallest = 0.0, y + tallest + 8, 0.0
        tallest = max(tallest, size)
        colour = _ACCENT if value == most else _INK
        parts.append(text(x, y + size, words, size, colour, bold=value == most))
        x += width + 14
    return "".join(parts), int(y + tallest + 12)


def _list(chart: Chart) -> tuple[str, int]:
    parts: list[str] = []
    y = 0
    for label in chart.labels[:_MOST]:
        parts.append(f'<rect x="0" y="{y + 2}" width="3" height="{_LINE * len(wrap(label, 56))}" fill="{_ACCENT}"/>')
        for line in wrap(label, 56):
            parts.append(text(12, y + 15, line, 15, _INK))
            y += _LINE
        y += 8
    left = len(chart.labels) - _MOST
    if left > 0:
        parts.append(text(12, y + 15, f"+ {left}", 15, _DIM))
        y += _LINE
    return "".join(parts), max(y, 1)


def _heat(chart: Chart) -> tuple[str, int]:
    """Numbers in a table; the larger one is, the darker its field."""
    side = 165.0
    width = (WIDTH - side) / max(1, len(chart.across))
    parts, y = _heads(chart.across, side, width)
    known = [value for row in chart.cells for value in row if value is not None]
    low, high = min(known, default=0), max(known, default=0)
    for label, row in zip(chart.labels[:_MOST], chart.cells[:_MOST], strict=False):
        lines = wrap(label, 20)
        height = max(30, _LINE * len(lines) + 8)
        parts += [text(0, y + 18 + at * _LINE, line, 14, _INK) for at, line in enumerate(lines)]
        for at, value in enumerate(row):
            dark = (value - low) / (high - low) if value is not None and high > low else 0
            x = side + at * width
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{width - 2:.1f}" height="{height - 2}" fill="{_ACCENT}" '
                f'fill-opacity="{0.05 + 0.3 * dark:.2f}"/>'
            )
            words = "–" if value is None else f"{value:g}"
            parts.append(text(x + width / 2, y + height / 2 + 5, words, 15, _INK, anchor="middle", bold=True))
        y += height
    return "".join(parts), max(y, 1)


def _heads(heads: tuple[str, ...], side: float, width: float) -> tuple[list[str], int]:
    """Headings of columns, and where the rows begin."""
    wrapped = [wrap(head, max(4, int(width / 7.5))) for head in heads]
    parts = [
        text(side + (at + 0.5) * width, 12 + line * 15, words, 12, _DIM, anchor="middle")
        for at, lines in enumerate(wrapped)
        for line, words in enumerate(lines)
    ]
    return parts, 8 + 15 * max((len(lines) for lines in wrapped), default=0)


def _plane(chart: Chart) -> tuple[str, int]:
    """A square with two axes and a numbered dot for each label, named below."""
    across, up, *ends = (*chart.across, "", "", "", "", "", "")[:6]
    size, x0, y0 = 320.0, 80.0, 24.0
    below = y0 + size
    parts = [
        f'<rect x="{x0}" y="{y0}" width="{size}" height="{size}" fill="none" stroke="{_DIM}"/>',
        f'<path d="M{x0 + size / 2} {y0}v{size}M{x0} {y0 + size / 2}h{size}" stroke="{_TRACK}" stroke-width="2"/>',
        text(x0, 14, " · ".join(filter(None, [f"↑ {up}", ends[3]])), 14, _INK, bold=True),
        text(x0, below + 18, ends[2], 13, _DIM),
        text(x0, below + 36, wrap(ends[0], 26)[0], 13, _DIM),
        text(x0 + size, below + 36, wrap(ends[1], 26)[0], 13, _DIM, anchor="end"),
        text(x0 + size / 2, below + 54, f"{across} →", 14, _INK, anchor="middle", bold=True),
    ]
    y = below + 84
    for at, (label, place) in enumerate(zip(chart.labels, chart.cells, strict=False), 1):
        cx, cy = x0 + size * (place[0] or 0), y0 + size * (1 - (place[1] or 0))
        parts.append(f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="11" fill="#fff" stroke="{_ACCENT}" stroke-width="3"/>')
        parts.append(text(cx, cy + 4.5, str(at), 12, _INK, anchor="middle", bold=True))
        for line in wrap(f"{at}. {label}"):
            parts.append(text(x0, y, line, 14, _INK))
            y += _LINE
    return "".join(parts), int(y)


def text(x: float, y: float, words: str, size: float, colour: str, *, anchor: str = "start", bold: bool = False) -> str:
    """A line of text that begins (or ends, or is centred) at ``x``, in our font."""
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" {_FONT} font-size="{size:.0f}" fill="{colour}" text-anchor="{anchor}"{weight}>'
        f"{escape(clean(words))}</text>"
    )


def clean(words: str) -> str:
    """Without characters that XML does not allow."""
    return "".join(
        c for c in words if c in "\t\n" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufffe\uffff")
    )


def _width(text: str) -> float:
    """Width in letters: wide (CJK) characters count twice."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(words: str, longest: int = _CHARS) -> list[str]:
    """Lines of at most ``longest`` letters; a word without spaces is cut. At most four lines, the rest is marked."""
    lines: list[str] = [""]
    for word in words.split():
        piece = word
        while len(piece) > longest:
            lines += [piece[:longest], ""]
            piece = piece[longest:]
        if len(lines[-1]) + len(piece) + 1 > longest and lines[-1]:
            lines.append(piece)
        else:
            lines[-1] = f"{lines[-1]} {piece}".strip()
    lines = [line for line in lines if line] or [""]
    most = 4
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][: longest - 2] + " …"]
