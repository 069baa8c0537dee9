"""What a metric is in Superset gives the number that it is here, and so does what comes back from there."""

import pytest
from unit.semantic import shop

from analytics_agent.domain.superset_dataset import SupersetColumn, SupersetDataset, SupersetMetric
from analytics_agent.semantic import MetricRequest, SemanticModel, compile
from analytics_agent.semantic.exchange.superset import imported
from analytics_agent.semantic.exchange.superset_out import planned

CATALOG = shop.catalog()
THERE = tuple(
    SupersetDataset(n, f"u{n}", table.name, table.schema, columns=tuple(SupersetColumn(c, one.name) for c, one in enumerate(table.columns)))
    for n, table in enumerate(CATALOG.tables)
)
EXPORTED = {
    edit.metrics[at].changes["metric_name"]: (edit.name, edit.metrics[at].changes["expression"])
    for edit in planned(shop.model(), THERE, CATALOG).edits
    for at in range(len(edit.metrics))
}


def number(model: SemanticModel, name: str) -> object:
    return shop.rows(compile(model, MetricRequest("", (name,)), dialect="duckdb", catalog=CATALOG).sql)


@pytest.mark.parametrize("name", EXPORTED)
def test_a_metric_is_the_same_number_there_and_when_it_comes_back(name: str) -> None:
    table, expression = EXPORTED[name]
    here = number(shop.model(), name)
    assert shop.rows(f"SELECT {expression} FROM {table}") == here
    (given,) = (one for one in THERE if one.table == table)
    dataset = SupersetDataset(1, "u", table, given.schema, columns=given.columns, metrics=(SupersetMetric(1, name, expression),))
    assert number(imported([dataset], CATALOG, "shop").model, name) == here


def test_most_metrics_of_single_tables_are_written() -> None:
    assert {"revenue", "orders", "customers"} <= set(EXPORTED)
