"""Names resolved against the catalog in ten dialects: what is found, what is said of what is not, and the statement mended."""

from dataclasses import replace

import pytest
from sqlglot import exp
from ten_shops import catalog

from analytics_agent.catalog.build import build
from analytics_agent.domain.catalog import Dialect, TableColumn
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.check import check
from analytics_agent.sql.names import resolve
from analytics_agent.sql.parse import parse
from analytics_agent.sql.scope import MOST_ERRORS

FOUND: tuple[tuple[Dialect, str], ...] = (
    # lateral sources and functions in FROM
    ("postgres", "SELECT o.id, l.name FROM orders o, LATERAL (SELECT name FROM customers c WHERE c.id = o.customer_id) l"),
    ("postgres", "SELECT d.day FROM generate_series(1, 3) AS d(day)"),
    ("postgres", "SELECT d FROM generate_series(1, 3) AS d"),
    ("duckdb", "SELECT t.u FROM orders, unnest(tags) AS t(u)"),
    ("duckdb", "SELECT x.twice FROM orders o, (SELECT o.amount * 2 AS twice) x"),
    ("sqlite", "SELECT j.value FROM orders, json_each(orders.doc) AS j"),
    ("mysql", "SELECT j.a FROM orders, JSON_TABLE(doc, '$[*]' COLUMNS(a INT PATH '$.a')) AS j"),
    ("snowflake", "SELECT f.value:a::int AS a, f.index FROM orders o, LATERAL FLATTEN(input => o.tags) f"),
    ("snowflake", "SELECT o.doc:a.b::string AS s FROM orders o"),
    ("bigquery", "SELECT ID, u FROM orders, UNNEST(tags) AS u WITH OFFSET AS off WHERE off > 1"),
    ("bigquery", "SELECT t FROM orders o, o.tags AS t"),
    ("trino", "SELECT u.x, u.n FROM orders CROSS JOIN UNNEST(tags) WITH ORDINALITY AS u(x, n)"),
    ("databricks", "SELECT k FROM orders LATERAL VIEW EXPLODE(tags) e AS k WHERE k > 1"),
    ("tsql", "SELECT o.id, j.k FROM orders o CROSS APPLY OPENJSON(o.doc) WITH (k int '$.k') AS j"),
    ("tsql", "SELECT c.x FROM orders o OUTER APPLY (SELECT TOP 1 name AS x FROM customers WHERE id = o.customer_id) c"),
    ("clickhouse", "SELECT id, x FROM orders ARRAY JOIN tags AS x"),
    ("clickhouse", "SELECT o.id FROM orders AS o FINAL"),
    ("snowflake", "SELECT column2 FROM VALUES (1, 'x'), (2, 'y')"),
    ("duckdb", "SELECT col1 FROM (VALUES (1, 'x'), (2, 'y'))"),
    # fields of structured values
    ("duckdb", "SELECT doc.a FROM orders"),
    ("bigquery", "SELECT doc.a.b, o.doc.c FROM orders o"),
    ("databricks", "SELECT doc.a.b FROM orders"),
    ("trino", "SELECT doc.a FROM orders"),
    # output names
    ("postgres", "SELECT status AS s, sum(amount) AS amount FROM orders GROUP BY s ORDER BY amount"),
    ("duckdb", "SELECT amount * 2 AS twice, twice + 1 AS more FROM orders WHERE twice > 1 ORDER BY more"),
    ("sqlite", "SELECT amount * 2 AS twice FROM orders WHERE twice > 1"),
    ("mysql", "SELECT status AS s, sum(amount) AS total FROM orders GROUP BY s HAVING total > 1 ORDER BY total + 1"),
    ("clickhouse", "SELECT sum(amount) AS s, s / 2 AS half FROM orders"),
    ("clickhouse", "WITH 5 AS k SELECT id + k AS x FROM orders"),
    ("snowflake", "SELECT Amount * 2 AS x, x + 1 AS y FROM orders WHERE x > 1"),
    ("bigquery", "SELECT status AS s, count(*) AS n FROM orders GROUP BY s HAVING n > 1"),
    ("trino", "SELECT sum(amount) AS total FROM orders ORDER BY total + 1"),
    ("databricks", "SELECT amount * 2 AS d, d + 1 AS e FROM orders ORDER BY e"),
    ("tsql", "SELECT status AS s FROM orders ORDER BY s"),
    # schemas, databases, WITH, frames
    ("postgres", "SELECT public.orders.id FROM public.orders"),
    ("postgres", "SELECT n.note FROM archive.notes AS n"),
    ("postgres", "SELECT a.id, b.name FROM ((SELECT id FROM orders) AS a JOIN (SELECT id, name FROM customers) AS b ON a.id = b.id)"),
    ("postgres", "SELECT id FROM shop.public.orders"),
    ("sqlite", "SELECT main.orders.id FROM main.orders"),
    ("mysql", "SELECT shop.orders.ID FROM shop.orders"),
    ("snowflake", "SELECT note FROM archive.notes"),
    ("postgres", "WITH orders AS (SELECT 1 AS x FROM customers) SELECT x FROM orders"),
    ("postgres", "WITH a AS (SELECT id FROM orders), b AS (SELECT id AS other FROM a) SELECT other FROM b JOIN a ON a.id = b.other"),
    ("tsql", "WITH r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r JOIN orders ON orders.id = r.n"),
    ("postgres", "SELECT o.* FROM orders o JOIN customers USING (id) WHERE id > 1"),
    ("postgres", "SELECT 1 AS one FROM orders o WHERE EXISTS (SELECT 1 FROM customers WHERE customers.id = customer_id)"),
    ("postgres", "SELECT sum(amount) OVER w AS s FROM orders WINDOW w AS (ORDER BY id)"),
    ("postgres", "SELECT x.b FROM (SELECT id, status FROM orders) AS x(a, b)"),
    ("postgres", "SELECT status FROM orders UNION SELECT name FROM customers ORDER BY status"),
    ("bigquery", "SELECT _PARTITIONDATE FROM orders"),
)

# dialect, statement, rule, a part of what is said
SAID: tuple[tuple[Dialect, str, str, str], ...] = (
    ("postgres", "SELECT id FROM ordrs", "unknown-table", "Nearest: orders."),
    ("postgres", "SELECT id FROM order_list", "unknown-table", "Nearest: orders."),
    ("postgres", "SELECT note FROM notes", "unknown-table", "Nearest: archive.notes."),
    ("postgres", "SELECT id FROM other.public.orders", "unknown-table", "Only shop is read here, not other."),
    ("postgres", "WITH recent AS (SELECT id FROM orders) SELECT id FROM recents", "unknown-table", "Nearest: recent."),
    ("mysql", "SELECT id FROM Orders", "unknown-table", "Nearest: orders."),
    ("bigquery", "SELECT id FROM Orders", "unknown-table", "Nearest: orders."),
    ("postgres", "SELECT nme FROM customers", "unknown-column", "Nearest: customers.name."),
    ("postgres", "SELECT o.cust_id FROM orders o", "unknown-column", "Nearest: o.customer_id."),
    ("postgres", "SELECT on_ordered FROM orders", "unknown-column", "orders.ordered_on"),
    ("postgres", "SELECT sum(amont) AS amont FROM orders", "unknown-column", "Nearest: orders.amount."),  # no output at its own place
    ("postgres", "SELECT country FROM orders", "unknown-column", "join customers by orders.customer_id = customers.id."),
    ("postgres", "SELECT amount FROM customers c", "unknown-column", "join orders by c.id = orders.customer_id."),
    ("postgres", "SELECT o.country FROM orders o JOIN customers c ON c.id = o.customer_id", "unknown-column", "Here it is c.country."),
    ("postgres", "SELECT customers.name FROM orders o", "unknown-source", "join it by o.customer_id = customers.id."),
    ("postgres", "SELECT x.id FROM orders o JOIN customers c ON c.id = o.customer_id", "unknown-source", "Here it is o.id, c.id."),
    ("postgres", "SELECT x.* FROM orders o", "unknown-source", "In sight here: o."),
    ("postgres", "SELECT id FROM orders o JOIN customers c ON c.id = o.customer_id", "ambiguous-column", "Write one of: o.id, c.id."),
    ("postgres", 'SELECT id FROM orders "O" JOIN customers c ON c.id = customer_id', "ambiguous-column", 'Write one of: "O".id, c.id.'),
    ("postgres", "SELECT s.b FROM (SELECT id AS b, status AS b FROM orders) s", "ambiguous-column", "its own alias"),
    ("postgres", "SELECT id FROM orders JOIN customers USING (id) JOIN orders o ON TRUE", "ambiguous-column", "Write one of"),
    ("postgres", "SELECT orders FROM orders", "whole-row", "orders.column"),
    ("postgres", "SELECT amount AS worth FROM orders ORDER BY wroth DESC", "unknown-column", "Nearest: worth, which this query gives."),
    ("postgres", "SELECT id FROM orders WHERE status = paid", "unknown-column", "If a text is meant: 'paid'."),
    ("postgres", "SELECT date_trunc(ordered_on, MONTH) AS m FROM orders", "unknown-column", "A unit of time is a text here: 'month'."),
    ("postgres", "SELECT orders.id FROM orders JOIN customers USING (idd)", "unknown-column", "Nearest: orders.id."),
    ("postgres", "SELECT amount * 2 AS twice FROM orders ORDER BY twice + 1", "unknown-column", "Repeat the expression"),
    ("tsql", "SELECT amount * 2 AS twice FROM orders ORDER BY twice + 1", "unknown-column", "Repeat the expression"),
    ("mysql", "SELECT amount * 2 AS twice FROM orders WHERE twice > 1", "unknown-column", "Repeat the expression"),
    ("bigquery", "SELECT amount * 2 AS twice FROM orders WHERE twice > 1", "unknown-column", "Repeat the expression"),
    ("trino", "SELECT status AS s, count(*) AS n FROM orders GROUP BY s", "unknown-column", "Repeat the expression"),
    ("databricks", "SELECT amount * 2 AS twice FROM orders WHERE twice > 1", "unknown-column", "Repeat the expression"),
    (
        "postgres",
        "SELECT status FROM orders UNION SELECT name FROM customers ORDER BY name",
        "unknown-column",
        "the first one only: status",
    ),
    ("postgres", "SELECT o.id FROM orders o, (SELECT o.id) AS x", "unknown-source", "does not see o beside it: write LATERAL"),
    ("postgres", "SELECT sum(amount) OVER w AS s FROM orders WINDOW v AS (ORDER BY id)", "unknown-window", "Windows here: v."),
    ("tsql", "SELECT j.z FROM orders o CROSS APPLY OPENJSON(o.doc) WITH (k int '$.k') AS j", "unknown-column", "Its columns: k."),
    ("mysql", "SELECT o.id FROM orders AS O", "unknown-source", "Here it is O.id."),
    ("clickhouse", "SELECT ID FROM orders", "unknown-column", "Nearest: orders.id."),
    ("snowflake", 'SELECT "id" FROM orders', "unknown-column", "Nearest: ORDERS.ID."),
    ("duckdb", "SELECT status.a FROM orders", "unknown-source", "status.a"),
)

MENDED: tuple[tuple[Dialect, str, str], ...] = (
    ("postgres", "SELECT stauts FROM ordres", "SELECT status FROM orders AS ordres"),
    ("postgres", 'SELECT "ID" FROM "Orders" -- kept', "SELECT id FROM orders -- kept"),
    ("postgres", "SELECT customerId FROM orders", "SELECT customer_id FROM orders"),
    (
        "postgres",
        "SELECT amount AS order_value FROM orders ORDER BY order_vale",
        "SELECT amount AS order_value FROM orders ORDER BY order_value",
    ),
    ("postgres", "SELECT note FROM notes", "SELECT note FROM archive.notes AS notes"),
    ("postgres", "SELECT orders.id FROM orders AS o", "SELECT o.id FROM orders AS o"),
    (
        "postgres",
        "SELECT o.country FROM orders o JOIN customers c ON c.id = o.customer_id",
        "SELECT c.country FROM orders o JOIN customers c ON c.id = o.customer_id",
    ),
    ("postgres", "SELECT id FROM orders o JOIN customers c ON c.id = o.id", "SELECT o.id FROM orders o JOIN customers c ON c.id = o.id"),
    ("postgres", "SELECT amount * 2 AS x FROM orders WHERE x > 1", "SELECT amount * 2 AS x FROM orders WHERE (amount * 2) > 1"),
    ("postgres", 'SELECT id FROM orders WHERE status = "it\'s"', "SELECT id FROM orders WHERE status = 'it''s'"),
    ("postgres", "SELECT 'Ünïcødé' AS x, statsu FROM orders", "SELECT 'Ünïcødé' AS x, status FROM orders"),
    ("mysql", "SELECT ID FROM Orders", "SELECT ID FROM orders"),
    ("snowflake", 'SELECT "id" FROM orders', "SELECT ID FROM orders"),
    ("bigquery", "SELECT `statuss` FROM orders", "SELECT status FROM orders"),
    ("tsql", "SELECT [statuss] FROM orders", "SELECT status FROM orders"),
    ("trino", "SELECT status AS s, count(*) AS n FROM orders GROUP BY s", "SELECT status AS s, count(*) AS n FROM orders GROUP BY status"),
)

NOT_MENDED: tuple[tuple[Dialect, str], ...] = (
    ("postgres", "SELECT id FROM orders o JOIN customers c ON c.id = o.customer_id"),
    ("postgres", "SELECT id FROM orders o LEFT JOIN customers c ON c.id = o.id"),
    ("postgres", "SELECT max_amount FROM (SELECT amount AS min_amount FROM orders) AS x"),
    ("postgres", "SELECT amount_2 FROM (SELECT amount AS amount_1 FROM orders) AS x"),
    ("postgres", "SELECT total FROM orders"),
    ("postgres", "SELECT stauts, nothing_like_it FROM orders"),
    ("postgres", "SELECT stauts FROM orders FOR UPDATE"),
    ("postgres", "SELECT stauts + 1 AS x FROM orders"),
    ("postgres", "SELECT sum(amount) AS s FROM orders WHERE s > 1"),
)


def findings(statement: str, dialect: Dialect) -> tuple[SqlFinding, ...]:
    return check(statement, dialect=dialect, catalog=catalog(dialect)).findings


@pytest.mark.parametrize(("dialect", "statement"), FOUND)
def test_a_name_is_found_where_the_dialect_has_it(dialect: Dialect, statement: str) -> None:
    tree = parse(statement, dialect).tree
    assert tree is not None
    assert resolve(tree, dialect, catalog(dialect)).findings == ()


@pytest.mark.parametrize(("dialect", "statement", "rule", "said"), SAID)
def test_of_a_name_that_means_nothing_it_is_said_what_to_write(dialect: Dialect, statement: str, rule: str, said: str) -> None:
    told = [finding for finding in findings(statement, dialect) if finding.rule == rule]
    assert any(said in f"{finding.message} {finding.hint}" for finding in told), told or findings(statement, dialect)


@pytest.mark.parametrize(("dialect", "statement", "fix"), MENDED)
def test_a_slip_comes_with_the_whole_statement_mended(dialect: Dialect, statement: str, fix: str) -> None:
    errors = [finding for finding in findings(statement, dialect) if finding.severity == "error"]
    assert errors
    assert {finding.fix for finding in errors} == {fix}
    assert check(fix, dialect=dialect, catalog=catalog(dialect)).ok


@pytest.mark.parametrize(("dialect", "statement"), NOT_MENDED)
def test_what_may_mean_two_things_is_not_mended(dialect: Dialect, statement: str) -> None:
    verdict = check(statement, dialect=dialect, catalog=catalog(dialect))
    assert not verdict.ok
    assert {finding.fix for finding in verdict.findings} == {""}


def test_findings_come_in_the_order_of_the_text() -> None:
    told = findings("SELECT zzz, stauts, o.yyy FROM orders o WHERE xxx > 1 ORDER BY www", "postgres")
    names = ["zzz", "stauts", "yyy", "xxx", "www"]
    assert [name for finding in told for name in names if name in finding.message] == names


@pytest.mark.parametrize(("dialect", "statement"), FOUND)
def test_every_table_of_a_checked_tree_is_among_the_references(dialect: Dialect, statement: str) -> None:
    """Rights are applied there: a table that is missing would be read without them."""
    tree = parse(statement, dialect).tree
    assert tree is not None
    result = resolve(tree, dialect, catalog(dialect))
    listed = {id(node) for node, _ in result.references}
    real = [
        node for node in tree.find_all(exp.Table) if isinstance(node.this, exp.Identifier) and result.sources[id(node)].table is not None
    ]
    assert all(id(node) in listed for node in real)
    others = [node for node in tree.find_all(exp.Table) if id(node) not in listed]
    assert all(not isinstance(node.this, exp.Identifier) or is_of_a_cte(node) for node in others)


def is_of_a_cte(node: exp.Table) -> bool:
    return not node.args.get("db") and any(cte.alias.lower() == node.name.lower() for cte in node.root().find_all(exp.CTE))


NESTED = (
    "WITH a AS (SELECT id FROM orders WHERE id IN (SELECT customer_id FROM orders)) "
    "SELECT (SELECT max(name) FROM customers) AS m, count(*) FILTER (WHERE EXISTS (SELECT 1 FROM archive.notes)) AS n "
    "FROM a JOIN (SELECT id FROM customers UNION SELECT id FROM orders) AS u ON u.id = (SELECT min(id) FROM orders) "
    "JOIN LATERAL (SELECT c.id FROM customers c WHERE c.id = a.id) l ON TRUE "
    "CROSS JOIN (customers AS k JOIN orders AS q ON q.customer_id = k.id) "
    "WHERE a.id > ALL (SELECT id FROM customers) GROUP BY a.id HAVING a.id > (SELECT avg(id) FROM orders) "
    "ORDER BY (SELECT min(id) FROM customers)"
)


def test_references_are_exact_however_deep_they_stand() -> None:
    tree = parse(NESTED, "postgres").tree
    assert tree is not None
    result = resolve(tree, "postgres", catalog())
    assert result.findings == ()
    tables = [node for node in tree.find_all(exp.Table) if node.name != "a"]
    assert len(tables) == 13
    assert sorted(id(node) for node, _ in result.references) == sorted(map(id, tables))
    assert all(table is not None and table.name == node.name for node, table in result.references)


def test_a_with_query_hides_a_table_only_where_it_is_in_sight() -> None:
    statement = "SELECT (WITH orders AS (SELECT 1 AS one FROM customers) SELECT one FROM orders) AS x, o.id FROM orders o"
    assert set(check(statement, dialect="postgres", catalog=catalog()).tables) == {"customers", "orders"}


def test_a_thousand_tables_are_not_looked_through() -> None:
    """The index is made once for a catalog, not for each statement."""
    from analytics_agent.sql.catalog_index import index_of

    known = catalog()
    assert index_of(known) is index_of(known)
    assert index_of(catalog()) is not index_of(known)


def test_queries_that_recurse_inside_one_another_are_resolved_once_each() -> None:
    statement = "SELECT id AS n FROM orders"
    for level in range(30):
        statement = f"WITH RECURSIVE r{level} AS ({statement} UNION ALL SELECT 1) SELECT n FROM r{level}"
    assert check(statement, dialect="postgres", catalog=catalog()).ok


def test_of_a_thousand_faults_the_first_are_told() -> None:
    statement = f"SELECT {', '.join(f'zz{number}' for number in range(1_500))} FROM orders"
    verdict = check(statement, dialect="postgres", catalog=catalog())
    assert not verdict.ok
    assert len(verdict.findings) == MOST_ERRORS
    assert "zz0" in verdict.findings[0].message


@pytest.mark.parametrize(("path", "column"), [(("archive", "public"), "old_id"), (("public", "archive"), "id")])
def test_the_search_path_decides_between_tables_of_one_name(path: tuple[str, ...], column: str) -> None:
    whole = catalog()
    old = replace(whole.tables[-1], schema="archive", columns=(TableColumn("old_id", "integer", "integer"),), primary_key=())
    namesakes = build("shop", "postgres", [*whole.tables, replace(old, name="orders")], path)
    verdict = check(f"SELECT {column} FROM orders", dialect="postgres", catalog=namesakes)
    assert verdict.ok, verdict.findings
    assert f"FROM {path[0]}.orders" in verdict.sql
    other = {"old_id": "id", "id": "old_id"}[column]
    assert check(f"SELECT {other} FROM {path[1]}.orders", dialect="postgres", catalog=namesakes).ok
    assert not check(f"SELECT {other} FROM orders", dialect="postgres", catalog=namesakes).ok


PIVOTED: tuple[tuple[Dialect, str, tuple[str, ...]], ...] = (
    ("tsql", "SELECT p.* FROM (SELECT id, status, amount FROM orders) s PIVOT (sum(amount) FOR status IN ([a], [b])) p", ("id", "a", "b")),
    ("duckdb", "SELECT * FROM (SELECT id, amount FROM orders) UNPIVOT (v FOR k IN (id, amount))", ()),
)


@pytest.mark.parametrize(("dialect", "statement", "columns"), PIVOTED)
def test_what_pivot_gives_is_known_as_far_as_it_can_be(dialect: Dialect, statement: str, columns: tuple[str, ...]) -> None:
    tree = parse(statement, dialect).tree
    assert tree is not None
    result = resolve(tree, dialect, catalog(dialect))
    assert result.findings == ()
    assert tuple(output.name for output in result.outputs.columns) == columns
    assert result.outputs.is_open == (not columns)
