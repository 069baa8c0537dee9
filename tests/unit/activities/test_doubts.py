"""What is said of a doubtful result goes no further than what the model may see of the database."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from unit.activities.test_lines import Inquiry
from unit.semantic import shop

from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.database import Database, ModelSees

MISSPELLED = {"purpose": "x", "sql": "SELECT count(*) AS n FROM stores WHERE city = 'Olso'"}
OUT_OF_RANGE = {"purpose": "x", "sql": "SELECT order_id FROM orders WHERE placed_on >= DATE '2026-01-01'"}
HIDDEN = ("Oslo", "Bergen", "O'Hara", "2025-01-31", "2025-04-01")


def told(sees: ModelSees, given: dict[str, Any]) -> str:
    inquiry = Inquiry()
    inquiry.asked = replace(inquiry.asked, model="claude-opus-4-7", text="How many?")

    async def steps() -> str:
        await inquiry.begin()
        await inquiry.store.save_database(Database("shop", "duckdb:///shop", "duckdb", None, shop.TEXT, model_sees=sees), same_tables=True)
        await inquiry.store.save_document(inquiry.asked.run_id, "briefing", Briefing(date(2025, 4, 1), "f", model_sees=sees))
        await inquiry.call(1, "run_sql", given)
        return await inquiry.told(1)

    return asyncio.run(steps())


@pytest.mark.parametrize("sees", ["masked", "schema"])
@pytest.mark.parametrize("given", [MISSPELLED, OUT_OF_RANGE], ids=["misspelled", "out of range"])
def test_no_value_is_named_to_a_model_that_may_not_see_it(sees: ModelSees, given: dict[str, Any]) -> None:
    said = told(sees, given)
    assert "in no row" in said or "No row fulfils" in said
    assert not [value for value in HIDDEN if value in said]


def test_a_model_that_sees_stand_ins_is_told_the_nearest_values_by_them() -> None:
    assert "Its values: 'name_1', 'name_2', 'name_3'." in told("masked", MISSPELLED)
    assert "'Oslo'" in told("full", MISSPELLED)
