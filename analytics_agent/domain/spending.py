"""What a call of a model may cost at most, the budgets that it counts against, and whether it still fits them. Pure.

A call is judged before it is made: what is spent, what other calls under way may cost, and this one together must stay within
every budget. Near its end a run is wrapped up: what synthesize needs is kept for it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from math import ceil
from typing import Literal

from analytics_agent.domain.conversation import ModelRequest
from analytics_agent.domain.models import BATCH_FACTOR, PROFILES, ModelProfile
from analytics_agent.domain.money import dollars
from analytics_agent.domain.question import Budget

Pool = Literal["run", "person", "installation"]
"""Whose budget: of one run, of one owner and day, of everybody and day. Days are in UTC."""

Unit = Literal["usd", "tokens"]

BYTES_A_TOKEN = 3.0
"""Of what is sent. Prose has more, SQL and figures in the newest models' way of counting about three: rather too few calls than one
too many."""

LEAST_OUTPUT = 1_500
"""Tokens that a model needs to finish a step. A call that cannot have so many is not made."""

EASE = 4_000
"""Tokens of output of a turn that need not be told to be brief: its thinking and a call or two."""

SYNTHESIZE_INPUT, SYNTHESIZE_OUTPUT = 8_000, 2_500
"""Tokens of a turn of synthesize over a handful of results: prompt and evidence, then thinking and prose."""

WARN_AT = 0.8
ALMOST_NOTHING = 1e-9
"""Dollars: below is the noise of adding."""


@dataclass(frozen=True)
class Spending:
    """Tokens of every kind together, and US dollars."""

    tokens: int = 0
    usd: float = 0.0

    def __add__(self, other: "Spending") -> "Spending":
        return Spending(self.tokens + other.tokens, self.usd + other.usd)


@dataclass(frozen=True)
class Allowances:
    """Every budget that a call counts against."""

    run: Budget = Budget()
    person: Budget = Budget()
    installation: Budget = Budget()

    def limited(self) -> tuple[Pool, ...]:
        """Those that have a limit at all."""
        return tuple(pool for pool, budget in self.by_pool().items() if budget != Budget())

    def by_pool(self) -> Mapping[Pool, Budget]:
        return {"run": self.run, "person": self.person, "installation": self.installation}


Used = Mapping[Pool, Spending]
"""What is spent and what calls under way may cost at most, of each pool that was asked for."""

Decide = Callable[[Used], Spending | None]
"""What a call is to be counted as until it is paid for, seeing what is used; None is nothing: it is not made."""


@dataclass(frozen=True)
class Price:
    """What a call may cost at most: its input, then its output by the token."""

    input_tokens: int
    input_usd: float
    usd_per_output_token: float

    def at(self, max_tokens: int) -> Spending:
        return Spending(self.input_tokens + max_tokens, self.input_usd + max_tokens * self.usd_per_output_token)


@dataclass(frozen=True)
class Stop:
    """Why a call was not made: the budget of `pool` in `unit`, of which `used` is gone, is too small for what it `needs`."""

    pool: Pool
    unit: Unit
    limit: float
    used: float
    needs: float


@dataclass(frozen=True)
class WrappedUp:
    """What code put together when a run was stopped, by the names of its documents: taken away when the run goes on."""

    made: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """The call may have `max_tokens`, and is to be the last of its kind when `wraps_up`; or it is not made, for the reason in `stop`."""

    max_tokens: int = 0
    wraps_up: bool = False
    stop: Stop | None = None


def day_begins(now: datetime) -> datetime:
    """When the budgets of a day began to count."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def price_of(request: ModelRequest, *, batched: bool = False) -> Price:
    """At the dearest price that may apply: nothing is read from a cache, all of it is written to one."""
    prefix = _tokens(request.system) + _tokens(json.dumps([asdict(tool) for tool in request.tools], ensure_ascii=False))
    said = _tokens(json.dumps([asdict(message) for message in request.messages], ensure_ascii=False))
    return _price(PROFILES[request.model], prefix, said, BATCH_FACTOR if batched else 1.0)


def kept_for_synthesize(model: str) -> Spending:
    """What a run needs to write its answer once it has results."""
    price = _price(PROFILES[model], SYNTHESIZE_INPUT, 0, 1.0)
    return price.at(SYNTHESIZE_OUTPUT)


def judge(price: Price, wanted: int, kept: Spending, used: Used, allowances: Allowances) -> Verdict:
    """Whether a call may be made, and how much it may say. `wanted` is its max_tokens, `kept` what must be left after it."""
    least = min(wanted, LEAST_OUTPUT)
    if stop := first_stop(price.at(least) + kept, used, allowances):
        return Verdict(stop=stop)
    most = min(wanted, _most_output(price, kept, used, allowances))
    return Verdict(most, wraps_up=most < min(wanted, EASE))


def first_stop(needed: Spending, used: Used, allowances: Allowances) -> Stop | None:
    """The budget that does not hold it, the run's own first."""
    for pool, budget in allowances.by_pool().items():
        spent = used.get(pool, Spending())
        for unit, limit, gone, needs in _by_unit(budget, spent, needed):
            if gone + needs > limit + ALMOST_NOTHING:
                return Stop(pool, unit, limit, gone, needs)
    return None


def nearly_used(used: Used, allowances: Allowances) -> tuple[Stop, ...]:
    """The budgets of which four fifths are gone."""
    return tuple(
        Stop(pool, unit, limit, gone, 0)
        for pool, budget in allowances.by_pool().items()
        for unit, limit, gone, _ in _by_unit(budget, used.get(pool, Spending()), Spending())
        if gone >= WARN_AT * limit
    )


def in_words(amount: float, unit: Unit) -> str:
    """$0.50, $0.0012, 12,000 tokens."""
    if unit == "tokens":
        return f"{amount:,.0f} token{'' if amount == 1 else 's'}"
    return dollars(amount, fine=True)


_WHOSE: Mapping[Pool, str] = {
    "run": "the budget of this run",
    "person": "today's budget of whoever asked",
    "installation": "today's budget of this installation",
}
_GO_ON: Mapping[Pool, str] = {
    "run": "Raise its budget to go on.",
    "person": "It can go on tomorrow (UTC), or when the operators raise that budget.",
    "installation": "It can go on tomorrow (UTC), or when the operators raise that budget.",
}


def stopped_in_words(stop: Stop, results: int) -> str:
    """Which budget, what is used of it, what is kept, how to go on. What all others spent is not everybody's to know."""
    used, limit, needs = (in_words(amount, stop.unit) for amount in (stop.used, stop.limit, stop.needs))
    took = f"{used} of {limit} {'are' if stop.unit == 'tokens' else 'is'} used, and the next turn may take {needs}."
    took = "it has no room for the next turn." if stop.pool == "installation" else took
    return f"Stopped at {_WHOSE[stop.pool]}: {took} {kept_in_words(results)} {_GO_ON[stop.pool]}"


def kept_in_words(results: int) -> str:
    return f"{results} {'result is' if results == 1 else 'results are'} kept." if results else "Nothing was found until then."


def warned_in_words(near: Stop) -> str:
    share = min(999, int(100 * near.used / near.limit + ALMOST_NOTHING))
    amounts = f": {in_words(near.used, near.unit)} of {in_words(near.limit, near.unit)}" if near.pool != "installation" else ""
    return f"{share} % of {_WHOSE[near.pool]} is used{amounts}."


def left_of(budget: Budget, used: Spending) -> Budget:
    """What is left of a budget; None where it has no limit."""
    return replace(
        budget,
        tokens=None if budget.tokens is None else max(0, budget.tokens - used.tokens),
        usd=None if budget.usd is None else max(0.0, budget.usd - used.usd),
    )


def _most_output(price: Price, kept: Spending, used: Used, allowances: Allowances) -> int:
    """The longest reply that every budget holds."""
    most = max(profile.most_output_tokens for profile in PROFILES.values())
    for pool, budget in allowances.by_pool().items():
        spent = used.get(pool, Spending()) + price.at(0) + kept
        if budget.tokens is not None:
            most = min(most, budget.tokens - spent.tokens)
        if budget.usd is not None and price.usd_per_output_token:
            most = min(most, int((budget.usd - spent.usd) / price.usd_per_output_token + 1e-6))
    return most


def _price(model: ModelProfile, prefix: int, said: int, factor: float) -> Price:
    prices = model.prices_at(prefix + said)
    sent = prefix * max(prices.input, prices.cache_write_1h) + said * max(prices.input, prices.cache_write)
    return Price(prefix + said, factor * sent / 1_000_000, factor * prices.output / 1_000_000)


def _tokens(text: str) -> int:
    return ceil(len(text.encode("utf-8", "replace")) / BYTES_A_TOKEN)


def _by_unit(budget: Budget, spent: Spending, needed: Spending) -> list[tuple[Unit, float, float, float]]:
    """Limit, what is gone and what is needed, in each unit that has a limit."""
    units: list[tuple[Unit, float | None, float, float]] = [
        ("usd", budget.usd, spent.usd, needed.usd),
        ("tokens", budget.tokens, spent.tokens, needed.tokens),
    ]
    return [(unit, limit, gone, needs) for unit, limit, gone, needs in units if limit is not None]
