"""The place of an error is told in the statement's words, and never in its values."""

from types import SimpleNamespace
from typing import Any

import pytest

from analytics_agent.adapters.postgres.errors import translated


def told(statement: str, before: str) -> str:
    """What is said of an error at the place after `before`."""
    problem: Any = SimpleNamespace(sqlstate="42883", diag=SimpleNamespace(statement_position=str(len(before) + 1)))
    return translated(problem, statement).message


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("x > 5 AND name = 'Zephyrine'", "x > 5 AND name = '…'"),
        ("x > 5 AND insured AND insured AND insured AND n = 'Zephyrine'", "x > 5 AND insured AND insured AND insured AND n"),
        ("x = 'O''Zephyrine' OR y", "x = '…' OR y"),
        ("""x > "it's" AND name = 'Zephyrine'""", """x > "it's" AND name = '…'"""),
        ("x = 'Zephyrine", "x = '…'"),
    ],
)
def test_no_text_of_the_statement_is_quoted_whole_or_in_part(statement: str, place: str) -> None:
    message = told(f"SELECT 1 WHERE {statement}", "SELECT 1 WHERE ")
    assert message.removesuffix("”.").split("at “")[1].startswith(place) and "Zeph" not in message
