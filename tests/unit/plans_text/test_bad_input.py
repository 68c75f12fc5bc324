"""Files that are no plan are refused in one clear sentence, in little time, with the line (B53)."""

from __future__ import annotations

import random
import time
from contextlib import suppress

import pytest

from workshop.kinds import Refused
from workshop.plans.text import PlanUnreadable, read_plan

from .conftest import sample


def refused(data: bytes | str) -> PlanUnreadable:
    begun = time.perf_counter()
    with pytest.raises(PlanUnreadable) as caught:
        read_plan(data)
    assert time.perf_counter() - begun < 30
    refusal = caught.value
    assert isinstance(refusal, Refused)
    assert refusal.code == "plan_unreadable"
    message = str(refusal.message)
    assert message.strip()
    assert "\n" not in message
    assert len(message) < 1200
    return refusal


def plan(body: str) -> str:
    """A plan whose only phase has this text from line 7 on."""
    return f"# Plan\n\n## Agenda\n\n### Engage\n**Duration:** 5 minutes\n{body}\n"


@pytest.mark.parametrize("data", [b"", b"   \n\t\n", "", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file(data: bytes | str) -> None:
    assert str(refused(data).message) == "This file is empty."


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"PK\x03\x04word/document.xml", "Word"),
        (b"{\\rtf1 Engage}", "RTF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "text"),
        (bytes(range(256)) * 10, "text"),
        (random.Random(7).randbytes(100_000), "text"),
        (b"# Plan\x00\n### Engage\n**Duration:** 5 minutes", "text"),
        ("# Plan \x00", "text"),
    ],
)
def test_a_binary_file(data: bytes, word: str) -> None:
    assert word in str(refused(data).message)


def test_a_huge_file() -> None:
    assert "too big" in str(refused(sample() + "words and more words\n" * 60_000).message)
    assert "too big" in str(refused(b"x" * 10_000_000).message)
    assert "too big" in str(refused(b"x" * 40_000_000).message)


def test_pictures_inside_the_file_do_not_count() -> None:
    picture = f"![map](data:image/png;base64,{'iVBORw0KGgo' * 400_000})"
    reference = f"[image1]: <data:image/svg+xml;charset=utf-8;base64,{'QUJD' * 1000}>"
    reading = read_plan(sample().replace("## Key Concepts", f"{picture}\n\n{reference}\n\n## Key Concepts"))
    assert "picture" in {warning.code for warning in reading.warnings}
    assert "map" in str(reading.document.to_json())
    assert "iVBOR" not in str(reading.document.to_json())
    assert len(reading.document.phases) == 5


def test_a_text_without_headings_is_no_plan() -> None:
    assert "no headings" in str(refused("Dear all,\n\nsee you on Monday.\n").message)


def test_a_text_without_phases_names_its_headings() -> None:
    message = str(refused("# Minutes\n\n## Present\n\nAna, Ben\n\n## Decisions\n\n- none\n").message)
    assert "“Minutes”, “Present”, “Decisions”" in message


def test_many_headings_are_not_all_named() -> None:
    assert len(str(refused("\n".join(f"## {'Heading ' * 30} {n}" for n in range(500))).message)) < 1200


@pytest.mark.parametrize(
    "words", ["20-30 minutes", "20 – 30 min", "1-2 hours", "20 to 30 minutes", "20 bis 30 Minuten", "10–15"]
)
def test_a_range_of_minutes(words: str) -> None:
    refusal = refused(plan("").replace("5 minutes", words))
    assert refusal.line == 6
    assert "range" in str(refusal.message)


@pytest.mark.parametrize(
    "words",
    [
        "-5 minutes",
        "−5 minutes",
        "NaN",
        "nan minutes",
        "infinity",
        "2147483648",
        "2147483648 minutes",
        "1e9999 hours".replace("e", "0" * 40),
        "99999999 hours",
        f"{'9' * 5000} minutes",
    ],
)
def test_an_impossible_length(words: str) -> None:
    assert refused(plan("").replace("5 minutes", words)).line == 6


def test_ten_thousand_phases() -> None:
    text = "# Plan\n\n## Agenda\n" + "### Engage\nDuration: 1 min\n" * 10_000
    refusal = refused(text)
    assert refusal.line == 4 + 200
    assert "100 phases" in str(refusal.message)


def test_ten_thousand_activities() -> None:
    assert "500 activities" in str(refused(plan("```show\n```\n" * 10_000)).message)


def test_a_fence_that_is_never_closed() -> None:
    refusal = refused(plan("```show\ntitle: x"))
    assert (refusal.line, "never closed" in str(refusal.message)) == (7, True)


@pytest.mark.parametrize(
    ("body", "line", "word"),
    [
        ("title: !!python/object:os.system x", 8, "Tags"),
        ("title: x\nnote: !!python/object/apply:os.system ['true']", 9, "Tags"),
        ("title: !custom x", 8, "Tags"),
        ("title: !!binary aGk=", 8, "Tags"),
        ("title: &a x\nnote: *a", 8, "Anchors"),
        ("title: x\nnote: *nobody", 9, "Anchors"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]", 8, "Anchors"),
        ("title: &a\n  note: *a", 8, "Anchors"),
        ("title: x\ntitle: y", 9, "twice"),
        ("title: a: b", 8, "colon"),
        ("title: 'x", 8, "quotation"),
        ("title: 'x\nminutes: 5\nnote: y", 8, "quotation"),
        ("title: x\noptions: [a, b\nnote: y\nminutes: 5", 9, "not valid YAML"),
        ("title: x\n  note: y", 9, ""),
        ("title: @x", 8, "quotes"),
        ("- a\n- b", 8, "name: value"),
        ("just words", 8, "name: value"),
        ("---\ntitle: x", 8, "---"),
        ("title: x\n---\ntitle: y", 9, ""),
        ("? [a, b]\n: x", 8, "name"),
        ("extra:\n  x: .nan", 9, "number"),
        ("extra:\n  x: .inf", 9, "number"),
        ("extra:\n  x: -.inf", 9, "number"),
        ("extra:\n  x: 99999999999999999999999999", 9, "too big"),
        ("minutes: -5", 8, "minutes"),
        ("minutes: .nan", 8, "number"),
        ("minutes: NaN", 8, "NaN"),
        ("minutes: 2147483648", 8, "minutes"),
        ("minutes: 1.5", 8, "minutes"),
        ("minutes: true", 8, "minutes"),
        ("minutes: 20-30 min", 8, "range"),
        ("minutes: [5]", 8, "minutes"),
        ("extra: " + "[" * 5000 + "]" * 5000, 8, "deep"),
        ("extra: " + "{a: " * 5000 + "}" * 5000, 8, "deep"),
        ("extra: [" + "1, " * 20_000 + "1]", 8, "many"),
        ("note: " + "x" * 200_000, 8, "long"),
        ("title: Look\nnote: \x1bx", None, ""),
    ],
)
def test_wrong_yaml_names_its_line(body: str, line: int | None, word: str) -> None:
    text = plan(f"```sheet\n{body}\n```")
    if line is None:
        text += 300 * "many ordinary words\n"
        # A control character means nothing in a plan and is dropped.
        assert read_plan(text).document.phases[0].activities[0].config == {"note": "x"}
        return
    refusal = refused(text)
    assert word in str(refusal.message)
    assert refusal.line == line


@pytest.mark.parametrize(
    "bomb",
    [
        ">" * 100_000,
        "- " * 100_000,
        "> - " * 50_000,
        "[" * 300_000,
        "*" * 300_000,
        "**a:**" * 40_000,
        "**Duration:** " * 20_000,
        "_*" * 100_000,
        "|" * 300_000,
        ("|a" * 200 + "\n") * 2 + "|-" * 200 + "\n" + ("|a" * 200 + "\n") * 500,
        "```\n" * 100_000,
        "~~~x\n" * 100_000 + "~~~\n",
        "#" * 300_000,
        "# a\n" * 100_000,
        "1. a\n" * 60_000,
        "   - a\n" * 60_000,
        "\\" * 300_000,
        "a\n===\n" * 50_000,
        "(" * 200_000,
        "[a](" * 100_000,
        "<!--" * 100_000,
        " " * 500_000 + "a",
        "a " * 300_000,
        "data:image/png;" * 30_000,
        "1:" * 200_000,
        "1 h " * 100_000,
        "&amp;" * 100_000,
    ],
    ids=lambda bomb: repr(bomb[:12]),
)
@pytest.mark.parametrize("place", ["phase", "end", "objectives", "duration", "heading"])
def test_no_text_takes_long(bomb: str, place: str) -> None:
    places = {
        "phase": plan(bomb),
        "end": f"{plan('')}\n{bomb}",
        "objectives": plan("").replace(
            "## Agenda", f"## Learning Objectives\n{bomb}\n\n## Assessment\n* {bomb}\n\n## Agenda"
        ),
        "duration": plan("").replace("5 minutes", bomb),
        "heading": plan("").replace("Engage", bomb),
    }
    begun = time.process_time()
    with suppress(PlanUnreadable):
        read_plan(places[place])
    # Quadratic work would take minutes.
    assert time.process_time() - begun < 30
