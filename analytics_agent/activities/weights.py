"""Whether the weights by which a bridge splits rows add up: looked up beside a governed statement, and said where they do not."""

from collections.abc import Sequence

from analytics_agent.activities.rights import Readable
from analytics_agent.activities.run_warehouse import RunWarehouse
from analytics_agent.errors import StatementFailed, StatementRefused, StatementTimeout

SECONDS = 3.0
"""For a look at weights, beside the statement that was asked for."""


async def wrong_weights(warehouse: RunWarehouse, view: Readable, weights: Sequence[tuple[str, str]]) -> list[str]:
    """The sentences of those statements that count any. What cannot be looked up in time is not said."""
    return [said for counting, said in weights if await _is_any(warehouse, view, counting)]


async def _is_any(warehouse: RunWarehouse, view: Readable, counting: str) -> bool:
    try:
        fetched = await warehouse.looked_up(view, counting, seconds=SECONDS)
    except (StatementRefused, StatementFailed, StatementTimeout):
        return False
    return any(value for row in fetched.table.to_pylist() for value in row.values())
