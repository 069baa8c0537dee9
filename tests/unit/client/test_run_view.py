"""A run as a Python object."""

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes.records import ANSWER, EVIDENCE, query, question

from analytics_agent.api.document import document
from analytics_agent.client import RunView
from analytics_agent.domain.answer import Answer, Claim, Figure
from analytics_agent.domain.run import Clarification, Run
from analytics_agent.errors import UnknownResult

HOSTILE = "<img src=x onerror=alert(1)>"


class Files:
    """A client that has one result and one report, and counts how often it is asked."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    def document(self, run_id: str) -> dict[str, Any]:
        return _document(Run(question(run_id=run_id), "succeeded"))

    def file(self, run_id: str, name: str) -> bytes:
        self.fetched.append(name)
        if name.startswith("report."):
            return f"{name.removeprefix('report.')} of {run_id}".encode()
        buffer = io.BytesIO()
        pq.write_table(pa.table({"carrier": ["F9", HOSTILE], "delay": [20.2, None]}), buffer)
        return buffer.getvalue()


def _document(run: Run) -> dict[str, Any]:
    return dict(document(run))


def _run(**changes: Any) -> RunView:
    parts: dict[str, Any] = {"answer": ANSWER, "evidence": EVIDENCE, "queries": (query(id="r1"),)} | changes
    return RunView(Files(), _document(Run(question(run_id="abc"), parts.pop("status", "succeeded"), **parts)))


def test_the_answer_is_plain_text_in_a_terminal() -> None:
    assert str(_run().answer) == repr(_run().answer) == "Frontier was 20.2 min late."
    assert _run().answer.headline == "Frontier was latest"
    assert bool(_run().answer)


def test_text_out_of_a_database_is_never_markup() -> None:
    figure = Figure(HOSTILE, HOSTILE, None, "r1", f"r1[0].{HOSTILE}")
    run = _run(answer=Answer(HOSTILE, HOSTILE, (Claim(f"{HOSTILE} and {HOSTILE}", (figure, figure)),), (HOSTILE,)))
    for html in (run._repr_html_(), run["r1"]._repr_html_()):
        assert "<img" not in html
        assert "&lt;img" in html


def test_without_an_answer_it_says_what_happened_instead() -> None:
    refused = _run(status="refused", answer=None, reason="There is no weather here.")
    assert (bool(refused.answer), str(refused.answer), refused.reason) == (False, "There is no weather here.", "There is no weather here.")
    assert str(_run(status="running", answer=None).answer) == "No answer yet: running."
    asked = _run(status="needs_input", answer=None, clarification=Clarification("Which summer?", ("2013", "both")))
    assert str(asked.answer) == 'Which summer?\n  1  2013\n  2  both\nAnswer with run.answer_question("…"), or by a number.'


def test_a_result_is_fetched_once_and_given_in_every_form() -> None:
    run = _run()
    result = run["r1"]
    assert result.arrow().column_names == ["carrier", "delay"]
    assert result.df["delay"].iloc[0] == 20.2
    frame = result.df
    del frame["delay"]
    assert list(result.df.columns) == ["carrier", "delay"]
    assert run._source.fetched == ["results/r1.parquet"]  # type: ignore[attr-defined]
    assert result.sql.endswith("LIMIT 50001")


def test_polars_is_asked_for_by_name_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(ImportError, match="pip install polars"):
        _run()["r1"].polars()


def test_an_unknown_result_names_those_there_are() -> None:
    with pytest.raises(UnknownResult, match="It has r1"):
        _run()["r2"]


def test_reports_are_saved_where_one_says(tmp_path: Path) -> None:
    path = _run().report.pdf.save(tmp_path / "new" / "late.pdf")
    assert path.read_bytes() == b"pdf of abc"
    assert _run().report.html.save(str(tmp_path / "late.html")).read_bytes() == b"html of abc"


def test_a_run_can_be_read_again() -> None:
    again = _run(status="running").refresh()
    assert (again.id, again.status) == ("abc", "succeeded")
    assert repr(again) == "<Run abc succeeded: How late were flights?>"
