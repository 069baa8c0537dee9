"""Times in a part of a model: what dates rows in the whole dates them in the part, or nothing does; a masked day is told by its unit."""

from datetime import date

import pytest

from analytics_agent.catalog.build import build
from analytics_agent.catalog.restrict import name_of
from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.catalog import Catalog, ColumnType, Table, TableColumn
from analytics_agent.domain.policy import Mask, Policy, TablePolicy
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.access.restrict import restrict
from analytics_agent.semantic.compiler.compile import compile
from analytics_agent.semantic.model import SemanticModel
from analytics_agent.semantic.ossie.load import load
from analytics_agent.semantic.ossie.structure import problems
from analytics_agent.semantic.request import Filter, MetricRequest, Operator, Period

MODEL = """
name: sales
datasets:
- name: orders
  source: public.orders
  primary_key: [order_id]
  custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"time_field": "orders.ordered_on"}'}]
  fields:
  - {name: order_id, expression: order_id}
  - {name: shipped_on, datatype: Date, expression: shipped_on}
  - name: ordered_on
    datatype: Date
    expression: ordered_on
    custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"grains": GRAINS}'}]
- name: lines
  source: public.lines
  fields:
  - {name: order_id, expression: order_id}
relationships:
- {name: lines_to_orders, from: lines, to: orders, from_columns: [order_id], to_columns: [order_id]}
metrics:
- {name: order_count, expression: 'COUNT(orders.order_id)'}
- {name: line_count, expression: 'COUNT(lines.order_id)'}
"""
JANUARY = Period(date(2025, 1, 1), date(2025, 2, 1))


def model(grains: str = '["day", "week", "month", "year"]') -> SemanticModel:
    return load(MODEL.replace("GRAINS", grains))


def _table(name: str, **columns: ColumnType) -> Table:
    made = tuple(TableColumn(column, kind, kind, nullable=True) for column, kind in columns.items())
    return Table("public", name, made, primary_key=("order_id",) if name == "orders" else ())


def catalog() -> Catalog:
    orders = _table("orders", order_id="integer", shipped_on="date", ordered_on="date")
    return build("sales", "postgres", [orders, _table("lines", order_id="integer")], ("public",))


def part(whole: SemanticModel, rule: TablePolicy) -> SemanticModel:
    tables = catalog()
    policy = Policy(tuple(name_of(table) for table in tables.tables), (rule,), "0123456789abcdef0123")
    return restrict(whole, tables, under_policy(tables, policy), policy)


def sql(over: SemanticModel, request: MetricRequest) -> str:
    return compile(over, request, dialect="postgres", catalog=catalog()).sql


HIDDEN = TablePolicy("public", "orders", hidden=("ordered_on",))
HASHED = TablePolicy("public", "orders", masks=(Mask("ordered_on", "hash"),))
BY_MONTH = TablePolicy("public", "orders", masks=(Mask("ordered_on", "bucket", unit="month"),))


@pytest.mark.parametrize("rule", [HIDDEN, HASHED], ids=["hidden", "hashed"])
@pytest.mark.parametrize("metric", ["order_count", "line_count"])
def test_where_the_time_that_dates_rows_is_gone_no_other_takes_its_place(rule: TablePolicy, metric: str) -> None:
    """Orders of January would else be those that were shipped in January; and lines are dated by their orders."""
    seen = part(model(), rule)
    assert problems(seen) == []
    assert "shipped_on" in sql(seen, MetricRequest("", (metric,), ("orders.shipped_on:month",)))
    with pytest.raises(ToolRefused, match="has no time field"):
        sql(seen, MetricRequest("", (metric,), time=JANUARY))


def test_a_period_of_a_time_that_is_named_needs_no_other() -> None:
    named = Period(JANUARY.start, JANUARY.end, "orders.shipped_on")
    assert "orders.shipped_on >=" in sql(part(model(), HIDDEN), MetricRequest("", ("order_count",), time=named))


def test_where_another_column_is_hidden_rows_are_dated_as_before() -> None:
    seen = part(model(), TablePolicy("public", "orders", hidden=("shipped_on",)))
    assert "orders.ordered_on >=" in sql(seen, MetricRequest("", ("line_count",), time=JANUARY))


def test_a_time_of_which_no_grain_is_left_is_none() -> None:
    """Known by its month, every order would be one of the first day of it."""
    seen = part(model('["day", "week"]'), BY_MONTH)
    assert seen.field("orders.ordered_on") is None
    assert seen.default_time("orders") is None


@pytest.mark.parametrize(
    ("op", "values"),
    [
        (">=", ("2025-01-15",)),
        (">", ("2025-01-15",)),
        ("<", ("2025-01-15",)),
        ("<=", ("2025-01-15",)),
        ("between", ("2025-01-01", "2025-01-15")),
    ],
)
def test_a_filter_does_not_cut_through_a_month_of_which_nobody_knows_the_days(op: Operator, values: tuple[str, ...]) -> None:
    with pytest.raises(ToolRefused, match="known by month only"):
        sql(part(model(), BY_MONTH), MetricRequest("", ("order_count",), filters=(Filter("orders.ordered_on", op, values),)))


@pytest.mark.parametrize(
    ("op", "values"), [(">=", ("2025-01-01",)), (">", ("2025-01-31",)), ("<=", ("2025-01-31",)), ("between", ("2025-01-01", "2025-01-31"))]
)
def test_a_filter_by_whole_months_is_one(op: Operator, values: tuple[str, ...]) -> None:
    assert "ordered_on" in sql(
        part(model(), BY_MONTH), MetricRequest("", ("order_count",), filters=(Filter("orders.ordered_on", op, values),))
    )
