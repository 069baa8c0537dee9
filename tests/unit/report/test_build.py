"""What a report says and in which order."""

from dataclasses import replace

import pyarrow as pa
from fakes.records import query as stored
from unit.report.samples import (
    CARRIER,
    DELAY,
    MONTH,
    NOW,
    SEASON,
    SHARE,
    answer,
    carriers,
    document,
    figure,
    finding,
    monthly,
    query,
    ranking_run,
    run_of,
)

from analytics_agent.domain.answer import Claim
from analytics_agent.domain.evidence import Evidence, ResultColumn
from analytics_agent.domain.policy import rows_caveat
from analytics_agent.domain.run import Refusal, Run
from analytics_agent.report.build import RAN_NARROWED, _listing
from analytics_agent.report.document import ReportDocument
from analytics_agent.report.grid import grid_of
from analytics_agent.report.render import render_html


def comparison_run() -> tuple[Run, dict[str, pa.Table]]:
    source = pa.table({"season": ["spring", "summer"], "delay": [13.38, 18.33]})
    table = pa.table(
        {
            "before": [13.38],
            "now": [18.33],
            "difference": [4.95],
            "direction": ["rose"],
            "before_group": ["spring"],
            "now_group": ["summer"],
        }
    )
    columns = (
        ResultColumn("before", "number", "Mean delay, before", unit="min", decimals=1),
        ResultColumn("now", "number", "Mean delay, now", unit="min", decimals=1),
        ResultColumn("difference", "number", "Difference", unit="min", decimals=1),
        ResultColumn("direction", "text", "Direction", format="text"),
        ResultColumn("before_group", "text", "Before", format="text"),
        ResultColumn("now_group", "text", "Now", format="text"),
    )
    r1 = query("r1", (SEASON, DELAY), source)
    r2 = query("r2", columns, table, source="computed", inputs=("r1",), method="Now minus before. Unrounded.", sql="", sql_as_run="")
    found = finding("comparison", "r2", ("r1",), {"measure": "delay", "column": "season"}, title="Summer was later")
    claim = Claim("It rose to **18.3\u00a0min**.", (figure("18.3\u00a0min", 18.33, "r1[1].delay", row=1, column="delay"),), "f1")
    return run_of(r1, r2, findings=(found,), answer=answer(claim)), {"r1": source, "r2": table}


def test_the_title_is_the_question_and_the_headline_the_finding() -> None:
    made = document(*ranking_run(text="  Who was\nlate?  "))
    assert (made.title, made.headline) == ("Who was late?", "Southwest leads")


def test_a_very_long_question_is_cut_in_the_title_and_whole_among_the_facts() -> None:
    made = document(*ranking_run(text="Why? " * 2000))
    assert len(made.title) <= 301
    assert made.facts[0].value == ("Why? " * 2000).strip()


def test_a_comparison_of_the_whole_leads_the_key_figures_with_its_change_and_base() -> None:
    made = document(*comparison_run())
    (key,) = made.key_figures
    assert (key.label, key.value, key.unit) == ("Mean delay", "18.3", "min")
    assert (key.change, key.direction, key.tone, key.base) == ("5.0\u00a0min", "up", "bad", "spring 13.4\u00a0min")


def test_a_rise_of_what_should_rise_is_good_and_of_the_unknown_neither() -> None:
    run, tables = comparison_run()
    for measure, tone in ((replace(DELAY, higher_is="good"), "good"), (replace(DELAY, higher_is=None), "plain")):
        r1 = replace(run.queries[0], columns=(SEASON, measure))
        changed = replace(run, queries=(r1, *run.queries[1:]))
        assert document(changed, tables).key_figures[0].tone == tone


def test_one_row_shows_its_figures() -> None:
    table = pa.table({"flights": [336776]})
    made = document(run_of(query("r1", (ResultColumn("flights", "integer", "Flights", metric="flights"),), table)), {"r1": table})
    assert [(key.label, key.value) for key in made.key_figures] == [("Flights", "336,776")]
    assert made.chart is None


def test_key_figures_of_one_measure_are_led_by_their_rows() -> None:
    first = Claim("**35.0\u00a0%**", (figure("35.0\u00a0%", 0.35),))
    second = Claim("**30.0\u00a0%**", (figure("30.0\u00a0%", 0.3, "r1[1].late_share", row=1),))
    made = document(*ranking_run(answer=answer(first, second)))
    assert [(key.label, key.value, key.note) for key in made.key_figures] == [
        ("Southwest", "35.0", "Left late"),
        ("JetBlue", "30.0", "Left late"),
    ]


def test_a_finding_has_its_claim_its_evidence_and_its_picture() -> None:
    (section,) = document(*comparison_run()).sections
    assert section.title == "Summer was later"
    assert [span.text for span in section.prose[0] if span.kind == "figure"] == ["18.3\u00a0min"]
    assert section.evidence.tables == ("flights",)
    assert section.evidence.computed_from == ("r1",)
    assert section.evidence.method_in_short == "A method."


def test_a_picture_that_page_one_shows_is_not_repeated_but_its_rows_are_shown() -> None:
    run, tables = ranking_run()
    ranked = pa.table({"rank": [1, 2, 3], "carrier": ["Southwest", "JetBlue", "Delta"], "late_share": [0.35, 0.3, 0.25]})
    r2 = query("r2", (ResultColumn("rank", "integer", "Rank"), CARRIER, SHARE), ranked, source="computed", inputs=("r1",))
    found = finding("ranking", "r2", ("r1",), {"measure": "late_share", "by": "carrier", "direction": "highest"})
    made = document(replace(run, queries=(*run.queries, r2), findings=(found,)), {**tables, "r2": ranked})
    (section,) = made.sections
    assert made.chart is not None
    assert section.chart is None
    assert section.grid is not None
    assert section.grid.rows[0] == ("1", "Southwest", "35.0")


def test_a_further_result_is_shown_though_no_finding_is_about_it() -> None:
    first, second = carriers("A", "B"), monthly((1.0, 2.0, 3.0))
    made = document(
        run_of(query("r1", (CARRIER, SHARE), first), query("r2", (MONTH, DELAY), second, title="By month")), {"r1": first, "r2": second}
    )
    (section,) = made.sections
    assert (section.title, section.is_finding) == ("By month", False)
    assert section.chart is not None


def test_a_long_answer_leads_with_its_first_claims() -> None:
    claims = [Claim(f"Claim {i} " + "word " * 30, ()) for i in range(6)]
    made = document(*ranking_run(answer=answer(*claims)))
    lead, rest = ("".join(span.text for span in part) for part in (made.lead, made.rest))
    assert lead.startswith("Claim 0")
    assert len(lead) <= 420
    assert all(f"Claim {i}" in lead + rest for i in range(6))


def test_a_table_is_capped_and_says_so() -> None:
    table = pa.table({"name": [f"n{i}" for i in range(10_000)], "v": [float(i) for i in range(10_000)]})
    columns = (ResultColumn("name", "text", "Name", format="text"), ResultColumn("v", "number", "V"))
    made = document(run_of(query("r1", columns, table, truncated=True)), {"r1": table})
    assert made.data is not None
    assert len(made.data.rows) == 200
    assert made.data.note == (
        "The first 200 of 10,000\u00a0rows. The whole result is kept with the run: "
        "save it as CSV from the page Ask, or read it in a notebook. "
        "The limit was reached: more rows exist in the database."
    )
    assert any("more exist" in caveat for caveat in made.caveats)


def test_paper_shows_the_first_rows_of_a_long_table_and_says_where_the_rest_is() -> None:
    def made(rows: int) -> ReportDocument:
        table = pa.table({"name": [f"n{i}" for i in range(rows)], "v": [float(i) for i in range(rows)]})
        columns = (ResultColumn("name", "text", "Name", format="text"), ResultColumn("v", "number", "V"))
        return document(run_of(query("r1", columns, table)), {"r1": table})

    screen = render_html(made(185))
    assert screen.count('<tr class="on-screen">') == 145 and "185\u00a0rows." in screen
    assert "The first 40 of 185\u00a0rows. The whole result is kept with the run" in screen
    assert 'class="on-screen">' not in render_html(made(60))


def test_a_wide_table_is_cut_into_pieces_that_together_have_every_column() -> None:
    names = ["key", *(f"measure_number_{i}" for i in range(29))]
    table = pa.table({name: [1.5] * 3 for name in names})
    columns = tuple(ResultColumn(name, "number", name) for name in names)
    grid = grid_of(query("r1", columns, table), table)
    assert grid.landscape
    assert len(grid.parts) > 1
    assert all(part[0] == 0 for part in grid.parts)
    assert sorted({i for part in grid.parts for i in part}) == list(range(30))
    for part in grid.parts:
        assert sum(grid.share(i, part) for i in part) <= 100


def test_columns_that_read_alike_are_told_apart() -> None:
    table = pa.table({"a": [1.0], "b": [2.0]})
    grid = grid_of(query("r1", (ResultColumn("a", "number", "Delay"), ResultColumn("b", "number", "Delay")), table), table)
    assert [column.label for column in grid.columns] == ["Delay (a)", "Delay (b)"]


def test_a_result_without_rows_says_so() -> None:
    table = carriers()
    made = document(run_of(query("r1", (CARRIER, SHARE), table), answer=answer(Claim("No flight matches.", ()))), {"r1": table})
    assert made.chart is None
    assert made.data is not None
    assert made.data.note == "The query returned no rows."


def test_a_refused_run_says_what_is_missing() -> None:
    refusal = Refusal("Nobody wrote down who flew.", missing="who flew each flight", instead=("Which aircraft flew most?",))
    made = document(run_of(status="refused", answer=None, refusal=refusal), {})
    assert made.status == "This question could not be answered from this database. Nobody wrote down who flew."
    assert made.not_answered == ("Missing: who flew each flight.", "Which aircraft flew most?")


def test_results_whose_rows_are_gone_are_listed_all_the_same() -> None:
    run, _ = ranking_run()
    made = document(run, {})
    assert made.data is None
    assert [one.result for one in made.listings] == ["r1"]


def test_only_a_web_address_is_linked() -> None:
    assert document(*ranking_run(), dashboard="javascript:alert(1)").dashboard_url is None
    assert document(*ranking_run(), dashboard="https://superset.example/d/1").dashboard_url == "https://superset.example/d/1"


def test_the_facts_tell_what_was_asked_and_what_it_took() -> None:
    run, tables = ranking_run()
    evidence = Evidence("r1", ("r1",), ("Scope: from LaGuardia", "Late: 15 minutes or more."))
    facts = {fact.label: fact.value for fact in document(replace(run, evidence=evidence), tables).facts}
    assert "Asked by" not in facts, "the owner is the id of a key, which tells a reader nothing"
    assert facts["Read as"] == "Scope: from LaGuardia. Late: 15 minutes or more."
    assert facts["Cost"] == "$0.02 · 3\u00a0turns · 1,200\u00a0tokens"
    assert facts["Queries"] == "1 run, 1 used"
    assert facts["Time"].startswith("12\u00a0s, of which 9.0\u00a0s in the model")
    assert NOW.strftime("%H:%M UTC") in facts["Run"]


def test_a_listing_says_who_let_a_statement_run_that_was_over_the_limit() -> None:
    approval = "Approved by Ada. It was expected to go through about 8.8 billion rows of flights × weather; the limit is 1 billion."
    assert _listing(stored(id="r1", approval=approval)).remarks[-1] == approval
    assert approval not in _listing(stored(id="r1")).remarks


def test_a_statement_that_was_narrowed_is_not_called_as_it_ran() -> None:
    rule = rows_caveat("flights")
    narrowed = _listing(stored(id="r1", caveats=("Cancelled flights are left out.", rule)))
    assert narrowed.ran_narrowed
    assert narrowed.remarks[-1] == f"{RAN_NARROWED} {rule}"
    assert not _listing(stored(id="r1", caveats=("Cancelled flights are left out.",))).ran_narrowed


def test_what_rights_left_out_is_said_before_all_else() -> None:
    run, tables = ranking_run()
    assert run.evidence is not None
    rule = rows_caveat("flights")
    caveats = ("Cancelled flights are left out.", rule)
    made = document(replace(run, evidence=replace(run.evidence, caveats=caveats)), tables)
    assert made.caveats[0] == rule


def test_an_answer_of_a_part_says_so_right_below_itself() -> None:
    run, tables = ranking_run()
    assert run.evidence is not None
    made = document(replace(run, evidence=replace(run.evidence, caveats=(rows_caveat("flights"),))), tables)
    page = render_html(made)
    assert page.index("From a part of the data only.") < page.index("What to keep in mind</h2>")
    assert document(run, tables).of_part == "" and "From a part of" not in render_html(document(run, tables))


def test_a_title_begins_with_a_capital_letter() -> None:
    for asked, title in (("orders by region", "Orders by region"), ("iPhone sales", "iPhone sales"), ("2025 in short", "2025 in short")):
        run = run_of()
        made = document(replace(run, question=replace(run.question, text=asked)), {})
        assert made.title == title
