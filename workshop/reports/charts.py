"""Results as pictures: SVG with its own colours, so that it looks the same in a mail, a slide or on paper."""

from __future__ import annotations

import base64
import unicodedata
from xml.sax.saxutils import escape, quoteattr

from workshop.kinds import Chart

WIDTH = 640
_INK, _DIM, _ACCENT, _TRACK = "#17181b", "#56575d", "#1f36c7", "#ebe9e2"
_FONT = 'font-family="Inter, Helvetica Neue, Segoe UI, Roboto, Arial, sans-serif"'
_ROW, _LINE, _CHARS = 46, 19, 62
_MOST = 30


def svg(chart: Chart, title: str, people: int = 0) -> str:
    """The chart as an SVG document with a title for screen readers. Zero answers give a picture too.

    ``people``: how many answered; shares are of them (where several may be chosen, shares add up to more than 100 %).
    """
    if chart.shape in ("words", "list"):
        body, height = (_words if chart.shape == "words" else _list)(chart)
    else:
        body, height = _bars(chart, people)
    if chart.note:
        body += _text(0, height + 16, chart.note, 14, _DIM)
        height += 24
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label={quoteattr(_clean(title))}><title>{escape(_clean(title))}</title>{body}</svg>'
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
        lines = _wrap(label)
        for line in lines:
            parts.append(_text(0, y + 16, line, 16, _INK))
            y += _LINE
        share = f"{value:g}" + (f" ({round(100 * value / total)} %)" if total and chart.counts else "")
        parts.append(_text(WIDTH, y - _LINE * len(lines) + 16, share, 16, _INK, anchor="end", bold=True))
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
        parts.append(_text(x, y + size, words, size, colour, bold=value == most))
        x += width + 14
    return "".join(parts), int(y + tallest + 12)


def _list(chart: Chart) -> tuple[str, int]:
    parts: list[str] = []
    y = 0
    for label in chart.labels[:_MOST]:
        parts.append(f'<rect x="0" y="{y + 2}" width="3" height="{_LINE * len(_wrap(label, 76))}" fill="{_ACCENT}"/>')
        for line in _wrap(label, 76):
            parts.append(_text(12, y + 15, line, 15, _INK))
            y += _LINE
        y += 8
    left = len(chart.labels) - _MOST
    if left > 0:
        parts.append(_text(12, y + 15, f"+ {left}", 15, _DIM))
        y += _LINE
    return "".join(parts), max(y, 1)


def _text(
    x: float, y: float, words: str, size: float, colour: str, *, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" {_FONT} font-size="{size:.0f}" fill="{colour}" text-anchor="{anchor}"{weight}>'
        f"{escape(_clean(words))}</text>"
    )


def _clean(text: str) -> str:
    """Without characters that XML does not allow."""
    return "".join(
        c for c in text if c in "\t\n" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufffe\uffff")
    )


def _width(text: str) -> float:
    """Width in letters: wide (CJK) characters count twice."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _wrap(text: str, longest: int = _CHARS) -> list[str]:
    """Lines of at most ``longest`` letters; a word without spaces is cut. At most four lines, the rest is marked."""
    lines: list[str] = [""]
    for word in text.split():
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
