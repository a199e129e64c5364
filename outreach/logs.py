"""Structured logs without personal data: routes, never addresses of pages; numbers, never names."""

import logging
import re
import sys
import time
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("outreach")

HIDDEN = "[hidden]"
PERSONAL = re.compile(
    r"[^\s@/:;,<>()\"'=]+@[^\s@/:;,<>()\"'=]+"  # a mail address
    r"|\b[\w-]+\.[\w-]{43}\b"  # a signed link
    r"|/(?:i|a|o|s|c|k|p|u|r)/[^\s\"']+"  # the path of one, whole or cut
)
QUIET = frozenset({"static", "health.live", "health.ready", "health.metrics"})
"""Asked every few seconds by machines."""

Fault = tuple[type[BaseException], BaseException, TracebackType | None]


def prepare_logs(style: str) -> None:
    """Write JSON lines for machines, or coloured ones for people, on standard error; libraries speak the same way."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_fault,
        hide_personal,
    ]
    last = (
        structlog.dev.ConsoleRenderer() if style == "console" else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _prepare_libraries(shared, last)


def _prepare_libraries(shared: list[structlog.typing.Processor], last: structlog.typing.Processor) -> None:
    """What libraries log, in the same lines and with the same things hidden."""
    handler = _StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one, _StandardError)] + [handler]
    root.setLevel(logging.WARNING)


class _StandardError(logging.Handler):
    """Writes to whatever standard error is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)  # noqa: T201 - this is what a log is


def describe_fault(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its type and the lines it went through: values, which may be personal, stay out."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    elif isinstance(given, BaseException):
        given = (type(given), given, given.__traceback__)
    if given and given[0] is not None:
        event["fault"] = f"{given[0].__module__}.{given[0].__qualname__}"
        event["said"] = (str(given[1]).splitlines() or [""])[0][:200]
        event["where"] = [
            f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(given[2])[-12:]
        ]
    return event


def hide_personal(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last net: whatever looks like a mail address or a signed link is not written."""
    for name, value in event.items():
        if isinstance(value, str) and name not in {"route", "where"}:
            event[name] = PERSONAL.sub(HIDDEN, value)
    return event


def log_requests(app: Flask) -> None:
    """One line for each request: its route (which holds no token), method, status and duration."""

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        if request.endpoint not in QUIET:
            log.info("request", **_outline(), status=response.status_code, ms=_milliseconds())
        return response

    def log_exception(fault: Fault | tuple[None, None, None]) -> None:
        log.error("request failed", **_outline(), exc_info=fault)

    app.log_exception = log_exception  # type: ignore[assignment,method-assign] # Flask's own writes the path


def _outline() -> dict[str, str | None]:
    return {"route": request.url_rule.rule if request.url_rule else None, "method": request.method}


def _milliseconds() -> float:
    started: float = g.get("started", time.perf_counter())
    return round((time.perf_counter() - started) * 1000, 1)
