"""An answer as HTML: whatever it holds, it is text; whatever is missing, it shows itself."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pyarrow as pa
import pytest
from fakes.records import ANSWER, query
from unit.client.views import HOSTILE, Files, view

from analytics_agent.client.answer_html import MOST_CLAIMS
from analytics_agent.domain.answer import Answer, Claim, Figure
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.evidence import Definition, ResultColumn, Verified
from analytics_agent.domain.report import Receipt, Report, ReportChart
from analytics_agent.domain.run import Clarification, Refusal

SVG = Artifact("aa" * 32, 1, "image/svg+xml")
CHART = ReportChart("Mean delay", "Bars: F9 20.2 min.", SVG, "By carrier. Minutes.", ("2 are left out.",), "r1")


class Tags(HTMLParser):
    """Every tag with its attributes, and what is inside of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"img", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


def html_of(files: Files | None = None, **changes: Any) -> str:
    return view(files, **changes)._repr_html_()


def test_every_figure_opens_its_cell_its_source_and_its_sql() -> None:
    html = html_of()
    door = html[html.index('<details class="aa-door"') : html.index("</details>")]
    assert '<summary aria-label="20.2 min, show evidence">20.2 min</summary>' in door
    assert "<code>r1[0].delay</code> = 20.215543" in door
    assert re.search(r'<td class="aa-cited"[^>]*><span class="aa-sr">the cited cell: </span>20.2</td>', door)
    assert "governed metrics" in door and "where month BETWEEN 6 AND 8" in door
    assert '<span class="aa-k">SELECT</span> carrier' in door


def test_doors_of_one_answer_close_each_other() -> None:
    figures = (Figure("5", 5, None, "r1", "a"), Figure("6", 6, None, "r1", "b"))
    doors = [one for one in Tags(html_of(answer=Answer("", "", (Claim("**5** of **6**", figures),)))).named("details") if "name" in one]
    assert [door["name"] for door in doors] == ["aa-abc", "aa-abc"]


def test_equal_figures_lead_each_to_its_own_cell() -> None:
    figures = (Figure("5", 5, None, "r1", "first"), Figure("5", 5, None, "r1", "second"), Figure("9", 9, None, "r1", "not in the text"))
    html = html_of(answer=Answer("", "", (Claim("5 of 5, not 55", figures),)))
    assert html.index("<code>first</code>") < html.index("<code>second</code>")
    assert "not in the text" not in html
    assert html.count("<summary aria-label=") == 2


@pytest.mark.parametrize("text", [HOSTILE, "<script>alert(1)</script>", '"><svg onload=alert(1)>', "</style><script>", "\u202eevil\x00"])
def test_text_out_of_a_database_or_a_model_is_never_markup(text: str) -> None:
    figure = Figure(text, text, text, "r1", f"r1[0].{text}", 0, "delay")
    claim = Claim(f"{text} and **{text}**", (figure, figure), heading=text)
    column = ResultColumn("carrier", "text", text, format="text")
    hostile = query(id="r1", title=text, sql_as_run=f"SELECT '{text}'", tables=(text,), predicates=(text,), method=text, columns=(column,))
    hostile = replace(hostile, definitions=(Definition(text, text, text, text, "certified", text, text, (text,)),))
    html = html_of(
        Files(pa.table({"carrier": [text]})),
        answer=Answer(text, text, (claim,), (text,), (text,)),
        queries=(hostile,),
        asked={"text": text, "database": text},
        report=Report(charts=(replace(CHART, title=text, alt=text, subtitle=text, notes=(text,)),)),
        receipt=Receipt("javascript:alert(1)", failure=text),
    )
    tags = Tags(html)
    assert {tag for tag, _ in tags.seen} <= ALLOWED
    assert not [name for _, attributes in tags.seen for name in attributes if name.startswith("on")]
    assert not re.search("[\u202a-\u202e\x00]", html)
    assert tags.named("a") == []


REFUSAL = Refusal("No crews here.", "crews", ("flights",), ("Who was late?",))
ALLOWED = {
    *("div", "style", "p", "details", "summary", "b", "em", "i", "code", "pre", "span", "table", "thead", "tbody", "tr", "th", "td"),
    *("figure", "figcaption", "img", "ul", "ol", "li", "a", "br", "dl", "dt", "dd"),
}


def test_nothing_is_loaded_and_nothing_runs() -> None:
    tags = Tags(html_of(report=Report(charts=(CHART,))))
    assert tags.named("script") == []
    assert all((one["src"] or "").startswith("data:image/svg+xml;base64,") for one in tags.named("img"))
    style = html_of().partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style and "@import" not in style


def test_a_chart_is_there_for_light_and_for_dark_pages_and_the_dark_one_waits() -> None:
    light, dark = Tags(html_of(report=Report(charts=(CHART,)))).named("img")
    drawn = [base64.b64decode((one["src"] or "").partition(",")[2]).decode() for one in (light, dark)]
    assert ["theme=light" in drawn[0], "theme=dark" in drawn[1]] == [True, True]
    assert ("hidden" in light, "hidden" in dark) == (False, True)
    assert light["alt"] == "Bars: F9 20.2 min."


def test_a_chart_follows_the_last_statement_about_its_result() -> None:
    one, other = Figure("5", 5, None, "r1", "a"), Figure("6", 6, None, "r2", "b")
    claims = (Claim("First **5**.", (one,)), Claim("Second **5**.", (one,)), Claim("Third **6**.", (other,)))
    html = html_of(answer=Answer("", "", claims), queries=(query(id="r1"), query(id="r2")), report=Report(charts=(CHART,)))
    assert html.index("Second") < html.index("<figure") < html.index("Third")


def test_right_to_left_text_says_its_own_direction() -> None:
    html = html_of(answer=Answer("שלום", "", (Claim("שלום **5**", (Figure("5", 5, None, "r1", "a"),)),)))
    assert '<p class="aa-head" dir="auto">שלום</p>' in html
    assert '<div class="aa-claim" dir="auto">שלום ' in html


def test_a_very_long_answer_is_folded_and_its_sql_is_not_repeated_for_ever() -> None:
    figure = Figure("5", 5, None, "r1", "a")
    html = html_of(answer=Answer("", "", tuple(Claim(f"Statement {i}: **5**.", (figure,)) for i in range(200))))
    assert f"{200 - MOST_CLAIMS} more statements" in html
    assert html.index(f"Statement {MOST_CLAIMS - 1}:") < html.index("more statements") < html.index(f"Statement {MOST_CLAIMS}:")
    assert html.count("<pre") == 41
    assert "Its SQL is below, with r1." in html
    assert len(html) < 600_000


def test_a_long_result_is_shown_around_the_cited_row() -> None:
    table = pa.table({"carrier": [f"c{i}" for i in range(1000)], "delay": [float(i) for i in range(1000)]})
    figure = Figure("500", 500.0, "min", "r1", "r1[500].delay", 500, "delay")
    html = html_of(Files(table), answer=Answer("", "", (Claim("**500**", (figure,)),)), queries=(query(id="r1", rows=1000),))
    assert "498 rows above" in html and "497 more rows" in html
    assert re.findall(r">(c\d+)<", html)[:5] == ["c498", "c499", "c500", "c501", "c502"]


def test_a_wide_result_keeps_the_cited_column() -> None:
    names = [f"x{i}" for i in range(30)]
    columns = tuple(ResultColumn(name, "integer", name.upper(), format="number") for name in names)
    figure = Figure("7", 7, None, "r1", "r1[0].x29", 0, "x29")
    wide = query(id="r1", columns=columns, rows=1)
    html = html_of(Files(pa.table({name: [7] for name in names})), answer=Answer("", "", (Claim("**7**", (figure,)),)), queries=(wide,))
    assert re.findall(r"<th[^>]*>(X\d+)</th>", html)[:7] == ["X0", "X1", "X2", "X3", "X4", "X5", "X29"]


def test_an_empty_result_says_so() -> None:
    html = html_of(Files(pa.table({"carrier": pa.array([], pa.string())})))
    assert "The result has no rows." in html


def test_without_the_api_the_answer_shows_itself_and_asks_once() -> None:
    files = Files(gone=True)
    html = html_of(files, report=Report(charts=(CHART,)))
    assert "20.2 min" in html and "SELECT" in html
    assert "The rows could not be fetched. The API does not answer." in html
    assert len(files.fetched) == 1


def test_a_computed_figure_shows_the_sql_of_what_it_was_computed_from() -> None:
    computed = query(id="r2", source="computed", sql="", sql_as_run="", inputs=("r1",), method="Competition ranking.")
    figure = Figure("2", 2, None, "r2", "r2[0].delay", 0, "delay")
    html = html_of(answer=Answer("", "", (Claim("**2**", (figure,)),)), queries=(query(id="r1"), computed))
    door = html[html.index('<details class="aa-door"') : html.index("</details>")]
    assert "from r1" in door and "Competition ranking." in door and "SELECT" in door


def test_a_verified_query_is_told_with_who_vouches_for_it() -> None:
    known = Verified(HOSTILE, "Ada", "2026-01-01")
    html = html_of(queries=(query(id="r1", source="verified", verified=known),))
    assert "a verified query" in html and "verified by Ada on 2026-01-01" in html
    assert "verified by" not in html_of(queries=(query(id="r1", source="verified", verified=Verified("How late?")),))


def test_the_dashboard_is_a_link_and_the_report_a_line_to_type() -> None:
    html = html_of(receipt=Receipt("http://127.0.0.1:8088/d/1/"), report=Report(pdf=SVG))
    assert '<a href="http://127.0.0.1:8088/d/1/" target="_blank" rel="noopener noreferrer">' in html
    assert '<code>run.report.pdf.save("report.pdf")</code>' in html


def test_the_definitions_it_stands_on_are_told_with_who_vouches_for_them() -> None:
    revenue = Definition("revenue", "Revenue", "What was paid.", "SUM(orders.amount)", "certified", "Finance", "the ledger", ("ada",))
    html = html_of(queries=(query(id="r1", definitions=(revenue,)),))
    assert '<summary>1 definition <span class="aa-badge aa-is-good"' in html
    assert '<code dir="ltr">SUM(orders.amount)</code>' in html and "certified by Finance: the ledger · kept by ada" in html


def test_a_draft_is_named_where_it_is_seen_without_opening_anything() -> None:
    draft, reviewed = Definition("a", "A", status="unreviewed"), Definition("b", "B")
    html = html_of(queries=(query(id="r1", definitions=(draft, reviewed)),))
    assert re.search(r"<summary>2 definitions <span[^>]*>Unreviewed draft 1 of 2</span></summary>", html)
    assert "definition" not in html_of().partition("</style>")[2].casefold()


def test_caveats_and_what_was_not_answered_are_said() -> None:
    html = html_of()
    assert "What to keep in mind" in html and "Cancelled flights are left out." in html
    assert "What was not answered" in html and "Why it was late." in html


@pytest.mark.parametrize(
    ("status", "more", "said"),
    [
        (
            "refused",
            {"refusal": Refusal("No crews here.", "who flew", ("flights",), ("Who was late?",))},
            ["No crews here.", "Missing: who flew."],
        ),
        ("refused", {"reason": "The model declined."}, ["The data does not answer this", "The model declined."]),
        ("failed", {"reason": "A worker did not answer."}, ["The question was not answered", "A worker did not answer."]),
        ("over_budget", {"reason": "Stopped at the budget."}, ["Stopped at the budget"]),
        ("cancelled", {"reason": "Cancelled by the asker."}, ["Cancelled by the asker."]),
        ("running", {}, ["No answer yet", "run.refresh()"]),
        ("needs_input", {"clarification": Clarification("Which summer?", ("2013", HOSTILE))}, ["Which summer?", "run.answer_question(1)"]),
        ("needs_input", {"clarification": Clarification("Which summer?", ())}, ["run.answer_question("]),
    ],
)
def test_without_an_answer_it_says_what_happened_and_what_to_do(status: Any, more: dict[str, Any], said: list[str]) -> None:
    html = html_of(status=status, answer=None, **more)
    assert [one for one in said if one not in html] == []
    assert {tag for tag, _ in Tags(html).seen} <= ALLOWED
    assert "How late were flights?" in html


def test_a_document_of_an_older_api_has_no_charts_and_shows_itself() -> None:
    run = view(answer=replace(ANSWER, headline=""))
    del run.document["report"]["charts"]
    assert run.charts == ()
    assert "<figure" not in run._repr_html_()
