"""The report as a mail: short, whole in its sentences, and harmless whatever the data holds."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from unit.report.samples import NOW, answer, figure, ranking_run, run_of

from analytics_agent.domain.answer import Claim
from analytics_agent.report.build import build
from analytics_agent.report.document import WHAT_CHANGED, Evidence, KeyFigure, ReportDocument, Section, Span
from analytics_agent.report.mail import LONGEST_PROSE, FileNote, MailBody, cut_prose, render_mail
from analytics_agent.report.prose import join, plain

HOSTILE = '<script>alert(1)</script>\u202e\x00\r\nBcc: x@y & "quoted" {{ 7*7 }}'


def document(**changes: Any) -> ReportDocument:
    run, tables = ranking_run()
    return replace(build(run, tables, dashboard_url="http://superset/dashboard/1/", generated_at=NOW), **changes)


def mail(**changes: Any) -> MailBody:
    return render_mail(document(**changes), [FileNote("The whole report is attached as PDF.")], occasion="Analysis", footer="Run 7f3c21a9.")


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_mail_says_the_answer_with_its_figures_and_where_to_go_on() -> None:
    made = mail()
    assert made.subject == "Southwest leads"
    for body in (made.text, made.html):
        for part in (
            "35.0\u00a0%",
            "Southwest left late on",
            "http://superset/dashboard/1/",
            "attached",
            "flights",
            "22\u00a0Nov\u00a02026",
        ):
            assert part in body
    assert "Open the dashboard" in made.html


def test_the_plain_text_reads_like_a_letter() -> None:
    text = mail().text
    assert not re.search(r"\n{3,}", text)
    assert not re.search(r"<[a-z]+|\{\{|&[a-z]+;", text)
    assert text.rstrip().endswith("Run 7f3c21a9.")


def test_hostile_text_makes_no_element_no_header_and_no_template() -> None:
    run = run_of(text=f"Why {HOSTILE}?", answer=answer(Claim(f"It was {HOSTILE}.", ()), headline=f"Found {HOSTILE} there"))
    made = render_mail(
        replace(
            build(run, {}, dashboard_url=None, generated_at=NOW),
            caveats=(HOSTILE,),
            key_figures=(KeyFigure(HOSTILE, HOSTILE, "r1", HOSTILE),),
        ),
        [FileNote(HOSTILE, 'http://x/"><script>', HOSTILE)],
        occasion=HOSTILE,
        footer=HOSTILE,
    )
    tags = Elements(made.html).seen
    assert not [tag for tag, _ in tags if tag in ("script", "img", "form", "iframe", "link")]
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert "\n" not in made.subject and "\r" not in made.subject and "\u202e" not in made.subject + made.html + made.text
    assert "49" not in made.text + made.html


def test_nothing_is_loaded_from_anywhere_when_a_mail_is_opened() -> None:
    tags = Elements(mail().html).seen
    assert [attributes["href"] for tag, attributes in tags if tag == "a"] == ["http://superset/dashboard/1/"]
    assert not [1 for _, attributes in tags if {"src", "background", "srcset"} & set(attributes)]
    assert "url(" not in mail().html and "@import" not in mail().html


def test_a_very_long_answer_is_cut_between_words_and_says_where_the_rest_is() -> None:
    claims = [
        Claim(f"Claim {n} says that **{n}.0\u00a0%** left late, {'and late ' * 30}.", (figure(f"{n}.0\u00a0%", n / 100),))
        for n in range(40)
    ]
    run = run_of(answer=answer(*claims))
    long = build(run, {}, dashboard_url=None, generated_at=NOW)
    made = render_mail(long, [], occasion="Analysis", footer="Run 1.")
    assert "The rest is in the report." in made.text
    assert len(made.text) < LONGEST_PROSE + 1_500
    assert len(made.html) < 30_000


@pytest.mark.parametrize("room", range(0, 40))
def test_a_figure_is_whole_or_not_there(room: int) -> None:
    prose = (Span("Southwest left late on "), Span("35.0\u00a0%", "figure", 1), Span(" of departures."))
    cut, _ = cut_prose(prose, room)
    assert "35.0" not in plain(cut) or "35.0\u00a0%" in plain(cut)
    assert len(plain(cut)) <= max(room + 2, 0)


def test_right_to_left_text_finds_its_own_direction() -> None:
    run = run_of(
        text="אילו חברות איחרו?",
        answer=answer(Claim("החברה איחרה **35.0\u00a0%**.", (figure("35.0\u00a0%", 0.35),)), headline="החברה איחרה"),
    )
    made = render_mail(build(run, {}, dashboard_url=None, generated_at=NOW), [], occasion="Analysis", footer="Run 1.")
    said = [attributes for tag, attributes in Elements(made.html).seen if tag in ("h1", "p") and attributes.get("dir") == "auto"]
    assert len(said) >= 2
    assert made.subject == "החברה איחרה"


def test_a_change_says_its_direction_in_words_where_there_are_no_colors() -> None:
    key = KeyFigure("Mean delay", "18.3", "r1", " min", change="5.0 min", direction="up", tone="bad", base="spring 13.4 min")
    made = mail(key_figures=(key,))
    assert "18.3 min  Mean delay (up 5.0 min, spring 13.4 min)" in made.text
    assert "▲ 5.0 min" in made.html


def test_a_scheduled_report_says_what_changed_before_its_figures() -> None:
    run, tables = ranking_run()
    found = build(run, tables, dashboard_url=None, generated_at=NOW)
    prose = (Span("Late departures rose by "), Span("5.0\u00a0points", "figure", 1), Span("."))
    evidence = Evidence("r2", "Since October", "3 rows")
    made = mail(sections=(Section("finding-1", 1, WHAT_CHANGED, "Late departures rose", (prose,), evidence), *found.sections))
    assert "What changed since last time\n- Late departures rose by 5.0\u00a0points." in made.text
    assert "<strong" in made.html.partition("Late departures rose by ")[2][:20]
    assert "What changed" not in mail().text


def test_the_mail_fits_a_telephone_and_the_dark() -> None:
    html = mail().html
    assert "max-width:600px" in html
    assert "prefers-color-scheme: dark" in html
    assert 'name="viewport"' in html


def test_what_stands_in_the_list_of_changes_is_not_told_above_it_too() -> None:
    one, two, three = ((Span(f"{name} left late on "), Span("35 %", "figure", mark), Span(".")) for mark, name in enumerate("ABC"))
    listed = Section("finding-1", 1, WHAT_CHANGED, "B changed most", (two, three), Evidence("r2", "Since October", "3 rows"))
    made = mail(lead=join([one, two]), rest=three, sections=(listed,))
    assert [made.text.count(f"{name} left late on 35 %.") for name in "ABC"] == [1, 1, 1]
    assert "A left late on 35 %.\n" in made.text.partition("What changed")[0]
    nothing_else = mail(lead=join([two, three]), rest=(), sections=(listed,))
    assert nothing_else.text.count("B left late") == 2  # an answer of changes alone keeps its text


def test_long_key_figures_stand_two_beside_one_another_and_short_ones_three() -> None:
    def widths(*values: str) -> set[str | None]:
        made = mail(key_figures=tuple(KeyFigure("Net sales", value, "r1") for value in values))
        return {attributes["width"] for tag, attributes in Elements(made.html).seen if tag == "td" and attributes.get("class") == "key"}

    assert widths("18.3", "35.0", "1,096") == {"33%"}
    assert widths("$12,412,338.50", "35.0", "1,096") == {"50%"}
    assert widths("$12,412,338.50", "35.0") == {"50%"}
