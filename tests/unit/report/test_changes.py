"""A scheduled report says first what changed: the figures of both periods side by side, and where they came from."""

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest
from unit.report import samples
from unit.report.samples import CARRIER, SHARE, answer, document, query, run_of

from analytics_agent.analyze.changes import changed
from analytics_agent.analyze.sheet import Sheet
from analytics_agent.domain.period import Span
from analytics_agent.domain.replay import Changes, Replayed
from analytics_agent.domain.run import Run
from analytics_agent.report.document import ReportDocument
from analytics_agent.report.render import render_html
from analytics_agent.synthesize.changes import Base, told

DUE = datetime(2013, 7, 1, 6, tzinfo=UTC)
JUNE = Replayed(
    "a1", "Who was late in June 2013?", date(2013, 6, 30), "month", Span(date(2013, 6, 1), date(2013, 7, 1)), "June 2013", "June 2013"
)


def scheduled(before: pa.Table, now: pa.Table, columns: tuple[Any, ...] = (CARRIER, SHARE)) -> tuple[Run, dict[str, pa.Table]]:
    """A run whose last claims were said of the report before."""
    primary = query("r1", columns, now)
    found = changed(Sheet(query("r1", columns, before), before), Sheet(primary, now), ("May 2013", "June 2013"))
    assert found.computed is not None
    table = found.computed.table
    computed = query(
        "r2",
        found.computed.columns,
        table,
        source="computed",
        sql="",
        sql_as_run="",
        tables=(),
        inputs=("r1",),
        predicates=("before: month = 5",),
    )
    claims = told(computed, table, Base("May 2013", "June 2013", "in May 2013"))
    changes = Changes("b2", DUE, "May 2013", "r2", claims, changed=not found.same)
    run = run_of(primary, computed, answer=answer(*claims), replayed=JUNE, changes=changes)
    return run, {"r1": now, "r2": table}


def carriers(*shares: float) -> pa.Table:
    return samples.carriers("Southwest", "JetBlue", "Delta", shares=shares)


@pytest.fixture
def made() -> ReportDocument:
    return document(*scheduled(carriers(0.30, 0.25, 0.2), carriers(0.35, 0.24, 0.2)))


def test_what_changed_is_the_first_section_and_sets_both_periods_side_by_side(made: ReportDocument) -> None:
    first = made.sections[0]
    assert (first.kind, first.title, first.number) == ("What changed", "Southwest changed most", 1)
    assert first.grid and [column.label.replace("\u00a0", " ") for column in first.grid.columns] == [
        "Carrier",
        "May 2013, %",
        "June 2013, %",
        "Difference, points",
    ]
    assert first.grid.rows[0][0] == "Southwest" and len(first.grid.parts) == 1


def test_a_figure_of_the_report_before_does_not_claim_this_report_s_rows(made: ReportDocument) -> None:
    rows = {row.shown.replace("\u00a0", " "): row for row in made.derivations}
    assert "before: month = 5" in rows["30.0 %"].filters


def test_the_key_figure_says_what_it_is_compared_with(made: ReportDocument) -> None:
    (key,) = made.key_figures
    shown = (key.label, key.value, key.unit, key.change.replace("\u00a0", " "), key.direction, key.tone, key.base.replace("\u00a0", " "))
    assert shown == ("Southwest", "35.0", "%", "5.0 points", "up", "bad", "May 2013 30.0 %")


def test_a_single_figure_carries_its_change() -> None:
    before, now = (pa.table({"late_share": [share]}) for share in (0.3, 0.28))
    (key,) = document(*scheduled(before, now, (SHARE,))).key_figures
    assert (key.label, key.value, key.direction, key.tone, key.result) == ("Left late", "28.0", "down", "good", "r1")


def test_a_report_in_which_nothing_changed_shows_no_table_of_it() -> None:
    first = document(*scheduled(carriers(0.3, 0.2, 0.1), carriers(0.3, 0.2, 0.1))).sections[0]
    assert first.kind == "What changed" and first.grid is None


def test_the_record_says_what_was_repeated_and_compared(made: ReportDocument) -> None:
    facts = {fact.label: fact.value for fact in made.facts}
    assert (facts["Covers"], facts["Compared with"]) == ("June 2013", "run b2, May 2013")


def test_the_page_holds_what_changed(made: ReportDocument) -> None:
    page = render_html(made)
    assert "What changed" in page and "Southwest changed most" in page and "before: month = 5" in page
