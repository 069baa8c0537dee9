"""The HTML file: whole in itself, strict, and deaf to whatever stands in data or prose."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pyarrow as pa
import pytest
from unit.report.samples import CARRIER, SHARE, answer, carriers, document, figure, query, ranking_run, run_of
from unit.report.test_findings import contribution_run, told

from analytics_agent.domain.answer import Claim
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.report import faces
from analytics_agent.report.document import KeyFigure
from analytics_agent.report.highlight import sql_html
from analytics_agent.report.invisible import shown
from analytics_agent.report.render import render_html

EVIL = "</style></svg></code><script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>"


class Reader(HTMLParser):
    """The elements of a page with their attributes, and every id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.elements if "id" in attributes]


@pytest.fixture(scope="module")
def page() -> Reader:
    return Reader(render_html(document(*ranking_run())))


def hostile_page() -> str:
    table = carriers(EVIL, "javascript:alert(1)", "{{ 7 * 7 }}{% raw %}", "a\x00b\u202ec", shares=(0.4, 0.3, 0.2, 0.1))
    r1 = query(
        "r1", (CARRIER, SHARE), table, sql_as_run=f"SELECT '{EVIL}' -- {EVIL}", title=EVIL, predicates=(f"a = '{EVIL}'",), tables=(EVIL,)
    )
    claim = Claim(f"Top: {EVIL} **{EVIL}**", (figure(EVIL, EVIL, f'r1[carrier="{EVIL}"].carrier'),))
    said = answer(claim, headline=EVIL, caveats=(EVIL,), not_answered=(EVIL,))
    return render_html(
        document(run_of(r1, text=EVIL, answer=said, prompts=(EVIL,)), {"r1": table}, dashboard=f"https://superset.example/{EVIL}")
    )


def test_every_figure_in_the_prose_opens_its_evidence(page: Reader) -> None:
    (door,) = [button for button in page.all("button") if button.get("class") == "figure door"]
    assert door["aria-label"] == "35.0\u00a0%, show evidence"
    assert door["popovertarget"] in page.ids
    assert "derived-1" in page.ids


def test_every_link_within_the_page_leads_somewhere(page: Reader) -> None:
    targets = {str(link["href"])[1:] for link in page.all("a") if str(link.get("href")).startswith("#")}
    assert {"r1", "derived-1"} <= targets <= set(page.ids)


def test_ids_are_unique(page: Reader) -> None:
    assert len(page.ids) == len(set(page.ids))


def test_nothing_is_loaded_from_anywhere(page: Reader) -> None:
    assert not [tag for tag, _ in page.elements if tag in {"script", "img", "iframe", "object", "embed", "link", "form", "image", "use"}]
    assert not [attributes for _, attributes in page.elements if "src" in attributes or "style" in attributes]
    raw = render_html(document(*ranking_run()))
    assert "@import" not in raw
    assert set(re.findall(r"url\((?!data:font/woff2)[^)]*\)", raw)) == set()


def test_the_policy_allows_this_style_and_our_fonts_and_nothing_else() -> None:
    raw = render_html(document(*ranking_run()))
    style = raw.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"
    assert f'http-equiv="Content-Security-Policy" content="{policy}"'.replace("'", "&#39;") in raw.replace("'", "&#39;")


def test_hostile_text_makes_no_element_and_no_attribute() -> None:
    plain = Reader(
        render_html(document(run_of(query("r1", (CARRIER, SHARE), carriers("A", "B", "C", "D"))), {"r1": carriers("A", "B", "C", "D")}))
    )
    evil = Reader(hostile_page())
    assert {tag for tag, _ in evil.elements} <= {tag for tag, _ in plain.elements} | {"section", "ul", "li", "h3"}
    assert not [name for _, attributes in evil.elements for name in attributes if name.startswith("on")]
    assert not [link for link in evil.all("a") if not str(link.get("href")).startswith(("#", "https://superset.example/"))]
    assert "<script>alert(1)</script>" in evil.text


def test_templates_in_data_are_text() -> None:
    assert "{{ 7 * 7 }}{% raw %}" in Reader(hostile_page()).text


def test_characters_that_hide_or_reorder_are_replaced() -> None:
    assert shown("a\x00b\u202ec\td\n") == "a\ufffdb\ufffdc\td\n"
    assert not re.search("[\x00\u202e]", hostile_page())


def test_sql_is_highlighted_and_escaped() -> None:
    html = sql_html("SELECT '<b>' AS x -- </code>")
    assert '<span class="k">SELECT</span>' in html
    assert "<b>" not in html
    assert "</code>" not in html
    assert "<script" not in sql_html("<script>" * 5000)


def test_only_the_fonts_that_the_text_needs_are_inside() -> None:
    latin = faces.embedded("Late")
    assert latin.count("@font-face") == 8
    assert faces.embedded("Zażółć").count("@font-face") == 12
    assert "url(fonts/" not in latin


@pytest.mark.parametrize("name", ["../report.css", "inter-400-normal.ttf", "/etc/passwd", "x.woff2"])
def test_a_font_that_is_none_of_ours_is_not_read(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        faces.font_file(name)


def test_a_document_renders_the_same_twice() -> None:
    assert render_html(document(*ranking_run())) == render_html(document(*ranking_run()))


def test_a_report_without_anything_still_renders() -> None:
    page = Reader(render_html(document(run_of(answer=None, status="failed", reason="The database did not answer."), {})))
    assert "The database did not answer." in page.text
    assert "About this run" in page.text


def test_a_table_of_thirty_columns_scrolls_on_screen_and_is_cut_for_paper() -> None:
    names = [f"measure_number_{i}" for i in range(30)]
    table = pa.table({name: [1234.5] * 2 for name in names})
    page = Reader(render_html(document(run_of(query("r1", tuple(ResultColumn(n, "number", n) for n in names), table)), {"r1": table})))
    data = [a for a in page.all("table") if str(a.get("class")).startswith("data")]
    assert len(data) > 2
    for name in names:
        assert name in page.text


def test_a_hostile_heading_is_text_in_its_section_and_in_the_list_of_findings() -> None:
    claims = tuple(told(f"r{i + 2}", found=f"f{i + 1}", heading=f"{EVIL} {i}") for i in range(2))
    page = Reader(render_html(document(*contribution_run(EVIL, None, claims=claims, findings=2, headline=EVIL))))
    assert page.text.count(f"{EVIL} 0") == 2
    assert not [tag for tag, _ in page.elements if tag in {"script", "img"}]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


def test_every_result_computed_or_queried_can_be_linked_to() -> None:
    page = Reader(render_html(document(*contribution_run("Kennedy", "Newark", claims=(told(),), findings=2))))
    assert {"r1", "r2", "r3"} <= set(page.ids)
    assert {str(link["href"])[1:] for link in page.all("a") if str(link.get("href")).startswith("#")} <= set(page.ids)
    assert page.text.count("Then more.") == 1


@pytest.mark.parametrize(
    ("values", "size"),
    [
        (["18.3", "35.0", "1,096"], "keys"),
        (["$12,412,338.50", "35.0", "1,096"], "keys long"),
        (["$12,412,338.50"] * 5, "keys longest"),
        (["$12,412,338.50"], "keys one"),
    ],
)
def test_key_figures_are_as_large_as_their_room_allows(values: list[str], size: str) -> None:
    """Broken in two, a figure reads as two."""
    keys = tuple(KeyFigure("Net sales", value, "r1") for value in values)
    page = render_html(replace(document(*ranking_run()), key_figures=keys))
    assert f'<div class="{size}">' in page
    if size != "keys":
        assert f".{size.replace(' ', '.')} .key-value" in page
