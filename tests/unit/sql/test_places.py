"""A table that a person may not read is found in every place where a statement can read one."""

import pytest
import sql_shop

from analytics_agent.catalog.restrict import restricted
from analytics_agent.domain.catalog import TableName
from analytics_agent.sql.check import check

OPEN = restricted(sql_shop.catalog(), (TableName("public", "orders"), TableName("sales", "notes")))
"""The shop without its customers."""

LATERAL_VALUES = "SELECT v.x FROM orders CROSS JOIN LATERAL (VALUES ((SELECT MAX({0}.id) FROM {0}))) AS v(x)"
PLACES = (
    "SELECT 1 FROM {0}",
    "SELECT 1 FROM public.{0}",
    "SELECT 1 FROM ({0})",
    "SELECT 1 FROM ((orders CROSS JOIN {0}))",
    "SELECT 1 FROM (((orders CROSS JOIN ({0}))))",
    "SELECT 1 FROM orders JOIN (sales.notes JOIN {0} ON TRUE) ON TRUE",
    "SELECT 1 FROM orders, LATERAL (SELECT MAX({0}.id) FROM {0}) AS s",
    LATERAL_VALUES,
    "SELECT v.x FROM LATERAL (VALUES ((SELECT MAX({0}.id) FROM {0}))) AS v(x)",
    "SELECT v.x FROM (VALUES ((SELECT MAX({0}.id) FROM {0}))) AS v(x)",
    "SELECT s.x FROM ((SELECT 1 AS x) AS s CROSS JOIN LATERAL (VALUES ((SELECT MAX({0}.id) FROM {0}))) AS v(y))",
    "SELECT 1 FROM generate_series(1, 3) AS g(n), LATERAL (VALUES ((SELECT MAX({0}.id) FROM {0}))) AS v(x)",
    "WITH q AS (VALUES ((SELECT MAX({0}.id) FROM {0}))) SELECT 1 FROM q",
    "WITH {0} AS (SELECT 1 AS id) SELECT 1 FROM public.{0}",
    "WITH {0} AS (SELECT id FROM {0}) SELECT 1 FROM {0}",
    "WITH RECURSIVE {0} AS (SELECT id FROM {0}) SELECT 1 FROM {0}",
    "WITH RECURSIVE q(id) AS (VALUES ((SELECT MAX({0}.id) FROM {0})) UNION ALL SELECT id + 1 FROM q WHERE id < 5) SELECT id FROM q",
    "SELECT 1 FROM (WITH {0} AS (SELECT 1 AS id) SELECT id FROM {0}) AS s, {0}",
    "(WITH {0} AS (SELECT 1 AS id) SELECT id FROM {0}) UNION SELECT id FROM {0}",
    "SELECT 1 AS id UNION VALUES ((SELECT MAX({0}.id) FROM {0}))",
    "SELECT id FROM orders EXCEPT SELECT id FROM {0}",
    "SELECT id FROM orders WHERE id IN (SELECT id FROM {0})",
    "SELECT id FROM orders WHERE id IN (VALUES ((SELECT MAX({0}.id) FROM {0})))",
    "SELECT id FROM orders WHERE id = ANY (ARRAY(SELECT id FROM {0}))",
    "SELECT id FROM orders ORDER BY (SELECT MAX({0}.id) FROM {0})",
    "SELECT id FROM orders LIMIT (SELECT MAX({0}.id) FROM {0})",
    "SELECT SUM(id) OVER (ORDER BY (SELECT MAX({0}.id) FROM {0})) FROM orders",
    "SELECT COUNT(*) FILTER (WHERE EXISTS (SELECT 1 FROM {0})) FROM orders",
    "SELECT CASE WHEN (SELECT COUNT(*) FROM {0}) > 1 THEN 1 / 0 END",
)


@pytest.mark.parametrize("place", PLACES)
def test_a_hidden_table_is_refused_wherever_it_stands(place: str) -> None:
    statement = place.format("customers")
    verdict = check(statement, dialect="postgres", catalog=OPEN)
    assert not verdict.ok
    assert check(statement.replace("customers", "custumers"), dialect="postgres", catalog=OPEN).ok is False


@pytest.mark.parametrize("place", [LATERAL_VALUES, "SELECT 1 FROM ((sales.notes CROSS JOIN {0}))"])
def test_a_table_in_an_unusual_place_is_read_and_told(place: str) -> None:
    verdict = check(place.format("customers"), dialect="postgres", catalog=sql_shop.catalog())
    assert verdict.ok and "customers" in verdict.tables
    assert "public.customers" in verdict.sql
