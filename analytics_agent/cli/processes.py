"""The processes: a worker for one queue, and the HTTP API."""

import asyncio
import logging
from typing import Annotated, get_args

import typer

from analytics_agent.domain.orders import Queue
from analytics_agent.settings import Settings, load


def worker(
    queue: Annotated[str, typer.Option(help="workflow, model, warehouse, report or deliver")],
    tenant: Annotated[str | None, typer.Option(help="work for this tenant alone; for all of them without")] = None,
) -> None:
    """Run a worker for one queue."""
    if queue not in get_args(Queue):
        raise typer.BadParameter(f"use one of {', '.join(get_args(Queue))}", param_hint="--queue")
    settings = _started()
    from analytics_agent import worker as workers

    asyncio.run(workers.run(settings, queue, tenant))  # type: ignore[arg-type]


def api(
    host: Annotated[str | None, typer.Option(help="address to listen on; that of ANALYTICS_AGENT_API_URL by default")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on; likewise")] = None,
) -> None:
    """Run the HTTP API."""
    settings = _started()
    from analytics_agent.api import server

    server.run(settings, host=host, port=port)


def _started() -> Settings:
    settings = load()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Request lines of clients hold addresses, and at DEBUG headers too.
    for noisy in ("httpx2", "httpcore2", "anthropic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("temporalio.activity").addFilter(_one_line)
    return settings


def _one_line(record: logging.LogRecord) -> bool:
    """An error that the activities' edge translated is a sentence already: the way it took says nothing more."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and type(error).__name__ == "ApplicationError":
        of = getattr(record, "temporal_activity", {})
        told = (of.get("activity_type"), of.get("workflow_id") or "no run", of.get("attempt"), error)
        record.msg, record.args, record.exc_info = "%s of %s, attempt %s: %s", told, None
    return True
