"""A run as a Python object."""

from pathlib import Path
from typing import Any

import pytest
from fakes.records import query
from unit.client.views import HOSTILE, Files, view

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.report import Report, ReportChart
from analytics_agent.domain.run import Clarification
from analytics_agent.errors import InvalidQuestion, UnknownResult

CHART = ReportChart("Mean delay", "Bars: F9 20.2 min.", Artifact("aa" * 32, 1, "image/svg+xml"), result="r1")


def waiting(files: Files | None = None) -> Any:
    return view(files, status="needs_input", answer=None, clarification=Clarification("Which summer?", ("2013", "both")))


def test_the_answer_is_plain_text_in_a_terminal() -> None:
    assert str(view().answer) == repr(view().answer) == "Frontier was 20.2 min late."
    assert view().answer.headline == "Frontier was latest"
    assert bool(view().answer)


def test_plain_text_has_no_marks_of_markdown_and_nothing_invisible() -> None:
    run = view()
    run.document["answer"]["summary"] = "**20.2\u00a0min**, 5\\*4 \u202e\x1b[2J`x`"
    assert str(run.answer) == "20.2\u00a0min, 5*4 \ufffd\ufffd[2Jx"


def test_without_an_answer_it_says_what_happened_instead() -> None:
    refused = view(status="refused", answer=None, reason="There is no weather here.")
    assert (bool(refused.answer), str(refused.answer), refused.reason) == (False, "There is no weather here.", "There is no weather here.")
    assert str(view(status="running", answer=None).answer) == "No answer yet: running."
    assert str(waiting().answer) == 'Which summer?\n  1  2013\n  2  both\nAnswer with run.answer_question("…"), or by a number.'


def test_a_question_back_is_answered_in_words_or_by_the_number_of_a_reading() -> None:
    files = Files()
    files.view = view()
    for answer, sent in ((2, "both"), ("the one of 2013", "the one of 2013")):
        run = waiting(files)
        assert run.answer_question(answer) is run
        assert (run.status, files.replies[-1]) == ("succeeded", sent)
    with pytest.raises(InvalidQuestion, match="There are 2"):
        waiting(files).answer_question(3)


def test_a_result_is_fetched_once_and_given_in_every_form() -> None:
    files = Files()
    result = view(files)["r1"]
    assert result.arrow().column_names == ["carrier", "delay"]
    assert result.df["delay"].iloc[0] == 20.215543
    assert result.polars()["carrier"].to_list() == ["F9", "EV", HOSTILE]
    frame = result.df
    del frame["delay"]
    assert list(result.df.columns) == ["carrier", "delay"]
    assert files.fetched == ["results/r1.parquet"]
    assert result.sql.endswith("LIMIT 50001")
    assert "&lt;img" in result._repr_html_() and "<img" not in result._repr_html_()


def test_polars_is_asked_for_by_name_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(ImportError, match="pip install polars"):
        view()["r1"].polars()


def test_an_unknown_result_names_those_there_are() -> None:
    with pytest.raises(UnknownResult, match="It has r1"):
        view()["r2"]


def test_reports_and_charts_are_saved_where_one_says(tmp_path: Path) -> None:
    run = view(report=Report(charts=(CHART,), pdf=CHART.svg))
    assert run.report.pdf.save(tmp_path / "new" / "late.pdf").read_bytes() == b"pdf of abc"
    assert run.report.html.save(str(tmp_path / "late.html")).read_bytes() == b"html of abc"
    assert run.charts[0].save(tmp_path / "late.svg", theme="dark").read_text().endswith("charts/1.svg?theme=dark</svg>")
    assert repr(run.report) == '<Report: run.report.pdf.save("report.pdf")>'
    assert "data:image/svg+xml;base64," in run.charts[0]._repr_html_()


def test_a_report_is_read_anew_as_it_may_be_made_a_second_time() -> None:
    files = Files()
    report = view(files).report
    report.pdf.read()
    report.pdf.read()
    assert files.fetched == ["report.pdf", "report.pdf"]


def test_a_run_can_be_read_again() -> None:
    run = view(status="running")
    assert run.refresh() is run
    assert (run.id, run.status) == ("abc", "succeeded")
    assert repr(run) == "<Run abc succeeded: How late were flights?>"


def test_what_an_answer_shows_is_known_before_it_is_shown() -> None:
    run = view(report=Report(charts=(CHART,)), queries=(query(id="r1"), query(id="r2")))
    shown = ["results/r1.parquet", "results/r2.parquet", "charts/1.svg?theme=light", "charts/1.svg?theme=dark"]
    assert run.shown_files == shown
