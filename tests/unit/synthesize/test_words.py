"""What the words of a claim say, against the rows: contradictions go back, what cannot be shown is named, a second refusal strikes."""

import random
import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fakes.results import Stored, both, count, day, mean, percent, stored, text

from analytics_agent.domain.answer import Answer
from analytics_agent.errors import Ungrounded
from analytics_agent.synthesize.grounding import STRUCK_ONE, ground

CITIES = stored(
    {
        text("city", dimension="stores.city"): ["Aachen", "Bonn", "Celle", "Düren"],
        count("orders", "orders"): [120, 80, 80, 10],
        percent("return_share", higher_is="bad"): [0.10, 0.20, 0.05, 0.30],
    }
)
MONTHS = stored(
    {
        day("month", dimension="orders.on:month"): [date(2024, month, 1) for month in (1, 2, 3, 4)],
        mean("delay", higher_is="bad"): [4.0, 6.0, 5.0, 9.0],
    },
    "r2",
)
TOP = stored({text("product"): ["Lamp", "Desk"], count("sold", "pieces"): [9, 8]}, "r3", sql="SELECT 1 FROM t ORDER BY 2 DESC LIMIT 2")
RESULTS = both(CITIES, MONTHS, TOP)


def answer(*claims: str, results: Stored = RESULTS, **more: Any) -> Answer:
    strike = more.pop("strike", None)
    written = {"headline": "What was found", "claims": [{"text": claim} for claim in (*claims, "It was {{r1[0].orders}}.")], **more}
    return ground(written, *results, [], question="What about 2024?", strike=strike)


@pytest.mark.parametrize(
    "claim",
    [
        "Listed from shortest to longest, {{r1[3].city}} had {{r1[3].orders}}.",
        "Sorted from the highest to the lowest return share, it begins with {{r1[3].city}}.",
        "Vom kürzesten Weg bis zum längsten geordnet: {{r1[1].city}} hatte {{r1[1].orders}}.",
    ],
)
def test_an_order_of_rows_is_no_superlative(claim: str) -> None:
    assert answer(claim).claims[0].unchecked == ()


@pytest.mark.parametrize(
    "claim",
    [
        "It went from the lowest {{r2[1].delay}} to the highest {{r2[2].delay}}.",
        "It went from the lowest in January to the highest in February, {{r2[1].delay}}.",
        "It went from the lowest value to the highest, {{r2[2].delay}}.",
        "From lowest to highest {{r1[1].city}} had {{r1[1].orders}}.",
    ],
)
def test_ends_that_are_named_are_superlatives_all_the_same(claim: str) -> None:
    assert refused(claim)


def test_an_id_is_nothing_that_is_more_or_less() -> None:
    rows = {text("shop"): ["A", "B"], count("shop_id", None, additive=None): [9, 1], count("orders", "orders"): [3, 7]}
    said = answer("{{r4[1].shop}} had the most orders.", "B was ahead of A.", results=both(RESULTS, stored(rows, "r4")))
    assert [claim.unchecked for claim in said.claims[:2]] == [(), ()]


def refused(claim: str) -> bool:
    try:
        answer(claim)
    except Ungrounded:
        return True
    return False


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("{{r1[0].city}} had the most orders.", "{{r1[1].city}} had the most orders."),
        ("{{r1[2].city}} had the best return share.", "{{r1[3].city}} had the best return share."),
        ("Bonn had more orders than Düren.", "Düren had more orders than Bonn."),
        ("Orders of {{r1[1].city}} and {{r1[2].city}} were the same.", "Orders of {{r1[0].city}} and {{r1[2].city}} were the same."),
        ("All cities had more orders than {{r1[3].orders}}.", "All cities had more orders than {{r1[1].orders}}."),
        ("It rose from {{r2[0].delay}} to {{r2[3].delay}}.", "It fell from {{r2[0].delay}} to {{r2[3].delay}}."),
        ("{{r2[3].month}} was worse than {{r2[2].month}}.", "{{r2[2].month}} was worse than {{r2[3].month}}."),
        ("In January it was {{r2[0].delay}}.", "In February it was {{r2[0].delay}}."),
        ("{{r3[0].product}} sold most pieces.", "{{r3[1].product}} sold the fewest pieces."),
        ("It is the {{low_rank(r1.return_share, city=Celle)}} lowest.", "It is the {{rank(r1.return_share, city=Celle)}} lowest."),
        ("{{share(r1[0].orders, sum(r1.orders))}} of all orders.", "{{share(r1[1].orders, r1[0].orders)}} of all orders."),
        ("{{sum(r1.orders)}} in total.", "{{r1[0].return_share}} in total."),
        ("Aachen war nicht die Stadt mit den wenigsten Bestellungen.", "Aachen hatte die wenigsten Bestellungen."),
    ],
)
def test_what_the_rows_contradict_goes_back_and_what_they_show_does_not(true: str, false: str) -> None:
    assert refused(false) and not refused(true)


def test_a_refused_superlative_says_how_to_mean_another_column() -> None:
    hint = "put its figure beside the name"
    with pytest.raises(Ungrounded, match=hint):
        answer("{{r1[1].city}} had the most orders.")
    with pytest.raises(Ungrounded) as told:
        answer("{{r1[1].city}} had the most orders, {{r1[1].orders}}.")
    assert hint not in str(told.value)


def test_words_that_no_result_can_show_stand_and_are_named_to_the_reader() -> None:
    said = answer("Unexpectedly, {{r1[0].city}} had the most orders.")
    assert said.claims[0].unchecked == ("Unexpectedly",)
    assert said.caveats == ("Not checked by code: Unexpectedly.",)


def test_prose_in_a_language_that_is_not_read_is_marked_and_not_passed_as_checked() -> None:
    said = answer("Les commandes de {{r1[0].city}} sont les plus nombreuses avec {{r1[0].orders}} dans la liste.")
    assert said.claims[0].unchecked == ("the wording in this language",)


def test_a_superlative_over_a_list_that_was_cut_at_the_other_end_goes_back() -> None:
    assert refused("{{r3[1].product}} sold the fewest pieces of all.")
    assert not refused("Among these {{r3[1].product}} sold the fewest pieces.")


def test_a_heading_may_not_say_what_no_column_shows() -> None:
    written = {"headline": "{{r1[1].city}} has the highest values", "claims": [{"text": "It was {{r1[0].orders}}."}]}
    with pytest.raises(Ungrounded, match="headline"):
        ground(written, *RESULTS, [], question="?")


def test_the_second_time_what_does_not_stand_is_left_out_and_the_rest_is_the_answer() -> None:
    said = answer("It was 120.", caveats=["Seen 3 times.", "Returns are not known."], strike="r1")
    assert [claim.text for claim in said.claims] == ["It was **120\u00a0orders**."]
    assert said.caveats == ("Returns are not known.", STRUCK_ONE)


def test_when_no_claim_stands_code_says_what_the_primary_result_holds() -> None:
    written = {"headline": "Up 12", "claims": [{"text": "It was 120."}]}
    said = ground(written, *RESULTS, [], question="?", strike="r1")
    assert said.headline == "r1"
    assert said.claims[0].text == "Orders: from **10\u00a0orders** to **120\u00a0orders** over **4** rows."
    assert said.caveats == (STRUCK_ONE,)


def test_an_empty_primary_result_has_its_sentence_too() -> None:
    empty = stored({text("city"): [], count("orders"): []})
    said = ground({"headline": "7", "claims": [{"text": "7"}]}, *empty, [], question="?", strike="r1")
    assert said.claims[0].text == "The result has **0** rows."


def test_twelve_claims_over_fifty_thousand_rows_take_less_than_a_second() -> None:
    rows = 50_000
    large = stored({text("key"): [f"Name {n}" for n in range(rows)], mean("delay"): [float(n) for n in range(rows)]})
    claims = ["{{r1[49999].key}} had the highest delay, {{r1[49999].delay}}."] * 12
    written = {"headline": "What was found", "claims": [{"text": claim} for claim in claims]}
    started = time.process_time()
    ground(written, *large, [], question="?")
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "claim",
    [
        "Among cities with more than {{r1[3].orders}}, {{r1[1].city}} has the highest return share, {{r1[1].return_share}}.",
        "{{r1[2].city}} was the most reliable, with a return share of {{r1[2].return_share}}.",
        "It rose from {{r2[0].delay}} in {{r2[0].month}} to {{r2[1].delay}} in {{r2[1].month}}, then fell to {{r2[2].delay}}.",
        "April broke the trend: it jumped back to {{r2[3].delay}}, {{difference(r2[3].delay, r2[2].delay)}} more than in March.",
        "{{r1[0].city}} has the most orders ({{r1[0].orders}}), while {{r1[3].city}} has the fewest ({{r1[3].orders}}).",
    ],
)
def test_sentences_as_people_write_them_are_accepted_where_they_are_true(claim: str) -> None:
    assert answer(claim).claims[0].unchecked == ()


SAID = (
    "the highest lowest most worst best last second comes had was rose fell from to than more less worse equally the same both all only "
    "none no every month steadily in June total on average of all : , . and at least mehr als der niedrigste Bonn Aachen nicht zu nahm"
)
WORDS = SAID.split()


def test_any_sentence_over_any_result_is_judged_and_breaks_nothing() -> None:
    """Results with nothing, one row, no value or the same value in every row; sentences put together by chance."""
    odd = both(
        stored({text("city"): [], count("orders"): []}, "r1"),
        stored({text("city"): ["Bonn"], count("orders"): [None]}, "r2"),
        stored({text("city"): [None, "", "Bonn"], mean("delay"): [None, None, None], count("orders"): [5, 5, 5]}, "r3"),
        stored({day("month"): [None, date(2024, 1, 1)], mean("delay"): [1.0, None]}, "r4"),
        CITIES_AGAIN,
    )
    slots = ["r1.orders", "r2[0].city", "r3[2].city", "r3[2].orders", "r4[1].month", "r4[0].delay", "r5[1].city", "r5[1].orders"]
    slots += ["count(r1)", "sum(r5.orders)", "rank(r5.orders, city=Bonn)", "difference(r5[0].orders, r5[1].orders)", "max(r5.orders)"]
    chance = random.Random(7)  # noqa: S311
    for _ in range(1_500):
        parts = [chance.choice(WORDS) if chance.random() < 0.7 else f"{{{{{chance.choice(slots)}}}}}" for _ in range(chance.randint(2, 14))]
        written = {"headline": "What was found", "claims": [{"text": " ".join(parts)}]}
        try:
            ground(written, *odd, [], question="Which came second in June?")
        except Ungrounded as told:
            assert told.problems


CITIES_AGAIN = ({"r5": CITIES[0]["r1"]}, {"r5": replace(CITIES[1]["r1"], id="r5")})


def test_all_others_together_are_not_the_most_of_the_members() -> None:
    """They are more than any member mostly, and no member."""
    columns = {text("city", dimension="stores.city"): ["Aachen", "Bonn", "All others"], count("orders", "orders"): [120, 80, 300]}
    topped = stored(columns, request={"top": {"count": 2}})
    said = answer("{{r1[city=Aachen].city}} had the most orders, {{r1[city=Aachen].orders}}.", results=topped)
    assert said.claims[0].text.startswith("Aachen")
    with pytest.raises(Ungrounded):
        answer("{{r1[city=Bonn].city}} had the most orders, {{r1[city=Bonn].orders}}.", results=topped)
    without = stored(columns, request={"top": {"count": 3, "others": False}})
    with pytest.raises(Ungrounded):
        answer("{{r1[city=Bonn].city}} had the fewest orders of all, {{r1[city=Bonn].orders}}.", results=without)


def test_what_has_no_name_is_not_the_most_of_those_that_have_one() -> None:
    columns = {text("city", dimension="stores.city"): [None, "Aachen", "Bonn"], count("orders", "orders"): [300, 120, 80]}
    said = answer("{{r1[1].city}} had the most orders, {{r1[1].orders}}.", results=stored(columns))
    assert said.claims[0].text.startswith("Aachen")
    with pytest.raises(Ungrounded):
        answer("{{r1[2].city}} had the most orders, {{r1[2].orders}}.", results=stored(columns))


def test_what_fell_since_the_year_before_may_have_risen_since_the_quarter_before() -> None:
    columns = {
        day("quarter", dimension="orders.on:quarter"): [date(2025, 7, 1), date(2025, 10, 1)],
        replace(count("orders", "orders"), metric="orders"): [400, 535],
        count("orders_previous", "orders"): [390, 547],
        count("orders_change", "orders"): [10, -12],
        percent("orders_percent_change"): [0.026, -0.022],
    }
    beside = stored(columns, source="metric", request={"compare": "previous_year"})
    written = "Orders {} by {{{{abs(r1[1].orders_change)}}}} to {{{{r1[1].orders}}}}."
    assert answer(written.format("fell"), results=beside).claims[0].text.startswith("Orders fell")
    with pytest.raises(Ungrounded):
        answer(written.format("rose"), results=beside)


def test_the_last_of_the_first_few_is_not_the_last_of_all() -> None:
    every = {text("city", dimension="stores.city"): ["Aachen", "Bonn", "Celle"], count("orders", "orders"): [120, 80, 10]}
    few = {
        count("rank", None): [1, 2],
        text("city", dimension="stores.city"): ["Aachen", "Bonn"],
        count("orders", "orders"): [120, 80],
    }
    ranked = both(stored(every), stored(few, "r2", source="computed", inputs=("r1",)))
    said = answer("{{r2[0].city}} had the most orders, {{r2[0].orders}}.", results=ranked)
    assert said.claims[0].text.startswith("Aachen")
    with pytest.raises(Ungrounded):
        answer("{{r2[1].city}} had the fewest orders, {{r2[1].orders}}.", results=ranked)


def test_what_lies_between_two_months_is_of_them() -> None:
    """A range that goes over the turn of a year holds every month, and none outside of it."""
    months = [date(2024, 12, 1), date(2025, 3, 1), date(2025, 9, 1)]
    found = stored({day("month", dimension="orders.on:month"): months, count("orders", "orders"): [4, 9, 7]})
    asked = "From 1 December 2024 to 30 June 2025"
    written = [
        {"headline": "What was found", "claims": [{"text": f"{asked}, orders came to {{{{r1[{row}].orders}}}}."}]} for row in (0, 1, 2)
    ]
    for within in written[:2]:
        assert ground(within, *found, [], question=asked).claims
    with pytest.raises(Ungrounded):
        ground(written[2], *found, [], question=asked)


def test_the_most_of_any_is_a_superlative_and_no_majority() -> None:
    claim = "{{r1[0].city}} had {{r1[0].orders}}, the most of any city."
    assert answer(claim).claims[0].unchecked == ()
    with pytest.raises(Ungrounded):
        answer("{{r1[1].city}} had {{r1[1].orders}}, the most of any city.")


def test_the_end_of_a_column_that_several_share_is_not_told_of_one_alone() -> None:
    shared = stored({text("city"): ["Aachen", "Bonn", "Celle"], count("orders", "orders"): [80, 80, 10]})
    alone = "{{r1[0].city}} had the most orders, {{r1[0].orders}}."
    with pytest.raises(Ungrounded) as refused:
        answer(alone, results=both(shared))
    assert "'most' holds of 2 rows of r1 alike: name them, or say that it is one of them." in str(refused.value)
    for told in (
        "{{r1[0].city}} and {{r1[1].city}} had the most orders, {{r1[0].orders}}.",
        alone.replace("had", "was one of those that had"),
    ):
        assert answer(told, results=both(shared)).claims[0].unchecked == ()
