"""What a line of the log leaves out: words of people, tokens, codes, addresses, and whatever would break the line.

Our own modules log no content by themselves. What is cut here comes from elsewhere: Django names the address of a
request that failed, asyncio shows the exception of a lost task, a database error repeats the row that it refused.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import redis
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError

Event = MutableMapping[str, Any]
Raised = tuple[type[BaseException], BaseException, TracebackType | None]

ROOT = str(Path(__file__).resolve().parent.parent.parent) + "/"
OURS = ("workshop", "polls", "breakouts", "reflection", "plenary")
#: They tell of machines, not of what people do.
OF_MACHINES = (OSError, OperationalError, InterfaceError, redis.RedisError, ImproperlyConfigured)
#: What Django answers when one of our own pages breaks.
FAILED = 500
LONGEST = 2_000
FRAMES = 12
CUT = "[…]"
_TOKEN = re.compile(r"(?=[\w-]*[A-Z0-9])[A-Za-z0-9_-]{20,}")
_CODE = re.compile(r"(?<=/)(?:\d{8}|\d{6})(?=[/?\s\"']|$)")
_ADDRESS = re.compile(
    r"\b(?!127\.)\d{1,3}(?:\.\d{1,3}){3}\b|(?i:(?<![\w:])(?=[\da-f:]*::|(?:[\da-f]+:){7})[\da-f:]{5,}(?![\w:]))"
)


def of_requests(logger: Any, name: str, event: Event) -> Event:
    """A line about a request names its route, never its address: addresses hold tokens, codes and what was searched for."""
    del logger, name
    record: logging.LogRecord | None = event.get("_record")
    request = getattr(record, "request", None)
    if record is None or request is None:
        return event
    status = getattr(record, "status_code", None)
    event["event"] = re.split(r"[:(%]", str(record.msg))[0].strip() or ("failed" if status == FAILED else "refused")
    event["status"] = status
    event["method"] = str(getattr(request, "method", ""))[:10]
    match = getattr(request, "resolver_match", None)
    event["route"] = match.view_name if match is not None else None
    return event


def without_words(logger: Any, name: str, event: Event) -> Event:
    """An exception as its type and the places it came through; its text only where it is about machines."""
    del logger, name
    given = event.pop("exc_info", None)
    if isinstance(given, tuple) and given[0] is not None:
        event["error"] = told(given)
    return event


def told(raised: Raised) -> dict[str, Any]:
    """Type, causes and places of an exception, without what it says."""
    kind, error, trace = raised
    found: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}"}
    if isinstance(error, OF_MACHINES):
        found["text"] = discreet(str(error).partition("\n")[0])
    frames = traceback.extract_tb(trace)[-FRAMES:]
    found["at"] = [f"{frame.filename.removeprefix(ROOT)}:{frame.lineno} {frame.name}" for frame in frames]
    cause = error.__cause__ or error.__context__
    if cause is not None:
        found["because"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    return found


def of_others(logger: Any, name: str, event: Event) -> Event:
    """Of lines that are not ours the first alone, without what looks like a token, a join code or an address."""
    del logger, name
    if not str(event.get("logger", "")).startswith(OURS):
        event["event"] = discreet(str(event["event"]).partition("\n")[0])
    return event


def discreet(text: str) -> str:
    """A text of others without tokens, codes and addresses of people."""
    return _ADDRESS.sub(CUT, _CODE.sub(CUT, _TOKEN.sub(CUT, text)))


def one_line(logger: Any, name: str, event: Event) -> Event:
    """Whatever a value holds, it can neither begin a line of its own nor colour the terminal nor fill the disk."""
    del logger, name
    for key, value in event.items():
        if isinstance(value, str) and not key.startswith("_"):
            event[key] = printable(value[:LONGEST])
    return event


def printable(text: str) -> str:
    """Control characters, line separators and marks that turn the direction as escapes."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
