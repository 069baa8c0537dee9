"""How much is sent to a model: a first request on a database of 20 tables, and how much of later ones the provider's cache can hold.

`.venv/bin/python benchmarks/prompt_size.py` builds the requests as a worker does and sends nothing. A token is 3.5 characters of what is
sent. Exit status 1 above a limit.
"""

import json
import sys
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

from analytics_agent import semantic
from analytics_agent.adapters.anthropic.wire import arguments
from analytics_agent.analyze import prompt as analyze
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn
from analytics_agent.domain.conversation import Message, ModelRequest, Tool
from analytics_agent.domain.models import CHARACTERS_A_TOKEN, DEFAULT, PROFILES
from analytics_agent.domain.question import Question
from analytics_agent.explore import prompt as explore
from analytics_agent.resources import resource
from analytics_agent.synthesize import prompt as synthesize

MOST_FIRST, LEAST_CACHED = 6_000, 0.80
TABLES, COLUMNS, TURNS = 20, 14, 8
SUBJECTS = ("customer", "order", "product", "region")
QUESTION = Question("r", "Why did revenue in the north fall in June?", "shop", "k1", DEFAULT, datetime(2026, 11, 23, tzinfo=UTC))


def catalog() -> Catalog:
    """Tables that refer to each other, every one with comments, as a tidy warehouse has them."""
    return Catalog("shop", "postgres", tuple(map(_table, range(TABLES))), ("public",), "f", datetime(2026, 11, 23, tzinfo=UTC))


def _table(number: int) -> Table:
    kinds: list[tuple[Any, str]] = [("integer", "bigint"), ("text", "text"), ("date", "date"), ("number", "numeric(12,2)")]
    columns = [TableColumn(f"{SUBJECTS[n % 4]}_field_{n}", *kinds[n % 4]) for n in range(COLUMNS)]
    described = [TableColumn(c.name, c.type, c.native_type, comment="What it holds, in a sentence of some length.") for c in columns]
    keys = (ForeignKey((columns[0].name,), "public", f"business_table_{number - 1}", (columns[0].name,)),) if number else ()
    name, comment = f"business_table_{number}", "One row for each thing that the business counts, kept since 2023."
    return Table("public", name, tuple(described), primary_key=(columns[0].name,), foreign_keys=keys, comment=comment, rows=1_000_000)


def openings() -> dict[str, tuple[str, tuple[Tool, ...], str]]:
    """System, tools and first message of every step. The evidence is six results of twenty rows."""
    here, told = catalog(), Briefing(date(2026, 6, 30), "f")
    model = semantic.load((resource("sql_fixtures") / "shop" / "semantic_model.yaml").read_text())
    evidence = "\n".join(f'<result id="r{n}">{rows(20)}</result>' for n in range(1, 7))
    return {
        "explore, free": (explore.system(here, None)[0], explore.TOOLS, explore.first(QUESTION, told)),
        "explore, governed": (explore.system(here, model)[0], explore.TOOLS, explore.first(QUESTION, told)),
        "analyze": (analyze.system()[0], analyze.TOOLS, analyze.first(QUESTION, told, evidence)),
        "synthesize": (synthesize.system()[0], synthesize.TOOLS, synthesize.first(QUESTION, told, evidence)),
    }


def rows(count: int) -> str:
    return json.dumps([{"region": f"region {n}", "month": f"2026-{n % 12 + 1:02}", "revenue": 12345.67 + n} for n in range(count)])


def conversation(first: str, turns: int) -> tuple[Message, ...]:
    said = [Message("user", ({"type": "text", "text": first},))]
    for n in range(turns):
        use = {"type": "tool_use", "id": f"t{n}", "name": "run_sql", "input": {"purpose": "revenue by month", "sql": "SELECT 1 " * 40}}
        result = {"type": "tool_result", "tool_use_id": f"t{n}", "content": rows(20)}
        said += [Message("assistant", (use,)), Message("user", (result,))]
    return tuple(said)


def sent(opening: tuple[str, tuple[Tool, ...], str], turns: int) -> str:
    """As a provider reads it: tools, system, messages."""
    system, tools, first = opening
    body = arguments(ModelRequest(DEFAULT, system, tools, conversation(first, turns)), PROFILES[DEFAULT])
    return json.dumps(_unmarked([body["tools"], body["system"], body["messages"]]), ensure_ascii=False)


def _unmarked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unmarked(each) for each in value]
    return {name: _unmarked(each) for name, each in value.items() if name != "cache_control"} if isinstance(value, dict) else value


def first_request(opening: tuple[str, tuple[Tool, ...], str]) -> tuple[int, int]:
    """Tokens of the whole, and of what is the same for every question: text as it is read, tools as JSON."""
    system, tools, first = opening
    of_tools = arguments(ModelRequest(DEFAULT, system, tools, conversation(first, 0)), PROFILES[DEFAULT])["tools"]
    head = len(json.dumps(of_tools, ensure_ascii=False)) + len(system)
    return round((head + len(first)) / CHARACTERS_A_TOKEN), round(head / CHARACTERS_A_TOKEN)


def cached(opening: tuple[str, tuple[Tool, ...], str]) -> float:
    """Of the input of every turn but the first: the part that the turn before sent too, up to its mark at the end."""
    requests = [sent(opening, turns) for turns in range(TURNS)]
    held = sum(len(before) if after.startswith(before.removesuffix("]]")) else 0 for before, after in pairwise(requests))
    return held / sum(map(len, requests[1:]))


def main() -> int:
    wrong = 0
    for name, opening in openings().items():
        (first, head), share = first_request(opening), cached(opening)
        good = (first <= MOST_FIRST or not name.startswith("explore")) and share >= LEAST_CACHED
        wrong += not good
        sys.stdout.write(f"{name:18} first request {first:6,} tokens ({head:,} of system and tools)  cached later {share:.0%}\n")
    sys.stdout.write(f"limits: a first request {MOST_FIRST:,} tokens, cached {LEAST_CACHED:.0%}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
