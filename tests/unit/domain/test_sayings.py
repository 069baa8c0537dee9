"""Caveats that say the same are said once, and those that differ in a word that counts are both said."""

from analytics_agent.domain.sayings import said_once

LONG = "Cancelled flights have no delay and are left out."


def test_the_fuller_of_two_that_say_the_same_stays_whichever_comes_first() -> None:
    short = "Cancelled flights are left out"
    assert said_once([short, LONG]) == said_once([LONG, short]) == (LONG,)


def test_other_words_in_another_order_are_still_the_same() -> None:
    assert said_once([LONG, "Left out are cancelled flights, because they have no delay!"]) == (LONG,)


def test_what_differs_in_a_word_that_counts_is_said_in_its_order() -> None:
    texts = (
        "r1 holds the first 10 rows; more exist.",
        "r2 holds the first 10 rows; more exist.",
        "Delays are not causes.",
        "Delays are causes of it.",
    )
    assert said_once(texts) == texts[:3]
    assert said_once([" ", "", LONG, LONG]) == (LONG,)
