"""Texts that name a period are told for another one, or not told at all."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics_agent.domain.mentions import Shift, cut, mentions, retold
from analytics_agent.domain.period import MONTHS, Span, holding, shifted, shifted_span
from analytics_agent.domain.schedule import PeriodUnit


def shift(start: str, end: str, unit: PeriodUnit, steps: int) -> Shift:
    before = Span(date.fromisoformat(start), date.fromisoformat(end))
    return Shift(before, shifted_span(before, unit, steps), unit, steps)


JUNE = shift("2013-06-01", "2013-07-01", "month", 1)
TO_JANUARY = shift("2013-06-01", "2013-07-01", "month", 7)
SUMMER = shift("2013-06-01", "2013-09-01", "year", 1)
QUARTER = shift("2013-07-01", "2013-10-01", "quarter", 2)
WEEK = shift("2013-12-25", "2014-01-01", "day", 7)


@pytest.mark.parametrize(
    ("text", "moved", "told"),
    [
        ("How many were cancelled in June 2013?", JUNE, "How many were cancelled in July 2013?"),
        ("in june 2013", JUNE, "in july 2013"),
        ("in June", TO_JANUARY, "in January"),
        ("Jun 2013, 2013-06", JUNE, "Jul 2013, 2013-07"),
        ("2013-06-01 to 2013-06-30", JUNE, "2013-07-01 to 2013-07-31"),
        ("1 June 2013 to 30 June 2013", JUNE, "1 July 2013 to 31 July 2013"),
        ("1–30 June 2013", JUNE, "1–31 July 2013"),
        ("June 30, 2013", JUNE, "July 31, 2013"),
        ("All of 2013, of June at least", TO_JANUARY, "All of 2014, of January at least"),
        ("Summer: June to August 2013", SUMMER, "Summer: June to August 2014"),
        ("Compare June and July", SUMMER, "Compare June and July"),
        ("in the third quarter of 2013", QUARTER, "in the first quarter of 2014"),
        ("Q3 2013", QUARTER, "Q1 2014"),
        ("25–31 December 2013", WEEK, "1–7 January 2014"),
        ("in the last 7 days", WEEK, "in the last 7 days"),
    ],
)
def test_a_mention_of_the_period_moves_with_it(text: str, moved: Shift, told: str) -> None:
    assert retold(text, moved) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Wie viele Flüge fielen im Juni 2013 aus?", "Wie viele Flüge fielen im Juli 2013 aus?"),
        ("Umsatz nach Größe im Juni 2013", "Umsatz nach Größe im Juli 2013"),
        ("Combien de vols en juin 2013 ?", "Combien de vols en juillet 2013 ?"),
        ("¿Cuántos vuelos en junio de 2013?", "¿Cuántos vuelos en julio de 2013?"),
        ("Junho de 2013", "Julho de 2013"),
        ("GIUGNO 2013", "LUGLIO 2013"),
        ("Juni 2013 gegen September 2012, wie im Juni 2012", "Juli 2013 gegen September 2012, wie im Juni 2012"),
    ],
)
def test_a_month_of_another_language_moves_in_that_language(text: str, told: str) -> None:
    assert retold(text, JUNE) == told


def test_months_that_english_has_too_follow_the_words_around_them() -> None:
    august = shift("2013-09-01", "2013-10-01", "month", 1)
    assert retold("Wie viele Flüge im September 2013?", august) == "Wie viele Flüge im Oktober 2013?"
    assert retold("How many flights in September 2013?", august) == "How many flights in October 2013?"
    assert retold("Flights, September 2013", august) == "Flights, October 2013"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Wie war der Sommer 2013?", "Wie war der …?"),
        ("seit dem 3. Juni 2013", "seit dem …"),
        ("06/2013 and June 2013", "… and …"),
        ("Umsatz ohne Stornos", "Umsatz ohne Stornos"),
    ],
)
def test_periods_that_cannot_be_told_are_cut_out(text: str, left: str) -> None:
    assert cut(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "planes built since 1999",
        "2,013 rows of 1.2013",
        "They may march in front",
        "Only flights that leave New York",
        "flight 2014",
        "$2013",
    ],
)
def test_what_is_no_mention_of_the_period_stays(text: str) -> None:
    assert retold(text, JUNE) == text


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("im Juni", JUNE),
        ("am 3. Juni 2013", JUNE),
        ("juli 2013 bij Mars in juin 2013", JUNE),
        ("junio 2013, giugno 2013", JUNE),
        ("agosto 2013", shift("2013-08-01", "2013-09-01", "month", 1)),
        ("im Sommer 2013", SUMMER),
        ("en juin", JUNE),
        ("seit dem 01.06.2013", JUNE),
        ("06/2013", JUNE),
        ("Midsummer 2013", JUNE),
        ("in summer", JUNE),
        ("June 2013", shift("2013-06-01", "2013-07-01", "day", 10)),
        ("on 31 June 2013", JUNE),
    ],
)
def test_a_mention_without_a_counterpart_cannot_be_told(text: str, moved: Shift) -> None:
    assert retold(text, moved) is None


def test_a_year_is_said_where_a_month_or_a_season_stands_alone() -> None:
    assert retold("How many in June?", JUNE, with_year=True) == "How many in July 2013?"
    assert retold("late most often in summer?", SUMMER, with_year=True) == "late most often in summer 2014?"
    assert retold("summer against spring", SUMMER, with_year=True) == "summer against spring"


@given(some.dates(date(2000, 1, 1), date(2040, 1, 1)), some.integers(-200, 200))
def test_no_text_speaks_of_the_old_month(day: date, steps: int) -> None:
    before = holding(day, "month")
    after = shifted(before.start, "month", steps)
    moved = Shift(before, shifted_span(before, "month", steps), "month", steps)
    for pattern in ("in {0} {1}", "{2}-{3:02}", "1 {0} {1}", "{0} 1, {1}"):
        text = pattern.format(MONTHS[before.start.month - 1], before.start.year, before.start.year, before.start.month)
        assert retold(text, moved) == pattern.format(MONTHS[after.month - 1], after.year, after.year, after.month)


@given(some.text())
def test_any_text_is_told_or_left(text: str) -> None:
    told = retold(text, JUNE)
    assert told is None or (told == text) or mentions(text) > 0
