"""What a Claude model said when it answered by hand, said again: the same statements run, the same results are right, every figure
is grounded. Prompts, tools' descriptions and errors may change meanwhile; what is asserted is what we execute."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from e2e.odd_schema import superuser
from running_stack import RunningStack
from suites.defog_classic import load as defog
from suites.recorded import SUITES, Recording, Replayed, on_its_day, recordings

from analytics_agent.client import AsyncClient
from analytics_agent.evals import suite
from analytics_agent.evals.evaluate import Asking, Evaluation, Watch
from analytics_agent.evals.score import Answered
from analytics_agent.evals.warehouses import warehouses

pytestmark = pytest.mark.stack
RECORDED = recordings()
AT_A_TIME = 6


@pytest.fixture(scope="module")
def replayed(stack: RunningStack) -> Iterator[dict[str, tuple[Answered, dict[str, Any]]]]:
    """Every recorded question asked again, several at a time: its line and its document."""
    cases = [case for name in SUITES if (questions := SUITES[name]).exists() for case in suite.read(questions)]
    addresses = defog.load(superuser(stack, "postgres"))
    stack.script.step = Replayed(RECORDED, cases)
    try:
        known = {one.id: one for one in RECORDED}
        asked = [on_its_day(case, known[case.id]) for case in cases if case.id in known]
        yield asyncio.run(_asked(stack, asked, addresses))
    finally:
        defog.remove(superuser(stack, "postgres"))


async def _asked(stack: RunningStack, cases: list[suite.Case], addresses: dict[str, str]) -> dict[str, tuple[Answered, dict[str, Any]]]:
    lines: list[Answered] = []
    key = stack.settings.api_key
    assert key
    async with AsyncClient(stack.settings.api_url, key.get_secret_value()) as client:
        async with warehouses(client, stack.settings, cases, addresses) as opened:
            asking = Asking(model="claude-opus-4-7", concurrency=AT_A_TIME, seconds=120)
            assert await Evaluation(client, opened, asking, Watch(done=lines.append)).run(cases)
        return {line.id: (line, await client.document(str(line.run))) for line in lines}


@pytest.mark.parametrize("recorded", RECORDED, ids=[f"{one.suite}/{one.id}" for one in RECORDED])
def test_a_recorded_question_comes_to_what_it_came_to(replayed: dict[str, tuple[Answered, dict[str, Any]]], recorded: Recording) -> None:
    line, document = replayed[recorded.id]
    assert (line.status, line.outcome) == (recorded.status, recorded.outcome), line.reason or line.note
    assert line.sql == recorded.sql
    if line.status == "succeeded":
        claims = document["answer"]["claims"]
        assert claims and not any("{{" in claim["text"] for claim in claims), "a reference is filled in, or the claim is struck"
        known = {query["id"] for query in document["queries"]}
        assert {figure["result"] for claim in claims for figure in claim["figures"]} <= known
