"""Columns of free SQL: a share is told as one, where its expression and its values agree."""

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from analytics_agent.activities.free_columns import free_columns

SHARE = "SELECT SUM(CASE WHEN late THEN 1 ELSE 0 END) * 1.0 / COUNT(*) AS late_rate FROM t"
PERCENT = "SELECT 100.0 * SUM(CASE WHEN late THEN 1 ELSE 0 END) / COUNT(*) AS late_rate FROM t"


def told(sql: str, values: list[Any], type: pa.DataType | None = None) -> tuple[str, str | None]:
    [column] = free_columns(pa.table({"late_rate": pa.array(values, type)}), sql, "postgres")
    return column.format, column.unit


@pytest.mark.parametrize("values", [[0.2235, None], [Decimal("0.2235"), Decimal(1)], [1.0], [0.0, 1.0 + 1e-12]])
def test_a_share_is_a_percentage(values: list[Any]) -> None:
    assert told(SHARE, values) == ("percent", None)


@pytest.mark.parametrize("values", [[22.35, None], [0.0, 100.0], [100, 3]])
def test_a_share_times_a_hundred_has_its_unit(values: list[Any]) -> None:
    assert told(PERCENT, values) == ("number", "%")


@pytest.mark.parametrize("values", [[1.2], [-0.1, 0.3], [float("nan")], [0.2, float("inf")]])
def test_values_that_are_no_shares_stay_numbers(values: list[Any]) -> None:
    assert told(SHARE, values) == ("number", None)


@pytest.mark.parametrize(("values", "type"), [([0, 1], pa.int64()), ([None], pa.float64()), ([], pa.float64()), (["0.2"], pa.string())])
def test_whole_numbers_text_and_nothing_are_no_shares(values: list[Any], type: pa.DataType) -> None:
    assert told(SHARE, values, type) == ("number", None)


def test_a_million_rows_are_judged_at_once() -> None:
    assert told(SHARE, [0.5] * 1_000_000) == ("percent", None)
