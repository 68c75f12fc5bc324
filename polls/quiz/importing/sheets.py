"""Rows of questions: Kahoot's spreadsheet, and plain CSV with a heading row."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from polls.quiz.importing.found import MOST, Found, Unreadable, choice
from workshop.kinds import Json

#: Of an unpacked spreadsheet, in bytes; a sheet of 200 questions has some ten thousand.
LARGEST = 20_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 40
#: Answers that make a choice.
FEWEST = 2
Row = Sequence[str]

_QUESTION = re.compile(r"^(question|frage|prompt)\b", re.IGNORECASE)
_OPTION = re.compile(r"^(answer|option|antwort|choice)\s*[a-z0-9]*", re.IGNORECASE)
_RIGHT = re.compile(r"correct|right|richtig|solution|lösung", re.IGNORECASE)
_POINTS = re.compile(r"^(points?|punkte?)$", re.IGNORECASE)
_WHY = re.compile(r"explanation|feedback|erklärung|begründung", re.IGNORECASE)


def read_csv(text: str) -> Found:
    """Rows of a CSV with commas, semicolons or tabs."""
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(islice(_numbered(csv.reader(io.StringIO(text), dialect)), MOST_ROWS))
    except csv.Error as wrong:
        raise Unreadable(_("This is no CSV file: %s.") % wrong) from None
    return _read(rows)


def _numbered(rows: Any) -> Iterator[tuple[int, Row]]:
    """Rows with the line of the file in which each begins: a cell may have several lines."""
    line = 1
    for row in rows:
        yield line, row
        line = rows.line_num + 1


def read_xlsx(content: bytes) -> Found:
    """The first sheet with a heading row. Raises Unreadable for what is no spreadsheet, or an enormous one."""
    from openpyxl import load_workbook

    _check_size(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        cells = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
        rows = [(number, [_text(cell) for cell in row]) for number, row in enumerate(cells, start=1)]
    except Exception:  # noqa: BLE001 - the library raises whatever a broken file provokes
        raise Unreadable(_("This spreadsheet cannot be read. Save it anew as .xlsx, or use CSV.")) from None
    return _read(rows)


def _check_size(content: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile:
        raise Unreadable(_("This is no .xlsx file.")) from None
    if len(parts) > 1_000 or sum(part.file_size for part in parts) > LARGEST:  # noqa: PLR2004 - sheets have some dozens
        raise Unreadable(_("This spreadsheet is too large for a quiz."))


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else " ".join(str(cell).split())


def _read(rows: Iterable[tuple[int, Row]]) -> Found:
    listed = list(rows)
    head = next((place for place, (_line, row) in enumerate(listed) if _is_head(row)), None)
    if head is None:
        raise Unreadable(_("There is no heading row with “Question”, “Answer 1” … and “Correct”."))
    columns = _Columns(listed[head][1])
    found = Found()
    for line, row in listed[head + 1 :]:
        if columns.says_something(row):
            columns.read(found, line, row)
        if len(found.questions) + len(found.problems) > 2 * MOST:
            break
    return found


def _is_head(row: Row) -> bool:
    cells = [cell.strip() for cell in row]
    return (
        any(map(_QUESTION.search, cells))
        and any(map(_RIGHT.search, cells))
        and sum(map(bool, map(_OPTION.search, cells))) >= FEWEST
    )


class _Columns:
    """Which column means what."""

    def __init__(self, head: Row) -> None:
        cells = [cell.strip() for cell in head]
        right = [place for place, cell in enumerate(cells) if _RIGHT.search(cell)]
        self.right = right[0]
        self.question = next(place for place, cell in enumerate(cells) if _QUESTION.search(cell))
        self.options = [
            p for p, cell in enumerate(cells) if _OPTION.search(cell) and p not in (self.right, self.question)
        ]
        self.points = next((place for place, cell in enumerate(cells) if _POINTS.search(cell)), None)
        self.why = next((place for place, cell in enumerate(cells) if _WHY.search(cell)), None)

    def says_something(self, row: Row) -> bool:
        """Whether there is a question or an answer: the rows of a form that was not filled in have their numbers alone."""
        return any(row[place].strip() for place in (self.question, *self.options) if place < len(row))

    def read(self, found: Found, line: int, row: Row) -> None:
        """One row as a question."""

        def cell(place: int | None) -> str:
            return row[place].strip() if place is not None and place < len(row) else ""

        prompt, options = cell(self.question), [cell(place) for place in self.options]
        present = [place for place, text in enumerate(options) if text]
        named = _named(cell(self.right), options)
        if named is None or not named:
            found.skip(
                line,
                prompt,
                _("“%s” names no answer.") % cell(self.right)[:60]
                if cell(self.right)
                else _("No answer is marked as right."),
            )
            return
        if len(present) < FEWEST:
            found.skip(line, prompt, _("It has fewer than two answers."))
            return
        if any(place not in present for place in named):
            found.skip(line, prompt, _("An answer that is marked as right is empty."))
            return
        more: dict[str, Json] = {"explanation": cell(self.why)[:1_000]} if cell(self.why) else {}
        points = cell(self.points).replace(",", ".")
        if points:
            try:
                more |= {"points": float(points)}
            except ValueError:
                found.skip(line, prompt, _("“%s” is no number of points.") % points[:40])
                return
        found.add(line, prompt, *choice([options[p] for p in present], [present.index(p) for p in named], **more))


def _named(text: str, options: Row) -> list[int] | None:
    """The places that "1,3", "A C", or the answers' own words name; None when something names none."""
    if not text:
        return []
    exact = [place for place, option in enumerate(options) if option and option.casefold() == text.casefold()]
    if exact:
        return exact[:1]
    places = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;/&+]|\s(?=\S\b)", text))):
        if part.isdecimal() and 1 <= int(part) <= len(options):
            places.append(int(part) - 1)
        elif len(part) == 1 and part.isalpha() and part.isascii() and ord(part.upper()) - 65 < len(options):
            places.append(ord(part.upper()) - 65)
        else:
            return _by_words(text, options)
    return list(dict.fromkeys(places))


def _by_words(text: str, options: Row) -> list[int] | None:
    known = {option.casefold(): place for place, option in enumerate(options) if option}
    found = [known.get(part.strip().casefold()) for part in re.split(r"[;|]", text)]
    return None if None in found else [place for place in found if place is not None]
