"""A line of the log: one line, in JSON, without what people wrote, their addresses, tokens and codes."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pydantic import BaseModel, ValidationError

from workshop.config import discretion, logs

WORDS = "Kanarienantwort"
TOKEN = "rQ0xw3TzJm8kWcVb2nYpLs"
HOSTILE = [
    "a\nlevel=error b",
    "a\r\nb",
    "\x1b[31mred\x1b[0m",
    "%0d%0a",
    "{0.__class__}",
    "%s %n",
    "a\u2028b",
    "\u202eevil",
    "\0",
]


@pytest.fixture(params=[True, False], ids=["json", "terminal"])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What is written, with the product's own configuration."""
    before, level = logging.root.handlers[:], logging.root.level
    logs.configure(json_lines=request.param, level="INFO")
    (handler,) = [h for h in logging.root.handlers if h not in before]
    assert isinstance(handler, logging.StreamHandler)
    into = io.StringIO()
    handler.setStream(into)
    yield into
    logging.root.handlers[:] = before
    logging.root.setLevel(level)
    logging.captureWarnings(False)


def lines(written: io.StringIO) -> list[str]:
    return written.getvalue().splitlines()


def test_a_line_tells_when_who_and_what(written: io.StringIO) -> None:
    logging.getLogger("workshop.somewhere").warning(
        "it went wrong %d times", 3, extra={"op": "respond", "secret": WORDS}
    )
    (line,) = lines(written)
    assert "it went wrong 3 times" in line
    assert "workshop.somewhere" in line
    assert "respond" in line
    assert WORDS not in line


IN_JSON = """
import logging
import warnings
from workshop.config import logs
logs.configure(json_lines=True, level="INFO")
logging.getLogger("x").error("a\\nb %s", "c")
warnings.warn("something\\nold")
"""


def test_json_lines_are_objects() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", IN_JSON],
        capture_output=True, text=True, check=True, env={"DJANGO_SETTINGS_MODULE": "workshop.config.settings"},
    )  # fmt: skip
    found, warned = (json.loads(line) for line in ran.stderr.splitlines())
    assert warned["logger"] == "py.warnings"
    assert found["level"] == "error"
    assert found["logger"] == "x"
    assert found["timestamp"].endswith("Z")


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("logger", ["workshop.x", "django.request"])
def test_nothing_begins_a_line_of_its_own(written: io.StringIO, hostile: str, logger: str) -> None:
    logging.getLogger(logger).warning("said: %s.", hostile, extra={"op": hostile})
    text = written.getvalue()

    assert text.endswith("\n")
    assert all(char.isprintable() for char in text[:-1]), repr(text)
    assert len(text) < 3_000


def test_a_long_value_does_not_fill_the_disk(written: io.StringIO) -> None:
    logging.getLogger("workshop.x").warning("%s", "x" * 1_000_000)
    assert len(written.getvalue()) < 3_000


class Answer(BaseModel):
    n: int


def raise_with_words() -> None:
    Answer.model_validate({"n": WORDS})


def test_an_exception_is_told_without_its_words(written: io.StringIO) -> None:
    try:
        raise_with_words()
    except ValidationError:
        logging.getLogger("workshop.x").exception("a slot could not be read")
    (line,) = lines(written)
    assert WORDS not in line
    assert "ValidationError" in line
    assert "raise_with_words" in line


def test_an_error_of_the_database_says_why(written: io.StringIO) -> None:
    error = OperationalError("connection refused\nDETAIL: Key (name)=(" + WORDS + ")")
    logging.getLogger("workshop.x").warning("the database failed", exc_info=error)
    (line,) = lines(written)
    assert "connection refused" in line
    assert WORDS not in line


def test_a_lost_task_is_told_without_its_words(written: io.StringIO) -> None:
    async def lose() -> None:
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"message": "Task exception was never retrieved", "exception": ValueError(WORDS)})

    asyncio.run(lose())
    (line,) = lines(written)
    assert "Task exception was never retrieved" in line
    assert WORDS not in line


@pytest.mark.parametrize(
    "path", [f"/j/{TOKEN}/", "/483920/", f"/s/{WORDS}/", f"/nowhere/?q={WORDS}", f"/accounts/in/{TOKEN}/"]
)
def test_a_request_is_named_by_its_route(written: io.StringIO, db: None, path: str) -> None:
    Client().get(path)
    Client(enforce_csrf_checks=True).post("/accounts/sign-in/", {"username": WORDS}, HTTP_REFERER=f"https://x/{WORDS}")
    Client(SERVER_NAME=f"{WORDS}.example").get("/")
    text = written.getvalue()
    assert "accounts:sign_in" in text
    for secret in (WORDS, WORDS.lower(), TOKEN, "483920"):
        assert secret not in text


def test_a_request_that_came_to_nothing_has_a_word_for_it(written: io.StringIO, db: None) -> None:
    Client().get("/nowhere/")
    # The middleware may have said something when the first client was made.
    line = lines(written)[-1]
    assert "refused" in line
    assert "404" in line


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"GET /j/{TOKEN}/ from 192.0.2.7:4711", "GET /j/[…]/ from […]:4711"),
        ("GET /483920/ HTTP/1.1", "GET /[…]/ HTTP/1.1"),
        ("from 2001:db8::7 at 12:30:45", "from […] at 12:30:45"),
        ("server at 127.0.0.1, port 5432 failed", "server at 127.0.0.1, port 5432 failed"),
        ("Started server process [4711]", "Started server process [4711]"),
        ("test_a_request_is_named_by_its_route", "test_a_request_is_named_by_its_route"),
    ],
)
def test_lines_of_others_lose_what_names_people(text: str, wanted: str) -> None:
    event: dict[str, Any] = {"event": text, "logger": "uvicorn.error"}
    assert discretion.of_others(None, "", event)["event"] == wanted
