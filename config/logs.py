"""Structured log lines, for people or for machines. They carry ids; never a body, an address or a subject."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Literal

import structlog

# Libraries whose own lines quote addresses, message bytes or URLs with tokens: only their alarms are kept.
TALKATIVE = (
    "mail",
    "pymap",
    "imapclient",
    "imaplib",
    "uvicorn",
    "uvicorn.access",
    "asyncio",
    "kombu",
    "amqp",
    "celery",
)
# Celery's own report of a failed task quotes the error's text; workers.app reports its kind and place instead.
SILENT = ("celery.app.trace",)


def set_up_logging(level: str, style: Literal["console", "json"]) -> None:
    """Send all log lines, ours and the libraries', to standard error in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # else nothing could ever be set up anew
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _renderer(style),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def place_of(error: BaseException) -> str:
    """Where an error was raised: what may be logged of it beside its kind, since its text may quote a mail."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown place"


def _renderer(style: Literal["console", "json"]) -> structlog.typing.Processor:
    if style == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
