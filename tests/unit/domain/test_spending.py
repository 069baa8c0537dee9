"""What a call may cost at most, and whether it still fits the budgets."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from analytics_agent.api.budget_view import stop_view
from analytics_agent.domain.conversation import Message, ModelRequest, Tool
from analytics_agent.domain.models import PROFILES
from analytics_agent.domain.question import Budget
from analytics_agent.domain.spending import (
    EASE,
    LEAST_OUTPUT,
    Allowances,
    Price,
    Spending,
    Stop,
    Verdict,
    day_begins,
    judge,
    kept_for_synthesize,
    left_of,
    nearly_used,
    price_of,
    stopped_in_words,
    warned_in_words,
)

OPUS = "claude-opus-4-7"
NOTHING = Spending()
PRICE = Price(10_000, 0.10, 25 / 1_000_000)
"""A call with 10,000 tokens of input for $0.10; 4,000 tokens of output cost as much."""


def request(text: str = "a" * 3_000, model: str = OPUS) -> ModelRequest:
    tool = Tool("run_sql", "Runs one statement.", {"type": "object"})
    return ModelRequest(model, "s" * 3_000, (tool,), (Message("user", ({"type": "text", "text": text},)),), 8_000)


def run_budget(tokens: int | None = None, usd: float | None = None) -> Allowances:
    return Allowances(run=Budget(tokens, usd))


# the price


def test_a_call_is_priced_as_if_all_of_it_were_written_to_the_cache() -> None:
    price = price_of(request())
    prices = PROFILES[OPUS].prices
    assert 2_000 < price.input_tokens < 2_200
    assert price.input_usd > 2_000 * prices.cache_write / 1_000_000
    assert price.at(8_000).usd == pytest.approx(price.input_usd + 8_000 * 25 / 1_000_000)
    assert price.at(8_000).tokens == price.input_tokens + 8_000


def test_a_call_in_a_batch_costs_half() -> None:
    now, batched = price_of(request()), price_of(request(), batched=True)
    assert batched.at(1_000).usd == pytest.approx(now.at(1_000).usd / 2)
    assert batched.input_tokens == now.input_tokens


def test_letters_of_other_scripts_are_more_tokens() -> None:
    assert price_of(request("語" * 3_000)).input_tokens > price_of(request()).input_tokens + 1_900


def test_half_a_letter_is_priced_too() -> None:
    assert price_of(request("\ud83d" * 30)).input_tokens > 0


def test_a_long_prompt_is_priced_at_the_price_of_long_prompts() -> None:
    short, long = (price_of(request("a" * size, "claude-haiku-5-5")) for size in (30_000, 600_000))
    assert long.usd_per_output_token == pytest.approx(5 * short.usd_per_output_token)


@pytest.mark.parametrize("model", [name for name in PROFILES if name != "offline"])
def test_the_estimate_of_a_call_is_more_than_any_of_its_kinds_of_tokens_can_cost(model: str) -> None:
    prices, price = PROFILES[model].prices, price_of(request(model=model))
    dearest = max(prices.input, prices.cache_write, prices.cache_read)
    assert price.input_usd >= price.input_tokens * dearest / 1_000_000
    assert kept_for_synthesize(model).usd > 0


# the verdict


def test_without_a_limit_a_call_may_say_all_it_wants() -> None:
    assert judge(PRICE, 8_000, NOTHING, {}, Allowances()) == Verdict(8_000)


def test_a_call_that_fits_may_say_all_it_wants() -> None:
    assert judge(PRICE, 8_000, NOTHING, {"run": Spending(0, 0.70)}, run_budget(usd=1.0)) == Verdict(8_000)


def test_a_call_is_shortened_so_that_it_fits() -> None:
    verdict = judge(PRICE, 8_000, NOTHING, {"run": Spending(0, 0.75)}, run_budget(usd=1.0))
    assert (verdict.max_tokens, verdict.wraps_up, verdict.stop) == (6_000, False, None)


def test_one_that_must_be_brief_is_to_come_to_an_end() -> None:
    verdict = judge(PRICE, 8_000, NOTHING, {"run": Spending(0, 0.85)}, run_budget(usd=1.0))
    assert (verdict.max_tokens, verdict.wraps_up) == (2_000, True)


def test_what_writing_the_answer_needs_is_left() -> None:
    kept = Spending(10_000, 0.10)
    verdict = judge(PRICE, 8_000, kept, {"run": Spending(0, 0.70)}, run_budget(usd=1.0))
    assert (verdict.max_tokens, verdict.wraps_up) == (4_000, False)
    assert judge(PRICE, 8_000, kept, {"run": Spending(0, 0.80)}, run_budget(usd=1.0)).stop


def test_a_call_that_could_not_finish_is_not_made() -> None:
    verdict = judge(PRICE, 8_000, NOTHING, {"run": Spending(0, 0.9)}, run_budget(usd=1.0))
    assert verdict == Verdict(stop=Stop("run", "usd", 1.0, 0.9, pytest.approx(0.1375)))


def test_a_short_reply_is_enough_for_a_step_that_wants_no_more() -> None:
    assert judge(PRICE, 100, NOTHING, {"run": Spending(0, 0.89)}, run_budget(usd=1.0)) == Verdict(100)


def test_tokens_are_a_limit_too() -> None:
    verdict = judge(PRICE, 8_000, NOTHING, {"run": Spending(5_000)}, run_budget(tokens=20_000))
    assert (verdict.max_tokens, verdict.wraps_up) == (5_000, False)
    stopped = judge(PRICE, 8_000, NOTHING, {"run": Spending(9_000)}, run_budget(tokens=20_000))
    assert stopped.stop == Stop("run", "tokens", 20_000, 9_000, 10_000 + LEAST_OUTPUT)


def test_exactly_the_budget_is_within_it() -> None:
    least = PRICE.at(LEAST_OUTPUT)
    assert judge(PRICE, 8_000, NOTHING, {"run": NOTHING}, run_budget(usd=least.usd)).stop is None
    assert judge(PRICE, 8_000, NOTHING, {"run": NOTHING}, run_budget(tokens=least.tokens)).max_tokens == LEAST_OUTPUT
    assert EASE > LEAST_OUTPUT


@pytest.mark.parametrize(("pool", "words"), [("run", "this run"), ("person", "whoever asked"), ("installation", "this installation")])
def test_every_budget_is_a_limit_and_is_named(pool: str, words: str) -> None:
    allowances = Allowances(**{pool: Budget(usd=0.5)})
    verdict = judge(PRICE, 8_000, NOTHING, {pool: Spending(100, 0.45)}, allowances)  # type: ignore[dict-item]
    assert verdict.stop is not None
    assert verdict.stop.pool == pool
    assert words in stopped_in_words(verdict.stop, 2)


# words


def test_what_everybody_together_spent_is_not_told() -> None:
    stop = Stop("installation", "usd", 77.5, 66.25, 12.5)
    told = stopped_in_words(stop, 1) + warned_in_words(stop) + str(stop_view(stop, Budget()))
    assert not any(amount in told for amount in ("77", "66", "12.5"))
    assert "this installation" in told


def test_why_it_stopped_says_what_is_used_what_is_kept_and_how_to_go_on() -> None:
    assert stopped_in_words(Stop("run", "usd", 0.5, 0.41, 0.1375), 6) == (
        "Stopped at the budget of this run: $0.41 of $0.50 is used, and the next turn may take $0.14. "
        "6 results are kept. Raise its budget to go on."
    )
    assert stopped_in_words(Stop("person", "tokens", 50_000, 49_000, 11_500), 0) == (
        "Stopped at today's budget of whoever asked: 49,000 tokens of 50,000 tokens are used, and the next turn may take 11,500 tokens. "
        "Nothing was found until then. It can go on tomorrow (UTC), or when the operators raise that budget."
    )


def test_four_fifths_are_told_with_figures() -> None:
    allowances = Allowances(Budget(tokens=100_000, usd=0.5), person=Budget(usd=10.0))
    near = nearly_used({"run": Spending(10_000, 0.41), "person": Spending(10_000, 2.0)}, allowances)
    assert [warned_in_words(one) for one in near] == ["82 % of the budget of this run is used: $0.41 of $0.50."]


def test_what_is_left_is_never_less_than_nothing() -> None:
    assert left_of(Budget(100, 1.0), Spending(250, 0.25)) == Budget(0, 0.75)
    assert left_of(Budget(), Spending(250, 0.25)) == Budget()


def test_a_day_begins_at_midnight_in_utc() -> None:
    east = datetime(2026, 11, 23, 4, 30, tzinfo=timezone(timedelta(hours=9)))
    assert day_begins(east) == datetime(2026, 11, 22, tzinfo=UTC)
