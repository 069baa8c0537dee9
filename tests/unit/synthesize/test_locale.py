"""Figures in the language of the prose, and figures that must not look alike."""

from datetime import date
from typing import Any

import pytest
from fakes.results import Stored, count, day, mean, money, percent, stored, text

from analytics_agent.synthesize.grounding import ground

SALES = stored(
    {
        text("shop"): ["Mitte", "Nord"],
        money("paid", "EUR"): [1234.5, -12.0],
        count("orders", "Bestellungen"): [12345, 9],
        percent("share"): [0.2474, 0.2470],
        mean("delay"): [18.331, 18.334],
        day("month", dimension="orders.on:month"): [date(2024, 3, 1), date(2024, 4, 1)],
        day("first"): [date(2024, 3, 24), date(2024, 3, 25)],
    }
)


def say(claim: str, results: Stored = SALES, **more: Any) -> str:
    written = {"headline": "h", "claims": [{"text": claim}]}
    return ground(written, *results, [], question=more.get("question", "?")).summary.replace("\u00a0", " ").replace("\u202f", "_")


@pytest.mark.parametrize(
    ("claim", "shown"),
    [
        ("Es waren {{r1[0].paid}} in der Kasse.", "Es waren **1.234,50 €** in der Kasse."),
        ("Es waren {{r1[1].paid}} in der Kasse.", "Es waren **−12,00 €** in der Kasse."),
        ("Der Anteil war {{r1[0].share}} am Ende.", "Der Anteil war **24,7 %** am Ende."),
        ("Es gab im {{r1[0].month}} die {{r1[0].orders}} Bestellungen.", "Es gab im **März 2024** die **12.345** Bestellungen."),
        ("Der Tag war der {{r1[0].first}} und nicht später.", "Der Tag war der **24. März 2024** und nicht später."),
        ("La caisse est à {{r1[0].paid}} dans les comptes.", "La caisse est à **1_234,50 €** dans les comptes."),
        ("The till had {{r1[0].paid}} in it.", "The till had **€1,234.50** in it."),
        ("Buyers paid a sum of {{r1[0].paid}} in a shop or a kiosk.", "Buyers paid a sum of **€1,234.50** in a shop or a kiosk."),
        ("Es lag auf Platz {{rank(r1.orders, shop=Nord)}} der Liste.", "Es lag auf Platz **2.** der Liste."),
    ],
)
def test_a_figure_is_written_as_the_language_of_the_prose_writes_it(claim: str, shown: str) -> None:
    assert say(claim) == shown


def test_values_that_differ_never_look_the_same_beside_each_other() -> None:
    assert say("{{r1[0].share}} against {{r1[1].share}}.") == "**24.74 %** against **24.70 %**."
    assert say("It was {{r1[0].delay}} and then {{r1[1].delay}}.") == "It was **18.331 min** and then **18.334 min**."


def test_a_value_that_stands_alone_keeps_its_digits() -> None:
    assert say("It was {{r1[0].delay}}.") == "It was **18.3 min**."
    assert say("It was {{r1[0].delay}}, as said, {{r1[0].delay}}.") == "It was **18.3 min**, as said, **18.3 min**."
