"""The models we know: prices, sizes and quirks, one row each, and which model each step uses.

Prices are US dollars for a million tokens, as of November 2026; docs/models.md shows this table to people, and a test holds it to this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from analytics_agent.domain.conversation import Effort, Usage
from analytics_agent.domain.question import StepModels

OFFLINE = "offline"
DEFAULT = "claude-opus-4-7"
SMALL = "claude-haiku-4-5"
"""For small steps, where the chosen model is a Claude model."""

NO_FALLBACK = "none"
BATCH_FACTOR = 0.5
"""The price of a call in a message batch, of every kind of token."""

CHARACTERS_A_TOKEN = 3.5
"""To say how long something is. Budgets are more careful: BYTES_A_TOKEN in domain/spending.py."""

Tier = Literal["large", "small", "offline"]
Thinking = Literal["by asking", "always", "none"]
"""How a model thinks: only where the request asks for it, whatever the request says, or not (or in an old form that we do not use)."""


@dataclass(frozen=True)
class Prices:
    """`cache_write` is for five minutes, `cache_write_1h` for an hour."""

    input: float
    output: float
    cache_write: float
    cache_write_1h: float
    cache_read: float

    def cost(self, *, input: int, output: int, write: int, write_1h: int, read: int) -> float:
        """Dollars. `write` holds all that was written to a cache, `write_1h` the part of it that is kept for an hour."""
        millionths = (
            input * self.input
            + output * self.output
            + (write - write_1h) * self.cache_write
            + write_1h * self.cache_write_1h
            + read * self.cache_read
        )
        return millionths / 1_000_000


@dataclass(frozen=True)
class Above:
    """Other prices for a call whose prompt, all kinds of input together, is longer than this."""

    prompt_tokens: int
    prices: Prices


@dataclass(frozen=True)
class Manner:
    """How a model is asked. What it knows nothing of is None, and is not told."""

    max_tokens: int
    effort: Effort | None
    thinking: Literal["adaptive"] | None


@dataclass(frozen=True)
class ModelProfile:
    """One model. `efforts` are those it knows: none is not told how hard to think. `least_cacheable` is the shortest prefix that a
    cache keeps, in tokens. `fallback` takes over where it stays overloaded."""

    id: str
    tier: Tier
    context_tokens: int
    most_output_tokens: int
    prices: Prices
    thinking: Thinking = "by asking"
    efforts: tuple[Effort, ...] = ()
    least_cacheable: int = 4_096
    above: Above | None = None
    retires_on: date | None = None
    fallback: str | None = None

    def asked(self, max_tokens: int, effort: Effort | None) -> "Manner":
        """How it can be asked for this."""
        thinking: Literal["adaptive"] | None = "adaptive" if self.thinking == "by asking" else None
        return Manner(min(max_tokens, self.most_output_tokens), effort if effort in self.efforts else None, thinking)

    def prices_at(self, prompt_tokens: int) -> Prices:
        """What a call with such a prompt is charged by."""
        return self.above.prices if self.above and prompt_tokens > self.above.prompt_tokens else self.prices

    def usage(self, *, input: int, output: int, write: int = 0, write_1h: int = 0, read: int = 0, batched: bool = False) -> Usage:
        """The tokens of one call with their price. `write` holds `write_1h`."""
        cost = self.prices_at(input + write + read).cost(input=input, output=output, write=write, write_1h=write_1h, read=read)
        return Usage(input, output, read, write, cost * (BATCH_FACTOR if batched else 1), write_1h)


_ALL: tuple[Effort, ...] = ("low", "medium", "high", "xhigh", "max")
_THREE: tuple[Effort, ...] = ("low", "medium", "high")
_OPUS = Prices(5, 25, 6.25, 10, 0.50)
_SONNET_5 = Prices(2, 10, 2.50, 4, 0.20)
_FREE = Prices(0, 0, 0, 0, 0)
# What a read from the cache costs is not published for this one, nor an hour's write of a long prompt. A read is counted as input and
# the write as twice the input, as with every other model: never less than is charged.
_HAIKU_5_5, _HAIKU_5_5_LONG = Prices(0.10, 0.50, 0.125, 0.20, 0.10), Prices(0.50, 2.50, 0.625, 1.00, 0.50)
_MILLION, _OUT = 1_000_000, 128_000

_PROFILES = (
    ModelProfile(OFFLINE, "offline", _MILLION, _OUT, _FREE, "none"),
    ModelProfile(
        "claude-opus-5-5",
        "large",
        _MILLION,
        _OUT,
        Prices(4, 20, 5, 8, 0.20),
        "always",
        _ALL,
        fallback="claude-sonnet-5-5",
    ),
    ModelProfile("claude-opus-5", "large", _MILLION, _OUT, _OPUS, "by asking", _ALL, fallback="claude-sonnet-5"),
    ModelProfile("claude-opus-4-8", "large", _MILLION, _OUT, _OPUS, "by asking", _ALL, fallback="claude-sonnet-5"),
    ModelProfile("claude-opus-4-7", "large", _MILLION, _OUT, _OPUS, "by asking", _ALL, fallback="claude-sonnet-5"),
    ModelProfile("claude-opus-4-6", "large", _MILLION, _OUT, _OPUS, "by asking", _THREE, fallback="claude-sonnet-5"),
    ModelProfile("claude-opus-4-5", "large", 200_000, 64_000, _OPUS, "none", _THREE, fallback="claude-sonnet-5"),
    ModelProfile("claude-sonnet-5-5", "large", _MILLION, _OUT, _SONNET_5, "always", _ALL, fallback="claude-sonnet-5"),
    ModelProfile("claude-sonnet-5", "large", _MILLION, _OUT, _SONNET_5, "by asking", _ALL, fallback="claude-sonnet-5-5"),
    ModelProfile(
        "claude-sonnet-4-6", "large", _MILLION, _OUT, Prices(3, 15, 3.75, 6, 0.30), "by asking", _THREE, fallback="claude-sonnet-5"
    ),
    ModelProfile(
        "claude-haiku-5-5",
        "small",
        _MILLION,
        _OUT,
        _HAIKU_5_5,
        "always",  # not told either way: nothing is sent
        above=Above(100_000, _HAIKU_5_5_LONG),
        fallback="claude-haiku-4-5",
    ),
    ModelProfile("claude-haiku-4-5", "small", 200_000, 64_000, Prices(1, 5, 1.25, 2, 0.10), "none", fallback="claude-sonnet-5"),
    ModelProfile(
        "claude-sonnet-4-5",
        "large",
        200_000,
        64_000,
        Prices(3, 15, 3.75, 6, 0.30),
        "none",
        retires_on=date(2026, 11, 30),
        fallback="claude-sonnet-5",
    ),
)
PROFILES = {profile.id: profile for profile in _PROFILES}
"""By id. An id that is not here is refused when settings are read and when a question names it."""


def profile_of(model: str) -> ModelProfile | None:
    """The profile of a model as a provider names it: `claude-haiku-4-5-20251001` is `claude-haiku-4-5`."""
    family, _, day = model.rpartition("-")
    return PROFILES.get(model) or (PROFILES.get(family) if len(day) == 8 and day.isdigit() else None)


@dataclass(frozen=True)
class ModelChoice:
    """What the operators chose; an empty id leaves it to us. `fallback` may be "none"."""

    default: str
    explore: str = ""
    analyze: str = ""
    synthesize: str = ""
    fallback: str = ""


def step_models(asked: str | None, choice: ModelChoice) -> StepModels:
    """Which model each step uses. `asked` is the model that the question names: it goes before the operators' own for explore and
    synthesize; analyze, which chooses and does not compute, takes the small one. The offline model, once named, answers all of it."""
    if asked == OFFLINE:
        return StepModels(OFFLINE, OFFLINE, OFFLINE)
    explore = asked or choice.explore or choice.default
    small = SMALL if PROFILES[explore].tier == "large" else explore
    return StepModels(explore, choice.analyze or small, asked or choice.synthesize or choice.default, _fallback(explore, choice.fallback))


def _fallback(model: str, chosen: str) -> str | None:
    if model == OFFLINE or chosen == NO_FALLBACK:
        return None
    return chosen or PROFILES[model].fallback


PATIENCE = 3
"""How often the model of a turn may be overloaded before another one is asked."""


def model_after(overloads: int, model: str, fallback: str | None) -> str:
    """Who is asked after so many refusals for overload: the model itself three times, then the fallback and it by turns."""
    if not fallback or model == OFFLINE or overloads < PATIENCE:
        return model
    return fallback if (overloads - PATIENCE) % 2 == 0 else model


def retiring(models: Sequence[str], today: date) -> list[str]:
    """A sentence for each of these models that is retired, or will be within 60 days."""
    said = []
    for profile in (PROFILES[model] for model in dict.fromkeys(models) if model in PROFILES):
        day = profile.retires_on
        if day and (day - today).days <= 60:
            when = "was retired" if day < today else "is retired"
            instead = f" Choose another, such as {profile.fallback}." if profile.fallback else ""
            said.append(f"{profile.id} {when} on {day}.{instead}")
    return said
