"""What the tools tell a model to do is what the rest of the house can work with."""

import re
from dataclasses import replace
from datetime import date

from fakes.records import catalog

from analytics_agent.domain.catalog import TableColumn
from analytics_agent.domain.period import Span
from analytics_agent.explore.tools import RUN_SQL
from analytics_agent.sql.moving import timed


def test_a_period_that_is_bounded_as_the_tool_says_can_be_moved() -> None:
    advised = re.search(r"`(d >= [^`]+)`", RUN_SQL.description)
    known = catalog()
    days = replace(
        known.tables[0], columns=(TableColumn("d", "date", "date", False, None), TableColumn("y", "integer", "integer", False, None))
    )
    assert advised
    found = timed(f"SELECT count(*) FROM flights WHERE {advised[1]}", dialect="postgres", catalog=replace(known, tables=(days,)))
    assert (found.period, found.why_not) == (Span(date(2013, 6, 1), date(2013, 7, 1)), "")
    other = timed(
        "SELECT count(*) FROM flights WHERE EXTRACT(MONTH FROM d) = 6", dialect="postgres", catalog=replace(known, tables=(days,))
    )
    assert other.why_not
