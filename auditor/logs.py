"""Standard library logging for `-v`, `-vv` and `-q`, on stderr, one escaped line a message."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TextIO

from auditor.model.plaintext import one_line

# Libraries that tell every request, token or step they handle: one level quieter than our own loggers.
_CHATTY_LOGGERS = ("azure", "msal", "aiohttp", "alembic", "asyncio", "sqlalchemy", "urllib3")


def configure(*, verbosity: int, quiet: bool) -> None:
    """Send log records to stderr: errors if `quiet`, else from warning (verbosity 0), info (1) or debug (2).

    Tracebacks are shown from verbosity 1. May be called again; the last call counts.
    """
    level = _level(verbosity=verbosity, quiet=quiet)
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _StderrHandler)]:
        root.removeHandler(handler)
    handler = _StderrHandler()
    handler.setFormatter(_LineFormatter(with_traceback=verbosity > 0 and not quiet))
    root.addHandler(handler)
    root.setLevel(level)
    for name in _CHATTY_LOGGERS:
        logging.getLogger(name).setLevel(min(level + 10, logging.CRITICAL))


def _level(*, verbosity: int, quiet: bool) -> int:
    if quiet:
        return logging.ERROR
    return (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbosity, 2)]


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Looks up `sys.stderr` at each record, so that lines appear above a live progress display."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # the base class keeps a plain attribute
        return sys.stderr


class _LineFormatter(logging.Formatter):
    """`warning auditor.collect: message`; a traceback, if wanted, on escaped lines below it."""

    def __init__(self, *, with_traceback: bool) -> None:
        super().__init__()
        self._with_traceback = with_traceback

    def format(self, record: logging.LogRecord) -> str:
        line = f"{record.levelname.lower()} {record.name}: {one_line(record.getMessage())}"
        if not (self._with_traceback and record.exc_info and record.exc_info[0]):
            return line
        trace = "".join(traceback.format_exception(*record.exc_info)).splitlines()
        return "\n".join([line, *(one_line(below) for below in trace)])
