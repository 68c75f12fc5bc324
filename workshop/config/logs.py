"""Logs: one line per event in UTC, as JSON on a server and readable in a terminal. Never content, tokens or codes."""

from __future__ import annotations

import logging.config
from typing import Any

import structlog

from workshop.config import discretion

#: What a line may say beside its sentence (``extra`` of the standard library).
FIELDS = ("op", "role", "session", "code", "right", "status")


class OfSockets(logging.Filter):
    """Leaves out uvicorn's lines about single sockets: they name a session and a person's address."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; a client's bad UTF-8 without the place in uvicorn's code."""
        if isinstance(record.exc_info, tuple) and isinstance(record.exc_info[1], UnicodeDecodeError):
            record.exc_info = None
            record.levelno, record.levelname = logging.INFO, "INFO"
        return "WebSocket" not in str(record.msg)


def configure(*, json_lines: bool, level: str, frank: bool = False) -> None:
    """Set up structlog and the standard library's logging together.

    Args:
        json_lines: one JSON object a line, else readable lines.
        level: least level that is written, for instance ``INFO``.
        frank: whole tracebacks with what they say, for work on Plenary itself.
    """
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=FIELDS),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    of_people = [] if frank else [discretion.of_requests, discretion.without_words, discretion.of_others]
    renderer = structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    # Warnings of libraries are lines like all others.
    logging.captureWarnings(json_lines)
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        *of_people,
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        discretion.one_line,
                        renderer,
                    ],
                    "foreign_pre_chain": before,
                }
            },
            "filters": {"sockets": {"()": OfSockets}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # Access logs hold join tokens and addresses of people.
                "daphne.access": {"level": "CRITICAL"},
                "uvicorn.access": {"level": "CRITICAL"},
                "django.channels.server": {"level": "WARNING"},
                # Its own handler writes lines of another form.
                "uvicorn": {"handlers": [], "propagate": True},
                # It tells of every socket with its address, and shows where in its code a text was not UTF-8.
                "uvicorn.error": {"filters": ["sockets"]},
            },
        }
    )
