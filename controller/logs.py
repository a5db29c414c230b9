"""Structured logs: one JSON object a line, to a file that rolls over, or to stderr for journald.

Messages are constant words; what varies stands in keys. Names, numbers, digits pressed and message
bodies are never logged: an interaction is known by its `interaction_id`.
"""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

import orjson
import structlog

from controller.errors import Invalid

MAX_BYTES = 50_000_000
KEEP = 5


def configure(file: Path | None, level: str) -> None:
    """Log to `file`, or to stderr when None. Raises Invalid when the file cannot be written."""
    handler = logging.StreamHandler(sys.stderr) if file is None else _open(file)
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
    )
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _open(file: Path) -> logging.Handler:
    try:
        file.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        return RotatingFileHandler(file, maxBytes=MAX_BYTES, backupCount=KEEP, encoding="utf-8")
    except OSError as error:
        raise Invalid(
            f"cannot write the log {file}: {error.strerror}; choose --data or --log-file"
        ) from None


def _dumps(value: object, **_: object) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
