"""The place at which an engine stumbled is told in the words of what was asked, never in those of a policy."""

import pytest

from analytics_agent.activities.engine_words import as_shown
from analytics_agent.errors import StatementFailed
from analytics_agent.sql.verdict import Verdict

FAILED = StatementFailed("A text cannot be read as the type it is cast to.", code="22P02", hint="Filter first.", place="region <> 4711")


def test_the_place_is_told_where_what_ran_is_what_is_shown() -> None:
    with pytest.raises(StatementFailed, match="cast to at “region <> 4711”"), as_shown(Verdict(True, "SELECT 1", shown="SELECT 1")):
        raise FAILED


def test_under_a_policy_it_is_left_out_and_the_rest_stays() -> None:
    ran = Verdict(True, "SELECT 1 FROM (SELECT * FROM t WHERE region <> 4711 OFFSET 0)", shown="SELECT 1 FROM t")
    with pytest.raises(StatementFailed) as told, as_shown(ran):
        raise FAILED
    assert "4711" not in f"{told.value}{told.value.hint}{told.value.__cause__}"
    assert (told.value.code, told.value.hint) == ("22P02", "Filter first.")
    assert told.value.message == "A text cannot be read as the type it is cast to."
