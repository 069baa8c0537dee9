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
    done = asked(dialect=name or "none")
    assert done.exit_code == 2
    assert all(known in done.output for known in ("clickhouse", "databricks", "tsql"))
    assert len(done.output) < 1_000


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"not json", "input"),
        (b"[1, 2]", "input"),
        (b'{"id": 1}', "input"),
        (b'{"id": 1, "sql": null}', "input"),
        (b'{"id": 1, "sql": 5}', "input"),
        (b'{"id": 1, "sql": "SELECT \xff"}', "input"),
        (b"[" * 100_000, "input"),
        (b'{"id": 1, "sql": "SELECT 1", "dialect": "oracle"}', "dialect"),
        (b'{"id": 1, "sql": "SELECT 1", "dialect": {}}', ""),
        (b'{"id": "\\ud800", "sql": "SELECT 1"}', ""),
        (b'\xef\xbb\xbf{"id": 1, "sql": "SELECT 1"}', ""),
    ],
)
def test_a_line_that_cannot_be_judged_is_a_finding_and_the_next_is_judged(line: bytes, rule: str) -> None:
    done = CliRunner().invoke(app, ["sql", "check"], input=line + b'\n{"id": "next", "sql": "SELECT x FROM t"}\n')
    assert done.exit_code == 0
    bad, following = [json.loads(one) for one in done.stdout.splitlines()]
    assert [finding["rule"] for finding in bad["findings"] if finding["severity"] == "error"] == ([rule] if rule else [])
    assert bad["ok"] is not bool(rule)
    assert (following["id"], following["ok"]) == ("next", True)


def test_a_refused_statement_is_a_verdict_not_a_failure() -> None:
    done = asked(json.dumps({"id": 1, "sql": "DROP TABLE t"}), json.dumps({"id": 2, "sql": "\u0000"}))
    assert done.exit_code == 0
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(verdict["ok"], verdict["sql"]) for verdict in verdicts] == [(False, None), (False, None)]
    assert verdicts[0]["findings"][0]["rule"] == "only-select"
