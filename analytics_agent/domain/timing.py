"""When a schedule is due: a Timing as sets of minutes, hours and days, the moments it gives, and the same in words.

The moments are those at which Temporal acts: around a change of clocks a test compares the two. A time that the clocks skip is
not due that day; one that comes twice is due once. Temporal itself may act twice then, see `is_phantom` and `wall_clock`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from analytics_agent.domain.cron import Calendar, calendars_of
from analytics_agent.domain.schedule import Timing

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")

HORIZON = timedelta(days=366 * 12)
"""29 February comes at least once in this time, and 1 January ten times."""

QUARTERS = (1, 4, 7, 10)
_EVERY_DAY = tuple(range(1, 32))
_EVERY_MONTH = tuple(range(1, 13))
_EVERY_WEEKDAY = tuple(range(7))


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """IANA names; those that mean another thing on every machine are left out."""
    return frozenset(name for name in available_timezones() if name not in {"localtime", "posixrules", "Factory"})


def calendars(timing: Timing) -> tuple[Calendar, ...]:
    """Due is what any of them matches. Raises ValueError for a cron expression or a clock time that is none."""
    if timing.cron is not None:
        return calendars_of(timing.cron)
    at = clock(timing.at)
    days, months, weekdays = _EVERY_DAY, _EVERY_MONTH, _EVERY_WEEKDAY
    match timing.every:
        case "weekday":
            weekdays = (1, 2, 3, 4, 5)
        case "week":
            weekdays = (timing.on % 7,)
        case "month" | "quarter" | "year":
            days = (timing.on,)
            months = {"month": months, "quarter": QUARTERS, "year": (timing.month,)}[timing.every]
    return (Calendar((at.minute,), (at.hour,), days, months, weekdays),)


def clock(text: str) -> time:
    """ "08:00" as a time of day. Raises ValueError with a sentence for people."""
    if (found := _CLOCK.fullmatch(text)) is not None:
        return time(int(found[1]), int(found[2]))
    raise ValueError("Write a time of the day as 08:00, between 00:00 and 23:59.")


def moments(timing: Timing, after: datetime, until: datetime | None = None) -> Iterator[datetime]:
    """Every due moment after `after`, in UTC and in order, up to and including `until` (or the horizon)."""
    zone = ZoneInfo(timing.time_zone)
    until = until or after + HORIZON
    kept = calendars(timing)
    day, last = after.astimezone(zone).date() - timedelta(days=1), until.astimezone(zone).date()
    while day <= last:
        yield from (at for at in _on(day, kept, zone) if after < at <= until)
        day += timedelta(days=1)


def _on(day: date, kept: tuple[Calendar, ...], zone: ZoneInfo) -> list[datetime]:
    times = {time(hour, minute) for one in kept if one.has_day(day) for hour in one.hours for minute in one.minutes}
    found = (resolved(datetime.combine(day, at), zone) for at in times)
    return sorted(at for at in found if at is not None)


def resolved(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """A time on the clock of a zone as a moment; None where the clocks skip it. Of two it is the one that Temporal takes."""
    first = wall.replace(tzinfo=zone, fold=0)
    if _is_skipped(wall, zone):
        return None
    winter = min(first.utcoffset() or timedelta(0), wall.replace(tzinfo=zone, fold=1).utcoffset() or timedelta(0))
    return wall.replace(tzinfo=zone, fold=0 if winter < timedelta(0) else 1).astimezone(UTC)


def is_due(timing: Timing, at: datetime) -> bool:
    """Whether the clock in the schedule's zone shows a due time."""
    wall = wall_clock(timing, at)
    return wall.second == 0 and any(
        one.has_day(wall.date()) and wall.hour in one.hours and wall.minute in one.minutes for one in calendars(timing)
    )


def is_phantom(timing: Timing, at: datetime) -> bool:
    """A moment at which Temporal (1.32) acts though none is due: where clocks go back it acts once more, as much later."""
    zone, near = ZoneInfo(timing.time_zone), timedelta(hours=3)
    before, after = ((at + side).astimezone(zone).utcoffset() or timedelta(0) for side in (-near, near))
    return before > after and not is_due(timing, at) and is_due(timing, at - (before - after))


def wall_clock(timing: Timing, at: datetime) -> datetime:
    """What the clock shows in the schedule's zone: two moments that it shows alike are one due time."""
    return at.astimezone(ZoneInfo(timing.time_zone)).replace(tzinfo=None, microsecond=0, fold=0)


@dataclass(frozen=True)
class ClockChange:
    """A due time (on the clock) that a change of clocks skips, or that comes twice and counts once."""

    wall: datetime
    skipped: bool


def clock_changes(timing: Timing, after: datetime, days: int = 400) -> tuple[ClockChange, ...]:
    """Those of the coming days; the first of each day is enough to say it."""
    zone, kept = ZoneInfo(timing.time_zone), calendars(timing)
    begin = after.astimezone(zone).date()
    changes = (_changed(begin + timedelta(days=n), kept, zone) for n in range(days))
    return tuple(change for change in changes if change)


def _changed(day: date, kept: tuple[Calendar, ...], zone: ZoneInfo) -> ClockChange | None:
    midnight = datetime.combine(day, time())
    if _offset(midnight, zone) == _offset(midnight + timedelta(days=1), zone):
        return None
    times = sorted({time(h, m) for one in kept if one.has_day(day) for h in one.hours for m in one.minutes})
    for wall in (datetime.combine(day, at) for at in times):
        if _is_skipped(wall, zone):
            return ClockChange(wall, skipped=True)
        if _offset(wall, zone) != _offset(wall.replace(fold=1), zone):
            return ClockChange(wall, skipped=False)
    return None


def _is_skipped(wall: datetime, zone: ZoneInfo) -> bool:
    there = wall.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None, fold=0) != wall.replace(fold=0)


def _offset(wall: datetime, zone: ZoneInfo) -> timedelta | None:
    return wall.replace(tzinfo=zone).utcoffset()
