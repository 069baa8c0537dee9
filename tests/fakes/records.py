"""Domain records with plausible content, for tests that need one and do not care which."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from analytics_agent.domain.answer import Answer, Claim, Figure
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.catalog import Catalog, Table, TableColumn
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.event import Step
from analytics_agent.domain.evidence import Evidence, Query, ResultColumn, SqlFinding
from analytics_agent.domain.finding import Finding, Findings
from analytics_agent.domain.question import Question
from analytics_agent.domain.report import Published, Receipt, Report
from analytics_agent.domain.turn import ToolResult, Turn

_numbers = itertools.count(1)

ARTIFACT = Artifact("ab" * 32, 12, "application/json")


def question(**changes: Any) -> Question:
    """A new run's question, asked now, by the key k1."""
    asked = Question(f"run{next(_numbers):04}", "How late were flights?", "flights", "k1", "offline", datetime.now(UTC))
    return replace(asked, **changes)


def query(**changes: Any) -> Query:
    kept = Query(
        id="",
        title="mean delay by carrier",
        columns=(
            ResultColumn("carrier", "text", "Carrier", format="text"),
            ResultColumn("delay", "number", "Mean delay", unit="min", decimals=1, metric="mean_departure_delay", higher_is="bad"),
        ),
        rows=2,
        artifact=ARTIFACT,
        source="metric",
        sql="SELECT carrier, AVG(dep_delay) AS delay FROM flights GROUP BY carrier",
        sql_as_run="SELECT carrier, AVG(dep_delay) AS delay FROM flights GROUP BY carrier LIMIT 50001",
        tables=("flights",),
        predicates=("month BETWEEN 6 AND 8",),
        milliseconds=250.0,
        findings=(SqlFinding("rounding", "info", "Means are not rounded."),),
        request={"metrics": ["mean_departure_delay"], "dimensions": ["airlines.name"]},
    )
    return replace(kept, **changes)


def turn(number: int = 1, step: Step = "explore", **changes: Any) -> Turn:
    usage = Usage(input_tokens=100, output_tokens=20, cache_read_tokens=1_000, cache_write_tokens=50, cost_usd=0.25)
    return replace(Turn(step, number, ARTIFACT, "offline", usage, 1.5, f"{step}.1 4c1e"), **changes)


def tool_result(turn: int = 1, call_id: str = "c1", **changes: Any) -> ToolResult:
    return replace(ToolResult("explore", turn, call_id, "query_metrics", ARTIFACT, False), **changes)


def catalog(database: str = "flights", **changes: Any) -> Catalog:
    table = Table("public", "flights", (TableColumn("carrier", "text", "character varying(2)", False, "two letters"),), rows=336_776)
    return replace(Catalog(database, "postgres", (table,), ("public",), "f1", datetime.now(UTC)), **changes)


EVIDENCE = Evidence("r1", ("r1",), readings=("Summer: June to August 2013",), caveats=("Cancelled flights have no delay",))
FINDINGS = Findings((Finding("f1", "ranking", "Carriers by delay", "r2", ("r1",), {"measure": "delay", "top": 3}, "competition ranking"),))
ANSWER = Answer(
    headline="Frontier was latest",
    summary="Frontier was 20.2 min late.",
    claims=(Claim("Frontier was 20.2 min late.", (Figure("20.2 min", 20.215543, "min", "r1", "r1[0].delay", 0, "delay"),), "f1"),),
    caveats=("Cancelled flights are left out.",),
    not_answered=("Why it was late.",),
)
REPORT = Report(html=Artifact("cd" * 32, 7, "text/html"), pdf=Artifact("ef" * 32, 9, "application/pdf"))
RECEIPT = Receipt(
    "http://127.0.0.1:8088/superset/dashboard/x/",
    (
        Published("dataset", "u1", 1, "mean delay by carrier", "http://127.0.0.1:8088/explore/?datasource_id=1"),
        Published("chart", "u2", 2, "Delay by carrier", "http://127.0.0.1:8088/explore/?slice_id=2"),
        Published("dashboard", "u3", 3, "How late?", "http://127.0.0.1:8088/superset/dashboard/x/"),
    ),
)
