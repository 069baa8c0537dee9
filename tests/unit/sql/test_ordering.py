"""By which of its columns a statement's rows are ordered."""

import pytest

from analytics_agent.sql.ordering import ordered_by


@pytest.mark.parametrize(
    ("statement", "places"),
    [
        ("SELECT a, sum(b) AS s FROM t GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1", (1, 0)),
        ("SELECT a, sum(b) AS s FROM t GROUP BY a ORDER BY sum(b) DESC", (1,)),
        ("SELECT a, sum(b) AS s FROM t GROUP BY a ORDER BY S", (1,)),
        ("SELECT t.a FROM t ORDER BY t.a LIMIT 3", (0,)),
        ("SELECT a FROM t UNION SELECT b FROM u ORDER BY a", (0,)),
        ("WITH x AS (SELECT 1 AS a ORDER BY 1) SELECT a FROM x", ()),
        ("SELECT a FROM t", ()),
        ("SELECT a FROM t ORDER BY b", None),
        ("SELECT a FROM t ORDER BY 2", None),
        ("SELECT * FROM t ORDER BY a", None),
        ("SELECT a, b AS a FROM t ORDER BY a", None),
        ("SELEC a FROM", None),
        ("DELETE FROM t", None),
    ],
)
def test_the_columns_that_order_the_result_are_told_by_their_places(statement: str, places: tuple[int, ...] | None) -> None:
    assert ordered_by(statement, dialect="postgres") == places
