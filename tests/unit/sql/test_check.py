"""The guard against statements that attack, statements that work, and statements that are merely wrong."""

from typing import get_args

import pytest
import sql_shop
from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.sql import functions, vocabulary
from analytics_agent.sql.check import check

HOSTILE = sql_shop.ruled("hostile")
LEGITIMATE = sql_shop.statements("legitimate")


def rules(statement: str, dialect: Dialect = "postgres") -> list[str]:
    return [finding.rule for finding in check(statement, dialect=dialect, catalog=sql_shop.catalog(dialect)).findings]


def hints(statement: str, dialect: Dialect = "postgres") -> str:
    return " ".join(finding.hint for finding in check(statement, dialect=dialect, catalog=sql_shop.catalog(dialect)).findings)


def flat(sql: str) -> str:
    return " ".join(sql.split())


def known(dialect: Dialect) -> Catalog | None:
    return sql_shop.catalog(dialect) if dialect in sql_shop.ON_ENGINES else None


@pytest.mark.parametrize("dialect", get_args(Dialect))
def test_every_hostile_statement_is_refused_by_its_rule(dialect: Dialect) -> None:
    passed = []
    for rule, statement in ((rule, statement) for kind, rule, statement in HOSTILE if kind == dialect):
        verdict = check(statement, dialect=dialect, row_cap=10)
        named = check(statement, dialect=dialect, catalog=known(dialect), row_cap=10)
        rules_broken = {finding.rule for finding in verdict.findings if finding.severity == "error" and finding.message}
        if verdict.ok or verdict.sql or named.ok or rule not in rules_broken:
            passed.append((statement, rule, rules_broken))
    assert passed == []


@pytest.mark.parametrize("dialect", get_args(Dialect))
def test_every_honest_statement_passes(dialect: Dialect) -> None:
    refused = []
    for statement in (statement for kind, statement in LEGITIMATE if kind == dialect):
        # The type `mood` is known from the catalog alone.
        for catalog in {id(one): one for one in (known(dialect), known(dialect) if "mood" in statement else None)}.values():
            verdict = check(statement, dialect=dialect, catalog=catalog, row_cap=10)
            if not verdict.ok:
                refused.append((statement, verdict.findings))
    assert refused == []


@pytest.mark.parametrize("dialect", get_args(Dialect))
def test_every_dialect_has_its_share_of_both(dialect: Dialect) -> None:
    assert len([statement for kind, statement in LEGITIMATE if kind == dialect]) >= 60
    assert len([statement for kind, _, statement in HOSTILE if kind == dialect]) >= 60


@pytest.mark.parametrize("dialect", get_args(Dialect))
def test_what_may_run_passes_again_unchanged(dialect: Dialect) -> None:
    changed = []
    for statement in (statement for kind, statement in LEGITIMATE if kind == dialect):
        first = check(statement, dialect=dialect, catalog=known(dialect), row_cap=10)
        second = check(first.sql, dialect=dialect, catalog=known(dialect), row_cap=10)
        if not second.ok or flat(second.sql) != flat(first.sql):
            changed.append((first.sql, second.sql, second.findings))
    assert changed == []


def test_every_listed_name_exists_in_sqlglot() -> None:
    names = vocabulary.NODES | functions.CLASSES | vocabulary.CLAUSES.keys()
    assert [name for name in names if not hasattr(exp, name)] == []


def test_every_listed_clause_exists_in_sqlglot() -> None:
    unknown = {(node, part) for node, parts in vocabulary.CLAUSES.items() for part in parts if part not in getattr(exp, node).arg_types}
    assert unknown == set()


def test_comments_do_not_reach_the_engine() -> None:
    verdict = check("SELECT id /* one */ FROM orders -- two", dialect="postgres", catalog=sql_shop.catalog())
    assert flat(verdict.sql) == "SELECT id FROM public.orders"


def test_tables_are_named_with_the_schema_that_was_checked() -> None:
    verdict = check("SELECT o.id FROM Orders o", dialect="postgres", catalog=sql_shop.catalog())
    assert flat(verdict.sql) == "SELECT o.id FROM public.orders AS o"


def test_a_column_called_user_is_not_read_as_the_login() -> None:
    verdict = check('SELECT user FROM "Odd Table"', dialect="postgres", catalog=sql_shop.catalog())
    assert flat(verdict.sql) == 'SELECT "user" FROM public."Odd Table"'


def test_a_quoted_function_name_calls_the_built_in_only() -> None:
    verdict = check('SELECT "Lower"(status) AS s, "Mine"(1) AS m FROM orders', dialect="postgres", catalog=sql_shop.catalog())
    assert [finding.rule for finding in verdict.findings] == ["unknown-function"]
    assert "mine" in verdict.findings[0].message


def test_a_cte_hides_the_table_of_its_name_and_only_there() -> None:
    verdict = check(
        "WITH orders AS (SELECT 1 AS one FROM customers) SELECT one FROM orders, public.orders AS real",
        dialect="postgres",
        catalog=sql_shop.catalog(),
    )
    assert verdict.ok, verdict.findings
    assert verdict.tables == ("customers", "orders")


def test_postgres_folds_unquoted_names_and_keeps_quoted_ones() -> None:
    assert rules("SELECT ID FROM ORDERS") == []
    assert "unknown-column" in rules('SELECT "ID" FROM orders')
    assert "unknown-table" in rules('SELECT id FROM "ORDERS"')


def test_duckdb_and_sqlite_ignore_case_even_in_quotes() -> None:
    assert rules('SELECT "ID" FROM "ORDERS"', "duckdb") == []
    assert rules('SELECT "ID" FROM "ORDERS"', "sqlite") == []


def test_all_findings_come_at_once() -> None:
    found = rules("SELECT nme, pg_sleep(1), o.statuss FROM orders o, custmers FOR UPDATE")
    assert {"unknown-function", "not-allowed", "unknown-table", "unknown-column"} <= set(found)


def test_an_unknown_table_is_answered_with_the_nearest() -> None:
    assert "orders" in hints("SELECT 1 FROM ordrs")
    assert "sales.notes" in hints("SELECT 1 FROM notes")


def test_an_unknown_column_is_answered_with_the_nearest_in_sight() -> None:
    assert "o.ordered_on" in hints("SELECT o.order_on FROM orders AS o")
    assert "customers" in hints("SELECT attributes FROM orders")


def test_an_ambiguous_column_is_answered_with_its_candidates() -> None:
    assert hints("SELECT id FROM orders AS o JOIN customers AS c ON c.id = o.customer_id") == "Write one of: o.id, c.id."


def test_a_merged_column_is_not_ambiguous() -> None:
    assert rules("SELECT id FROM orders JOIN customers USING (id)") == []
    assert rules("SELECT id FROM orders NATURAL JOIN customers") == []


def test_a_table_hidden_by_its_alias_is_explained() -> None:
    assert hints("SELECT orders.id FROM orders AS o") == "Write o.id."


def test_an_output_name_in_where_is_explained() -> None:
    assert "Repeat the expression" in hints("SELECT amount * 2 AS twice FROM orders WHERE twice > 3")
    assert "Repeat the expression" in hints("SELECT amount * 2 AS twice FROM orders ORDER BY twice + 1")
    assert rules("SELECT amount * 2 AS twice FROM orders ORDER BY twice") == []


def test_double_quoted_text_is_explained() -> None:
    assert "single quotes" in hints('SELECT id FROM orders WHERE status = "paid"')
    assert "single quotes" in hints('SELECT id FROM orders WHERE status = "paid"', "sqlite")


def test_a_subquery_cannot_see_its_neighbors_without_lateral() -> None:
    assert "unknown-source" in rules("SELECT 1 FROM orders AS o, (SELECT o.id) AS x")
    assert rules("SELECT x.id FROM orders AS o, LATERAL (SELECT o.id) AS x") == []


def test_the_row_cap_is_in_the_statement() -> None:
    catalog = sql_shop.catalog()

    def capped(statement: str) -> str:
        return flat(check(statement, dialect="postgres", catalog=catalog, row_cap=100).sql)

    assert capped("SELECT id FROM orders").endswith("LIMIT 101")
    assert capped("SELECT id FROM orders LIMIT 5").endswith("LIMIT 5")
    assert capped("SELECT id FROM orders LIMIT 5000").endswith("LIMIT 101")
    assert capped("SELECT id FROM orders LIMIT ALL").endswith("LIMIT 101")
    assert capped("SELECT id FROM orders ORDER BY id FETCH FIRST 1 ROW WITH TIES").endswith("WITH TIES ) AS capped LIMIT 101")
    assert capped("SELECT id FROM orders UNION SELECT id FROM customers").endswith("LIMIT 101")
    assert capped("(SELECT id FROM orders)").endswith("LIMIT 101")


def test_the_verdict_says_what_is_read_and_kept() -> None:
    verdict = check(
        "SELECT c.name, sum(o.amount) AS total FROM orders AS o JOIN customers AS c ON c.id = o.customer_id "
        "WHERE o.status = 'paid' AND o.amount > 1 GROUP BY c.name HAVING count(*) > 2",
        dialect="postgres",
        catalog=sql_shop.catalog(),
    )
    assert verdict.tables == ("orders", "customers")
    assert verdict.functions == ("count", "sum")
    assert set(verdict.predicates) == {"c.id = o.customer_id", "o.status = 'paid'", "o.amount > 1", "COUNT(*) > 2"}
    assert verdict.columns == ("customers.id", "customers.name", "orders.amount", "orders.customer_id", "orders.status")
    assert verdict.output_columns == ("name", "total")


def test_a_star_is_known_by_its_columns() -> None:
    assert check("SELECT * FROM customers", dialect="postgres", catalog=sql_shop.catalog()).output_columns == (
        "id",
        "name",
        "attributes",
        "credit",
    )


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("SELECT 42 AS revenue", "no-table"),
        ("SELECT o.id FROM orders o, customers c", "cartesian-join"),
        ("SELECT o.id FROM orders o CROSS JOIN customers c", "cartesian-join"),
        ("SELECT sum(c.credit) AS s FROM customers c JOIN orders o ON o.customer_id = c.id", "fan-out"),
        ("SELECT avg(m) AS s FROM (SELECT avg(credit) AS m FROM customers GROUP BY name) AS t", "average-of-averages"),
        ("WITH t AS (SELECT sum(credit) / count(*) AS m FROM customers GROUP BY name) SELECT avg(m) AS s FROM t", "average-of-averages"),
        ("SELECT c.name, avg(credit) AS s FROM orders o LEFT JOIN customers c ON c.id = o.customer_id GROUP BY 1", "fan-out"),
        ("SELECT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.status = 'paid'", "left-join-undone"),
        ("SELECT avg(amount) FROM (SELECT amount FROM orders LIMIT 100) AS x", "aggregate-over-limit"),
        ("SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders)", "not-in-null"),
        ("SELECT name FROM customers WHERE credit = NULL", "null-comparison"),
        ("SELECT name FROM customers WHERE NULL <> credit", "null-comparison"),
        ("SELECT c.name FROM customers c JOIN orders o ON o.customer_id = o.customer_id", "join-to-itself"),
        ("SELECT count(*) FILTER (WHERE status = 'paid') / count(*) AS share FROM orders", "integer-division"),
        ("SELECT sum(CASE WHEN status = 'paid' THEN 1 ELSE 0 END) / count(id) AS share FROM orders", "integer-division"),
    ],
)
def test_a_shape_that_is_often_wrong_is_warned_of(statement: str, rule: str) -> None:
    verdict = check(statement, dialect="postgres", catalog=sql_shop.catalog())
    assert verdict.ok
    assert [(finding.rule, finding.severity) for finding in verdict.findings] == [(rule, "warning")]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT o.id FROM orders o, customers c WHERE c.id = o.customer_id",
        "SELECT c.name, sum(o.amount) AS s FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY 1",
        "SELECT sum(o.amount) AS s FROM orders o JOIN customers c ON c.id = o.customer_id JOIN moods m ON m.mood = c.name",
        "SELECT sum(amount) AS s FROM orders JOIN customers USING (id)",
        "SELECT sum(DISTINCT c.credit) AS s FROM customers c JOIN orders o ON o.customer_id = c.id",
        "SELECT sum(c.credit) AS s FROM customers c JOIN (SELECT DISTINCT customer_id FROM orders) o ON o.customer_id = c.id",
        "SELECT o.id, t.all_orders FROM orders o CROSS JOIN (SELECT count(*) AS all_orders FROM orders) t",
        "SELECT c.name FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL",
        "SELECT avg(amount) FROM (SELECT amount FROM orders ORDER BY amount DESC LIMIT 10) AS x",
        "SELECT name FROM customers WHERE id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL)",
        "SELECT 1.0 * count(*) FILTER (WHERE status = 'paid') / count(*) AS share FROM orders",
        "SELECT sum(amount) / count(*) AS mean FROM orders",
    ],
)
def test_the_right_form_of_such_a_shape_is_not(statement: str) -> None:
    assert rules(statement) == []


@pytest.mark.parametrize("text", ["two\nlines", "__SQLGLOT__LBREAK__", "it''s", "back\\slash", "-- no comment", "$$"])
def test_laying_out_changes_no_text(text: str) -> None:
    verdict = check(f"SELECT id FROM orders WHERE status = '{text}' AND id IN (SELECT 1)", dialect="postgres", catalog=sql_shop.catalog())
    assert f"'{text}'" in verdict.sql


def test_a_name_with_a_line_break_is_kept() -> None:
    assert '"a\n  b"' in check('SELECT * FROM (SELECT id AS "a\n  b" FROM orders) AS x', dialect="postgres", catalog=sql_shop.catalog()).sql
