"""Charts as files of their own: whole, harmless, alike in all their drawings."""

from xml.etree import ElementTree

import pyarrow as pa
import pytest
from unit.report.samples import CARRIER, DELAY, MONTH, SHARE, carriers, finding, monthly, query, ranking_run, run_of

from analytics_agent.report.chart_files import ChartFile, chart_files

HOSTILE = "</text><script>alert(1)</script>&\x00\u202e"


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 drawn a moment ago; it declares no entities


def drawings(file: ChartFile) -> tuple[str, ...]:
    return (file.wide, file.wide_dark, file.narrow, file.narrow_dark)


def test_the_main_chart_comes_first_then_those_of_the_sections() -> None:
    months, names = monthly((10.0, 12.0, 30.0, 11.0, 12.0)), carriers("A", "B", "C")
    run = run_of(query("r1", (CARRIER, SHARE), names), query("r2", (MONTH, DELAY), months))
    files = chart_files(run, {"r1": names, "r2": months})
    assert [(file.chart.kind, file.result) for file in files] == [("ranking", "r1"), ("line", "r2")]


def test_every_drawing_has_its_width_and_is_well_formed() -> None:
    run, tables = ranking_run()
    (file,) = chart_files(run, tables)
    widths = [parsed(svg).get("width") for svg in drawings(file)]
    assert widths == ["640", "640", "380", "380"]


def test_dark_drawings_have_dark_colors_and_fonts_have_something_to_fall_back_on() -> None:
    run, tables = ranking_run()
    (file,) = chart_files(run, tables)
    assert "#14222E" in file.wide and "#14222E" not in file.wide_dark + file.narrow_dark
    assert all('font-family="Inter, &quot;Helvetica' in svg and "sans-serif" in svg for svg in drawings(file))


@pytest.mark.parametrize("name", [HOSTILE, "</title><script>alert(1)</script>", "שלום", '"><image href="http://x/">'])
def test_hostile_names_stay_text(name: str) -> None:
    table = carriers(name, "B", "C")
    (file,) = chart_files(run_of(query("r1", (CARRIER, SHARE), table)), {"r1": table})
    for svg in drawings(file):
        tags = {element.tag.partition("}")[2] for element in parsed(svg).iter()}
        assert tags <= {"svg", "title", "g", "path", "line", "text", "defs", "clipPath", "rect", "circle"}


def test_a_run_without_anything_to_draw_has_no_charts() -> None:
    one = pa.table({"delay": [12.0]})
    assert chart_files(run_of(query("r1", (DELAY,), one)), {"r1": one}) == ()
    assert chart_files(run_of(), {}) == ()


def test_what_page_one_shows_already_is_not_a_second_file() -> None:
    table = carriers("A", "B", "C")
    ranks = pa.table({"rank": [1, 2, 3], "carrier": ["A", "B", "C"], "late_share": [0.35, 0.3, 0.25]})
    run = run_of(
        query("r1", (CARRIER, SHARE), table),
        query("r2", (CARRIER, SHARE), ranks, source="computed", inputs=("r1",)),
        findings=(finding("ranking", "r2", ("r1",), {"by": "carrier", "measure": "late_share"}),),
    )
    assert len(chart_files(run, {"r1": table, "r2": ranks})) == 1
