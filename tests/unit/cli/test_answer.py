"""The page of a run, in each of its endings."""

from pathlib import Path
from typing import Any

import pytest
from unit.cli.documents import Json, claim, column, delay, document, query, screen

from analytics_agent.cli import places
from analytics_agent.cli.answer import page
from analytics_agent.client.words import duration, money


def shown(document: Json, rows: dict[str, Any] | None = None, **options: Any) -> str:
    return screen(page(document, rows or {}), **options)


def test_the_title_has_time_and_cost_at_its_right() -> None:
    first = shown(document(claim())).splitlines()[1]
    assert first.startswith("  Why were flights late?")
    assert first.endswith("✓ 48 s · $0.14")
    assert len(first) == 78


def test_figures_are_bold_and_each_claim_has_its_mark_before_its_end() -> None:
    said = shown(document(claim("It was **18.3\u00a0min** late.", "18.3\u00a0min"), claim("Nobody\\_knows \\*\\*why\\*\\*.")), colors=True)
    assert "\x1b[1m18.3 min\x1b[0m" in said
    assert "late \x1b[36m[1]\x1b[0m. Nobody_knows **why**." in said
    assert "[2]" not in said


def test_the_evidence_names_figures_result_rows_and_tables() -> None:
    computed = query("r2", source="computed", inputs=["r1"], tables=[], rows=1)
    asked = document(claim("A **1** B.", "1", "2", result="r2"), queries=[query(tables=["flights", "weather"]), computed])
    assert "  [1]  1 · 2  r2 ← r1  1 row  flights, weather" in shown(asked)


def test_figures_of_two_results_stand_with_their_own() -> None:
    told = claim("**1** of JetBlue and **2** of dry hours.", "1")
    told["figures"] += claim("", "2", result="r2")["figures"]
    asked = document(told, queries=[query(rows=16), query("r2", inputs=["r1"], rows=4, tables=[])])
    lines = shown(asked).splitlines()
    first = next(place for place, line in enumerate(lines) if "[1]  1 " in line)
    assert [line.split() for line in lines[first : first + 2]] == [
        ["[1]", "1", "r1", "16", "rows", "flights"],
        ["2", "r2", "←", "r1", "4", "rows", "flights"],
    ]


def test_evidence_on_a_narrow_terminal_stays_on_its_line() -> None:
    asked = document(claim("A.", *(f"{number} minutes" for number in range(20))), queries=[query(tables=["a" * 60])])
    (evidence,) = (line for line in shown(asked, width=60).splitlines() if line.startswith("  [1]"))
    assert len(evidence) <= 60
    assert "2 rows" in evidence


def test_governed_figures_are_said_to_be_so() -> None:
    assert "✓   every figure comes from governed metrics: Mean delay" in shown(document(claim("A.", "1"), queries=[query()]))


def definition(**more: Any) -> dict[str, Any]:
    known = {"metric": "mean_delay", "label": "Mean delay", "text": "", "formula": "AVG(flights.dep_delay)", "status": "reviewed"}
    return known | {"by": "", "details": "", "owners": []} | more


def test_a_count_of_groups_is_governed_by_what_its_limit_is_of() -> None:
    counted = query("r1", column("carrier_count", "integer"), definitions=[definition(label="Departures")])
    assert "✓   every figure comes from governed metrics: Departures" in shown(document(claim("A.", "22"), queries=[counted]))


def test_the_definitions_behind_the_figures_are_told_with_who_vouches_for_them() -> None:
    certified = definition(status="certified", by="Operations", details="as the airport reports it")
    said = " ".join(shown(document(claim("A.", "1"), queries=[query(definitions=[certified])])).split())
    assert "every figure comes from certified metrics: Mean delay" in said
    assert "Mean delay = AVG(flights.dep_delay) · certified by Operations: as the airport reports it" in said


def test_a_draft_is_said_to_be_one_and_never_to_be_certified() -> None:
    both = [definition(), definition(metric="x", label="X", formula="SUM(x)", status="unreviewed")]
    said = shown(document(claim("A.", "1"), queries=[query(definitions=both)]))
    assert "every figure comes from governed metrics" in said and "certified" not in said
    assert "X = SUM(x) · a draft that nobody has reviewed" in said


def test_a_definition_behind_a_computed_result_is_told_and_one_that_no_figure_uses_is_not() -> None:
    queries = [
        query(definitions=[definition()]),
        query("r2", inputs=["r1"], source="computed"),
        query("r3", inputs=["r2"], source="computed"),
    ]
    queries.append(query("r4", definitions=[definition(metric="other", label="Other", formula="SUM(z)")]))
    said = shown(document(claim("A.", "1", result="r3"), queries=queries))
    assert "AVG(flights.dep_delay)" in said and "SUM(z)" not in said


def test_a_definition_of_an_odd_kind_stays_on_its_line() -> None:
    said = shown(document(claim("A.", "1"), queries=[query(definitions=[definition(label="a\x1b[31m\nb", formula="x" * 400)])]))
    assert "\x1b[31m" not in said and "x" * 200 not in said.replace("\n", "").replace(" ", "")


def test_free_sql_and_a_row_limit_are_told() -> None:
    free = query(column("a")["name"], source="free", truncated=True, rows=50_000)
    said = shown(document(claim("A.", "1", result="a"), queries=[free]))
    assert "governed metrics:" not in said
    assert "!   a: free SQL, checked by the rules" in said
    assert "a holds the first 50,000 rows: there are more" in said


def test_a_verified_query_is_told_with_who_vouches_for_it() -> None:
    known = {"question": "How late\x1b[31m?", "by": "Ada", "on": "2026-01-01"}
    said = shown(document(claim("A.", "1", result="a"), queries=[query("a", source="verified", verified=known)]))
    assert "a: a verified query for “How late" in said and "verified by Ada on 2026-01-01" in said and "\x1b[31m" not in said
    assert "governed metrics" not in said and "free SQL" not in said
    nameless = query("a", source="verified", verified={"question": "How late?", "by": "", "on": ""})
    assert "by whom is not known" in shown(document(claim("A.", "1", result="a"), queries=[nameless]))


def test_what_is_left_out_and_not_answered_is_told() -> None:
    said = shown(
        document(claim(), caveats=["Cancelled flights are left out."], not_answered=["cost", "storms."], readings=["Summer: June."])
    )
    assert "  !   Cancelled flights are left out." in said
    assert "  Not answered  cost · storms" in said
    assert "  Read as  Summer: June" in said


def test_paths_and_commands_are_never_broken(tmp_path: Path) -> None:
    path = str(tmp_path / ("long-folder-name/" * 12) / "late.pdf")
    said = shown(document(claim(), queries=[query()], report={"html": None, "pdf": path}), width=50)
    assert f"  Report  {path}\n" in said
    assert "  Next    analytics-agent runs show 7f3c21a9 --sql\n" in said


def test_a_path_is_told_from_the_working_directory_where_that_is_shorter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert places.near(str(tmp_path / "out" / "late.pdf")) == "out/late.pdf"
    assert places.near("/x") == "/x"


def test_commands_are_named_as_this_one_was_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / ".venv" / "bin" / "analytics-agent"
    own.parent.mkdir(parents=True)
    own.touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [".venv/bin/analytics-agent", "runs"])
    assert places.program() == ".venv/bin/analytics-agent"
    assert "runs show 7f3c21a9 --sql\n" in shown(document(claim(), queries=[query()]), width=65), "the tail does not fit, the command stays"
    monkeypatch.setenv("PATH", str(own.parent))
    assert places.program() == "analytics-agent"


def test_both_files_of_a_report_have_their_line() -> None:
    lines = shown(document(claim(), report={"html": "/a/x.html", "pdf": "/a/x.pdf"})).splitlines()
    at = lines.index("  Report  /a/x.html")
    assert lines[at + 1] == "          /a/x.pdf"


def test_a_report_that_was_not_saved_comes_with_the_command_that_saves_it() -> None:
    both = {"html": "/v1/analyses/7f3c21a9/report.html", "pdf": "/v1/analyses/7f3c21a9/report.pdf"}
    assert "Report  analytics-agent reports download 7f3c21a9 (or --format html)" in shown(document(claim(), report=both))
    assert "download 7f3c21a9 --format html\n" in shown(document(claim(), report=both | {"pdf": None}))


def test_the_dashboard_or_why_there_is_none() -> None:
    superset = {"dashboard_url": "http://superset/dashboard/ask-7f3c21a9/", "datasets": [], "charts": [], "failure": None}
    assert "Dashboard  http://superset/dashboard/ask-7f3c21a9/" in shown(document(claim(), superset=superset))
    failed = superset | {"dashboard_url": None, "failure": "Superset does not answer."}
    assert "Dashboard  none: Superset does not answer." in shown(document(claim(), superset=failed))


def test_in_a_file_a_paragraph_is_one_line_and_there_is_no_color() -> None:
    asked = document(claim("Word **1** " * 60, "1"), question="Why? " * 60)
    said = shown(asked, terminal=False)
    assert "\x1b" not in said
    assert any(line.count("Word 1") == 60 for line in said.splitlines())
    assert any(line.count("Why?") == 60 for line in said.splitlines())


def test_a_very_long_question_does_not_push_the_cost_out_of_sight() -> None:
    lines = shown(document(claim(), question="Why were they late? " * 40), width=60).splitlines()
    assert lines[1].endswith("✓ 48 s · $0.14")
    assert all(len(line) <= 60 for line in lines)


def test_an_answer_whose_report_failed_says_so_and_is_shown() -> None:
    said = shown(document(claim(), status="failed", reason="The report could not be made."))
    assert said.index("✗ 48 s") < said.index("The report could not be made.") < said.index("Flights left")
    assert "is kept" not in said


def test_a_refusal_says_what_is_missing_and_what_would_work() -> None:
    refusal = {"reason": "No crew.", "missing": "who flew", "looked_in": ["flights", "planes"], "instead": ["Which carriers were late?"]}
    said = shown(document(status="refused", reason="No crew.", refusal=refusal))
    assert "! 48 s" in said
    for line in ("  No crew.", "  Missing    who flew", "  Looked in  flights, planes", "  ›  Which carriers were late?"):
        assert f"{line}\n" in said


def test_what_a_reason_says_is_missing_is_not_said_twice() -> None:
    refusal = {"reason": "“Crews” and “pilots” are not known here.", "missing": "crews, pilots", "looked_in": ["flights"], "instead": []}
    said = shown(document(status="refused", reason=refusal["reason"], refusal=refusal))
    assert "not known here" in said and "Missing" not in said and "Looked in" in said


def test_a_refusal_by_the_workflow_has_a_reason_alone() -> None:
    said = shown(document(status="refused", reason="The model declined."))
    assert "The model declined." in said
    assert "Missing" not in said


def test_a_question_back_comes_with_its_readings_and_the_command_that_answers() -> None:
    asked = {"question": "What counts as late?", "readings": ["15 minutes: FAA", "Any delay"], "answer": None}
    said = shown(document(status="needs_input", clarification=asked))
    assert "  What counts as late?\n   1  15 minutes: FAA\n   2  Any delay\n" in said
    assert "  Answer  analytics-agent runs answer 7f3c21a9 '15 minutes'\n" in said


def test_the_command_that_answers_runs_nothing_that_a_reading_holds() -> None:
    asked = {"question": "Which?", "readings": ["$(rm -rf ~)'; reboot"], "answer": None}
    assert """7f3c21a9 '$(rm -rf ~)'"'"'; reboot'""" in shown(document(status="needs_input", clarification=asked))


@pytest.mark.parametrize(("status", "mark"), [("failed", "✗"), ("cancelled", "!"), ("over_budget", "!")])
def test_a_run_that_stopped_says_why_and_what_is_kept(status: str, mark: str) -> None:
    said = shown(document(status=status, reason="Stopped at $0.50.", queries=[query(), query("r2")]))
    assert f"{mark} 48 s" in said
    assert "  Stopped at $0.50.\n  What it found until then is kept: 2 results.\n" in said
    assert "runs show 7f3c21a9 --sql" in said


def test_a_run_that_still_runs_says_so() -> None:
    assert "Still running: 1 result so far." in shown(document(status="running", queries=[query()]))


def test_a_status_that_this_client_does_not_know_is_told_as_it_is() -> None:
    assert "The run is paused" in shown(document(status="paused"))


def test_without_the_ending_nobody_is_told_where_to_go() -> None:
    assert "Next" not in screen(page(document(claim(), queries=[query()]), {}, ending=False))


def test_names_in_wide_scripts_stand_in_line() -> None:
    rows = {
        "r1": [{"carrier": "日本航空", "mean_delay": 2.0}, {"carrier": "אל על", "mean_delay": 1.0}, {"carrier": "x" * 60, "mean_delay": 1}]
    }
    said = shown(document(claim(), primary="r1", queries=[query("r1", column("carrier", "text"), delay())]), rows)
    from rich.cells import cell_len

    bars = [line for line in said.splitlines() if "█" in line]
    assert len(bars) == 3
    assert len({cell_len(line[: line.index("█")]) for line in bars}) == 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.1, "9.1 s"), (9, "9 s"), (48.2, "48 s"), (59.6, "1 min"), (188.0, "3 min 8 s"), (7500, "2 h 5 min")],
)
def test_durations_are_told_in_what_people_count(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("dollars", "text"), [(0.0, "no cost"), (0.0004, "$0.0004"), (0.14, "$0.14"), (1234.5, "$1,234.50")])
def test_costs_are_told_in_dollars(dollars: float, text: str) -> None:
    assert money(dollars) == text


@pytest.mark.parametrize(
    ("condition", "is_all"), [("catches.kind is cod", True), ("catches.year >= 2018", False), ("orders.day < 2025-01-01", False)]
)
def test_a_condition_on_a_part_of_the_time_is_not_called_all_of_the_data(condition: str, is_all: bool) -> None:
    asked = document(claim(), queries=[query(predicates=[condition])], primary="r1")
    assert ("all of the data" in shown(asked)) == is_all
