"""A model against a database: what the database lacks is named, with the line that asks for it."""

from dataclasses import replace

import pytest
from unit.semantic import shop

from analytics_agent.domain.catalog import Catalog
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic import load, validate


def without(table: str, column: str = "") -> Catalog:
    catalog = shop.catalog()
    if not column:
        return replace(catalog, tables=tuple(t for t in catalog.tables if t.name != table))
    tables = (replace(t, columns=tuple(c for c in t.columns if (t.name, c.name) != (table, column))) for t in catalog.tables)
    return replace(catalog, tables=tuple(tables))


def test_a_model_that_fits_has_no_problems() -> None:
    assert validate(shop.model(), shop.catalog()) == ()


def test_a_missing_table_is_named() -> None:
    (problem,) = validate(shop.model(), without("visits"))
    assert "dataset `visits`: the database has no table `visits`; it has stores, customers" in problem


def test_a_missing_column_is_named_wherever_it_is_used() -> None:
    found = validate(shop.model(), without("stores", "store_id"))
    assert len(found) == 2 and all("`stores` has no column `store_id`" in problem for problem in found)
    assert any("field `stores.kind`" in problem for problem in validate(shop.model(), without("stores", "kind")))


def test_a_column_that_only_a_metric_uses_is_checked_too() -> None:
    (problem,) = validate(shop.model(), without("order_lines", "quantity"))
    assert "metric `mean_price`: `order_lines` has no column `quantity`" in problem


def test_an_expression_for_another_engine_only_is_named() -> None:
    text = shop.TEXT.replace("{dialect: ANSI_SQL, expression: visited_on}", "{dialect: SNOWFLAKE, expression: visited_on}")
    with pytest.raises(InvalidSemanticModel, match="it is written for SNOWFLAKE only; add an ANSI_SQL expression"):
        load(text)
