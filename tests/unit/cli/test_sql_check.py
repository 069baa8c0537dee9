"""`sql check` reads a stream of statements in ten dialects, under the names that people give to them."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, ClassVar

import pytest
import sql_shop
from typer.testing import CliRunner, Result

from analytics_agent import client
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


# under what somebody may see


class Shop:
    """The API, as an administrator's key reaches it: `orders` in part, `customers` with a name that is hashed, nothing else."""

    asked: ClassVar[list[str]] = []
    why: ClassVar[str | None] = None

    def __enter__(self) -> "Shop":
        return self

    def __exit__(self, *_: object) -> None: ...

    def catalog(self, name: str) -> dict[str, Any]:
        self.asked.append("catalog")
        return json.loads(json.dumps(asdict(sql_shop.catalog()), default=str)) | {"database": name}

    def policy(self, database: str, *, as_user: str | None = None, models: bool = False) -> dict[str, Any]:
        self.asked.append(f"policy of {as_user}")
        mask = {"column": "name", "kind": "hash", "first": 0, "last": 0, "size": None, "unit": None}
        orders = {"schema": "public", "table": "orders", "rows": [["status = 'paid'"]], "masks": [], "hidden": ["amount"]}
        customers = {"schema": "public", "table": "customers", "rows": [], "masks": [mask], "hidden": []}
        return {"everything": False, "tables": [] if self.why else [orders, customers], "why": self.why}


@pytest.fixture
def as_ada(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    monkeypatch.setattr(client, "Client", Shop)
    monkeypatch.setattr(Shop, "asked", [])

    def check(*statements: str, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        lines = "".join(json.dumps({"id": number, "sql": text}) + "\n" for number, text in enumerate(statements))
        done = CliRunner().invoke(app, ["sql", "check", "--database", "shop", "--as", "ada", *options], input=lines)
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in done.stdout.splitlines()]

    return check


def test_under_a_persons_policy_what_they_may_not_see_does_not_exist(as_ada: Callable[..., list[dict[str, Any]]]) -> None:
    seen, hidden, table, star = as_ada(
        "SELECT id FROM orders", "SELECT amount FROM orders", "SELECT note FROM sales.notes", "SELECT * FROM orders"
    )
    assert seen["ok"]
    assert [hidden["findings"][0]["rule"], table["findings"][0]["rule"]] == ["unknown-column", "unknown-table"]
    assert "amount" not in star["sql"]


def test_what_is_given_may_be_shown_and_what_would_run_only_where_it_is_asked_for(as_ada: Callable[..., list[dict[str, Any]]]) -> None:
    statement = "SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id"
    (shown,), (runs,) = as_ada(statement), as_ada(statement, options=("--rewritten",))
    assert "paid" not in shown["sql"]
    assert "OFFSET 0" not in shown["sql"]
    assert "status = 'paid'" in runs["sql"]
    assert "OFFSET 0" in runs["sql"]
    assert "the key of hashes is not shown" in runs["sql"]
    assert {key: shown[key] for key in shown if key != "sql"} == {key: runs[key] for key in runs if key != "sql"}


def test_a_long_stream_asks_once_for_catalog_and_policy_and_goes_on_quickly(as_ada: Callable[..., list[dict[str, Any]]]) -> None:
    begun = time.monotonic()
    verdicts = as_ada(*(f"SELECT id FROM orders WHERE id > {number}" for number in range(500)))
    assert all(verdict["ok"] for verdict in verdicts)
    assert Shop.asked == ["policy of ada", "catalog"]
    assert time.monotonic() - begun < 10


def test_for_who_may_see_nothing_the_stream_is_judged_all_the_same(
    as_ada: Callable[..., list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shop, "why", "You may not ask about this database.")
    assert [verdict["ok"] for verdict in as_ada("SELECT id FROM orders", "SELECT 1 AS one")] == [False, True]


@pytest.mark.parametrize("options", [["--as", "ada"], ["--rewritten"], ["--database", "shop", "--rewritten"]])
def test_a_person_without_a_database_and_rewriting_for_nobody_are_wrong_usage(options: list[str]) -> None:
    assert CliRunner().invoke(app, ["sql", "check", *options], input="").exit_code == 2
