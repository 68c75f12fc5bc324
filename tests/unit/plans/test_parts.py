"""The running clock, safe HTML, lists in text fields, excerpts, file names."""

from __future__ import annotations

from itertools import pairwise

import pytest

from workshop.plans.clock import length_text, minute_of_day, ribbon, running_clock
from workshop.plans.excerpts import excerpt
from workshop.plans.forms import lines_of, text_of
from workshop.plans.markdown import to_html
from workshop.plans.views.plan import attachment


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 min"), (45, "45 min"), (60, "1 h"), (90, "90 min"), (120, "2 h"), (150, "2 h 30"), (185, "3 h 05")],
)
def test_a_length_is_said_as_people_say_it(minutes: int, said: str) -> None:
    assert length_text(minutes) == said


def test_the_clock_runs_on_and_over_midnight() -> None:
    assert running_clock([30, 45], 9 * 60) == ["9:00", "9:30", "10:15"]
    assert running_clock([90], 23 * 60) == ["23:00", "0:30"]


@pytest.mark.parametrize(
    ("text", "minute"),
    [("9:30", 570), ("09:30", 570), ("23:59", 1439), ("24:00", 540), ("", 540), ("x", 540), ("٩:٣٠", 540)],
)
def test_a_time_that_is_none_is_nine(text: str, minute: int) -> None:
    assert minute_of_day(text) == minute


def test_the_ribbon_fills_its_width() -> None:
    for minutes in ([30, 45, 45, 45, 15], [1], [0, 0], [1] * 100, [10_000, 1]):
        parts = ribbon(minutes)
        assert len(parts) == len(minutes)
        assert all(part.length > 0 for part in parts)
        assert all(a.start < b.start for a, b in pairwise(parts))
        assert parts[-1].start + parts[-1].length <= 101
    assert ribbon([]) == []


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/p.png)",
        '<img src=x onerror="alert(1)">',
        "[x](data:text/html,<script>1</script>)",
        '<a href="https://x" style="position:fixed">x</a>',
    ],
)
def test_markdown_lets_nothing_dangerous_through(evil: str) -> None:
    html = to_html(evil)
    for tag in ("<script", "<img", '<a href="javascript', '<a href="data', "<a style"):
        assert tag not in html


def test_markdown_keeps_what_plans_are_made_of() -> None:
    html = to_html("# Big\n* **one**\n* [two](https://example.org)\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    for part in ("<h3>Big</h3>", "<strong>one</strong>", 'href="https://example.org"', "<td>1</td>"):
        assert part in html


@pytest.mark.parametrize(
    "items", [(), ("one",), ("one", "two"), ("one\n  and more", "two"), ("one\n  * inner\n  * list",)]
)
def test_a_list_survives_its_text_field(items: tuple[str, ...]) -> None:
    assert lines_of(text_of(items)) == items


def test_an_excerpt_has_the_numbers_of_the_file() -> None:
    found = excerpt("a\r\nb\nc\rd\ne", 4)
    assert [(line.number, line.text, line.wrong) for line in found] == [
        (2, "b", False),
        (3, "c", False),
        (4, "d", True),
        (5, "e", False),
    ]
    assert excerpt("a", 99) == []
    assert len(excerpt("x" * 10_000, 1)[0].text) < 200


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Plan.md", "attachment; filename=\"Plan.md\"; filename*=UTF-8''Plan.md"),
        ("Größe.md", "attachment; filename=\"Groe.md\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.md"),
        ("../../etc/passwd.md", None),
        ('a"b\r\nc.md', None),
        ("💸.md", "attachment; filename=\"plan.md\"; filename*=UTF-8''plan.md"),
    ],
)
def test_a_file_name_is_safe_in_a_header(name: str, header: str | None) -> None:
    made = attachment(name)
    assert header is None or made == header
    assert made.count('"') == 2
    assert not set("\r\n/\\") & set(made)
