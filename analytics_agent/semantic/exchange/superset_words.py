"""A metric's words, format and who vouches for it, as Superset keeps them."""

import json
from typing import Any

from analytics_agent.semantic.exchange.superset_marks import read
from analytics_agent.semantic.model import Certification, Metric
from analytics_agent.semantic.ossie.load import humanize

NOBODY_NAMED = "The semantic model"
PARAGRAPH = "\n\n"
"""Between what is to be known of a metric before believing it: Superset keeps one text in Markdown."""
_PLACES = {"percent": 1, "currency": 2}
CALLED = {
    "expression": "expression",
    "verbose_name": "label",
    "description": "description",
    "d3format": "format",
    "currency": "currency",
    "warning": "warning",
    "certification": "certification",
}
"""What is written, as people call it."""


def told(metric: Metric) -> dict[str, Any]:
    return {
        "verbose_name": metric.label if metric.label != humanize(metric.name) else "",
        "description": metric.description,
        "warning": PARAGRAPH.join(metric.caveats),
        "d3format": _format(metric),
        "currency": currency(metric.unit or "") if metric.format == "currency" and len(metric.unit or "") == 3 else None,
    }


def _format(metric: Metric) -> str:
    if metric.format == "text" or (metric.decimals is None and metric.format not in _PLACES):
        return ""
    places = metric.decimals if metric.decimals is not None else _PLACES[metric.format]
    return f",.{places}{'%' if metric.format == 'percent' else 'f'}"


def currency(symbol: str) -> dict[str, str] | None:
    return {"symbol": symbol, "symbolPosition": "prefix"} if symbol else None


def certification(one: Certification) -> dict[str, str] | None:
    return {"certified_by": one.by or NOBODY_NAMED, "details": one.details} if one.status == "certified" else None


def certified_there(extra: str) -> dict[str, str] | None:
    found = read(extra).get("certification")
    if not isinstance(found, dict) or not found.get("certified_by"):
        return None
    return {"certified_by": str(found["certified_by"]), "details": str(found.get("details") or "")}


def warning_there(extra: str) -> str:
    found = read(extra).get("warning_markdown")
    return found if isinstance(found, str) else ""


def as_stored(changes: dict[str, Any], extra: str = "") -> dict[str, Any]:
    """A metric's certification and its warning are parts of its `extra`."""
    places = {"certification": "certification", "warning": "warning_markdown"}
    said = {places[key]: value for key, value in changes.items() if key in places}
    if not said:
        return changes
    kept = {key: value for key, value in read(extra).items() if key not in said}
    rest = {key: value for key, value in changes.items() if key not in places}
    return {**rest, "extra": json.dumps(kept | {key: value for key, value in said.items() if value})}


def shown(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("certified_by") or value.get("symbol"))
    return " ".join(str(value).split()) if value else "none"
