"""Lines of evaluations for tests."""

from typing import Any

from analytics_agent.evals.score import Answered, judged
from analytics_agent.evals.suite import Case, Expect


def answered(name: str, status: str = "succeeded", matches: bool | None = True, *, expect: Expect = "answer", **more: Any) -> Answered:
    asked_back = more.pop("asked_back", status == "needs_input")
    outcome, correct, silent = judged(Case(name, "shop", f"{name}?", expect=expect), status, asked_back=asked_back, matches=matches)
    usage = {"input_tokens": 100, "output_tokens": 10, "cache_read_tokens": 5, "cache_write_tokens": 1, "cost_usd": more.pop("cost", 0.25)}
    given = {"seconds": 2.0, "usage": usage, "model": "claude-opus-4-7", "run": f"run-{name}"} | more
    return Answered(name, "shop", f"{name}?", expect, status, outcome, correct, silent, asked_back=asked_back, **given)
