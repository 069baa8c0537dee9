"""The table of models: prices by kind of token, and which model each step uses."""

from datetime import date

import pytest

from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.models import OFFLINE, PROFILES, SMALL, ModelChoice, model_after, profile_of, retiring, step_models
from analytics_agent.domain.question import StepModels

OPUS, SONNET = "claude-opus-4-7", "claude-sonnet-5"


def test_every_kind_of_token_has_its_own_price() -> None:
    usage = PROFILES[OPUS].usage(input=1_000_000, output=1_000_000, write=2_000_000, write_1h=1_000_000, read=1_000_000)
    assert usage.cost_usd == pytest.approx(5 + 25 + 6.25 + 10 + 0.50)
    assert (usage.cache_write_tokens, usage.cache_write_1h_tokens, usage.tokens) == (2_000_000, 1_000_000, 5_000_000)


def test_a_batch_is_half_the_price() -> None:
    full, half = (PROFILES[OPUS].usage(input=1000, output=50, write=20, read=3, batched=batched) for batched in (False, True))
    assert half.cost_usd == pytest.approx(full.cost_usd / 2)
    assert half.tokens == full.tokens


@pytest.mark.parametrize(("read", "dollars"), [(99_000, 0.10 * 0.1), (99_001, 0.10001 * 0.5)])
def test_a_prompt_above_the_step_is_charged_by_the_other_row(read: int, dollars: float) -> None:
    """All kinds of input count; a read from the cache is counted as input where its price is not known."""
    usage = PROFILES["claude-haiku-5-5"].usage(input=1_000, output=0, read=read)
    assert usage.cost_usd == pytest.approx((read + 1_000) / 1e6 * (0.1 if read == 99_000 else 0.5))
    assert usage.cost_usd == pytest.approx(dollars, rel=1e-3)


def test_usage_adds_up_kind_by_kind() -> None:
    assert Usage(1, 2, 3, 4, 0.5, 2) + Usage(10, 20, 30, 40, 0.25, 20) == Usage(11, 22, 33, 44, 0.75, 22)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_a_row_of_the_table_holds_together(profile) -> None:  # type: ignore[no-untyped-def]
    prices = profile.prices
    assert profile.context_tokens > profile.most_output_tokens >= 64_000
    if profile.id == OFFLINE:
        assert prices.cost(input=1, output=1, write=1, write_1h=1, read=1) == 0
        return
    assert 0 < prices.cache_read <= prices.input < prices.cache_write < prices.cache_write_1h < prices.output
    assert profile.fallback in PROFILES
    assert profile.fallback not in (profile.id, OFFLINE)


def test_a_model_is_known_by_its_dated_name_and_no_other() -> None:
    assert profile_of("claude-haiku-4-5-20251001") is PROFILES["claude-haiku-4-5"]
    for unknown in ("claude-haiku-4-5-2025", "claude-haiku", "", "offline-20251001x", "gpt"):
        assert profile_of(unknown) is None


@pytest.mark.parametrize(
    ("asked", "choice", "expected"),
    [
        (None, ModelChoice(OFFLINE), StepModels(OFFLINE, OFFLINE, OFFLINE)),
        (None, ModelChoice(OPUS), StepModels(OPUS, SMALL, OPUS, SONNET)),
        (OFFLINE, ModelChoice(OPUS, OPUS, OPUS, OPUS, OPUS), StepModels(OFFLINE, OFFLINE, OFFLINE)),
        (SONNET, ModelChoice(OFFLINE), StepModels(SONNET, SMALL, SONNET, "claude-sonnet-5-5")),
        (SONNET, ModelChoice(OPUS, explore=OPUS, synthesize=OPUS), StepModels(SONNET, SMALL, SONNET, "claude-sonnet-5-5")),
        (SMALL, ModelChoice(OPUS), StepModels(SMALL, SMALL, SMALL, SONNET)),
        (None, ModelChoice(OPUS, analyze=SONNET, synthesize=SONNET), StepModels(OPUS, SONNET, SONNET, SONNET)),
        (None, ModelChoice(OPUS, fallback="none"), StepModels(OPUS, SMALL, OPUS)),
        (None, ModelChoice(OPUS, fallback=SMALL), StepModels(OPUS, SMALL, OPUS, SMALL)),
        (None, ModelChoice(OFFLINE, explore=OPUS), StepModels(OPUS, SMALL, OFFLINE, SONNET)),
    ],
)
def test_each_step_has_its_model(asked: str | None, choice: ModelChoice, expected: StepModels) -> None:
    assert step_models(asked, choice) == expected


def test_the_fallback_answers_after_three_overloads_and_the_model_is_not_given_up() -> None:
    assert [model_after(refused, OPUS, SONNET) for refused in range(7)] == [OPUS, OPUS, OPUS, SONNET, OPUS, SONNET, OPUS]
    assert [model_after(refused, OPUS, None) for refused in range(7)] == [OPUS] * 7


@pytest.mark.parametrize(
    ("today", "said"),
    [(date(2026, 9, 1), []), (date(2026, 11, 23), ["is retired on 2026-11-30"]), (date(2026, 12, 1), ["was retired on 2026-11-30"])],
)
def test_a_model_that_is_about_to_go_is_named(today: date, said: list[str]) -> None:
    found = retiring(["claude-sonnet-4-5", OPUS, "claude-sonnet-4-5"], today)
    assert len(found) == len(said)
    assert all(part in sentence for part, sentence in zip(said, found, strict=True))
