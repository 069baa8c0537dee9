"""The models we know: prices and quirks, one row each. Prices are US dollars for a million tokens, as of November 2026."""

from dataclasses import dataclass

from analytics_agent.domain.conversation import Usage

OFFLINE = "offline"
DEFAULT = "claude-opus-4-7"


@dataclass(frozen=True)
class ModelProfile:
    """`cache_write` is the price of the 5-minute cache. `adaptive_thinking`: thinking is switched on by asking for it."""

    id: str
    input: float
    output: float
    cache_write: float
    cache_read: float
    most_output_tokens: int = 128_000
    adaptive_thinking: bool = True

    def cost(self, *, input_tokens: int, output_tokens: int, cache_write_tokens: int, cache_read_tokens: int) -> float:
        """Dollars for one call."""
        millionths = (
            input_tokens * self.input
            + output_tokens * self.output
            + cache_write_tokens * self.cache_write
            + cache_read_tokens * self.cache_read
        )
        return millionths / 1_000_000

    def usage(self, *, input_tokens: int, output_tokens: int, cache_write_tokens: int, cache_read_tokens: int) -> Usage:
        """The tokens of one call with their price."""
        cost = self.cost(
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cache_write_tokens=cache_write_tokens,
            cache_read_tokens=cache_read_tokens,
        )
        return Usage(input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost)


_PROFILES = (
    ModelProfile(OFFLINE, 0, 0, 0, 0, adaptive_thinking=False),
    ModelProfile("claude-opus-5-5", 4, 20, 5, 0.20),
    ModelProfile("claude-opus-5", 5, 25, 6.25, 0.50),
    ModelProfile("claude-opus-4-8", 5, 25, 6.25, 0.50),
    ModelProfile("claude-opus-4-7", 5, 25, 6.25, 0.50),
    ModelProfile("claude-opus-4-6", 5, 25, 6.25, 0.50),
    ModelProfile("claude-sonnet-5-5", 2, 10, 2.50, 0.20),
    ModelProfile("claude-sonnet-5", 2, 10, 2.50, 0.20),
    ModelProfile("claude-sonnet-4-6", 3, 15, 3.75, 0.30),
    ModelProfile("claude-haiku-4-5", 1, 5, 1.25, 0.10, most_output_tokens=64_000, adaptive_thinking=False),
)
PROFILES = {profile.id: profile for profile in _PROFILES}
"""By id. An id that is not here is refused when settings are read and when a question names it."""
