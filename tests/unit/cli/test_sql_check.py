"""`sql check` reads a stream of statements in ten dialects, under the names that people give to them."""

import json

import pytest
from typer.testing import CliRunner, Result

from analytics_agent.cli.app import app


def asked(*lines: str, dialect: str = "postgres") -> Result:
    return CliRunner().invoke(app, ["sql", "check", "--dialect", dialect], input="\n".join(lines) + "\n")


def test_a_line_of_its_own_dialect_goes_before_the_option() -> None:
    given = json.dumps({"id": "a", "sql": "SELECT TOP 5 x FROM t", "dialect": "mssql"})
    done = asked(given, json.dumps({"id": "b", "sql": "SELECT x FROM t LIMIT 5"}), dialect="MariaDB")
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(verdict["id"], verdict["ok"], " ".join(verdict["sql"].split())) for verdict in verdicts] == [
        ("a", True, "SELECT TOP 5 x FROM t"),
        ("b", True, "SELECT x FROM t LIMIT 5"),
    ]


@pytest.mark.parametrize("name", ["oracle", "", "x" * 500])
def test_an_unknown_dialect_is_wrong_usage_that_lists_the_known(name: str) -> None:
    done = asked(json.dumps({"sql": "SELECT 1", "dialect": name or "none"}))
    assert done.exit_code == 2
    assert all(known in done.output for known in ("clickhouse", "databricks", "tsql"))
    assert len(done.output) < 1_000


def test_a_refused_statement_is_a_verdict_not_a_failure() -> None:
    done = asked(json.dumps({"id": 1, "sql": "DROP TABLE t"}), json.dumps({"id": 2, "sql": "\u0000"}))
    assert done.exit_code == 0
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(verdict["ok"], verdict["sql"]) for verdict in verdicts] == [(False, None), (False, None)]
    assert verdicts[0]["findings"][0]["rule"] == "only-select"
