"""What a request puts beside its metrics, read from a stored result."""

from typing import Any

import pytest

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.others import group_columns, is_cut_to_top, is_some_groups, others_column, top_columns

COLUMNS = (
    ResultColumn("month", "date", "Month", dimension="orders.day:month"),
    ResultColumn("category", "text", "Category", dimension="products.category"),
    ResultColumn("product_id", "text", "Product", dimension="products.product_id"),
    ResultColumn("name", "text", "Name", dimension="products.name"),
    ResultColumn("revenue", "number", "Revenue", metric="revenue"),
)


def result(**asked: Any) -> Query:
    return Query("r1", "p", COLUMNS, 3, Artifact("", 0, ""), "metric", request=asked)


def test_beside_a_top_of_each_group_there_are_no_others_and_rows_are_left_out() -> None:
    query = result(top={"count": 3, "within": ["products.category"]})
    assert others_column(query) is None and is_cut_to_top(query)
    assert group_columns(query) == ("category",) and top_columns(query) == ("product_id", "name")


@pytest.mark.parametrize("top", [{"count": 3, "dimension": "products.name"}, {"count": 3, "dimension": "name", "others": True}])
def test_all_others_stand_in_the_column_of_the_members(top: dict[str, Any]) -> None:
    assert others_column(result(top=top)) == "name" and not is_cut_to_top(result(top=top))


def test_without_others_there_are_none() -> None:
    query = result(top={"count": 3, "dimension": "name", "others": False})
    assert others_column(query) is None and is_cut_to_top(query) and not is_cut_to_top(result())


def test_a_threshold_leaves_groups_out_but_not_where_they_are_counted() -> None:
    having = [{"metric": "revenue", "op": ">", "value": 1}]
    assert is_some_groups(result(having=having)) and not is_some_groups(result())
    assert not is_some_groups(result(having=having, counted={"by": ["products.category"]}))
