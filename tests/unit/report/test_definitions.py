"""A report tells what its metrics mean and who vouches for them, and says beside the answer when nobody does."""

from dataclasses import replace
from typing import Any

import pytest
from unit.report.samples import CARRIER, SHARE, answer, carriers, document, figure, query, ranking_run, run_of
from unit.report.test_render_html import EVIL, Reader

from analytics_agent.domain.answer import Claim
from analytics_agent.domain.evidence import Definition, Verified
from analytics_agent.report.document import ReportDocument
from analytics_agent.report.render import render_html, render_pdf

LATE = Definition("late_share", "Left late", "Fifteen minutes or more.", "AVG(late)", "certified", "Operations", "as filed", ("ada@air",))


def reported(*definitions: Definition, **changes: Any) -> ReportDocument:
    run, tables = ranking_run(**changes)
    return document(replace(run, queries=(replace(run.queries[0], definitions=definitions),)), tables)


def test_a_certified_definition_has_its_words_its_formula_and_who_vouches_for_it() -> None:
    told = reported(LATE)
    (one,) = told.definitions
    assert (one.badge, one.formula, one.results) == ("Certified", "AVG(late)", ("r1",))
    assert one.vouched == "Certified by Operations: as filed. Kept by ada@air."
    page = Reader(render_html(told))
    assert "What the metric means" in page.text and "Fifteen minutes or more." in page.text
    assert told.of_draft == ""


def test_a_draft_is_said_beside_the_answer_and_not_only_below() -> None:
    draft = replace(LATE, status="unreviewed", by="", details="")
    page = Reader(render_html(reported(draft))).text
    assert page.index("The definition of Left late is a draft that nobody has reviewed.") < page.index("What the metric means")
    assert "Unreviewed draft" in page and "Certified" not in page
    assert "Left late and Delay" in reported(draft, replace(draft, metric="delay", label="Delay")).of_draft


def test_what_a_person_has_reviewed_needs_no_badge() -> None:
    (one,) = reported(replace(LATE, status="reviewed", by="", details="", owners=())).definitions
    assert (one.badge, one.vouched) == ("", "")


def test_the_definition_behind_a_computed_figure_is_told_and_one_that_no_figure_uses_is_not() -> None:
    table = carriers("Southwest", "Delta")
    first = query("r1", (CARRIER, SHARE), table, definitions=(LATE,))
    computed = query("r2", (CARRIER, SHARE), table, source="computed", inputs=("r1",))
    other = query("r3", (CARRIER, SHARE), table, definitions=(replace(LATE, metric="other", label="Other"),))
    said = answer(Claim("It is 35.", (figure("35", 35, "r2[0].late_share", result="r2"),)))
    told = document(run_of(first, computed, other, answer=said), {"r1": table, "r2": table, "r3": table})
    assert [one.label for one in told.definitions] == ["Left late"]


def test_without_a_governed_metric_there_is_no_such_part() -> None:
    assert "definitions" not in [element.get("class") for element in Reader(render_html(reported())).all("section")]


@pytest.mark.parametrize("status", ["certified", "unreviewed"])
def test_what_a_semantic_model_says_is_never_markup(status: Any) -> None:
    page = Reader(render_html(reported(Definition(EVIL, EVIL, EVIL, EVIL, status, EVIL, EVIL, (EVIL,)))))
    assert page.all("script") == [] and page.all("img") == []


def test_the_definitions_go_onto_paper() -> None:
    """The print engine trips over styles that a browser takes."""
    draft = replace(LATE, metric="n", label="Departures", status="unreviewed")
    assert render_pdf(reported(LATE, draft)).startswith(b"%PDF-")


def test_a_verified_query_says_in_its_source_who_vouches_for_it() -> None:
    def source(verified: Verified) -> str:
        run, tables = ranking_run()
        changed = replace(run.queries[0], source="verified", verified=verified)
        return document(replace(run, queries=(changed,)), tables).listings[0].source

    assert source(Verified("How late?", "Ada", "2026-01-01")) == "a verified query, verified by Ada on 2026-01-01"
    assert source(Verified("How late?")) == "a verified query"
