"""The commands that people script."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.cast import Part, plan
from tests.live.kinds import ask
from workshop.live.finding import session_called
from workshop.live.models import Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kinds")]


def run(*words: str) -> Any:
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def session() -> str:
    return str(run("start_session", str(plan(Part("Engage", (ask("Which?", "which"),)), Part("Explore")).pk))["id"])


def test_a_session_is_started_from_the_command_line() -> None:
    row = plan(title="Bills")
    data = run("start_session", "Bills")
    session = Session.objects.get(public_id=data["id"])
    assert set(data) == {"id", "code", "join_url", "control_url", "screen_url"}
    assert (data["code"], session.version.plan, session.door_open) == (session.code, row, True)
    assert data["join_url"].endswith(f"/j/{session.join_token}/")
    assert data["control_url"].endswith(f"/panel/{session.public_id}/")
    assert data["screen_url"].endswith(f"/screen/{session.screen_token}/")


def test_a_session_is_driven_from_the_command_line(session: str) -> None:
    assert run("drive", session, "next")["phase"] == "Engage"
    for act in ("open", "close", "resume", "show"):
        run("drive", session, act, "which")
    assert run("drive", session, "next")["phase"] == "Explore"
    assert run("drive", session, "back")["phase"] == "Engage"
    for act in ("pause", "go"):
        run("drive", session, act)
    assert run("drive", session, "end")["state"] == "ended"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("start_session", "999"), "There is no plan"),
        (("drive", "nothing", "next"), "There is no session"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(words: tuple[str, ...], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command(*words)


def test_a_refused_act_is_said_in_one_line(session: str) -> None:
    with pytest.raises(CommandError, match="has not started"):
        call_command("drive", session, "pause")
    with pytest.raises(CommandError, match="There are: which"):
        call_command("drive", session, "open", "what")
    with pytest.raises(CommandError, match="Which activity"):
        call_command("drive", session, "open")


def test_a_session_is_known_by_code_and_number(session: str) -> None:
    row = Session.objects.get(public_id=session)
    assert session_called(row.code) == session_called(str(row.pk)) == row
