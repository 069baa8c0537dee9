"""Rows as a driver gives them, compared as an evaluation compares results."""

from collections.abc import Sequence
from typing import Any

from analytics_agent.evals.cells import of_rows
from analytics_agent.evals.compare import same


def same_rows(found: Sequence[Sequence[Any]], gold: Sequence[Sequence[Any]], *, by: Sequence[int] | None = None) -> bool:
    """Without rows nothing is known of columns."""
    return same(of_rows(found), of_rows(gold), by=by)
