"""Tables as files: CSV in a zip, XLSX, JSON. User text stays text: no cell becomes a formula, a link or a second cell."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import xlsxwriter

from workshop.kinds import Table

#: Spreadsheets take a cell for a formula when it begins with one of these (also after spaces, also in full width).
_FORMULA = re.compile(r"^[\s\u00a0\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n\0|%]")
#: A plain number written by a person ("-3", "+1.5") is still only text for a spreadsheet: it is quoted as well.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
#: Longest text of an XLSX cell; more is cut with a mark.
CELL = 32_767
_CUT = " […]"


def defuse(value: Any) -> Any:
    """A cell's value for a spreadsheet: text that could be read as a formula gets a leading apostrophe.

    Numbers, dates and truth values of ours stay what they are; a count is written without a decimal point. Source:
    OWASP, "CSV injection"; ASVS 5.0 1.2.10.
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = str(value)
    mark = "'" if _FORMULA.match(text) else ""
    return mark + _CONTROL.sub("\ufffd", text)


def csv_text(table: Table) -> str:
    """One table as CSV (RFC 4180, CRLF, UTF-8 with a byte-order mark so that spreadsheets read it right)."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([defuse(column) for column in table.columns])
    for row in table.rows:
        writer.writerow([defuse(cell) for cell in row])
    return out.getvalue()


def csv_zip(tables: Sequence[Table]) -> bytes:
    """All tables, one CSV file each, in a zip."""
    out = io.BytesIO()
    names = _unique(file_name(table.name) for table in tables)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, name in zip(tables, names, strict=True):
            archive.writestr(f"{name}.csv", csv_text(table))
    return out.getvalue()


def xlsx(tables: Sequence[Table]) -> bytes:
    """All tables, one sheet each."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    head = book.add_format({"bold": True, "bottom": 1})
    names = _unique((sheet_name(table.name) for table in tables), longest=31)
    for table, name in zip(tables, names, strict=True):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(table.columns):
            sheet.set_column(column, column, min(60, max(12, len(title) + 2)))
        _write_row(sheet, 0, table.columns, head)
        for number, row in enumerate(table.rows, start=1):
            _write_row(sheet, number, row, None)
    book.close()
    return out.getvalue()


def _write_row(sheet: Any, number: int, row: Sequence[Any], style: Any) -> None:
    for column, cell in enumerate(row):
        value = defuse(cell)
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_boolean(number, column, value, style)
        elif isinstance(value, int | float):
            sheet.write_number(number, column, value, style)
        else:
            sheet.write_string(number, column, _fit(value), style)


def _fit(text: str) -> str:
    return text if len(text) <= CELL else text[: CELL - len(_CUT)] + _CUT


def json_text(tables: Sequence[Table], meta: dict[str, Any]) -> str:
    """All tables as one JSON document: ``{"plenary": 1, …meta, "tables": {name: [{column: cell}]}}``."""
    body = {
        "plenary": 1,
        **meta,
        "tables": {table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in tables},
    }
    return json.dumps(body, ensure_ascii=False, indent=1, default=_plain, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def file_name(title: str, fallback: str = "session") -> str:
    """A name that every file system takes: ASCII letters, digits, dashes; never a path, never empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:80]
    return plain or fallback


def sheet_name(title: str) -> str:
    r"""A name that a spreadsheet takes: 31 characters, none of ``[]:*?/\\``, no apostrophe at an end."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip().strip("'")
    return plain[:31].strip() or "Sheet"


def disposition(title: str, extension: str) -> str:
    """A ``Content-Disposition`` for a download named after a title (RFC 6266: plain ASCII and UTF-8 form)."""
    safe = re.sub(r'[\x00-\x1f\x7f"\\/:*?<>|\u202a-\u202e\u2066-\u2069]+', " ", title).strip(" .")[:120] or "session"
    return f"attachment; filename=\"{file_name(title)}.{extension}\"; filename*=UTF-8''{quote(safe)}.{extension}"


def _unique(names: Iterable[str], longest: int = 80) -> list[str]:
    taken: set[str] = set()
    result = []
    for name in names:
        candidate, number = name[:longest], 2
        while candidate.lower() in taken:
            ending = f" {number}"
            candidate = name[: longest - len(ending)] + ending
            number += 1
        taken.add(candidate.lower())
        result.append(candidate)
    return result
