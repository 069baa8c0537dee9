"""docs/models.md shows the table of models. With UPDATE_DOCS=1 it is written anew; a person reads the difference."""

import os
from pathlib import Path

from analytics_agent.domain.models import OFFLINE, PROFILES, ModelProfile, Prices

PAGE = Path(__file__).parents[3] / "docs" / "models.md"
HEAD = "| model | context / reply | in | out | write 5 min | write 1 h | read | thinks | effort | fallback |\n" + "|---" * 10 + "|"


def dollars(amount: float) -> str:
    return f"{amount:.3f}" if round(amount, 2) != amount else f"{amount:.2f}".removesuffix(".00")


def thousands(tokens: int) -> str:
    return f"{tokens // 1_000_000}M" if tokens >= 1_000_000 else f"{tokens // 1_000}K"


def line(name: str, profile: ModelProfile, prices: Prices) -> str:
    amounts = (prices.input, prices.output, prices.cache_write, prices.cache_write_1h, prices.cache_read)
    efforts = f"{profile.efforts[0]} to {profile.efforts[-1]}" if profile.efforts else "none"
    sizes = f"{thousands(profile.context_tokens)} / {thousands(profile.most_output_tokens)}"
    thinks = {"by asking": "by asking", "always": "always", "none": "no"}[profile.thinking]
    return f"| {name} | {sizes} | {' | '.join(map(dollars, amounts))} | {thinks} | {efforts} | {profile.fallback or ''} |"


def table() -> str:
    lines = [HEAD]
    for profile in PROFILES.values():
        if profile.id == OFFLINE:
            continue
        retired = f", until {profile.retires_on}" if profile.retires_on else ""
        lines.append(line(f"`{profile.id}`{retired}", profile, profile.prices))
        if profile.above:
            lines.append(line(f"… prompt above {thousands(profile.above.prompt_tokens)}", profile, profile.above.prices))
    return "\n".join(lines)


def test_the_page_on_models_shows_the_table() -> None:
    before, _, rest = PAGE.read_text().partition("<!-- models -->\n")
    after = rest.partition("<!-- /models -->")[2]
    text = f"{before}<!-- models -->\n\n{table()}\n\n<!-- /models -->{after}"
    if os.environ.get("UPDATE_DOCS") == "1":
        PAGE.write_text(text)
    assert PAGE.read_text() == text, "out of date: UPDATE_DOCS=1 pytest tests/unit/domain/test_models_page.py"


def test_every_model_has_a_line() -> None:
    assert sum(f"`{model}`" in PAGE.read_text() for model in PROFILES) == len(PROFILES)
