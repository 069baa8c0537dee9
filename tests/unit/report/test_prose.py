"""Claims become text with doors, and nothing in them becomes markup."""

from unit.report.samples import CARRIER, SHARE, carriers, figure, query

from analytics_agent.domain.answer import Claim
from analytics_agent.report.document import Span
from analytics_agent.report.figures import Ledger
from analytics_agent.report.prose import claim_prose, held, plain


def ledger() -> Ledger:
    r1 = query("r1", (CARRIER, SHARE), carriers("A"))
    r2 = query("r2", (), carriers("A"), source="computed", inputs=("r1",), tables=(), predicates=(), method="m")
    return Ledger({"r1": r1, "r2": r2})


def test_every_figure_gets_its_mark_in_order() -> None:
    claim = Claim("From **13.4** to **18.3**, a *large* rise.", (figure("13.4", 13.4, "r1[0].a"), figure("18.3", 18.3, "r1[1].a")))
    spans = claim_prose(claim, ledger().mark)
    assert [(span.text, span.mark) for span in spans if span.kind == "figure"] == [("13.4", 1), ("18.3", 2)]
    assert Span("large", "em") in spans
    assert plain(spans) == "From 13.4 to 18.3, a large rise."


def test_the_same_figure_from_the_same_reference_keeps_its_mark_and_another_reference_gets_its_own() -> None:
    book = ledger()
    marks = [book.mark(figure("5", 5, expression)) for expression in ("r1[0].a", "r1[1].a", "r1[0].a")]
    assert marks == [1, 2, 1]
    assert [row.expression for row in book.derivations()] == ["r1[0].a", "r1[1].a"]


def test_a_figure_is_found_where_markdown_alone_would_not_see_bold() -> None:
    """A closing ** between a full stop and a letter is no emphasis to Markdown, yet the figure must keep its door."""
    spans = claim_prose(Claim("**Delta Inc.**s lead", (figure("Delta Inc.", "Delta Inc."),)), ledger().mark)
    assert spans[0] == Span("Delta Inc.", "figure", 1)


def test_a_figure_whose_text_was_escaped_is_found_and_shown_unescaped() -> None:
    spans = claim_prose(Claim(r"**A\*B \<C\>** leads", (figure("A*B <C>", "A*B <C>"),)), ledger().mark)
    assert spans[0] == Span("A*B <C>", "figure", 1)


def test_links_images_and_html_in_a_claim_stay_text() -> None:
    text = "[a](javascript:alert(1)) ![b](http://evil.example/x) <script>x</script> &lt;b&gt;"
    spans = claim_prose(Claim(text, ()), ledger().mark)
    assert {span.kind for span in spans} == {"text"}
    assert plain(spans) == text


def test_a_figure_that_the_text_does_not_show_gets_no_mark() -> None:
    book = ledger()
    claim_prose(Claim("Nothing here.", (figure("35 %", 0.35),)), book.mark)
    assert book.derivations() == ()


def test_a_derivation_follows_a_computed_result_to_its_tables_and_filters() -> None:
    book = ledger()
    book.mark(figure("2", 2, "difference(r2[0].x, r2[1].x)", result="r2"))
    (row,) = book.derivations()
    assert (row.results, row.tables, row.filters) == (("r2",), ("flights",), ("month = 7",))


def test_a_reference_to_r1_is_not_one_to_r12() -> None:
    r1, r12 = (query(name, (), carriers("A"), tables=(f"public.{name}",)) for name in ("r1", "r12"))
    book = Ledger({"r1": r1, "r12": r12})
    book.mark(figure("2", 2, "sum(r12.x)", result="r12"))
    assert book.derivations()[0].results == ("r12",)


def test_an_arrow_stays_with_its_figure_at_the_end_of_a_line() -> None:
    claim = Claim("It fell: ▼ **69** from **1,009**.", (figure("69", 69), figure("1,009", 1009)))
    assert [span.text for span in claim_prose(claim, lambda figure: 1)] == ["It fell: ▼\u00a0", "69", " from ", "1,009", "."]


def test_marks_that_touch_a_figure_stay_with_it() -> None:
    figure, long = Span("13.4 min", "figure", 1), Span("the week of 24 June 2013, told at length", "figure", 2)
    spans = (Span("It was late ("), figure, Span("), more than "), long, Span("."))
    assert held(spans) == [
        ("", Span("It was late "), ""),
        ("(", figure, "),"),
        ("", Span(" more than "), ""),
        ("", long, ""),
        ("", Span("."), ""),
    ]
    assert "".join(before + span.text + after for before, span, after in held(spans)) == plain(spans)
    assert held((figure, Span("–"), figure))[1] == ("", Span(""), "")
