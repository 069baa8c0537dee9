"""Pages of a list, the newest first: what stands on a page begins before a time, and that time has a zone."""

from datetime import datetime

from analytics_agent.api.problems import FieldProblem, InvalidRequest


def with_zone(at: datetime | None, field: str = "before") -> datetime | None:
    """Raises InvalidRequest for a time that means another one on each machine."""
    if at is not None and at.tzinfo is None:
        raise InvalidRequest([FieldProblem(field=field, message="Say which time zone: 2026-11-23T10:00:00Z.")])
    return at
