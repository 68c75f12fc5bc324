"""Logs: one line per event in UTC, as JSON on a server and readable in a terminal. Never content, tokens or codes."""

from __future__ import annotations

import logging.config
from typing import Any

import structlog


def configure(*, json_lines: bool, level: str) -> None:
    """Set up structlog and the standard library's logging together.

    Args:
        json_lines: one JSON object a line, else readable lines.
        level: least level that is written, for instance ``INFO``.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer = structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # Access logs hold join tokens and addresses of people.
                "daphne.access": {"level": "CRITICAL"},
                "uvicorn.access": {"level": "CRITICAL"},
                "django.channels.server": {"level": "WARNING"},
            },
        }
    )
