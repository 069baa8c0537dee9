"""Runs made by hand for the tests of the report: small, with exactly the oddity a test is about."""

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pyarrow as pa

from analytics_agent.domain.answer import Answer, Claim, Figure
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.evidence import Evidence, Query, ResultColumn
from analytics_agent.domain.finding import Finding
from analytics_agent.domain.question import Question
from analytics_agent.domain.run import Run, Timings
from analytics_agent.report.build import build
from analytics_agent.report.document import ReportDocument

NOW = datetime(2026, 11, 22, 14, 6, tzinfo=UTC)
CARRIER = ResultColumn("carrier", "text", "Carrier", format="text", dimension="airlines.name")
SHARE = ResultColumn("late_share", "number", "Left late", format="percent", metric="late_share", higher_is="bad")
DELAY = ResultColumn("delay", "number", "Mean delay", unit="min", decimals=1, metric="delay", higher_is="bad")
MONTH = ResultColumn("month", "date", "Month", format="date", dimension="flights.time:month")
SEASON = ResultColumn("season", "text", "Season", format="text", dimension="season")


def query(result: str, columns: tuple[ResultColumn, ...], table: pa.Table, **changes: Any) -> Query:
    """A stored result with plausible provenance."""
    known: dict[str, Any] = {
        "title": "Left late by carrier",
        "source": "metric",
        "sql": "SELECT 1 AS asked",
        "sql_as_run": "SELECT carrier, late_share\nFROM public.flights\nWHERE month = 7",
        "tables": ("public.flights",),
        "predicates": ("month = 7",),
        "milliseconds": 41.2,
        **changes,
    }
    sha = sha256(f"{result} {table.num_rows}".encode()).hexdigest()
    return Query(id=result, columns=columns, rows=table.num_rows, artifact=Artifact(sha, 10, "application/vnd.apache.parquet"), **known)


def figure(shown: str, value: Any, expression: str = "r1[0].late_share", **changes: Any) -> Figure:
    known: dict[str, Any] = {"unit": None, "result": "r1", "row": 0, "column": "late_share", **changes}
    return Figure(shown=shown, value=value, expression=expression, **known)


def answer(*claims: Claim, headline: str = "Southwest leads", **changes: Any) -> Answer:
    return Answer(headline, " ".join(claim.text for claim in claims), claims, **changes)


def run_of(*queries: Query, text: str = "Who was late?", **changes: Any) -> Run:
    """A succeeded run over these results; the first is the primary one."""
    question = Question("7f3c21a9", text, "flights", "ada", "offline", NOW, as_of=date(2013, 12, 31))
    known: dict[str, Any] = {
        "status": "succeeded",
        "evidence": Evidence(queries[0].id, tuple(one.id for one in queries if one.source != "computed")) if queries else None,
        "queries": queries,
        "answer": answer(Claim("Southwest left late on **35.0\u00a0%** of departures.", (figure("35.0\u00a0%", 0.35),))),
        "usage": Usage(1000, 200, 0, 0, 0.02),
        "turns": 3,
        "timings": Timings(12.0, 9.0, 0.2),
        "prompts": ("explore.1 4c1e",),
        **changes,
    }
    return Run(question, **known)


def carriers(*names: str, shares: tuple[float | None, ...] = ()) -> pa.Table:
    values = shares or tuple(0.35 - 0.05 * i for i in range(len(names)))
    return pa.table({"carrier": list(names), "late_share": pa.array(values, pa.float64())})


def ranking_run(**changes: Any) -> tuple[Run, dict[str, pa.Table]]:
    table = carriers("Southwest", "JetBlue", "Delta")
    return run_of(query("r1", (CARRIER, SHARE), table), **changes), {"r1": table}


def monthly(values: tuple[float | None, ...]) -> pa.Table:
    months = [date(2013 + m // 12, m % 12 + 1, 1) for m in range(len(values))]
    return pa.table({"month": pa.array(months, pa.date32()), "delay": pa.array(values, pa.float64())})


def finding(operation: Any, result: str, inputs: tuple[str, ...], parameters: dict[str, Any], **changes: Any) -> Finding:
    known: dict[str, Any] = {"title": "What stands out", "method": "A method. In two sentences.", **changes}
    return Finding(id="f1", operation=operation, result=result, inputs=inputs, parameters=parameters, **known)


def document(run: Run, tables: dict[str, pa.Table], dashboard: str | None = "http://127.0.0.1:8088/d/1/") -> ReportDocument:
    return build(run, tables, dashboard_url=dashboard, generated_at=NOW)
