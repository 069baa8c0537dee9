"""Which bar of a ranking is the subject, and which rest on few records."""

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from unit.report.samples import CARRIER, SHARE, answer, carriers, document, figure, finding, query, run_of

from analytics_agent.domain.answer import Claim
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.report.bars import LEAST_ROW, ROW, row_height
from analytics_agent.report.chart_files import chart_files
from analytics_agent.report.charts import choose
from analytics_agent.report.document import Chart
from analytics_agent.report.finding_charts import for_finding
from analytics_agent.report.framing import Frame
from analytics_agent.report.standing import subject
from analytics_agent.report.themes import theme

DEPARTURES = ResultColumn("departures", "integer", "Departures", unit="departures", metric="departures")
NAMES = ("SkyWest", "Southwest", "Endeavor", "JetBlue", "Delta")
SHARES = (0.66, 0.35, 0.34, 0.3, 0.2)


def weighed(*departures: int) -> pa.Table:
    return carriers(*NAMES, shares=SHARES).append_column("departures", pa.array(departures))


def accented(chart: Chart | None) -> list[str]:
    assert chart is not None
    bars = next(one["data"]["values"] for one in chart.spec["layer"] if isinstance(one["mark"], dict) and one["mark"]["type"] == "bar")
    return [told for told, bar in zip(chart.bars, bars, strict=True) if bar["color"] == theme().color("now")]


def ranked(said: tuple[str, ...], table: pa.Table, **changes: Any) -> Chart | None:
    return choose(query("r1", (CARRIER, SHARE, DEPARTURES), table, **changes), table, Frame(said=said))


def test_the_subject_of_the_headline_carries_the_accent_and_no_other_bar() -> None:
    table = weighed(6, 3130, 4400, 14000, 12000)
    chart = ranked(("Among the larger ones, Southwest has the highest share",), table)
    assert accented(chart) == ["Southwest 35.0\u00a0%"]


def test_a_leader_on_few_records_stays_gray_and_is_said_so_even_if_it_is_named_first() -> None:
    chart = ranked(("SkyWest leads on few departures, then Endeavor",), weighed(6, 3130, 4400, 14000, 12000))
    assert accented(chart) == ["Endeavor 34.0\u00a0%"]
    assert chart is not None and chart.notes == ("Far fewer records stand behind SkyWest (6\u00a0departures).",)


@pytest.mark.parametrize("said", [(), ("Left late differs by carrier",), ("Southwestern rain",)])
def test_where_nobody_is_named_the_first_bar_with_enough_records_is_the_subject(said: tuple[str, ...]) -> None:
    assert accented(ranked(said, weighed(6, 3130, 4400, 14000, 12000))) == ["Southwest 35.0\u00a0%"]
    assert accented(ranked(said, weighed(3000, 3130, 4400, 14000, 12000))) == ["SkyWest 66.0\u00a0%"]


def test_where_rows_are_missing_nobody_knows_which_are_small() -> None:
    chart = ranked((), weighed(6, 3130, 4400, 14000, 12000), truncated=True)
    assert chart is not None and chart.notes == ()
    assert accented(chart) == ["SkyWest 66.0\u00a0%"]


def test_the_longer_of_two_names_that_begin_alike_is_the_one_that_is_spoken_of() -> None:
    assert subject(["Delta", "Delta Connection"], ["Delta Connection leads"], ()) == 1
    assert subject(["A", "12", "(x)[*"], ["A 12 leads (x)[* here"], ()) == 2


def test_a_ranking_that_was_computed_keeps_the_few_records_of_its_source() -> None:
    source = weighed(6, 3130, 4400, 14000, 12000)
    rank = ResultColumn("rank", "integer", "Rank")
    top = pa.table({"rank": [1, 2, 3], "carrier": list(NAMES[:3]), "late_share": list(SHARES[:3])})
    queries = {
        "r1": query("r1", (CARRIER, SHARE, DEPARTURES), source),
        "r2": query("r2", (rank, CARRIER, SHARE), top, source="computed", inputs=("r1",)),
    }
    found = finding("ranking", "r2", ("r1",), {"by": "carrier", "measure": "late_share"})
    chart = for_finding(found, queries, {"r1": source, "r2": top}, Frame())
    assert accented(chart) == ["Southwest 35.0\u00a0%"]
    told = for_finding(found, queries, {"r1": source, "r2": top}, Frame(said=("SkyWest leads",)))
    assert accented(told) == ["SkyWest 66.0\u00a0%"]


def test_report_and_chart_files_accent_the_same_bar() -> None:
    table = weighed(6, 3130, 4400, 14000, 12000)
    told = answer(Claim("JetBlue left late on **30.0\u00a0%**.", (figure("30.0\u00a0%", 0.3),)), headline="JetBlue is in the middle")
    run = replace(run_of(query("r1", (CARRIER, SHARE, DEPARTURES), table)), answer=told)
    assert accented(document(run, {"r1": table}).chart) == ["JetBlue 30.0\u00a0%"]
    assert accented(chart_files(run, {"r1": table})[0].chart) == ["JetBlue 30.0\u00a0%"]


def test_many_bars_move_closer_and_stay_readable() -> None:
    heights = [row_height(count) for count in range(1, 30)]
    assert (heights[0], heights[-1]) == (ROW, LEAST_ROW)
    assert heights == sorted(heights, reverse=True)


def test_a_short_name_in_capitals_is_found_and_a_pronoun_is_none() -> None:
    names = ["Canteen", "IT", "Roads"]
    assert subject(names, ["IT had the lowest amount, before Roads"], ()) == 1
    assert subject(names, ["It was Roads that had the lowest"], ()) == 2
