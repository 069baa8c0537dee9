"""How Superset is told to write values: d3 format strings from a column's unit, format and decimals."""

from analytics_agent.domain.answer import Figure
from analytics_agent.domain.evidence import ResultColumn

_DECIMALS_OF_UNIT = {"min": 1, "minutes": 1}
_GRAIN_FORMATS = {"year": "%Y", "quarter": "%b %Y", "month": "%b %Y", "hour": "%-d %b %Y %H:%M"}
_DAY = "%-d %b %Y"
_MINUTE = "%-d %b %Y %H:%M"


def number_format(column: ResultColumn, shown: Figure | None = None) -> str:
    """The d3 format of a numeric column. `shown` is a figure of the answer whose decimals are taken over."""
    decimals = _decimals_of(shown, column) if shown else None
    if decimals is None:
        decimals = _decimals(column)
    if column.format == "percent":
        return f",.{decimals}%"
    if column.format == "currency":
        return f"$,.{decimals}f"
    return f",.{decimals}f"


def time_format(column: ResultColumn) -> str:
    """The d3 time format of a date or timestamp: as fine as its grain and no finer."""
    grain = (column.dimension or "").rpartition(":")[2]
    return _GRAIN_FORMATS.get(grain, _MINUTE if column.type == "timestamp" and not grain_is_known(grain) else _DAY)


def grain_is_known(grain: str) -> bool:
    return grain in {"hour", "day", "week", "month", "quarter", "year"}


def _decimals(column: ResultColumn) -> int:
    if column.decimals is not None:
        return column.decimals
    if column.format == "percent":
        return 1
    if column.format == "currency":
        return 2
    if column.type == "integer":
        return 0
    return _DECIMALS_OF_UNIT.get(column.unit or "", 1)


def _decimals_of(figure: Figure, column: ResultColumn) -> int | None:
    """The digits behind the point in a figure as the reader sees it; None when the text is a shortened one ("1.2 million")."""
    digits = [part for part in figure.shown.split() if any(sign.isdigit() for sign in part)]
    if len(digits) != 1 or ("%" in figure.shown) != (column.format == "percent"):
        return None
    whole, _, fraction = digits[0].rstrip("%").partition(".")
    if not all(sign.isdigit() or sign in ",$−-+€£" for sign in whole):
        return None
    return len(fraction) if fraction.isdigit() or not fraction else None
