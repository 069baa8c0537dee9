"""Questions in words."""

import pytest

from analytics_agent.semantic.reader.words import stem, stems, tokens


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
