"""A schedule in words for people: when it is due, what becomes of a report that is late, and what a change of clocks does."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from analytics_agent.domain.cron import Calendar
from analytics_agent.domain.period import MONTHS, day_called
from analytics_agent.domain.schedule import Overlap, PeriodUnit, Schedule, Timing
from analytics_agent.domain.timing import calendars, clock, clock_changes

WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

OVERLAPS: dict[Overlap, str] = {
    "skip": "A report that falls due while the one before is still being made is left out.",
    "buffer_one": "A report that falls due while the one before is still being made waits for it; one waits at most.",
    "buffer_all": "Reports that fall due while one is still being made wait, and are made one after the other.",
    "cancel_other": "A report that falls due while the one before is still being made takes its place: that one is cancelled.",
    "allow_all": "Every report is made when it falls due, whether or not another is still being made.",
}


def when(timing: Timing) -> str:
    """ "On the 1st of every month at 08:00, Europe/Berlin"."""
    said = _rule(timing) if timing.cron is None else _cron(timing)
    return f"{said}, {timing.time_zone}"


def _rule(timing: Timing) -> str:
    at = f"at {clock(timing.at):%H:%M}"
    match timing.every:
        case "weekday":
            return f"Monday to Friday {at}"
        case "week":
            return f"Every {WEEKDAYS[timing.on % 7]} {at}"
        case "month":
            return f"On the {ordinal(timing.on)} of every month {at}"
        case "quarter":
            return f"On the {ordinal(timing.on)} of January, April, July and October {at}"
        case "year":
            return f"Every {timing.on} {MONTHS[timing.month - 1]} {at}"
    return f"Every day {at}"


def _cron(timing: Timing) -> str:
    """Words where they are short, else the expression itself."""
    kept = calendars(timing)
    times = {(one.hours, one.minutes) for one in kept}
    clocks = [f"{hour:02}:{minute:02}" for hours, minutes in times for hour in hours for minute in minutes]
    days = [_days(one) for one in kept]
    if len(clocks) > 4 or None in days:
        return f"By cron {timing.cron}"
    said = " and ".join(day for day in days if day)
    return f"{said[0].upper()}{said[1:]} at {listed(clocks)}"


def _days(one: Calendar) -> str | None:
    """None where words would be longer than the rule."""
    months = "" if len(one.months) == 12 else listed([MONTHS[month - 1] for month in one.months])
    if len(one.days) == 31 and len(one.weekdays) == 7:
        return f"every day in {months}" if months else "every day"
    if len(one.days) == 31:
        named = "Monday to Friday" if one.weekdays == (1, 2, 3, 4, 5) else f"every {listed([WEEKDAYS[day] for day in one.weekdays])}"
        return f"{named} in {months}" if months else named
    if len(one.days) <= 4 and len(one.weekdays) == 7:
        return f"on the {listed([ordinal(day) for day in one.days])} of {months or 'every month'}"
    return None


def ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def listed(words: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def lasting(span: timedelta) -> str:
    """ "a day", "6 hours", "10 minutes"."""
    for name, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count, rest = divmod(int(span.total_seconds()), seconds)
        if count and not rest:
            return f"{count} {name}s" if count > 1 else "an hour" if name == "hour" else f"a {name}"
    return f"{int(span.total_seconds())} seconds"


def policies(schedule: Schedule) -> tuple[str, str]:
    """What happens when reports meet, and when the machine was off."""
    return OVERLAPS[schedule.overlap], f"A report that was missed is made up to {lasting(schedule.catch_up)} late, then left out."


def moving(unit: PeriodUnit | None) -> str:
    if unit is None:
        return "The statements run again as they are: their period does not move."
    return f"It moves on by whole {unit}s, to the last complete one before a report is due."


def clock_warnings(timing: Timing, after: datetime) -> Iterator[str]:
    """What the coming changes of clocks do to it, as Temporal does it."""
    for change in clock_changes(timing, after):
        day, at = day_called(change.wall), f"{change.wall:%H:%M}"
        if change.skipped:
            yield f"On {day} there is no {at} in {timing.time_zone}, because clocks go forward: no report is made at that time."
        else:
            yield f"On {day} it is {at} twice in {timing.time_zone}, because clocks go back: one report is made, not two."
