"""Large numbers by the name of their size, in the language of the prose; the unrounded value stays with the figure."""

import pytest
from fakes.results import Stored, count, mean, money, percent, stored, text

from analytics_agent.domain.answer import Answer
from analytics_agent.synthesize.grounding import ground
from analytics_agent.synthesize.rounding import CAVEAT

ROWS = stored(
    {
        text("name"): ["a", "b", "c", "d"],
        count("flights"): [12_412_338, 12_438_001, 999_999_999, 950_000],
        money("revenue"): [12_412_338.5, 1_204_000_000.0, -2_500_000.25, 999_999.99],
        money("paid", "EUR per day"): [12_412_338.0, 3e12, 1e6, 5.0],
        money("francs", "CHF"): [12_412_338.0, 3e12, 1e6, 5.0],
        mean("distance", "miles"): [1_234_567.8, 2e15, 1.0, 2.0],
        count("customer_id", None): [12_412_338, 1, 2, 3],
        percent("growth"): [23_456.0, 0.1, 0.2, 0.3],
    }
)
ALIKE = stored({count("flights"): [12_412_338, 12_412_339, 12_412_338]})


def answer(*claims: str, results: Stored = ROWS, question: str = "How many?") -> Answer:
    return ground({"headline": "What was found", "claims": [{"text": claim} for claim in claims]}, *results, [], question=question)


def say(claim: str, **more: object) -> str:
    return answer(claim, **more).claims[0].text.replace("\u00a0", " ").replace("**", "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("There were {{r1[0].flights}}.", "There were 12.4 million flights."),
        ("There were {{r1[0].flights}} departures.", "There were 12.4 million departures."),
        ("There were {{r1[2].flights}}.", "There were 1.00 billion flights."),
        ("There were {{r1[3].flights}}.", "There were 950,000 flights."),
        ("It was {{r1[0].revenue}}.", "It was $12.4 million."),
        ("It was {{r1[1].revenue}}.", "It was $1.20 billion."),
        ("It was {{r1[2].revenue}}.", "It was −$2.50 million."),
        ("It was {{r1[3].revenue}}.", "It was $999,999.99."),
        ("It was {{r1[0].paid}}.", "It was €12.4 million per day."),
        ("It was {{r1[1].paid}}.", "It was €3.00 trillion per day."),
        ("It was {{r1[0].francs}}.", "It was 12.4 million CHF."),
        ("It was {{r1[0].distance}}.", "It was 1.23 million miles."),
        ("It was {{r1[1].distance}}.", "It was 2.00 × 10¹⁵ miles."),
        ("It is number {{r1[0].customer_id}}.", "It is number 12412338."),
        ("It grew by {{r1[0].growth}}.", "It grew by 2,345,600.0 %."),
        ("It was {{sum(r1.flights)}}.", "It was 1.03 billion flights."),
        ("That is {{ratio(r1[1].revenue, r1[0].revenue)}} times.", "That is 97.0 times."),
    ],
)
def test_english_says_millions_and_billions(english: str, said: str) -> None:
    assert say(english) == said


@pytest.mark.parametrize(
    ("german", "said"),
    [
        ("Es waren {{r1[0].flights}} Flüge.", "Es waren 12,4 Millionen Flüge."),
        ("Es waren {{r1[2].flights}} Flüge.", "Es waren 1,00 Milliarden Flüge."),
        ("Der Umsatz war {{r1[0].revenue}}.", "Der Umsatz war 12,4 Mio. $."),
        ("Der Umsatz war {{r1[1].revenue}}.", "Der Umsatz war 1,20 Mrd. $."),
        ("Der Umsatz war {{r1[2].revenue}}.", "Der Umsatz war −2,50 Mio. $."),
        ("Es waren {{r1[3].flights}} Flüge.", "Es waren 950.000 Flüge."),
    ],
)
def test_german_says_millionen_and_milliarden(german: str, said: str) -> None:
    assert say(german, question="Wie viele waren es?") == said


def test_other_languages_are_shown_the_number_itself() -> None:
    said = say("Il y avait {{r1[0].flights}} vols dans la base.", question="Combien de vols y avait-il dans la base ?")
    assert "".join(filter(str.isdigit, said)) == "12412338"


def test_the_exact_value_stays_with_the_figure() -> None:
    [figure] = answer("There were {{r1[0].flights}}.").claims[0].figures
    assert figure.value == 12_412_338 and figure.unit == "flights"
    assert figure.shown.replace("\u00a0", " ") == "12.4 million flights"


def test_figures_of_one_claim_that_would_look_alike_get_more_digits() -> None:
    assert say("{{r1[0].flights}} and {{r1[1].flights}}, against {{r1[2].flights}}.") == (
        "12.41 million flights and 12.44 million flights, against 1.00 billion flights."
    )


def test_figures_that_no_digits_tell_apart_are_shown_themselves() -> None:
    assert say("{{r1[0].flights}} and {{r1[1].flights}}.", results=ALIKE) == "12,412,338 flights and 12,412,339 flights."
    assert say("{{r1[0].flights}} and {{r1[2].flights}}.", results=ALIKE) == "12.4 million flights and 12.4 million flights."


@pytest.mark.parametrize("question", ["How many exactly?", "Wie viele waren es genau?", "What is the precise number?"])
def test_who_asks_for_the_exact_number_is_told_it(question: str) -> None:
    assert "12,412,338" in say("There were {{r1[0].flights}}.", question=question)


def test_a_difference_of_rounded_millions_is_explained() -> None:
    said = answer("From {{r1[0].flights}} it went to {{r1[1].flights}}, {{difference(r1[1].flights, r1[0].flights)}} more.")
    assert CAVEAT in said.caveats
