"""A stored table as Python can hold it: odd days as text, numbers without declared places as plainly as their values allow."""

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics_agent.domain.readable import NEVER_DATE, NEVER_MOMENT, PLACES_AS_NEEDED, column_type, readable

NUMBER = pa.decimal128(38, 9)


def read(values: list[Any], kind: pa.DataType, metadata: dict[bytes, bytes] | None = None) -> pa.ChunkedArray:
    return readable(pa.table([pa.array(values, kind)], schema=pa.schema([pa.field("x", kind, metadata=metadata)])))["x"]


@pytest.mark.parametrize(
    ("values", "kind", "shown"),
    [
        (["3", None], pa.int64(), [3, None]),
        (["0.1", "2.5"], pa.decimal128(38, 1), [Decimal("0.1"), Decimal("2.5")]),
        (["12345678901234567890", "1"], pa.decimal128(38, 0), [Decimal("12345678901234567890"), Decimal(1)]),
        (["0.333333333"], pa.float64(), [0.333333333]),
        ([], pa.int64(), []),
    ],
)
def test_a_number_without_declared_places_is_the_plainest_that_holds_all(values: list[Any], kind: pa.DataType, shown: list[Any]) -> None:
    found = read([None if one is None else Decimal(one) for one in values], NUMBER, PLACES_AS_NEEDED)
    assert (found.type, found.to_pylist()) == (kind, shown)


def test_a_declared_decimal_keeps_its_places() -> None:
    assert read([Decimal("2.00")], pa.decimal128(10, 2)).type == pa.decimal128(10, 2)
    assert read([Decimal("7")], pa.decimal128(20, 0)).type == pa.int64()


@given(st.integers(-784_353, 2_932_896 + 1_000_000))
def test_days_are_those_of_the_calendar(days: int) -> None:
    import numpy as np

    found = read_days([days, NEVER_DATE])
    year, month, day = str(np.datetime64(days, "D")).rsplit("-", 2)
    expected = f"{int(year):04d}-{month}-{day}" if int(year) > 0 else f"{1 - int(year):04d}-{month}-{day} BC"
    assert found == [expected, "infinity"]


def read_days(days: list[int]) -> list[Any]:
    values: list[Any] = readable(pa.table({"x": pa.array(days, pa.int32()).cast(pa.date32())}))["x"].to_pylist()
    return values


def test_moments_beyond_the_calendar_are_text_and_others_stay() -> None:
    moments = pa.array([0, NEVER_MOMENT, -NEVER_MOMENT, -62_135_596_800_000_001], pa.int64())
    zoned = readable(pa.table({"x": moments.cast(pa.timestamp("us", "UTC"))}))["x"].to_pylist()
    assert zoned == ["1970-01-01 00:00:00+00:00", "infinity", "-infinity", "0001-12-31 23:59:59.999999+00:00 BC"]
    plain = pa.table({"x": pa.array([0], pa.timestamp("us"))})
    assert readable(plain) is plain


def test_nanoseconds_are_cut_and_infinity_stays() -> None:
    moments = pa.array([1_704_067_200_123_456_789, None], pa.int64()).cast(pa.timestamp("ns"))
    assert str(readable(pa.table({"x": moments}))["x"][0].as_py()) == "2024-01-01 00:00:00.123456"
    never = pa.array([NEVER_MOMENT], pa.int64()).cast(pa.timestamp("ns"))
    assert readable(pa.table({"x": never}))["x"].to_pylist() == ["infinity"]


def test_whole_decimals_are_integers_to_us() -> None:
    assert [column_type(kind) for kind in (pa.decimal128(38, 0), pa.decimal128(38, 9), pa.uint8())] == ["integer", "number", "integer"]
