"""Whether data is older than its model expects: the statement that finds the newest value of a time, and what is said of it. Pure."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import ceil
from zoneinfo import ZoneInfo

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.period import day_called
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.facts import table_of
from analytics_agent.semantic.model import Freshness, SemanticModel
from analytics_agent.sql.as_written import sqlglot_dialect

_BEGINS, _ENDS = "The newest row of ", "older than expected."


def newest_statement(model: SemanticModel, freshness: Freshness, dialect: Dialect) -> str | None:
    """SELECT MAX(field); None for a field that the model does not have."""
    field = model.field(freshness.field)
    dataset = model.dataset(field.dataset) if field else None
    if field is None or dataset is None:
        return None
    newest = exp.Max(this=expressions.field_sql(model, field.path, dialect))
    return exp.select(exp.alias_(newest, "newest")).from_(table_of(dataset)).sql(dialect=sqlglot_dialect(dialect))


def late(freshness: Freshness, newest: object, now: datetime, timezone: str | None = None, *, with_day: bool = True) -> str | None:
    """A sentence where the newest value is older than it may be; None where it is not, or is no time. A time without a zone is one of
    the model's. Without `with_day` nothing of the value is told."""
    zone: tzinfo = ZoneInfo(timezone) if timezone else UTC
    at = _moment(newest, zone)
    if at is None:
        return None
    by = _days(at, now, freshness.count, zone) if freshness.unit == "day" else _hours(newest, at, now, freshness.count)
    if by <= 0:
        return None
    thing = freshness.field.partition(".")[0]
    if not with_day:
        return f"{_BEGINS}{thing} is {_ENDS}"
    return f"{_BEGINS}{thing} is of {_called(newest, at, freshness)}, {_counted(by, freshness.unit)} {_ENDS}"


def says_late(text: str) -> bool:
    """Of rows as they were: it is not told again of others."""
    return text.startswith(_BEGINS) and text.endswith(_ENDS)


def _moment(value: object, zone: tzinfo) -> datetime | None:
    if isinstance(value, str):
        return _written(value, zone)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    return datetime.combine(value, time(), zone) if isinstance(value, date) else None


def _written(text: str, zone: tzinfo) -> datetime | None:
    """SQLite keeps times as text."""
    try:
        return _moment(datetime.fromisoformat(text), zone)
    except ValueError:
        return None


def _is_day(value: object) -> bool:
    return len(value) == len("2025-05-12") if isinstance(value, str) else not isinstance(value, datetime)


def _days(at: datetime, now: datetime, expected: int, zone: tzinfo) -> int:
    return (now.astimezone(zone).date() - at.astimezone(zone).date()).days - expected


def _hours(value: object, at: datetime, now: datetime, expected: int) -> int:
    """Begun ones count. A day has not ended before its midnight."""
    end = at + timedelta(days=1) if _is_day(value) else at
    return ceil((now - end) / timedelta(hours=1)) - expected


def _called(value: object, at: datetime, freshness: Freshness) -> str:
    if freshness.unit == "day" or _is_day(value):
        return day_called(at.date())
    return f"{day_called(at.date())}, {at:%H:%M}"


def _counted(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"
