"""The PDF as a reader, a screen reader and a printer meet it."""

import io
import re
import time
from typing import Any

import pyarrow as pa
import pytest
from integration.report.real_data import summer_run
from pypdf import PdfReader
from unit.report.samples import CARRIER, SHARE, carriers, document, finding, query, run_of

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.report.render import only_our_fonts, render_pdf


@pytest.fixture(scope="module")
def summer() -> PdfReader:
    run, tables = summer_run()
    return read(render_pdf(document(run, dict(tables))))


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(reader: PdfReader) -> str:
    return re.sub(r"[\s\u00a0]+", " ", " ".join(page.extract_text() for page in reader.pages))


def elements(node: Any) -> list[Any]:
    """Every structure element below a node of the tag tree."""
    kids = node.get("/K", [])
    found = []
    for kid in kids if isinstance(kids, list) else [kids]:
        one = kid.get_object()
        if isinstance(one, dict) and "/S" in one:
            found += [one, *elements(one)]
    return found


def words(page: Any) -> list[tuple[str, float]]:
    """Pieces of text with where they begin, in points from the left."""
    found: list[tuple[str, float]] = []
    page.extract_text(visitor_text=lambda text, cm, tm, font, size: found.append((text, tm[4] * cm[0] + cm[4])) if text.strip() else None)
    return found


def test_the_text_holds_the_question_the_figures_and_where_they_came_from(summer: PdfReader) -> None:
    text = text_of(summer)
    for expected in (
        "Why were departures so late in summer 2013?",
        "18.3 min",
        "5.0 min",
        "Summer was later than spring",
        "Kitagawa",
        "SELECT season",
        "What was not answered",
    ):
        assert expected in text
    assert "r1[season=summer].mean_delay" in text.replace(" ", "")


def test_the_charts_are_text_too(summer: PdfReader) -> None:
    text = text_of(summer).replace(" ", "")
    for expected in ("+2.4", "+1.7", "+0.8", "13.4min", "18.3min"):
        assert expected in text


def test_it_is_tagged_with_language_title_outline_and_alternative_texts(summer: PdfReader) -> None:
    root = summer.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert summer.metadata is not None
    assert summer.metadata.title == "Why were departures so late in summer 2013?"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    tags = elements(root["/StructTreeRoot"])
    kinds = {tag["/S"] for tag in tags}
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= kinds
    figures = [tag for tag in tags if tag["/S"] == "/Figure"]
    assert len(figures) >= 3
    assert all(str(tag.get("/Alt", "")).endswith(".") for tag in figures)
    assert len(summer.outline) >= 1


def test_every_figure_is_a_link_to_its_derivation(summer: PdfReader) -> None:
    links = [a.get_object() for a in summer.pages[0]["/Annots"]]
    targets = {str(link.get("/Dest")) for link in links}
    assert {"derived-1", "derived-2"} <= targets
    assert {"derived-1", "derived-2", "r1"} <= set(summer.named_destinations)


def test_every_font_is_embedded(summer: PdfReader) -> None:
    fonts: dict[str, bool] = {}
    for page in summer.pages:
        for font in page["/Resources"]["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            fonts[str(font.get_object()["/BaseFont"])] = bool({"/FontFile2", "/FontFile3"} & set(descriptor))
    assert all(fonts.values())
    names = " ".join(fonts)
    assert all(family in names for family in ("Source-Serif-4", "Inter", "Fira-Code"))


def test_pages_are_numbered_and_name_the_run(summer: PdfReader) -> None:
    last = summer.pages[-1].extract_text()
    assert f"{len(summer.pages)} / {len(summer.pages)}" in last
    assert "Run 7f3c21a9" in last


def wide() -> tuple[list[str], PdfReader]:
    names = [f"measure_{i:02d}" for i in range(30)]
    table = pa.table({name: [1234567.5 + i] * 12 for i, name in enumerate(names)})
    columns = tuple(ResultColumn(name, "number", name) for name in names)
    return names, read(render_pdf(document(run_of(query("r1", columns, table)), {"r1": table})))


def test_no_column_of_thirty_is_clipped() -> None:
    names, reader = wide()
    heads = {text.strip(): x + 4.2 * len(text.strip()) for page in reader.pages for text, x in words(page) if text.strip() in names}
    assert set(heads) == set(names)
    assert max(heads.values()) < 842 - 50
    text = text_of(reader)
    for i in range(30):
        assert f"{1234567.5 + i:,.1f}" in text


def test_a_wide_table_lies_on_its_side_and_the_rest_stands() -> None:
    _, reader = wide()
    shapes = [page.mediabox.width > page.mediabox.height for page in reader.pages]
    assert not shapes[0]
    assert any(shapes)
    assert not shapes[-1]


def test_the_head_of_a_long_table_repeats_on_every_page() -> None:
    table = carriers(*(f"carrier {i}" for i in range(60)), shares=tuple(i / 200 for i in range(60)))
    reader = read(render_pdf(document(run_of(query("r1", (CARRIER, SHARE), table)), {"r1": table})))
    pages = [page.extract_text() for page in reader.pages]
    with_rows = [page for page in pages if re.search(r"carrier \d+\s", page)]
    assert len(with_rows) > 1
    assert all("Left late,\u00a0%" in page for page in with_rows[1:])


@pytest.mark.parametrize("name", ["W" * 300, "مرحبا بالعالم", "日本語", "a\nb\x00c", "😀", "<script>alert(1)</script>"])
def test_odd_names_stay_within_the_page(name: str) -> None:
    table = carriers(name, "Delta")
    reader = read(render_pdf(document(run_of(query("r1", (CARRIER, SHARE), table), text=f"Why {name}?"), {"r1": table})))
    assert all(0 <= x < 595 for page in reader.pages for _, x in words(page))


def test_nothing_outside_the_reports_folder_is_read() -> None:
    for address in ("http://evil.example/x", "file:///etc/passwd", "data:text/plain,x", "report:fonts/../report.css", "fonts/x"):
        with pytest.raises((ValueError, FileNotFoundError)):
            only_our_fonts().fetch(address)
    assert only_our_fonts().fetch("report:fonts/inter-400-normal.woff2").read()[:4] == b"wOF2"


def test_the_same_document_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763820000")
    made = document(*_small())
    assert render_pdf(made) == render_pdf(made)


def test_a_usual_report_is_rendered_in_a_few_seconds() -> None:
    made = document(*_small())
    render_pdf(made)
    begun = time.perf_counter()
    render_pdf(made)
    assert time.perf_counter() - begun < 5


def _small() -> tuple[Any, dict[str, pa.Table]]:
    table = carriers("Southwest", "JetBlue", "Delta")
    return run_of(query("r1", (CARRIER, SHARE), table)), {"r1": table}


def test_findings_share_a_page_where_they_fit(summer: PdfReader) -> None:
    pages = [page.extract_text() for page in summer.pages]
    (page,) = [text for text in pages if "Finding 2" in text]
    assert "Finding 1" in page or "Finding 3" in page
    assert len(pages) <= 4


def test_the_list_of_findings_stands_on_one_page(summer: PdfReader) -> None:
    (first,) = [page.extract_text() for page in summer.pages if "In this report" in page.extract_text()]
    listed = first.partition("In this report")[2].partition("Finding 1")[0]
    assert [line[0] for line in listed.splitlines() if re.match(r"\d\b", line)][:3] == ["1", "2", "3"]


def test_a_long_query_of_short_lines_takes_half_the_height_and_loses_no_line() -> None:
    sql = "SELECT\n" + "\n".join(f"  column_{i}," for i in range(60)) + "\n  last_one\nFROM flights"
    table = carriers("Southwest", "JetBlue")
    reader = read(render_pdf(document(run_of(query("r1", (CARRIER, SHARE), table, sql_as_run=sql)), {"r1": table})))
    (page,) = [page for page in reader.pages if "column_0," in page.extract_text()]
    text = page.extract_text()
    assert all(f"column_{i}," in text for i in range(60))
    begins = {round(x) for part, x in words(page) if part.strip().startswith("column_")}
    assert len(begins) == 2


def lowest(page: Any) -> float:
    """How far down the page its text goes, from 0 at the top to 1; the footer is left out."""
    found: list[float] = []
    page.extract_text(visitor_text=lambda text, cm, tm, font, size: found.append(tm[5] * cm[3] + cm[5]) if text.strip() else None)
    height = float(page.mediabox.height)
    return 1 - min(y for y in found if y > 60) / height


def long_ranking() -> PdfReader:
    """Bars on page one, and a finding with a table of them that does not fit below."""
    names, shares = [f"Carrier number {i} Inc." for i in range(14)], [0.6 - i / 30 for i in range(14)]
    source = carriers(*names, shares=tuple(shares))
    computed = pa.table({"rank": list(range(1, 15)), "carrier": names, "late_share": shares})
    columns = (ResultColumn("rank", "integer", "Rank"), CARRIER, SHARE)
    queries = (query("r1", (CARRIER, SHARE), source), query("r2", columns, computed, source="computed", inputs=("r1",)))
    found = finding("ranking", "r2", ("r1",), {"by": "carrier", "measure": "late_share"})
    return read(render_pdf(document(run_of(*queries, findings=(found,)), {"r1": source, "r2": computed})))


def test_a_ranking_of_many_bars_stands_on_page_one_and_no_page_is_left_half_empty() -> None:
    reader = long_ranking()
    assert "Carrier number 13 Inc." in reader.pages[0].extract_text()
    assert [round(lowest(page), 2) for page in reader.pages[:-1] if lowest(page) < 0.75] == []


def test_findings_go_on_overleaf_and_leave_no_hole(summer: PdfReader) -> None:
    assert [round(lowest(page), 2) for page in summer.pages[:-1] if lowest(page) < 0.75] == []


def test_the_last_page_begins_something_of_its_own() -> None:
    table = carriers("Southwest", shares=(0.35,))
    made = document(run_of(query("r1", (CARRIER, SHARE), table)), {"r1": table})
    assert len(read(render_pdf(made)).pages) == 1
