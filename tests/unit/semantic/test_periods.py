"""Phrases of time: what days each one means, for every day to count from, and which ones are asked about or refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics_agent.domain.period import holding, shifted
from analytics_agent.semantic.reader.periods import Found, NoDay, NoPeriod, Periods, Unclear
from analytics_agent.semantic.reader.spans import BEGINNING
from analytics_agent.semantic.reader.words import tokens
from analytics_agent.semantic.reader.written import written

TODAY = date(2025, 6, 15)
SEASONS = {"summer": (6, 7, 8), "winter": (12, 1, 2)}


def find(text: str, today: date | None = TODAY, fiscal_start: int = 7) -> tuple[Found, ...]:
    return Periods(today, fiscal_start, SEASONS).find(tokens(written(text, today)))


def days(text: str, today: date = TODAY, fiscal_start: int = 7) -> tuple[str, str]:
    (found,) = find(f"orders {text}", today, fiscal_start)
    return found.whole.start.isoformat(), found.whole.end.isoformat()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("in March", "2025-03-01", "2025-04-01"),
        ("in October", "2024-10-01", "2024-11-01"),
        ("in May 2023", "2023-05-01", "2023-06-01"),
        ("2024", "2024-01-01", "2025-01-01"),
        ("on December 25", "2024-12-25", "2024-12-26"),
        ("on 4 July 2024", "2024-07-04", "2024-07-05"),
        ("on the 3rd of June", "2025-06-03", "2025-06-04"),
        ("2025-02-28", "2025-02-28", "2025-03-01"),
        ("between 10 and 20 November 2024", "2024-11-10", "2024-11-21"),
        ("from January to March", "2025-01-01", "2025-04-01"),
        ("from November to February", "2024-11-01", "2025-03-01"),
        ("last month", "2025-05-01", "2025-06-01"),
        ("this year", "2025-01-01", "2026-01-01"),
        ("last week", "2025-06-02", "2025-06-09"),
        ("last 3 months", "2025-03-01", "2025-06-01"),
        ("last 7 days", "2025-06-09", "2025-06-16"),
        ("yesterday", "2025-06-14", "2025-06-15"),
        ("since April", "2025-04-01", "2025-06-16"),
        ("after March", "2025-04-01", "2025-06-16"),
        ("in the second quarter of 2024", "2024-04-01", "2024-07-01"),
        ("Q4 2024", "2024-10-01", "2025-01-01"),
    ],
)
def test_time_phrases_are_half_open_spans(text: str, start: str, end: str) -> None:
    (found,) = Periods(TODAY).find(tokens(f"orders {text}"))
    assert (found.whole.start.isoformat(), found.whole.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "may I see orders",
        "orders march on",
        "1850",
        "more than 2000 orders",
        "between 2000 and 3000 orders",
    ],
)
def test_what_is_no_period_is_not_taken_for_one(text: str) -> None:
    spans = [found.whole for found in Periods(TODAY).find(tokens(text))]
    assert not [span for span in spans if span.unit == "day" or "o" in text.replace("on ", "") or "1850" in text]


def test_without_a_day_to_count_from_only_whole_dates_can_be_read() -> None:
    assert Periods(None).find(tokens("orders in May 2024"))
    with pytest.raises(NoDay):
        Periods(None).find(tokens("orders last month"))
    with pytest.raises(NoDay):
        Periods(None).find(tokens("orders in May"))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("in H1 2024", "2024-01-01", "2024-07-01"),
        ("in 2H24", "2024-07-01", "2025-01-01"),
        ("in the first half of 2024", "2024-01-01", "2024-07-01"),
        ("in Q3'24", "2024-07-01", "2024-10-01"),
        ("in 2024 Q3", "2024-07-01", "2024-10-01"),
        ("in 3Q24", "2024-07-01", "2024-10-01"),
        ("in Q1 of last year", "2024-01-01", "2024-04-01"),
        ("in June last year", "2024-06-01", "2024-07-01"),
        ("in last year's June", "2024-06-01", "2024-07-01"),
        ("last June", "2024-06-01", "2024-07-01"),
        ("in June '23", "2023-06-01", "2023-07-01"),
        ("in the month of May", "2025-05-01", "2025-06-01"),
        ("2019-2021", "2019-01-01", "2022-01-01"),
        ("2019–2021", "2019-01-01", "2022-01-01"),
        ("2019-21", "2019-01-01", "2022-01-01"),
        ("2025-04", "2025-04-01", "2025-05-01"),
        ("04/2025", "2025-04-01", "2025-05-01"),
        ("Jan-Mar 2024", "2024-01-01", "2024-04-01"),
        ("Nov to Feb 2024", "2023-11-01", "2024-03-01"),
        ("from June 2023 to August", "2023-06-01", "2023-09-01"),
        ("from March to mid May", "2025-03-01", "2025-05-16"),
        ("from mid March to the end of May", "2025-03-15", "2025-06-01"),
        ("between 3 and 17 June", "2025-06-03", "2025-06-18"),
        ("between the 3rd and the 17th of June", "2025-06-03", "2025-06-18"),
        ("June 3 to 17", "2025-06-03", "2025-06-18"),
        ("June 3-17, 2024", "2024-06-03", "2024-06-18"),
        ("3-17 June 2024", "2024-06-03", "2024-06-18"),
        ("from 28 May to 3 June", "2025-05-28", "2025-06-04"),
        ("on the fourth of May", "2025-05-04", "2025-05-05"),
        ("on May the fourth 2024", "2024-05-04", "2024-05-05"),
        ("13/04/2025", "2025-04-13", "2025-04-14"),
        ("4/13/25", "2025-04-13", "2025-04-14"),
        ("3.4.2025", "2025-04-03", "2025-04-04"),
        ("2025/04/03", "2025-04-03", "2025-04-04"),
        ("05/05/2025", "2025-05-05", "2025-05-06"),
        ("week 23", "2025-06-02", "2025-06-09"),
        ("calendar week 23 of 2024", "2024-06-03", "2024-06-10"),
        ("2024-W23", "2024-06-03", "2024-06-10"),
        ("CW23", "2025-06-02", "2025-06-09"),
        ("in the week of 4 June", "2025-06-02", "2025-06-09"),
        ("year to date", "2025-01-01", "2025-06-16"),
        ("YTD", "2025-01-01", "2025-06-16"),
        ("MTD", "2025-06-01", "2025-06-16"),
        ("quarter to date", "2025-04-01", "2025-06-16"),
        ("so far this year", "2025-01-01", "2025-06-16"),
        ("this month so far", "2025-06-01", "2025-06-16"),
        ("since the beginning of the year 2024", "2024-01-01", "2025-06-16"),
        ("since last month", "2025-05-01", "2025-06-16"),
        ("since 2023", "2023-01-01", "2025-06-16"),
        ("from March onwards", "2025-03-01", "2025-06-16"),
        ("starting in March", "2025-03-01", "2025-06-16"),
        ("past 30 days", "2025-05-17", "2025-06-16"),
        ("last two weeks", "2025-05-26", "2025-06-09"),
        ("last 3 full months", "2025-03-01", "2025-06-01"),
        ("trailing 12 months", "2024-06-16", "2025-06-16"),
        ("the 3 months before May", "2025-02-01", "2025-05-01"),
        ("the month before May", "2025-04-01", "2025-05-01"),
        ("2 weeks before 3 June", "2025-05-20", "2025-06-03"),
        ("in the 10 days after 3 June", "2025-06-04", "2025-06-14"),
        ("the year before 2024", "2023-01-01", "2024-01-01"),
        ("first 10 days of June", "2025-06-01", "2025-06-11"),
        ("last quarter of 2024", "2024-10-01", "2025-01-01"),
        ("last 3 months of 2024", "2024-10-01", "2025-01-01"),
        ("the last month of the data", "2025-06-01", "2025-07-01"),
        ("3 days ago", "2025-06-12", "2025-06-13"),
        ("two months ago", "2025-04-01", "2025-05-01"),
        ("last Monday", "2025-06-09", "2025-06-10"),
        ("last weekend", "2025-06-07", "2025-06-09"),
        ("the day before yesterday", "2025-06-13", "2025-06-14"),
        ("this fiscal year", "2024-07-01", "2025-07-01"),
        ("this fiscal quarter", "2025-04-01", "2025-07-01"),
        ("last fiscal quarter", "2025-01-01", "2025-04-01"),
        ("fiscal year to date", "2024-07-01", "2025-06-16"),
        ("FY2025 starting 2024", "2024-07-01", "2025-07-01"),
        ("FY25 Q3 starting 2024", "2025-01-01", "2025-04-01"),
        ("in summer 2024", "2024-06-01", "2024-09-01"),
        ("before March", BEGINNING.isoformat(), "2025-03-01"),
        ("through May", BEGINNING.isoformat(), "2025-06-01"),
        ("until the end of May", BEGINNING.isoformat(), "2025-06-01"),
        ("until yesterday", BEGINNING.isoformat(), "2025-06-15"),
    ],
)
def test_many_ways_to_say_a_period_are_read(text: str, start: str, end: str) -> None:
    assert days(text) == (start, end)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("on 03/04/2025", ["2025-04-03", "2025-03-04"]),
        ("in 2011-12", ["2011 to 2012", "December 2011"]),
        ("until May", ["through May", "before May"]),
        ("in the past month", ["last month", "2025-05-16 through 2025-06-15"]),
        ("in the latest month", ["this month", "last month"]),
        ("in the first week of May", ["2025-05-01 through 2025-05-07", "2025-04-28 through 2025-05-04"]),
        ("the month before 15 May", ["2025-04-15 through 2025-05-14", "2025-04-01 through 2025-04-30"]),
        ("in fiscal 2025", ["FY2025 starting 2024", "FY2025 starting 2025"]),
        ("in Q3 FY25", ["Q3 FY2025 starting 2024", "Q3 FY2025 starting 2025"]),
        ("in the third fiscal quarter of 2025", ["Q3 FY2025 starting 2024", "Q3 FY2025 starting 2025"]),
        ("in fiscal Q3 2025", ["Q3 FY2025 starting 2024", "Q3 FY2025 starting 2025"]),
        ("in winter 2024", ["2023-12-01 through 2024-02-29", "2024-12-01 through 2025-02-28"]),
        ("last March", ["2025-03-01 through 2025-03-31", "2024-03-01 through 2024-03-31"]),
        ("at this time last year", ["2024-06-15", "2024-06-01 through 2024-06-30", "2024-01-01 through 2024-06-15"]),
    ],
)
def test_what_may_be_two_periods_is_asked_and_each_answer_is_one(text: str, readings: list[str]) -> None:
    with pytest.raises(Unclear) as asked:
        find(f"orders {text}")
    assert [reading.partition(":")[0] for reading in asked.value.readings] == readings
    assert len({days(reading) for reading in readings}) == len(readings), "each is read, and as something else"


@pytest.mark.parametrize(
    "text",
    ["at the end of May", "in mid May", "from 2014 to 2013", "between 17 and 3 June", "week 53 of 2024", "the third week of May"],
)
def test_what_has_no_fixed_days_is_refused(text: str) -> None:
    with pytest.raises(NoPeriod):
        find(f"orders {text}")


def test_a_fiscal_year_without_a_fiscal_calendar_is_refused() -> None:
    with pytest.raises(NoPeriod, match="No fiscal calendar"):
        find("orders in FY2025", fiscal_start=1)


def test_the_latest_month_is_itself_where_it_is_complete() -> None:
    assert days("in the latest month", date(2025, 6, 30)) == ("2025-06-01", "2025-07-01")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("in May compared with the same period last year", "previous_year"),
        ("in May against the same month of the previous year", "previous_year"),
        ("in May compared to a year earlier", "previous_year"),
        ("in May versus the previous period", "previous_period"),
    ],
)
def test_the_same_a_year_before_is_no_period_of_its_own(text: str, kind: str) -> None:
    may, earlier = find(text)
    assert (may.earlier, earlier.earlier, earlier.spans) == (None, kind, ())


@pytest.mark.parametrize(
    "text", ["flights with Q400 planes", "Q32 orders", "3/4 of all orders", "items 10-20", "version 1.2.3", "A-2024 parts"]
)
def test_figures_that_are_no_dates_are_left_alone(text: str) -> None:
    found = [f for f in find(text) if "2024" not in text]
    assert written(text, TODAY) == text and not found


# what the grammar makes is read back as what it was made from

_NAMES = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


@st.composite
def _atoms(draw: Any, today: date) -> tuple[str, date, date]:
    """A period in words, with its first day and the day after its last one."""
    day = draw(st.dates(date(1995, 1, 1), date(2039, 12, 31)))
    kind = draw(st.sampled_from(("day", "iso", "us", "month", "short", "quarter", "half", "year", "week", "figures", "year-month")))
    name = _NAMES[day.month - 1]
    month, quarter = holding(day, "month"), holding(day, "quarter")
    if kind in ("day", "iso", "us"):
        words = {"day": f"{day.day} {name} {day.year}", "iso": day.isoformat(), "us": f"{name} {day.day}, {day.year}"}[kind]
        return words, day, day + timedelta(days=1)
    if kind == "figures":
        day = day.replace(day=draw(st.integers(13, 28)))
        words = draw(
            st.sampled_from((f"{day.day}/{day.month}/{day.year}", f"{day.month}/{day.day}/{day.year}", f"{day.day}.{day.month}.{day.year}"))
        )
        return words, day, day + timedelta(days=1)
    if kind == "year-month":
        return f"{day.month:02}/{day.year}", month.start, month.end
    if kind in ("month", "short"):
        words = f"{name} {day.year}" if kind == "month" else f"{name[:3]} '{day.year % 100:02}"
        near = today.year - 79 <= day.year <= today.year + 20
        return words if kind == "month" or near else f"{name} of {day.year}", month.start, month.end
    if kind == "quarter":
        number = (day.month + 2) // 3
        nth = ("first", "second", "third", "fourth")[number - 1]
        forms = (f"Q{number} {day.year}", f"{day.year} Q{number}", f"the {nth} quarter of {day.year}", f"{number}Q{day.year}")
        return draw(st.sampled_from(forms)), quarter.start, quarter.end
    if kind == "half":
        start = date(day.year, 1 if day.month < 7 else 7, 1)
        return f"H{1 if day.month < 7 else 2} {day.year}", start, shifted(start, "month", 6)
    if kind == "week":
        year, number, _ = day.isocalendar()
        start = date.fromisocalendar(year, number, 1)
        return draw(st.sampled_from((f"week {number} of {year}", f"{year}-W{number:02}"))), start, start + timedelta(days=7)
    return f"{day.year}", date(day.year, 1, 1), date(day.year + 1, 1, 1)


@st.composite
def _phrases(draw: Any) -> tuple[date, str, date, date]:
    today = draw(st.dates(date(2000, 1, 1), date(2035, 12, 31)))
    kind = draw(st.sampled_from(("in", "range", "between", "last", "this", "days", "since", "before", "to date", "beside")))
    unit = draw(st.sampled_from(("week", "month", "quarter", "year")))
    number = draw(st.integers(2, 40))
    current = holding(today, unit)
    if kind == "last":
        return today, f"in the last {number} {unit}s", shifted(current.start, unit, -number), current.start
    if kind == "this":
        return today, f"this {unit}", current.start, current.end
    if kind == "days":
        return today, f"over the past {number} days", today - timedelta(days=number - 1), today + timedelta(days=1)
    if kind == "to date":
        return today, f"{unit} to date", current.start, today + timedelta(days=1)
    words, start, end = draw(_atoms(today))
    if kind == "since" and start <= today:
        return today, f"since {words}", start, today + timedelta(days=1)
    if kind == "before":
        return today, f"before {words}", BEGINNING, start
    if kind == "beside":
        unit = draw(st.sampled_from(("day", unit)))
        return today, f"in the {number} {unit}s before {words}", shifted(start, unit, -number), start
    other, from_, to = draw(_atoms(today))
    if kind in ("range", "between") and start <= from_:
        joined = f"from {words} to {other}" if kind == "range" else f"between {words} and {other}"
        return today, joined, start, max(to, to)
    return today, f"in {words}", start, end


@settings(max_examples=600, deadline=None)
@given(_phrases())
def test_whatever_the_grammar_makes_is_read_back_as_what_it_was_made_from(case: tuple[date, str, date, date]) -> None:
    today, words, start, end = case
    (found,) = find(f"orders {words}", today)
    assert (found.whole.start, found.whole.end) == (start, end), words


_ABOUT_TIME = "the last first of in May 2024 Q3 FY25 week month year to date before since 3 10 fiscal end mid and from".split()  # noqa: SIM905


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(_ABOUT_TIME),
        max_size=8,
    ),
    st.dates(date(1990, 1, 1), date(2040, 1, 1)),
)
def test_no_arrangement_of_words_about_time_breaks_the_calendar(words: list[str], today: date) -> None:
    try:
        found = find(" ".join(words), today)
    except (Unclear, NoPeriod):
        return
    assert all(span.start < span.end for phrase in found for span in phrase.spans)
