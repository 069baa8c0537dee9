"""Shares in free SQL: found by how they are computed and what they are called; other ratios are left alone."""

import pytest

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.shares import shares


def kind(expression: str, alias: str = "x", dialect: Dialect = "postgres") -> str | None:
    return shares(f"SELECT carrier, {expression} AS {alias} FROM flights GROUP BY carrier", dialect).get(alias)


@pytest.mark.parametrize(
    "expression",
    [
        "SUM(CASE WHEN delay > 15 THEN 1 ELSE 0 END) / COUNT(*)",
        "1.0 * SUM(CASE WHEN delay > 15 THEN 1 ELSE 0 END) / COUNT(*)",
        "SUM(CASE WHEN delay > 15 THEN 1 ELSE 0 END)::numeric / NULLIF(COUNT(delay), 0)",
        "ROUND(COUNT(*) FILTER (WHERE delay > 15)::numeric / COUNT(*), 4)",
        "COUNT(CASE WHEN delay > 15 THEN 1 END) * 1.0 / COUNT(*)",
        "AVG(CASE WHEN delay > 15 THEN 1.0 ELSE 0.0 END)",
        "AVG((delay > 15)::int)",
        "COALESCE(AVG(CASE WHEN delay > 15 THEN 1 ELSE 0 END), 0)",
        "SUM(amount) / SUM(SUM(amount)) OVER ()",
        "COUNT(*)::float / SUM(COUNT(*)) OVER (PARTITION BY carrier)",
        "SUM(amount) FILTER (WHERE is_new) / SUM(amount)",
    ],
)
def test_a_part_by_its_whole_is_a_share_whatever_it_is_called(expression: str) -> None:
    assert kind(expression) == "fraction"
    assert kind(f"100.0 * ({expression})") == "percent"
    assert kind(f"ROUND(({expression}) * 100, 1)") == "percent"


@pytest.mark.parametrize("alias", ["late_rate", "share", "late_pct", "Anteil", "return_quote", "conversion_ratio"])
def test_a_ratio_that_is_called_a_share_may_be_one(alias: str) -> None:
    assert shares(f"SELECT late * 1.0 / flights AS {alias} FROM t", "duckdb") == {alias: "fraction"}
    assert shares(f"SELECT 100.0 * late / flights AS {alias} FROM t", "sqlite") == {alias: "percent"}


@pytest.mark.parametrize(
    "expression",
    [
        "SUM(amount) / COUNT(*)",
        "AVG(delay)",
        "SUM(CASE WHEN delay > 15 THEN delay ELSE 0 END) / COUNT(*)",
        "1000.0 * SUM(CASE WHEN delay > 15 THEN 1 ELSE 0 END) / COUNT(*)",
        "COUNT(*) / 30.0",
        "SUM(CASE WHEN delay > 15 THEN 1 ELSE 0 END)",
        "MAX(rate)",
    ],
)
def test_other_figures_are_no_shares(expression: str) -> None:
    assert kind(expression) is None


@pytest.mark.parametrize("alias", ["hourly_wage", "operation", "corporate", "rated", "quoted_price"])
def test_words_that_only_look_like_a_share_are_none(alias: str) -> None:
    assert shares(f"SELECT a * 1.0 / b AS {alias} FROM t", "postgres") == {}


def test_a_share_is_found_through_ctes_and_subqueries() -> None:
    cte = (
        "WITH c AS (SELECT a, AVG(CASE WHEN d > 1 THEN 1 ELSE 0 END) AS late FROM t GROUP BY a) SELECT a, ROUND(late * 100, 1) AS l FROM c"
    )
    assert shares(cte, "postgres") == {"l": "percent"}
    assert shares("SELECT x.s AS y FROM (SELECT SUM(b) * 1.0 / SUM(SUM(b)) OVER () AS s FROM t GROUP BY a) AS x", "duckdb") == {
        "y": "fraction"
    }


@pytest.mark.parametrize(
    "sql", ["", "SELECT", "DROP TABLE t", "SELECT " + "(" * 500, "SELECT 1 UNION SELECT 2", "VALUES (1)", "SELECT * FROM t"]
)
def test_any_text_is_read_or_left_alone(sql: str) -> None:
    assert shares(sql, "postgres") == {}


def test_names_that_refer_to_each_other_come_to_an_end() -> None:
    assert shares("SELECT a AS b FROM (SELECT b AS a FROM (SELECT a AS b FROM t) AS x) AS y", "postgres") == {}
