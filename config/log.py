"""Logging as JSON lines, without personal data, links or the values of errors.

Our own events carry a fixed text and identifiers. Of foreign loggers only the
unformatted text is kept, from warnings on: their arguments are paths, SQL
parameters and addresses. Of exceptions the class and the places are kept, the
words only of our own, which hold no value.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import TextIO

ROOMS = ("crypto", "protocol", "config", "node")

_ROOT = Path(__file__).parents[1]
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_REDACTIONS = (
    # A URL keeps its host alone: paths of the portal hold secrets.
    (re.compile(r"(https?://[^\s/?#@\"']+)[/?#][^\s\"']*"), r"\1/[path]"),
    (re.compile(r"/[cdus]/[^\s\"']+"), "[path]"),
    (re.compile(r"[^\s<>\"',;=@]+[@\uff20][^\s<>\"',;]+"), "[mail]"),
    # Secrets of links, keys and tokens; ids and hashes are lower-case hex and stay.
    (re.compile(r"(?<![\w-])(?![0-9a-f]{43,}(?![\w-]))[\w-]{43,}"), "[secret]"),
    (re.compile(r"(?<![\w.:-])(?:\+|0)[0-9][0-9 ()-]{7,14}[0-9](?![\w:-])"), "[phone]"),
)


class JsonLine(logging.Formatter):
    """One JSON object a line: time, level, logger, event and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as one line without personal data."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": redact(record.getMessage() if is_ours(record.name) else str(record.msg)),
        }
        if is_ours(record.name):
            for name, value in vars(record).items():
                if name not in _STANDARD:
                    line[name] = _field(value)
        if record.exc_info and record.exc_info[0] is not None:
            kind, error, trace = record.exc_info
            line["error"] = f"{kind.__module__}.{kind.__qualname__}"
            if is_ours(kind.__module__):
                line["said"] = redact(str(error))
            line["at"] = _places(trace)
        return json.dumps(line, ensure_ascii=False)


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send all logging as JSON lines to *stream* (standard error), ours from *level* on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLine())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for room in ROOMS:
        logging.getLogger(room).setLevel(level.upper())
    # Foreign loggers below warning are dropped here even where a library set its own level.
    handler.addFilter(lambda record: is_ours(record.name) or record.levelno >= logging.WARNING)
    logging.captureWarnings(capture=True)


def is_ours(logger: str) -> bool:
    """Tell whether *logger* belongs to one of the four rooms."""
    return logger.partition(".")[0] in ROOMS


def redact(text: str) -> str:
    """Return *text* on one line, without mail addresses, phones, paths of links and secrets."""
    for pattern, replacement in _REDACTIONS:
        text = pattern.sub(replacement, text)
    return text


def _field(value: object) -> object:
    """Return a plain number or a redacted text."""
    return value if value is None or isinstance(value, bool | int | float) else redact(str(value))


def _places(trace: TracebackType | None) -> list[str]:
    """Return file, line and function of each frame, outermost first."""
    places = []
    for frame in extract_tb(trace):
        path = Path(frame.filename)
        shown = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else Path(path.name)
        places.append(f"{shown}:{frame.lineno} {frame.name}")
    return places
