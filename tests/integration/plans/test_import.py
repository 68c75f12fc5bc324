"""A plan comes in by paste, by upload and by command, and what is wrong is said with its line."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.integration.plans.conftest import FULL, SHORT
from workshop.accounts.models import User
from workshop.plans.models import Plan
from workshop.plans.text import read_plan, write_plan

ADDRESS = "/plans/import/"
BAD_BLOCK = (
    "# A plan\n\n### Engage\n**Duration:** 5 minutes\n\n```poll\ntitle: One\nminutes: many\nquestion: Why?\n```\n"
)


def paste(desk: Client, text: str) -> tuple[int, str]:
    answer = desk.post(ADDRESS, {"text": text}, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_pasted_plan_is_stored_and_shown(desk: Client, fay: User) -> None:
    status, body = paste(desk, SHORT)
    plan = Plan.objects.get()
    assert (status, plan.title, plan.owner, plan.organisation) == (200, "Reading a bill", fay, fay.organisation)
    assert "It may rain." in body
    assert [phase.minutes for phase in plan.current.phases.all()] == [20, 40]


def test_an_uploaded_plan_is_stored(desk: Client) -> None:
    file = SimpleUploadedFile("plan.md", FULL.encode(), "text/markdown")
    desk.post(ADDRESS, {"file": file})
    plan = Plan.objects.get()
    assert plan.current is not None
    assert plan.current.document == read_plan(FULL).document.to_json()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Paste your plan here"),
        ({"text": "   \n "}, "Paste your plan here"),
        ({"text": "Just words, no heading."}, "it has no headings"),
        ({"text": "# A\0B\n\n### Engage\n**Duration:** 5 minutes"}, "Null characters are not allowed."),
        ({"file": SimpleUploadedFile("plan.pdf", b"%PDF-1.4", "application/pdf")}, "ends in .md or .txt"),
        ({"file": SimpleUploadedFile("plan.md", b"%PDF-1.4 really", "text/markdown")}, "PDF"),
        ({"file": SimpleUploadedFile("plan.md", b"\x00\x01\x02" * 500, "text/markdown")}, "not a text file"),
        ({"file": SimpleUploadedFile("plan.txt", b"", "text/plain")}, "empty"),
        ({"file": SimpleUploadedFile("plan.txt", b"# A\n" + b"word " * 250_000, "text/plain")}, "at most 1 MB"),
        ({"text": "# " + "Long " * 2_000 + "\n\n### Engage\n**Duration:** 5 minutes"}, "too long"),
    ],
)
def test_what_is_no_plan_is_refused_with_a_sentence(desk: Client, data: dict[str, object], said: str) -> None:
    answer = desk.post(ADDRESS, data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Plan.objects.exists()


def test_a_mistake_names_its_line_and_nothing_that_was_typed_is_lost(desk: Client) -> None:
    answer = desk.post(ADDRESS, {"text": BAD_BLOCK})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 8" in body
    assert 'data-line="8"' in body
    assert '<code dir="auto">minutes: many</code>' in body
    assert "question: Why?\n```" in body
    assert not Plan.objects.exists()


def test_a_mistake_in_a_file_shows_the_text_of_the_file(desk: Client) -> None:
    body = desk.post(ADDRESS, {"file": SimpleUploadedFile("p.md", BAD_BLOCK.encode())}).content.decode()
    assert "question: Why?\n```" in body


def test_markup_in_a_plan_stays_text(desk: Client) -> None:
    evil = "<script>alert(1)</script>"
    _status, body = paste(
        desk, SHORT.replace("Reading a bill", evil).replace("It may rain.", evil + "[x](javascript:1)")
    )
    assert evil not in body
    assert "javascript:1" not in body.replace("](javascript:1)", "")
    assert "&lt;script&gt;" in body


def test_a_text_above_the_limit_of_a_page_gets_a_sentence(desk: Client) -> None:
    answer = desk.post(ADDRESS, {"text": "word " * 300_000})
    assert answer.status_code == 413
    assert "more text than a page can send" in answer.content.decode()


def test_pictures_inside_a_file_do_not_count(desk: Client) -> None:
    picture = "![x](data:image/png;base64," + "A" * 1_500_000 + ")\n"
    desk.post(ADDRESS, {"file": SimpleUploadedFile("p.md", (SHORT + picture).encode())})
    assert Plan.objects.get().title == "Reading a bill"


def test_owner_and_ids_in_a_file_are_not_taken_over(desk: Client, fay: User, mallory: User) -> None:
    head = f"---\nowner: {mallory.username}\nid: 7\npublic: true\norganisation: {mallory.organisation_id}\n---\n"
    paste(desk, head + SHORT)
    plan = Plan.objects.get()
    assert (plan.owner, plan.organisation_id) == (fay, fay.organisation_id)


def command(*args: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("import_plan", *args, stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_command_says_what_it_read(fay: User, tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    file.write_text(FULL)
    code, out, err = command(str(file), "--json", "--check")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert (said["stated_minutes"], said["total_minutes"]) == (90, 90)
    assert [(p["title"], p["kind"], p["minutes"]) for p in said["phases"]][:2] == [
        ("Engage", "engage", 25),
        ("Break", "break", 15),
    ]
    assert [each["level"] for each in said["objectives"]] == ["understand", "evaluate"]
    assert all(set(each) >= {"line", "message"} for each in said["warnings"])
    assert not Plan.objects.exists()
    code, _out, _err = command(str(file))
    assert code == 0
    assert Plan.objects.get().owner == fay


def test_the_command_gives_a_plan_to_the_owner_that_is_named(fay: User, mallory: User, tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    file.write_text(SHORT)
    command(str(file), "--owner", "mallory")
    assert Plan.objects.get().organisation == mallory.organisation
    code, _out, err = command(str(file), "--owner", "nobody")
    assert (code, Plan.objects.count(), err.count("\n")) == (1, 1, 1)


def test_the_command_ends_with_one_line_and_one(fay: User, tmp_path: Path) -> None:
    file = tmp_path / "plan.md"
    file.write_text(BAD_BLOCK)
    code, out, err = command(str(file))
    assert (code, out) == (1, "")
    assert err.startswith(f"{file}:8: ")
    assert err.count("\n") == 1
    assert command(str(tmp_path / "nothing.md"))[0] == 1
    assert not Plan.objects.exists()


def test_export_and_import_again_give_the_same_plan(desk: Client, demonstration: Plan) -> None:
    answer = desk.get(reverse("plans:download", args=[demonstration.pk]))
    assert answer["Content-Disposition"].startswith('attachment; filename="Where does the money go')
    assert "filename*=UTF-8''Where%20does" in answer["Content-Disposition"]
    document = read_plan(answer.content).document
    assert document == read_plan(FULL).document
    assert write_plan(document) == answer.content.decode()


def test_a_title_cannot_break_the_header_of_a_download(desk: Client, plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(title='a"\r\nSet-Cookie: x=1; ü/../..\\é 💸')
    header = desk.get(reverse("plans:download", args=[plan.pk]))["Content-Disposition"]
    assert "\r" not in header
    assert "\n" not in header
    assert header.count('"') == 2
    assert "/" not in header.partition("filename*")[0]


def test_what_the_reader_noticed_is_said_with_its_line(desk: Client) -> None:
    _status, body = paste(desk, SHORT + "\n```poll\nquestion: Outside of every phase?\n```\n")
    assert "Line 37:" in body
