"""When a schedule is due: expressions, calendar rules, clocks that change, and the same in words."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics_agent.domain import cron, schedule_words
from analytics_agent.domain.schedule import Timing
from analytics_agent.domain.timing import clock, clock_changes, is_due, moments, time_zones, wall_clock

START = datetime(2026, 1, 1, tzinfo=UTC)


def due(timing: Timing, count: int = 3, after: datetime = START) -> list[str]:
    return [f"{at:%Y-%m-%d %H:%M}" for at in islice(moments(timing, after), count)]


@pytest.mark.parametrize(
    ("timing", "times"),
    [
        ({"every": "day", "at": "08:00"}, ["2026-01-01 07:00", "2026-01-02 07:00", "2026-01-03 07:00"]),
        ({"every": "weekday", "at": "18:30"}, ["2026-01-01 17:30", "2026-01-02 17:30", "2026-01-05 17:30"]),
        ({"every": "week", "on": 7}, ["2026-01-04 07:00", "2026-01-11 07:00", "2026-01-18 07:00"]),
        ({"every": "month", "on": 28}, ["2026-01-28 07:00", "2026-02-28 07:00", "2026-03-28 07:00"]),
        ({"every": "quarter", "on": 2}, ["2026-01-02 07:00", "2026-04-02 06:00", "2026-07-02 06:00"]),
        ({"every": "year", "on": 15, "month": 3}, ["2026-03-15 07:00", "2027-03-15 07:00", "2028-03-15 07:00"]),
        ({"cron": "0 8 * * 1-5"}, ["2026-01-01 07:00", "2026-01-02 07:00", "2026-01-05 07:00"]),
        ({"cron": "*/20 9 1 JAN *"}, ["2026-01-01 08:00", "2026-01-01 08:20", "2026-01-01 08:40"]),
        ({"cron": "0 8 * * 0,7"}, ["2026-01-04 07:00", "2026-01-11 07:00", "2026-01-18 07:00"]),
        ({"cron": "0 8 29 2 *"}, ["2028-02-29 07:00", "2032-02-29 07:00", "2036-02-29 07:00"]),
    ],
)
def test_a_rule_gives_its_times_in_utc(timing: dict[str, Any], times: list[str]) -> None:
    assert due(Timing("Europe/Berlin", **timing)) == times


def test_where_both_days_are_named_either_is_enough_as_cron_has_always_read_it() -> None:
    both = Timing("UTC", cron="0 8 1 * MON")
    assert due(both, 4) == ["2026-01-01 08:00", "2026-01-05 08:00", "2026-01-12 08:00", "2026-01-19 08:00"]


def test_a_day_that_never_comes_is_never_due() -> None:
    assert due(Timing("UTC", cron="0 8 30 2 *")) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("61 8 * * MON", "The minute '61'"),
        ("0 24 * * *", "The hour '24'"),
        ("0 8 32 * *", "The day of the month '32'"),
        ("0 8 * 13 *", "The month '13'"),
        ("0 8 * * FOO", "The day of the week 'FOO'"),
        ("0 8 * * FRI-MON", "The day of the week 'FRI-MON'"),
        ("*/0 8 * * *", "The minute '*/0'"),
        ("1,,2 8 * * *", "The minute '1,,2'"),
        ("-1 8 * * *", "The minute '-1'"),
        ("0 8 * * ٣", "The day of the week '٣'"),
        ("0 8 L * *", "The day of the month 'L'"),
        ("0 0 8 * * *", "This has 6 fields"),
        ("0 0 8 * * * 2026", "This has 7 fields"),
        ("0 8 * *", "This has 4 of five fields"),
        ("", "This has 0 of five fields"),
        ("@every 1h", "Words such as @daily and @every are not taken"),
        ("@daily", "Words such as @daily and @every are not taken"),
        ("9" * 5000 + " 8 * * *", "The minute '99999999999999999999…'"),
    ],
)
def test_a_bad_expression_says_which_field_is_wrong(text: str, said: str) -> None:
    (problem,) = cron.problems_of(text)
    assert problem.startswith(said)
    with pytest.raises(ValueError, match=r"."):
        cron.calendars_of(text)


def test_every_bad_field_is_named_at_once() -> None:
    assert len(cron.problems_of("a b c d e")) == 5


def test_a_time_that_the_clocks_skip_is_not_due_that_day_and_it_is_said() -> None:
    """29 March 2026, 02:30 in Berlin: there is none."""
    timing = Timing("Europe/Berlin", every="day", at="02:30")
    assert due(timing, 2, datetime(2026, 3, 28, 12, tzinfo=UTC)) == ["2026-03-30 00:30", "2026-03-31 00:30"]
    first = next(schedule_words.clock_warnings(timing, START))
    assert first == "On 29 March 2026 there is no 02:30 in Europe/Berlin, because clocks go forward: no report is made at that time."


def test_a_time_that_comes_twice_is_due_once_and_it_is_said() -> None:
    """25 October 2026, 02:30 in Berlin: once in summer time and once in winter time."""
    timing = Timing("Europe/Berlin", every="day", at="02:30")
    assert due(timing, 2, datetime(2026, 10, 24, 12, tzinfo=UTC)) == ["2026-10-25 01:30", "2026-10-26 01:30"]
    said = list(schedule_words.clock_warnings(timing, START))
    assert said[1] == "On 25 October 2026 it is 02:30 twice in Europe/Berlin, because clocks go back: one report is made, not two."
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    assert wall_clock(timing, twice[0]) == wall_clock(timing, twice[1])


def test_a_time_by_day_is_warned_of_nothing() -> None:
    assert clock_changes(Timing("Europe/Berlin", every="day", at="08:00"), START) == ()


def test_what_is_no_due_time_is_told_from_one_that_is() -> None:
    timing = Timing("Europe/Berlin", every="day", at="01:00")
    assert is_due(timing, datetime(2026, 10, 24, 23, tzinfo=UTC))
    assert not is_due(timing, datetime(2026, 10, 25, 0, tzinfo=UTC))  # 02:00: Temporal acts on it
    assert not is_due(timing, datetime(2026, 10, 24, 23, 0, 7, tzinfo=UTC))


@given(
    zone=st.sampled_from(sorted(time_zones())),
    minute=st.integers(0, 59),
    hour=st.integers(0, 23),
    days=st.integers(0, 5_000),
    seconds=st.integers(0, 86_399),
)
def test_every_moment_shows_its_time_on_the_clock_and_no_day_has_two(zone: str, minute: int, hour: int, days: int, seconds: int) -> None:
    after = START + timedelta(days=days, seconds=seconds)
    timing = Timing(zone, cron=f"{minute} {hour} * * *")
    found = list(islice(moments(timing, after, after + timedelta(days=8)), 20))
    assert all(is_due(timing, at) and at > after for at in found)
    dates = [wall_clock(timing, at).date() for at in found]
    assert len(set(dates)) == len(dates)
    assert len(found) >= 6  # a day may be skipped, in Samoa a whole one was


@pytest.mark.parametrize("text", ["8", "8:0", "24:00", "08:60", "-1:00", "08:00:00", "٠٨:٠٠", "8.00", ""])
def test_what_is_no_time_of_the_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="as 08:00"):
        clock(text)


@pytest.mark.parametrize(
    ("timing", "said"),
    [
        ({"every": "day", "at": "8:05"}, "Every day at 08:05, UTC"),
        ({"every": "weekday"}, "Monday to Friday at 08:00, UTC"),
        ({"every": "week", "on": 7}, "Every Sunday at 08:00, UTC"),
        ({"every": "month", "on": 23}, "On the 23rd of every month at 08:00, UTC"),
        ({"every": "quarter", "on": 11}, "On the 11th of January, April, July and October at 08:00, UTC"),
        ({"every": "year", "on": 2, "month": 12}, "Every 2 December at 08:00, UTC"),
        ({"cron": "0 8 * * MON"}, "Every Monday at 08:00, UTC"),
        ({"cron": "30 6,18 * * 1-5"}, "Monday to Friday at 06:30 and 18:30, UTC"),
        ({"cron": "0 8 1,15 * *"}, "On the 1st and 15th of every month at 08:00, UTC"),
        ({"cron": "0 8 1 * MON"}, "On the 1st of every month and every Monday at 08:00, UTC"),
        ({"cron": "*/5 * * * *"}, "By cron */5 * * * *, UTC"),
    ],
)
def test_a_rule_is_said_in_words(timing: dict[str, Any], said: str) -> None:
    assert schedule_words.when(Timing("UTC", **timing)) == said
