"""Whatever is asked of whatever rows, the compiled SQL says what the rows say one by one."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.semantic import asked, chain
from unit.semantic.by_hand.naive import Naive

from analytics_agent.semantic.request import MetricRequest

CASES = int(os.environ.get("COMPILE_CASES", "75"))


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_compiled_sql_says_what_the_rows_say(engine: str) -> None:
    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), derandomize="COMPILE_CASES" not in os.environ)
    @given(asked.requests(), st.integers(0, 10_000))
    def holds(request: MetricRequest, seed: int) -> None:
        rows = asked.rows_for(request, seed)
        if made := asked.compiled(request, engine):
            found = chain.run(made.sql, rows, engine)
            assert all(len(row) == len(made.columns) for row in found)
            asked.assert_same(found, Naive(rows, request).answer(), made.sql)

    holds()
