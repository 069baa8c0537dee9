"""A run as a program gets it: by webhook, and beside the files in a folder. What the document of the API says, without its results."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from analytics_agent.domain.answer import Claim
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.replay import Changes
from analytics_agent.domain.run import Run

MOST_BYTES = 200_000
"""Of the JSON text. A longer answer goes without its claims, and says so."""


def summary(run: Run, *, api_url: str) -> dict[str, Any]:
    """Addresses are whole; those of the API need a key."""
    asked, answer = run.question, run.answer
    address = f"{api_url}/v1/analyses/{asked.run_id}"
    told = {
        "id": asked.run_id,
        "question": asked.text,
        "database": asked.database,
        "asked_at": moment(asked.asked_at),
        "headline": answer.headline if answer else None,
        "summary": answer.summary if answer else None,
        "claims": _claims(answer.claims) if answer else [],
        "changes": _changes(run.changes) if run.changes else None,
        "caveats": list(answer.caveats) if answer else [],
        "not_answered": list(answer.not_answered) if answer else [],
        "dashboard_url": run.receipt.dashboard_url if run.receipt else None,
        "report": {
            "html": f"{address}/report.html" if run.report.html else None,
            "pdf": f"{address}/report.pdf" if run.report.pdf else None,
        },
        "analysis_url": address,
        "schedule": asked.schedule,
        "scheduled_for": moment(asked.scheduled_for) if asked.scheduled_for else None,
        "truncated": False,
    }
    return told if len(as_bytes(told)) <= MOST_BYTES else _cut(told)


def report_ready(run: Run, *, api_url: str) -> bytes:
    """The body of a webhook, in the form that Standard Webhooks recommends."""
    event = {"type": "report.ready", "timestamp": moment(run.finished_at or datetime.now(UTC)), "data": summary(run, api_url=api_url)}
    return as_bytes(event)


def as_bytes(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def _claims(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    return [{"text": claim.text, "figures": [_figure(asdict(figure)) for figure in claim.figures]} for claim in claims]


def _changes(changes: Changes) -> dict[str, Any]:
    """What a scheduled report says of the one before it."""
    since = moment(changes.since) if changes.since else None
    kept = {"since_run": changes.since_run, "since": since, "changed": changes.changed, "corrected": changes.corrected}
    return {**kept, "claims": _claims(changes.claims)}


def _figure(figure: dict[str, Any]) -> dict[str, Any]:
    value = figure["value"]
    shown = value if not isinstance(value, float) or math.isfinite(value) else None
    return {**{name: figure[name] for name in ("shown", "unit", "result", "expression")}, "value": shown}


def _cut(told: dict[str, Any]) -> dict[str, Any]:
    """Claims go first: the summary says the same without their figures."""
    short = {name: told[name][:2_000] if isinstance(told[name], str) else told[name] for name in told}
    return {**short, "claims": [], "changes": None, "caveats": [], "not_answered": [], "truncated": True}
