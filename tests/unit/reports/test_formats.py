"""Exports open as plain data (bad inputs B46 to B50)."""

import csv
import io
import json
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.kinds import Table
from workshop.reports import formats

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "  =1",
    "＝1+1",
    '=HYPERLINK("http://evil")',
    "=cmd|'/c calc'!A0",
    "|x",
    "%0a",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_becomes_text_in_both_spreadsheet_formats(text):
    table = Table("Answers", ["Answer"], [[text]])

    book = openpyxl.load_workbook(io.BytesIO(formats.xlsx([table])))
    cell = book["Answers"]["A2"]

    assert cell.data_type == "s"
    assert cell.value.startswith("'")
    rows = list(csv.reader(io.StringIO(formats.csv_text(table).lstrip("\ufeff"))))
    assert rows[1][0].startswith("'")


@pytest.mark.parametrize("text", ['","=1+1', '";=1', '"\n=1', "a\r\nb", 'say "hi"'])
def test_a_cell_cannot_break_out_of_csv(text):
    table = Table("Answers", ["A", "B"], [[text, "second"]])

    rows = list(csv.reader(io.StringIO(formats.csv_text(table).lstrip("\ufeff"), newline="")))

    assert rows == [["A", "B"], [text, "second"]]


@given(st.text(max_size=200))
def test_every_text_survives_as_one_cell(text):
    table = Table("T", ["A"], [[text]])

    rows = list(csv.reader(io.StringIO(formats.csv_text(table).lstrip("\ufeff"), newline="")))

    assert len(rows) == 2
    assert len(rows[1]) == (1 if formats.defuse(text) or len(rows[1]) else 0)


def test_numbers_stay_numbers_and_dates_are_iso():
    book = openpyxl.load_workbook(io.BytesIO(formats.xlsx([Table("T", ["A", "B", "C"], [[3, 2.5, None]])])))

    assert [cell.value for cell in book["T"][2]] == [3, 2.5, None]


def test_a_text_longer_than_a_cell_is_cut_with_a_mark():
    book = openpyxl.load_workbook(io.BytesIO(formats.xlsx([Table("T", ["A"], [["x" * 40_000]])])))

    value = book["T"]["A2"].value
    assert len(value) == formats.CELL
    assert value.endswith("[…]")


def test_hostile_and_equal_sheet_names_are_mended():
    tables = [Table("[]:*?/\\" + "x" * 60, ["A"], []), Table("x" * 60, ["A"], []), Table("", ["A"], [])]

    book = openpyxl.load_workbook(io.BytesIO(formats.xlsx(tables)))

    assert len(book.sheetnames) == 3
    assert len({name.lower() for name in book.sheetnames}) == 3
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_the_zip_holds_one_file_a_table_with_plain_names():
    archive = zipfile.ZipFile(io.BytesIO(formats.csv_zip([Table("../../etc", ["A"], []), Table("Ä b", ["A"], [])])))

    assert archive.namelist() == ["etc.csv", "a-b.csv"]


@pytest.mark.parametrize("title", ["../x", 'a"b', "a\r\nSet-Cookie: x=1", "\u202egnp.exe", "🙂", "", "طاقة"])
def test_a_download_is_named_safely_after_any_title(title):
    header = formats.disposition(title, "csv")

    assert "\r" not in header
    assert "\n" not in header
    assert "\u202e" not in header
    assert header.startswith('attachment; filename="')
    header.encode("ascii")


def test_json_names_every_cell():
    text = formats.json_text([Table("T", ["A", "B"], [["=1", 2]])], {"title": "x"})

    assert json.loads(text) == {"plenary": 1, "title": "x", "tables": {"T": [{"A": "=1", "B": 2}]}}


def test_a_count_is_written_without_a_decimal_point():
    assert formats.csv_text(Table("T", ["Count", "Mean"], [[14.0, 3.5]])) == "\ufeffCount,Mean\r\n14,3.5\r\n"
