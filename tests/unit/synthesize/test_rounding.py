"""The reader is told once when shown figures do not add up although the unrounded ones do, and only then."""

from typing import Any

import pyarrow as pa
import pytest

from analytics_agent.domain.answer import Figure
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.synthesize.grounding import ground
from analytics_agent.synthesize.rounding import CAVEAT, disagrees


def figures(*shown: tuple[str, Any, str | None]) -> list[Figure]:
    return [Figure(text, value, unit, "r1", "r1[0].x") for text, value, unit in shown]


SUMMER = (("18.3\u00a0min", 18.334, "min"), ("5.0\u00a0min", 4.953, "min"), ("13.4\u00a0min", 13.381, "min"))


def test_a_difference_that_the_rounded_figures_do_not_give_is_noticed_in_any_order() -> None:
    assert disagrees(figures(*SUMMER))
    assert disagrees(figures(*reversed(SUMMER)))


@pytest.mark.parametrize(
    "shown",
    [
        (("18.3\u00a0min", 18.3, "min"), ("4.9\u00a0min", 4.9, "min"), ("13.4\u00a0min", 13.4, "min")),
        (("1,261", 1261, "flights"), ("740\u00a0flights", 740, "flights"), ("521", 521, "flights")),
        (("18.3\u00a0min", 18.334, "min"), ("5.0\u00a0min", 5.04, "min"), ("13.4\u00a0min", 13.381, "min")),
        (("February\u00a02013", "2013-02-01", None), ("18.3\u00a0min", 18.334, "min"), ("yes", True, None)),
        SUMMER[:2],
    ],
    ids=["they agree", "whole numbers", "unrelated", "dates and words", "only two"],
)
def test_figures_that_agree_or_have_nothing_to_do_with_each_other_are_not(shown: tuple[tuple[str, Any, str | None], ...]) -> None:
    assert not disagrees(figures(*shown))


def test_percentages_are_compared_with_their_difference_in_points() -> None:
    assert disagrees(figures(("31.1\u00a0%", 0.31137, "%"), ("29.6\u00a0%", 0.29619, "%"), ("1.5\u00a0points", 1.518, "points"))) is False
    assert disagrees(figures(("31.1\u00a0%", 0.31137, "%"), ("29.6\u00a0%", 0.29551, "%"), ("1.6\u00a0points", 1.586, "points")))


def test_the_answer_says_so_once_whatever_the_number_of_claims() -> None:
    column = ResultColumn("delay", "number", "Delay", unit="min", decimals=1)
    table = pa.table({"delay": [18.334, 13.381]})
    result = Query("r1", "Delays", (column,), 2, Artifact("0" * 64, 1, "application/vnd.apache.parquet"), "metric")
    text = "It was {{r1[0].delay}}, {{difference(r1[0].delay, r1[1].delay)}} more than {{r1[1].delay}}."
    written = {"headline": "Later", "claims": [{"text": text}, {"text": text}]}
    assert ground(written, {"r1": table}, {"r1": result}, (), question="How late?").caveats == (CAVEAT,)
    agreeing = {"headline": "Later", "claims": [{"text": "It was {{r1[0].delay}}."}]}
    assert ground(agreeing, {"r1": table}, {"r1": result}, (), question="How late?").caveats == ()
