"""PostgreSQL's rows as Arrow tables: the type of each column from its OID and modifier, values from what COPY prints (CSV).

Most values Arrow's own reader takes as they are. Where it does not (infinity, dates before the year 1, NaN in a numeric, bytes that are
no UTF-8), that piece is read again as text and converted value by value, into the same types.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from analytics_agent.adapters.column_names import distinct
from analytics_agent.adapters.text_columns import ANY_NUMBER, Declared, converted, exact, utf8

_NUMERIC, _MONEY = 1700, 790
_MONEY_NAME = "money"
_TYPES: dict[int, tuple[pa.DataType, str]] = {
    16: (pa.bool_(), "boolean"),
    20: (pa.int64(), "bigint"),
    21: (pa.int16(), "smallint"),
    23: (pa.int32(), "integer"),
    26: (pa.int64(), "oid"),
    700: (pa.float32(), "real"),
    701: (pa.float64(), "double precision"),
    1082: (pa.date32(), "date"),
    1083: (pa.time64("us"), "time"),
    1114: (pa.timestamp("us"), "timestamp"),
    1184: (pa.timestamp("us", "UTC"), "timestamptz"),
}
_LEAST_BLOCK, _MOST_BLOCK = 1_000_000, 2**31 - 1


@dataclass(frozen=True)
class PostgresRows:
    """The columns of one statement."""

    columns: tuple[Declared, ...]

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([column.field for column in self.columns])

    def read(self, block: bytes, longest: int) -> tuple[pa.Table, list[str]]:
        """Whole lines of CSV, the longest of so many bytes, as a table, and what is to be said of its values."""
        try:
            kinds = [column.kind if _is_read_by_arrow(column) else pa.string() for column in self.columns]
            texts: Sequence[Any] = self._parsed(block, longest, kinds).columns
        except pa.ArrowInvalid:
            texts = [utf8(column) for column in self._parsed(block, longest, [pa.binary()] * len(self.columns)).columns]
        columns: list[Any] = []
        notes: list[str] = []
        for column, values in zip(self.columns, texts, strict=True):
            kept, said = (_amounts(values, column.kind), ()) if column.native == _MONEY_NAME else converted(values, column)
            columns.append(kept)
            notes += said
        return pa.table(columns, schema=self.schema), notes

    def _parsed(self, block: bytes, longest: int, kinds: Sequence[pa.DataType]) -> pa.Table:
        names = [str(place) for place in range(len(kinds))]
        return csv.read_csv(
            pa.BufferReader(block),
            read_options=csv.ReadOptions(column_names=names, block_size=min(max(_LEAST_BLOCK, 2 * longest), _MOST_BLOCK)),
            parse_options=csv.ParseOptions(newlines_in_values=b'"' in block, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types=dict(zip(names, kinds, strict=True)),
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
            ),
        )


def declared(described: Any, money_places: int) -> PostgresRows:
    """`described` is the server's description of a prepared statement (libpq's result); `money_places` are the digits that the
    database's currency has after the point."""
    places = range(described.nfields)
    names = distinct((described.fname(place) or b"").decode("utf-8", "replace") for place in places)
    found = [
        _declared(name, described.ftype(place), described.fmod(place), money_places) for name, place in zip(names, places, strict=True)
    ]
    return PostgresRows(tuple(found))


def has_money(described: Any) -> bool:
    return any(described.ftype(place) == _MONEY for place in range(described.nfields))


def _declared(name: str, oid: int, modifier: int, money_places: int) -> Declared:
    if oid == _NUMERIC:
        return _numeric(name, modifier)
    if oid == _MONEY:
        return Declared(name, pa.decimal128(19, money_places), _MONEY_NAME)
    kind, native = _TYPES.get(oid, (pa.string(), "text"))
    return Declared(name, kind, native)


def _numeric(name: str, modifier: int) -> Declared:
    """numeric(p, s) keeps both in its modifier, the scale as a signed number of eleven bits."""
    if modifier < 4:
        return Declared(name, ANY_NUMBER, "numeric", as_needed=True)
    precision, scale = (modifier - 4) >> 16 & 0xFFFF, (((modifier - 4) & 0x7FF) ^ 1024) - 1024
    native = f"numeric({precision},{scale})"
    return Declared(name, exact(precision, scale) or pa.string(), native)


def _is_read_by_arrow(column: Declared) -> bool:
    kind = column.kind
    return not pa.types.is_decimal(kind) or not (pa.types.is_decimal256(kind) or column.as_needed or column.native == _MONEY_NAME)


def _amounts(values: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """-$1,234.50, as the locale C prints money: its last two digits after a point, whatever the currency has. Units by their digits."""
    units = pc.replace_substring_regex(values, r"[^0-9-]", "").cast(pa.decimal128(19, 0))
    unit = pa.scalar(Decimal(1).scaleb(-kind.scale), pa.decimal128(kind.scale + 1, kind.scale))
    return pc.multiply(units, unit).cast(kind)
