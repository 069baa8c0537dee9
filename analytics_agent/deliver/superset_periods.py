"""Periods on an axis: what Superset calls them, how they are written."""

from analytics_agent.domain.evidence import ResultColumn

GRAINS = {"hour": "PT1H", "day": "P1D", "week": "P1W", "month": "P1M", "quarter": "P3M", "year": "P1Y"}
"""What Superset calls them."""
_DAY, _WRITTEN = "FMDD Mon YYYY", {"month": "FMMonth YYYY", "quarter": '"Q"Q YYYY', "year": "YYYY", "hour": "FMDD Mon YYYY HH24:MI"}
_SORTABLE = {"month": "YYYY-MM", "quarter": 'YYYY "Q"Q', "year": "YYYY", "hour": "YYYY-MM-DD HH24:MI"}


def grain(column: ResultColumn) -> str:
    """hour, day, week, month, quarter or year; empty where the column does not say."""
    return (column.dimension or "").rpartition(":")[2] if ":" in (column.dimension or "") else ""


def written(column: ResultColumn, *, sortable: bool = False) -> str:
    """The period as a text ("January 2013") in PostgreSQL's words: Superset labels an axis of few bars by texts alone."""
    pattern = _SORTABLE.get(grain(column), "YYYY-MM-DD") if sortable else _WRITTEN.get(grain(column), _DAY)
    name = column.name.replace('"', '""')
    return f"TO_CHAR(\"{name}\", '{pattern}')"


def split_by(column: ResultColumn, label: str) -> str:
    """What values are split by, inside a title: "month" and not "date (month)"."""
    period = grain(column)
    if period and label.endswith(f"({period})"):
        return period
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
