"""Cells: their exact numbers, and which texts name them."""

import subprocess
import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics_agent.domain.cell import as_number, cells, find, is_named, nearest


@pytest.mark.parametrize(
    ("cell", "given"),
    [
        (6, 6),
        (6, "6.0"),
        (6.5, "6.50"),
        (-3, "−3"),
        (Decimal("1.10"), 1.1),
        (True, "true"),
        (True, True),
        ("WN", "WN"),
        (date(2013, 6, 1), "2013-06"),
        (date(2013, 6, 24), "2013-06-24"),
        (datetime(2013, 6, 24, tzinfo=UTC), "2013-06-24"),
        (datetime(2013, 6, 24, 16, 5, tzinfo=UTC), "2013-06-24 16:05+00:00"),
        (time(16, 5), "16:05"),
    ],
)
def test_a_cell_is_named_by_what_people_write(cell: Any, given: Any) -> None:
    assert is_named(cell, given)


@pytest.mark.parametrize(
    ("cell", "given"),
    [(6, "six"), (1, True), (True, 1), (None, ""), (float("nan"), "nan"), (date(2013, 6, 24), "2013-06"), (6, "1e999999999"), ("WN", "W")],
)
def test_and_by_nothing_else(cell: Any, given: Any) -> None:
    assert not is_named(cell, given)


def test_the_exact_spelling_wins_over_another_case() -> None:
    assert find(["wn", "WN", "Wn"], "WN") == [1]
    assert find(["wn", "Wn"], " WN ") == [0, 1]


def test_a_float_is_the_decimal_that_people_read() -> None:
    assert as_number(0.1) == Fraction(1, 10)
    assert as_number(18.33) - as_number(13.38) == Fraction("4.95")  # type: ignore[operator]


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_every_finite_float_comes_back_unchanged(value: float) -> None:
    number = as_number(value)
    assert ((number is None and abs(value) != abs(value)) or abs(value) == float("inf")) or float(number or 0) == value


@pytest.mark.parametrize("cell", [None, True, "5", date(2013, 1, 1), Decimal("NaN"), float("inf")])
def test_what_is_no_number_has_none(cell: Any) -> None:
    assert as_number(cell) is None


def test_nanoseconds_keep_their_zone_and_need_no_pandas() -> None:
    stamps = pa.array([1_000_000_123], pa.timestamp("ns", tz="UTC"))
    (cell,) = cells(pa.table({"t": stamps}), "t")
    assert type(cell) is datetime
    assert cell.isoformat() == "1970-01-01T00:00:01+00:00"


def test_the_nearest_names_come_first_and_something_is_always_offered() -> None:
    assert nearest("Dealy", ["carrier", "delay"]) == ("delay",)
    assert nearest("zzz", ["carrier", "delay", "delay"]) == ("carrier", "delay")


def test_analyze_and_synthesize_are_light_to_import() -> None:
    heavy = "{'pyarrow', 'pandas', 'numpy', 'duckdb', 'sqlglot', 'jinja2', 'anthropic', 'temporalio'}"
    code = "import sys, analytics_agent.analyze.operations, analytics_agent.synthesize.grounding as g; "
    told = subprocess.run(
        [sys.executable, "-c", f"{code}print(sorted({heavy} & set(sys.modules)))"], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
