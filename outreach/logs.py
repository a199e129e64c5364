"""Structured logs without personal data: routes, never addresses of pages; numbers, never names."""

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("outreach")


def prepare_logs(style: str) -> None:
    """Write JSON lines for machines, or coloured ones for people, on standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = (
        structlog.dev.ConsoleRenderer() if style == "console" else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, structlog.processors.dict_tracebacks, last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def log_requests(app: Flask) -> None:
    """One line for each request: its route (which holds no token), method, status and duration."""

    @app.before_request
    def _start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        if request.endpoint not in {"static", "health.live", "health.ready"}:
            log.info(
                "request",
                route=request.url_rule.rule if request.url_rule else None,
                method=request.method,
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
            )
        return response
