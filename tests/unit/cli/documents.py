"""Documents as the API gives them, and what a terminal shows of a page."""

import io
from datetime import UTC, datetime
from typing import Any

from rich.console import Console, RenderableType

from analytics_agent.cli.terminal import show

Json = dict[str, Any]


def column(name: str, type: str = "number", **more: Any) -> Json:
    known = {"label": name.replace("_", " ").capitalize(), "unit": None, "format": "text" if type == "text" else "number"}
    return {"name": name, "type": type, "decimals": None, "metric": None} | known | more


def delay(**more: Any) -> Json:
    return column("mean_delay", unit="min", decimals=1, metric="mean_delay") | more


def query(id: str = "r1", *columns: Json, **more: Any) -> Json:
    known = {"id": id, "title": "Mean delay by carrier", "sql": "SELECT 1", "sql_as_run": "SELECT\n  1", "source": "metric", "rows": 2}
    known |= {"tables": ["flights"], "predicates": [], "milliseconds": 21.4, "findings": [], "truncated": False, "inputs": [], "method": ""}
    return known | {"columns": list(columns) or [column("carrier", "text"), delay()]} | more


def claim(text: str = "Flights left **18.3\u00a0min** late.", *shown: str, result: str = "r1", finding: str | None = None) -> Json:
    figures = [
        {"shown": one, "value": 18.3, "unit": "min", "result": result, "expression": "r1[0].x", "row": 0, "column": "x"} for one in shown
    ]
    return {"text": text, "figures": figures, "finding": finding}


def document(*claims: Json, **more: Any) -> Json:
    """A run that was answered with these claims; without any, one that was not answered."""
    known: Json = {"id": "7f3c21a9", "status": "succeeded" if claims else "failed", "reason": None, "question": "Why were flights late?"}
    known |= {"database": "flights", "model": "offline", "as_of": None, "asked_at": datetime.now(UTC).isoformat(), "finished_at": None}
    known |= {"answer": {"summary": "", "claims": list(claims)} if claims else None, "primary": None, "queries": [], "findings": []}
    known |= {"report": {"html": None, "pdf": None, "charts": []}, "refusal": None, "clarification": None, "headline": None}
    known |= {"superset": {"dashboard_url": None, "datasets": [], "charts": [], "failure": None}}
    known |= {"usage": {"cost_usd": 0.14, "seconds": 48.2}, "caveats": [], "not_answered": [], "readings": [], "model_use": []}
    return known | more


def contribution(*parts: tuple[str | None, float], before: float = 13.4, **more: Any) -> tuple[Json, list[Json], list[Json]]:
    """A finding, the columns of its result, and the rows: each part with its step from `before` on."""
    finding = {"id": "f1", "operation": "contribution", "title": "The change by carrier", "result": "r2", "parameters": {"by": "carrier"}}
    total = {"unit": "min", "decimals": 1} | more
    columns = [column("carrier", "text"), column("contribution", unit="min", decimals=1), column("total_before", **total)]
    columns += [column("total_now", **total), column("before_group", "text"), column("now_group", "text")]
    now = before + sum(step for _, step in parts)
    totals = {"total_before": before, "total_now": now, "before_group": "spring", "now_group": "summer"}
    return finding, columns, [{"carrier": name, "contribution": step} | totals for name, step in parts]


def screen(page: RenderableType, *, width: int = 80, terminal: bool = True, colors: bool = False) -> str:
    """The page's characters: on a terminal of that width, or in a file."""
    file = io.StringIO()
    color_system: Any = "standard" if colors else None
    console = Console(file=file, width=width, height=24, force_terminal=terminal, color_system=color_system, highlight=False, _environ={})
    show(page, console)
    return file.getvalue()
