"""More rows equal the last one than are let in: it is said, of a limit and of a top."""

import asyncio
from typing import Any

import pyarrow as pa
import pytest
from fakes.memory_artifacts import MemoryArtifacts

from analytics_agent.activities.tied import MORE_MEMBERS, MORE_ROWS, tied
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.evidence import Query, ResultColumn

COLUMNS = (
    ResultColumn("region", "text", "Region", dimension="stores.region"),
    ResultColumn("city", "text", "City", dimension="stores.city"),
    ResultColumn("orders", "integer", "Orders", metric="orders"),
)


def said(rows: list[tuple[str | None, str | None]], source: Any = "metric", **request: Any) -> tuple[str, ...]:
    """Of a stored result of cities, each with its region."""

    async def steps() -> tuple[str, ...]:
        artifacts = MemoryArtifacts()
        regions, cities = zip(*rows, strict=True)
        artifact = await artifacts.put_table(pa.table({"region": regions, "city": cities, "orders": [1] * len(rows)}))
        return await tied(artifacts, Query("", "p", COLUMNS, 0, Artifact("", 0, ""), source, request=request), artifact, len(rows))

    return asyncio.run(steps())


def cities(count: int, region: str = "north") -> list[tuple[str | None, str | None]]:
    return [(region, f"{region} {i}") for i in range(count)]


@pytest.mark.parametrize(("rows", "expected"), [(5, ()), (6, ()), (24, ()), (25, (MORE_ROWS,))])
def test_a_limit_with_as_many_equals_as_are_let_in_says_that_there_may_be_more(rows: int, expected: tuple[str, ...]) -> None:
    assert said(cities(rows), limit=5) == expected


def test_a_top_is_counted_in_members_and_all_others_are_none() -> None:
    top = {"count": 2, "dimension": "stores.city"}
    assert said([*cities(21), (None, "All others")], top=top) == ()
    assert said([*cities(22), (None, "All others")], top=top) == (MORE_MEMBERS,)
    assert said([*cities(21), ("north", "All others")], top=top | {"others": False}) == (MORE_MEMBERS,)


def test_a_top_of_each_group_is_counted_in_each() -> None:
    top = {"count": 2, "dimension": "city", "within": ["stores.region"]}
    assert said([*cities(15), *cities(15, "south")], top=top) == ()
    assert said([*cities(3), *cities(22, "south")], top=top) == (MORE_MEMBERS,)


def test_of_other_results_nothing_is_said() -> None:
    assert said(cities(30), "free") == () and said(cities(30)) == () and said(cities(30), "free", limit=5) == ()
