"""What is refused, resolved and written under a policy. What comes out of the engines is in tests/integration/row_security."""

from dataclasses import replace

import pytest
import sql_shop

from analytics_agent.catalog.build import build
from analytics_agent.domain.catalog import Dialect, Table, TableColumn, TableName
from analytics_agent.domain.policy import Mask, Policy, TablePolicy
from analytics_agent.sql.check import check
from analytics_agent.sql.row_security import FENCES
from analytics_agent.sql.verdict import Verdict

SECRET = "a key that is in no answer"


def policy(dialect: Dialect = "postgres", rows: tuple[tuple[str, ...], ...] = (("status = 'paid'",),), *, tables: bool = False) -> Policy:
    schema = sql_shop.catalog(dialect).tables[0].schema
    orders = TablePolicy(schema, "orders", rows, (Mask("amount", "bucket", size=10),), ("customer_id",))
    return Policy((TableName(schema, "orders"),) if tables else None, (orders,), SECRET)


def judged(statement: str, dialect: Dialect = "postgres", under: Policy | None = None) -> Verdict:
    return check(statement, dialect=dialect, catalog=sql_shop.catalog(dialect), policy=under or policy(dialect))


def refusals(statement: str, dialect: Dialect = "postgres", under: Policy | None = None) -> set[str]:
    return {finding.rule for finding in judged(statement, dialect, under).findings if finding.severity == "error"}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT customer_id FROM orders",
        "SELECT count(customer_id) FROM orders",
        "SELECT id FROM orders ORDER BY customer_id",
        "SELECT id FROM orders WHERE customer_id = 1",
        "SELECT o.id FROM orders AS o JOIN customers AS c ON c.id = o.customer_id",
        "SELECT count(*) FROM orders AS a JOIN orders AS b USING (customer_id)",
        "SELECT x.customer_id FROM (SELECT * FROM orders) AS x",
        "WITH x AS (SELECT * FROM orders) SELECT customer_id FROM x",
        "SELECT id FROM orders GROUP BY id, customer_id",
        "SELECT public.orders.customer_id FROM public.orders",
        "SELECT row_number() OVER (PARTITION BY customer_id) FROM orders",
    ],
)
def test_a_hidden_column_is_unknown_like_one_that_does_not_exist(statement: str) -> None:
    verdict = judged(statement)
    assert not verdict.ok
    nowhere = judged(statement.replace("customer_id", "nowhere_at_all"))
    assert {finding.rule for finding in verdict.findings} == {finding.rule for finding in nowhere.findings}
    hints = " ".join(finding.hint for finding in verdict.findings)
    assert "customer_id" not in hints


def test_a_hidden_column_is_suggested_to_nobody() -> None:
    told = " ".join(f"{finding.message} {finding.hint} {finding.fix}" for finding in judged("SELECT customer_idd FROM orders").findings)
    assert "customer_id " not in told.replace("customer_idd", "")


def test_a_table_that_is_not_allowed_does_not_exist() -> None:
    under = policy(tables=True)
    assert refusals("SELECT * FROM customers", under=under) == {"unknown-table"}
    assert "customers" not in " ".join(finding.hint for finding in judged("SELECT * FROM customer", under=under).findings)


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite", "mysql"])
def test_every_reference_stands_behind_the_fence_of_its_engine(dialect: Dialect) -> None:
    statement = """
        WITH w AS (SELECT id FROM orders) SELECT o.id, (SELECT max(i.amount) FROM orders AS i WHERE i.id = o.id) AS top
        FROM orders AS o JOIN w ON w.id = o.id WHERE EXISTS (SELECT 1 FROM orders AS e WHERE e.id = o.id)
    """
    verdict = judged(statement, dialect)
    assert verdict.ok, verdict.findings
    assert verdict.sql.count("status = 'paid'") == 4
    assert " ".join(verdict.sql.split()).count(FENCES[dialect]) == 4
    assert "status" not in verdict.shown


@pytest.mark.parametrize("dialect", ["clickhouse", "bigquery", "trino", "databricks", "tsql"])
def test_where_no_fence_is_proven_a_table_under_rules_is_refused(dialect: Dialect) -> None:
    known = replace(sql_shop.catalog("postgres"), dialect=dialect)
    verdict = check("SELECT id FROM orders", dialect=dialect, catalog=known, policy=policy())
    assert [finding.rule for finding in verdict.findings if finding.severity == "error"] == ["row-security"]


def test_what_may_be_shown_of_a_statement_holds_nothing_of_the_policy() -> None:
    schema = sql_shop.catalog().tables[0].schema
    under = Policy(None, (TablePolicy(schema, "orders", (("status = 'paid'",),), (Mask("status", "hash"),)),), SECRET)
    verdict = judged("SELECT status FROM orders WHERE id IN (SELECT id FROM orders)", under=under)
    assert SECRET in verdict.sql
    told = repr(replace(verdict, sql=""))
    assert SECRET not in told
    assert "paid" not in told


def test_without_a_policy_nothing_changes() -> None:
    statement = "SELECT customer_id FROM orders"
    plain = check(statement, dialect="postgres", catalog=sql_shop.catalog())
    assert plain == check(statement, dialect="postgres", catalog=sql_shop.catalog(), policy=Policy())
    assert plain.shown == plain.sql


def test_a_policy_without_a_catalog_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="catalog"):
        check("SELECT 1", dialect="postgres", policy=policy())


@pytest.mark.parametrize(
    "condition",
    [
        "nowhere = 1",
        "status = 'paid') OR (1 = 1",
        "1 = 1) OFFSET 0) AS orders --",
        "1 = 1); DROP TABLE orders; --",
        "pg_sleep(1) IS NULL",
        "count(*) > 1",
        "",
        "id IN (SELECT id FROM orders)",
        "id = 1 ORDER BY id",
    ],
)
def test_a_table_whose_condition_cannot_be_used_cannot_be_read(condition: str) -> None:
    assert refusals("SELECT id FROM orders", under=policy(rows=((condition,),))) == {"row-security"}


def test_a_table_of_which_a_hidden_column_is_gone_cannot_be_read() -> None:
    under = Policy(None, (TablePolicy("public", "orders", hidden=("renamed_since",)),))
    assert refusals("SELECT id FROM orders", under=under) == {"unknown-table"}


def test_where_a_rule_is_of_no_table_only_what_the_policy_names_is_there() -> None:
    under = Policy(None, (TablePolicy("public", "orders_before", (("id = 1",),)), TablePolicy("public", "customers", (("id = 1",),))))
    assert refusals("SELECT id FROM orders", under=under) == {"unknown-table"}
    assert refusals("SELECT id FROM customers", under=under) == set()


def test_a_policy_has_one_rule_for_a_table() -> None:
    with pytest.raises(ValueError, match="two rules"):
        Policy(None, (TablePolicy("public", "orders", (("id = 1",),)), TablePolicy("public", "orders")))


def test_conditions_in_a_circle_close_their_tables() -> None:
    under = Policy(
        None,
        (
            TablePolicy("public", "orders", (("customer_id IN (SELECT id FROM customers)",),)),
            TablePolicy("public", "customers", (("id IN (SELECT customer_id FROM orders)",),)),
        ),
    )
    assert refusals("SELECT id FROM orders", under=under) == {"row-security"}
    assert refusals("SELECT id FROM customers", under=under) == {"row-security"}


def test_a_sample_of_a_table_under_rules_is_refused() -> None:
    assert not judged("SELECT id FROM orders TABLESAMPLE SYSTEM (10)").ok
    assert not judged("SELECT id FROM ONLY orders").ok


def test_a_name_with_its_schema_still_means_the_table() -> None:
    verdict = judged("SELECT public.orders.id, public.orders.* FROM public.orders")
    assert verdict.ok, verdict.findings
    assert "public.orders.id" not in verdict.sql


def test_a_key_settles_no_other_columns_through_a_rule() -> None:
    assert check("SELECT status FROM orders GROUP BY id", dialect="postgres", catalog=sql_shop.catalog()).ok
    assert refusals("SELECT status FROM orders GROUP BY id") == {"not-grouped"}


def test_the_row_cap_holds_under_a_policy() -> None:
    verdict = check("SELECT id FROM orders", dialect="postgres", catalog=sql_shop.catalog(), policy=policy(), row_cap=10)
    assert verdict.sql.rstrip().endswith("LIMIT 11")
    assert verdict.shown.rstrip().endswith("LIMIT 11")


def test_a_table_of_a_thousand_columns_can_be_read_under_rules() -> None:
    columns = tuple(TableColumn(f"c{number}", "integer", "integer") for number in range(1_000))
    wide = build("shop", "postgres", [Table("public", "wide", columns)], ("public",))
    under = Policy(None, (TablePolicy("public", "wide", (("c1 > 0",), ("c2 > 0", "c3 > 0")), hidden=("c7",)),))
    verdict = check("SELECT c4 FROM wide", dialect="postgres", catalog=wide, policy=under)
    assert verdict.ok, verdict.findings


@pytest.mark.parametrize(
    "call", ["typeof(status)", "enum_range(status)", "ENUM_LAST(status)", "enum_code(status)", "upper(typeof(status))"]
)
def test_what_tells_the_values_that_a_type_lists_is_not_called_where_rows_are_hidden(call: str) -> None:
    for statement in (f"SELECT {call} AS a FROM orders", f"SELECT 1 AS a FROM customers WHERE EXISTS (SELECT {call} FROM orders)"):
        assert refusals(statement, "duckdb") == {"row-security"}
    assert "row-security" not in refusals("SELECT typeof(name) AS a FROM customers", "duckdb")
