"""What an operation gives back, and how its exact numbers become an Arrow table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analytics_agent.analyze.sheet import FLOAT, Precision
from analytics_agent.domain.cell import Cell
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.domain.finding import Operation
from analytics_agent.errors import ToolRefused

if TYPE_CHECKING:
    import pyarrow as pa

_SAYS_SOMETHING = 10**12
_INT64 = 2**63
_DECIMAL128_DIGITS = 38


@dataclass(frozen=True)
class Computed:
    """A finding before it has an id: its table becomes a stored result with source "computed"."""

    operation: Operation
    title: str
    table: "pa.Table"
    columns: tuple[ResultColumn, ...]
    inputs: tuple[str, ...]
    parameters: dict[str, Any]
    method: str
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Output:
    """One column of a computed table. `precision` is for numbers; other values are stored as Arrow infers them.

    `given`: the column keeps its name from the input, unless the operation has one of that name itself.
    """

    column: ResultColumn
    values: Sequence[Cell | Fraction]
    precision: Precision | None = None
    given: bool = False


def assemble(outputs: Iterable[Output]) -> tuple["pa.Table", tuple[ResultColumn, ...]]:
    """The Arrow table and its description. A given column whose name is taken gets "_in_data" at its end."""
    import pyarrow as pa

    arrays: list[Any] = []
    columns: list[ResultColumn] = []
    fixed = list(outputs)
    taken = {output.column.name for output in fixed if not output.given}
    for output in fixed:
        clash = output.given and output.column.name in taken
        columns.append(replace(output.column, name=f"{output.column.name}_in_data") if clash else output.column)
        arrays.append(numbers(output.values, output.precision) if output.precision else pa.array(output.values))  # type: ignore[arg-type]
    return pa.table(arrays, names=[column.name for column in columns]), tuple(columns)


def numbers(values: Sequence[Fraction | None], precision: Precision) -> "pa.Array":
    """Exact where the measure was exact and the type can hold it; else the nearest binary float."""
    import pyarrow as pa

    scale = precision.scale
    present = [value for value in values if value is not None]
    if scale == 0 and all(value.denominator == 1 and -_INT64 <= value < _INT64 for value in present):
        return pa.array([None if value is None else int(value) for value in values], pa.int64())
    if scale is not None and all(_fits(value, scale) for value in present):
        exact = [None if value is None else _decimal(value, scale) for value in values]
        return pa.array(exact, pa.decimal128(_DECIMAL128_DIGITS, scale))
    try:
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    except OverflowError:
        raise ToolRefused("The numbers are too large to compute with.", hint="Query the measure in a larger unit.") from None


def _fits(value: Fraction, scale: int) -> bool:
    shifted = value * 10**scale
    return bool(shifted.denominator == 1 and abs(shifted) < 10**_DECIMAL128_DIGITS)


def _decimal(value: Fraction, scale: int) -> Decimal:
    shifted = int(value * 10**scale)
    return Decimal((int(shifted < 0), tuple(int(digit) for digit in str(abs(shifted))), -scale))


def change_of(measure: ResultColumn, name: str, label: str) -> ResultColumn:
    """The description of a difference of the measure: percentages change in points."""
    if measure.format == "percent":
        points = replace(measure, format="number", unit="points", decimals=1 if measure.decimals is None else measure.decimals)
        return replace(points, name=name, label=label, type="number", dimension=None)
    return replace(measure, name=name, label=label, dimension=None)


def as_change(measure: ResultColumn, value: Fraction | None) -> Fraction | None:
    """A difference in the unit that `change_of` describes."""
    return value * 100 if value is not None and measure.format == "percent" else value


def ratio_column(name: str, label: str, *, percent: bool = False) -> ResultColumn:
    return ResultColumn(name=name, type="number", label=label, format="percent" if percent else "number", additive=False)


def ratio(part: Fraction | None, whole: Fraction | None) -> Fraction | None:
    """None where it has no meaning: something is missing, or the base is zero or below."""
    return share(part, whole) if part is not None and whole is not None and whole > 0 else None


def share(part: Fraction, whole: Fraction) -> Fraction | None:
    """None where there is no whole, or hardly one: a million million times it says nothing and may not fit a float."""
    found = part / whole if whole else None
    return found if found is not None and abs(found) < _SAYS_SOMETHING else None


def derived(column: ResultColumn, name: str, values: Sequence[Fraction | None], precision: Precision, label: str) -> Output:
    """The measure itself under another name."""
    return Output(replace(column, name=name, label=label, dimension=None), values, precision)


def changes(
    measure: ResultColumn, name: str, label: str, values: Iterable[Fraction | None], precision: Precision, *, additive: bool | None
) -> Output:
    """A column of differences of the measure, in its unit or in points."""
    described = replace(change_of(measure, name, label), additive=additive)
    return Output(described, [as_change(measure, value) for value in values], FLOAT if measure.format == "percent" else precision)
