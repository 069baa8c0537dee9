"""A question that is answered again and again: when, over which period, for whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from analytics_agent.domain.question import Format

Every = Literal["day", "weekday", "week", "month", "quarter", "year"]
PeriodUnit = Literal["day", "week", "month", "quarter", "year"]
Overlap = Literal["skip", "buffer_one", "buffer_all", "cancel_other", "allow_all"]
"""What happens when a report is due while the one before is still being made."""


@dataclass(frozen=True)
class Timing:
    """When it runs, in `time_zone` (IANA): either `cron` (five fields) or a calendar rule.

    `every` with `at` ("08:00") and `on`: for week the weekday 1 to 7 (Monday is 1), for month, quarter and year the day of the
    month, 1 to 28; for year `month` too.
    """

    time_zone: str
    cron: str | None = None
    every: Every | None = None
    at: str = "08:00"
    on: int = 1
    month: int = 1


@dataclass(frozen=True)
class Schedule:
    """`run_id` is the accepted run whose SQL is run again. `moves_by` is the unit in which its period moves; None repeats it as it is.

    `catch_up`: a report that fell due while Temporal was away is made late when it is not later than this.
    `paused` is the note with which it was paused.
    """

    id: str
    owner: str
    name: str
    run_id: str
    timing: Timing
    moves_by: PeriodUnit | None
    created_at: datetime
    recipients: tuple[str, ...] = ()
    formats: tuple[Format, ...] = ("html", "pdf")
    publish: bool = False
    overlap: Overlap = "skip"
    catch_up: timedelta = timedelta(days=1)
    paused: str | None = None
    patient: bool = True
    """Nobody waits for its reports: what Claude writes of them goes through message batches, at half the price and within a day."""

    reads_as: str = ""
    reads_as_name: str = ""
    """Whose rights its reports read with, as domain.question has it."""


def pause_mark(schedule: Schedule) -> str | None:
    """What the clock is told of a pause: which note it has, not what it says. None where it is not paused."""
    return None if schedule.paused is None else sha256(schedule.paused.encode("utf-8", "surrogatepass")).hexdigest()[:16]
