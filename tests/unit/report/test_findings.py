"""Findings that state themselves: their headings, their order, the figure that stands for each, and what is said once."""

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from unit.report.samples import CARRIER, DELAY, SEASON, SHARE, answer, carriers, document, figure, finding, query, ranking_run, run_of

from analytics_agent.domain.answer import Claim
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.domain.finding import Finding
from analytics_agent.domain.run import Run
from analytics_agent.report.document import Listing
from analytics_agent.report.grid import grid_of
from analytics_agent.report.lineage import clamped, filters_of

METHOD = "Rate and mix after Kitagawa (1955), with the two groups weighted alike, and so on. Then more."
AIRPORT = ResultColumn("airport", "text", "Origin airport", format="text", dimension="airports.name")
PARTS = (
    AIRPORT,
    ResultColumn("contribution", "number", "Contribution", unit="min", decimals=1),
    ResultColumn("share_of_change", "number", "Share of the change", format="percent"),
    ResultColumn("before", "number", "Mean departure delay, before", unit="min", decimals=1),
    ResultColumn("now", "number", "Mean departure delay, now", unit="min", decimals=1),
    ResultColumn("total_before", "number", "Overall, before", unit="min", decimals=1),
    ResultColumn("total_now", "number", "Overall, now", unit="min", decimals=1),
    ResultColumn("total_change", "number", "Change overall", unit="min", decimals=1),
    ResultColumn("before_group", "text", "Before", format="text"),
    ResultColumn("now_group", "text", "Now", format="text"),
)
BY_AIRPORT = ("airport", "contribution", "share_of_change", "before", "now")


def parts(*names: str | None) -> pa.Table:
    """A change of 5.0 min; the first part brings 2.4 of them."""
    count = len(names)
    rest = [0.0] * max(0, count - 2)
    return pa.table(
        {
            "airport": pa.array(list(names), pa.string()),
            "contribution": [2.4, 2.6, *rest][:count],
            "share_of_change": [0.48, 0.52, *rest][:count],
            "before": [11.8] * count,
            "now": [19.0] * count,
            "total_before": [13.4] * count,
            "total_now": [18.4] * count,
            "total_change": [5.0] * count,
            "before_group": ["spring"] * count,
            "now_group": ["summer"] * count,
        }
    )


def contribution_run(
    *names: str | None, claims: tuple[Claim, ...], findings: int = 1, headline: str = "Evenings carry it"
) -> tuple[Run, dict[str, pa.Table]]:
    """Findings f1, f2, … about results r2, r3, …, all computed from r1 in the same way."""
    source = pa.table({"season": ["spring", "summer"], "airport": ["A", "A"], "delay": [13.4, 18.4]})
    tables = {"r1": source, **{f"r{i + 2}": parts(*names) for i in range(findings)}}
    computed: dict[str, Any] = {"source": "computed", "inputs": ("r1",), "sql": "", "sql_as_run": "", "method": METHOD}
    queries = [query("r1", (SEASON, AIRPORT, DELAY), source)]
    queries += [query(f"r{i + 2}", PARTS, tables[f"r{i + 2}"], title=f"Topic {i + 1}", **computed) for i in range(findings)]
    parameters = {"measure": "delay", "by": "airport", "column": "season"}
    made: list[Finding] = [
        replace(finding("contribution", f"r{i + 2}", ("r1",), parameters, title=f"Topic {i + 1}", method=METHOD), id=f"f{i + 1}")
        for i in range(findings)
    ]
    return run_of(*queries, findings=tuple(made), answer=answer(*claims, headline=headline)), tables


def told(result: str = "r2", row: int = 0, *, found: str | None = "f1", heading: str = "") -> Claim:
    figures = (
        figure("2.4\u00a0min", 2.4, f"{result}[{row}].contribution", result=result, row=row, column="contribution"),
        figure("48.0\u00a0%", 0.48, f"{result}[{row}].share_of_change", result=result, row=row, column="share_of_change"),
    )
    return Claim("Kennedy brought **2.4\u00a0min**, **48.0\u00a0%**.", figures, found, heading)


def test_the_heading_of_its_claim_is_the_heading_of_a_finding() -> None:
    (section,) = document(*contribution_run("Kennedy", "Newark", claims=(told(heading="Kennedy slipped most"),))).sections
    assert section.title == "Kennedy slipped most"


def test_without_a_heading_the_title_of_the_finding_stands() -> None:
    (section,) = document(*contribution_run("Kennedy", "Newark", claims=(told(),))).sections
    assert section.title == "Topic 1"


def test_findings_come_in_the_order_in_which_the_answer_tells_them() -> None:
    claims = (told("r4", found="f3", heading="Third found, first told"), told("r2", found="f1", heading="First found"))
    made = document(*contribution_run("Kennedy", "Newark", claims=claims, findings=3))
    assert [section.title for section in made.sections] == ["Third found, first told", "First found", "Topic 2"]
    assert [section.number for section in made.sections] == [1, 2, 3]


def test_a_further_result_is_headed_by_the_claim_about_it() -> None:
    first, second = carriers("A", "B", "C"), carriers("D", "E", "F")
    about = Claim("**35.0\u00a0%**.", (figure("35.0\u00a0%", 0.35, "r2[0].late_share", result="r2"),), None, "D leads the rest")
    run = run_of(query("r1", (CARRIER, SHARE), first), query("r2", (CARRIER, SHARE), second, title="The rest"), answer=answer(about))
    (section,) = document(run, {"r1": first, "r2": second}).sections
    assert (section.title, section.figure, len(section.prose)) == ("D leads the rest", "35.0\u00a0%", 1)


def test_a_part_is_listed_with_its_whole() -> None:
    (section,) = document(*contribution_run("Kennedy", "Newark", claims=(told(),))).sections
    assert section.figure == "+2.4 of 5.0\u00a0min"


@pytest.mark.parametrize(
    ("headline", "shown"),
    [
        ("Evenings carry the rise", "Evenings carry the rise"),
        ("Topic 1", ""),
        ("LEFT LATE BY CARRIER", ""),
        ("Who was late", ""),
        ("The late", ""),
        ("", ""),
    ],
)
def test_a_headline_is_shown_where_it_says_more_than_the_title(headline: str, shown: str) -> None:
    assert document(*contribution_run("Kennedy", "Newark", claims=(told(),), headline=headline)).headline == shown


def test_a_claim_gives_one_key_figure_named_for_what_it_is() -> None:
    claims = (told(), told(row=1))
    made = document(*contribution_run("Kennedy", "Newark", claims=claims))
    assert [(key.label, key.value, key.unit, key.note) for key in made.key_figures] == [
        ("Kennedy: part of the change", "2.4", "min", "48.0\u00a0% of it, by origin airport"),
        ("Newark: part of the change", "2.6", "min", "52.0\u00a0% of it, by origin airport"),
    ]


def test_one_of_several_values_that_changed_is_a_key_figure_with_its_change() -> None:
    columns = (
        CARRIER,
        ResultColumn("before", "number", "Before", unit="min", decimals=1),
        ResultColumn("now", "number", "Now", unit="min", decimals=1),
        ResultColumn("difference", "number", "Difference", unit="min", decimals=1),
        ResultColumn("before_group", "text", "Before", format="text"),
        ResultColumn("now_group", "text", "Now", format="text"),
    )
    values = {
        "before": [16.4, 9.0],
        "now": [25.8, 8.0],
        "difference": [9.4, -1.0],
        "before_group": ["spring"] * 2,
        "now_group": ["summer"] * 2,
    }
    table = pa.table({"carrier": ["Endeavor", "Delta"], **values})
    source = pa.table({"carrier": ["Endeavor"], "delay": [16.4]})
    found = finding("comparison", "r2", ("r1",), {"measure": "delay", "by": "carrier"})
    figures = (figure("9.4\u00a0min", 9.4, "r2[0].difference", result="r2", column="difference"),)
    second = (figure("−1.0\u00a0min", -1.0, "r2[1].difference", result="r2", row=1, column="difference"),)
    run = run_of(
        query("r1", (CARRIER, DELAY), source),
        query("r2", columns, table, source="computed", inputs=("r1",)),
        findings=(found,),
        answer=answer(Claim("**9.4\u00a0min**", figures, "f1"), Claim("**−1.0\u00a0min**", second, "f1")),
    )
    made = document(replace(run, evidence=None), {"r1": pa.concat_tables([source, source]), "r2": table})
    assert [(key.label, key.value, key.change, key.tone, key.base) for key in made.key_figures] == [
        ("Endeavor", "25.8", "9.4\u00a0min", "bad", "spring 16.4\u00a0min"),
        ("Delta", "8.0", "1.0\u00a0min", "good", "spring 9.0\u00a0min"),
    ]
    assert made.sections[0].figure == "16.4 → 25.8\u00a0min"


def test_a_missing_name_is_called_not_known_in_chart_and_table() -> None:
    run, tables = contribution_run("Kennedy", None, claims=(told(),))
    made = document(run, tables)
    assert made.chart is not None
    assert "not known +2.6" in made.chart.alt
    (section,) = made.sections
    assert section.grid is not None
    assert [row[0] for row in section.grid.rows] == ["Kennedy", "not known"]


def test_five_columns_beside_the_evidence_stay_in_one_piece() -> None:
    table = parts("John F Kennedy Intl", "La Guardia", "Newark Liberty Intl")
    grid = grid_of(query("r1", PARTS, table), table, names=BY_AIRPORT, room=72)
    assert grid.parts == ((0, 1, 2, 3, 4),)
    assert sum(column.width for column in grid.columns) <= 72
    assert all(column.width >= len("before,\u00a0min") for column in grid.columns if column.label.endswith("min"))


def test_what_cannot_fit_is_still_cut_into_pieces() -> None:
    table = parts("W" * 60, "Newark")
    grid = grid_of(query("r1", PARTS, table), table, names=BY_AIRPORT, room=60)
    assert len(grid.parts) > 1
    assert sorted({i for part in grid.parts for i in part}) == [0, 1, 2, 3, 4]


def test_a_method_is_said_once_for_all_results_that_share_it() -> None:
    made = document(*contribution_run("Kennedy", "Newark", claims=(told(),), findings=3))
    assert [(method.results, method.text) for method in made.methods] == [(("r2", "r3", "r4"), METHOD)]


def test_a_long_method_is_named_by_its_first_part_in_the_evidence_box() -> None:
    (section,) = document(*contribution_run("Kennedy", "Newark", claims=(told(),))).sections
    assert section.evidence.method_in_short == "Rate and mix after Kitagawa (1955)\u00a0…"


def test_filters_of_every_figure_are_said_once() -> None:
    made = document(*contribution_run("Kennedy", "Newark", claims=(told(),)))
    assert made.shared_filters == ("month = 7",)
    assert not made.has_own_filters


def test_a_filter_that_only_some_figures_have_stays_with_them() -> None:
    first, second = carriers("A", "B"), carriers("C", "D")
    claims = [Claim("**35.0\u00a0%**", (figure("35.0\u00a0%", 0.35, f"{result}[0].late_share", result=result),)) for result in ("r1", "r2")]
    run = run_of(
        query("r1", (CARRIER, SHARE), first),
        query("r2", (CARRIER, SHARE), second, predicates=("month = 7", "origin = JFK")),
        answer=answer(*claims),
    )
    made = document(run, {"r1": first, "r2": second})
    assert made.shared_filters == ("month = 7",)
    assert made.has_own_filters


def test_a_report_without_figures_shares_no_filters() -> None:
    run, tables = ranking_run(answer=None)
    assert document(run, tables).shared_filters == ()


@pytest.mark.parametrize("predicate", ["season in spring, summer", "2013-01-01 to 2013-12-31", "a = '…'"])
def test_a_short_filter_stays_as_it_is(predicate: str) -> None:
    assert clamped(predicate) == predicate


@pytest.mark.parametrize("predicate", ["CASE WHEN month BETWEEN 3 AND 5\n THEN 'spring' " * 9, "x" * 5_000, "a " + "x" * 5_000])
def test_a_long_filter_is_cut_to_a_line(predicate: str) -> None:
    short = clamped(predicate)
    assert len(short) <= 64
    assert short.endswith(" …")
    assert "\n" not in short


def test_many_filters_are_counted_not_listed() -> None:
    many = query("r1", (CARRIER, SHARE), carriers("A"), predicates=tuple(f"a{i} = {i}" for i in range(20)))
    assert filters_of([many]) == (*(f"a{i} = {i}" for i in range(6)), "… and 14 more")


@pytest.mark.parametrize(
    ("lines", "slim"),
    [(["SELECT a"] * 30, True), (["SELECT a"] * 8, False), (["x" * 80] * 30, False), ([*["SELECT a"] * 30, "x" * 200], True), ([], False)],
)
def test_a_long_query_of_short_lines_is_set_in_two_columns(lines: list[str], slim: bool) -> None:
    listing = Listing("r1", "Title", "\n".join(lines), "free SQL", (), "1 row", (), 1.0, "abc")
    assert listing.is_slim is slim


def test_a_caveat_of_several_findings_stands_with_the_first_of_them() -> None:
    run, tables = contribution_run("A", "B", claims=(told("r2", found="f1"), told("r3", found="f2")), findings=2)
    warned = replace(run, findings=tuple(replace(one, caveats=("Parts overlap.",)) for one in run.findings))
    assert [section.caveats for section in document(warned, tables).sections] == [("Parts overlap.",), ()]
