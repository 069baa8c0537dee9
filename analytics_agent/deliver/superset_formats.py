"""How Superset is told to write values: d3 format strings from a column's unit, format and decimals."""

import re

from analytics_agent.domain.answer import Figure
from analytics_agent.domain.evidence import ResultColumn

_DOLLARS = {"USD", "$"}
_GRAIN_FORMATS = {"year": "%Y", "quarter": "Q%q %Y", "month": "%B %Y", "hour": "%-d %b %Y %H:%M"}
_GRAINS = {"hour", "day", "week", "month", "quarter", "year"}
_DAY = "%-d %b %Y"
_MINUTE = "%-d %b %Y %H:%M"
_NUMERAL = re.compile(r"[-−+$]?[\d,]+(?:\.(\d+))?")


def number_format(column: ResultColumn, decimals: int | None = None) -> str:
    """The d3 format of a numeric column; `decimals` are used where the column names none."""
    places = column.decimals if column.decimals is not None else decimals if decimals is not None else _usual(column)
    if column.format == "percent":
        return f",.{places}%"
    return f"{'$' if _in_dollars(column) else ''},.{places}f"


def decimals_of(number_format: str) -> int:
    """2 for ",.2f"."""
    return int(number_format.rpartition(".")[2].rstrip("%f"))


def shown_decimals(figure: Figure, column: ResultColumn) -> int | None:
    """The digits behind the point of a figure as the reader sees it; None when that says nothing ("1.2 million", "2 × 10⁹")."""
    numeral, _, rest = " ".join(figure.shown.replace("%", " %").split()).partition(" ")
    match = _NUMERAL.fullmatch(numeral)
    unit = "%" if column.format == "percent" else column.unit or ""
    if match is None or rest not in {"", unit, unit.removesuffix("s")} or (unit == "%" and rest != unit):
        return None
    return len(match.group(1) or "")


def unit_shown(column: ResultColumn) -> str:
    """The unit that must stand beside the figure because the format does not say it."""
    return "" if column.format == "percent" or _in_dollars(column) else column.unit or ""


def time_format(column: ResultColumn) -> str:
    """The d3 time format of a date or timestamp: as fine as its grain and no finer."""
    grain = (column.dimension or "").rpartition(":")[2]
    return _GRAIN_FORMATS.get(grain, _MINUTE if column.type == "timestamp" and grain not in _GRAINS else _DAY)


def axis_format(column: ResultColumn) -> str:
    """As the values are written elsewhere, but months short and over their year and days without it: labels stand close."""
    return {"%B %Y": "%b\n%Y", _DAY: "%-d %b"}.get(time_format(column), time_format(column))


def _usual(column: ResultColumn) -> int:
    return {"percent": 1, "currency": 2}.get(column.format, 0 if column.type == "integer" else 1)


def _in_dollars(column: ResultColumn) -> bool:
    return column.format == "currency" and (column.unit or "") in _DOLLARS
