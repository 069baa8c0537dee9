"""What a finding compares is called by the names people know, is said among the facts, and is drawn once."""

import pyarrow as pa
from unit.report.samples import CARRIER, DELAY, document, finding, monthly, query, run_of

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.domain.run import Run

CODE = ResultColumn("code", "text", "Carrier", format="text", dimension="flights.carrier")
COMPARED = (
    *(ResultColumn(name, "number", name.title(), unit="min", decimals=1) for name in ("before", "now", "difference")),
    ResultColumn("before_group", "text", "Before", format="text", dimension="flights.carrier"),
    ResultColumn("now_group", "text", "Now", format="text", dimension="flights.carrier"),
)


def two_carriers() -> tuple[Run, dict[str, pa.Table]]:
    source = pa.table({"code": ["B6", "DL"], "carrier": ["JetBlue", "Delta"], "delay": [9.5, 1.6]})
    result = pa.table({"before": [9.5], "now": [1.6], "difference": [-7.9], "before_group": ["B6"], "now_group": ["DL"]})
    queries = query("r1", (CODE, CARRIER, DELAY), source), query("r2", COMPARED, result, source="computed", inputs=("r1",))
    found = finding("comparison", "r2", ("r1",), {"measure": "delay", "column": "code"})
    return run_of(*queries, findings=(found,)), {"r1": source, "r2": result}


def test_groups_named_by_a_code_are_shown_by_their_display_name() -> None:
    made = document(*two_carriers())
    assert made.chart is not None
    assert made.chart.bars == ("JetBlue 9.5\u00a0min", "Delta 1.6\u00a0min")
    assert [key.base for key in made.key_figures] == ["JetBlue 9.5\u00a0min"]
    assert {fact.label: fact.value for fact in made.facts}["Read as"] == "Compared: Delta with JetBlue."


def test_two_bars_that_page_one_shows_are_not_drawn_again_beside_the_evidence() -> None:
    (section,) = document(*two_carriers()).sections
    assert section.chart is None
    assert section.grid is not None
    assert section.grid.rows[0][-1] == "−7.9"


def test_the_first_picture_of_two_periods_is_what_made_the_change_and_not_a_line() -> None:
    source = monthly((521.0, 1261.0))
    columns = ("contribution", "total_before", "total_now", "before", "now")
    result = pa.table(
        {
            "carrier": ["JetBlue", "Delta"],
            **dict(zip(columns, ([600, 140], [521, 521], [1261, 1261], [9, 512], [609, 652]), strict=True)),
            "before_group": ["January", "January"],
            "now_group": ["February", "February"],
        }
    )
    known = (CARRIER, *(ResultColumn(name, "integer", name.title()) for name in columns), *COMPARED[-2:])
    queries = query("r1", (source_month(), DELAY), source), query("r2", known, result, source="computed", inputs=("r1",))
    found = finding("contribution", "r2", ("r1",), {"measure": "delay", "by": "carrier"})
    made = document(run_of(*queries, findings=(found,)), {"r1": source, "r2": result})
    assert made.chart is not None
    assert made.chart.kind == "contribution"
    assert document(run_of(queries[0]), {"r1": source}).chart.kind == "periods"  # type: ignore[union-attr]


def source_month() -> ResultColumn:
    return ResultColumn("month", "date", "Date (month)", format="date", dimension="flights.time:month")
