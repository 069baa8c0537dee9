"""What the stack's own commands show."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.cells import cell_len
from unit.cli.documents import Json, claim, document, query, screen

from analytics_agent import cli
from analytics_agent.cli import stack
from analytics_agent.cli.terminal import Page
from analytics_agent.stack import panel


def service(name: str, **more: Any) -> Json:
    known = {"name": name, "address": "127.0.0.1:5432", "health": "healthy", "version": "18.4", "pid": 42, "restarts": 0, "detail": ""}
    return known | more


def status(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *services: Json) -> str:
    """`status` of these services, which are healthy when each of them is."""
    found = {"services": list(services), "state": "/somewhere/.state"}
    healthy = all(one["health"] == "healthy" for one in services)
    observed = SimpleNamespace(services=services, healthy=healthy, as_json=lambda: found)
    monkeypatch.setattr("analytics_agent.stack.status.status", lambda _: observed)
    assert cli.run(["status"]) == (0 if healthy else 1)
    return capsys.readouterr().out


def test_services_are_a_table_that_fits_eighty_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    said = status(capsys, monkeypatch, service("postgres"), service("worker-warehouse", address="", pid=None, restarts=16))
    assert all(cell_len(line) <= 80 for line in said.splitlines())
    assert said.splitlines()[1].split() == ["●", "postgres", "127.0.0.1:5432", "18.4", "42"]
    assert said.splitlines()[2].split() == ["●", "worker-warehouse", "–", "18.4", "–", "16"]


def test_restarts_have_no_column_where_there_were_none(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "restarts" not in status(capsys, monkeypatch, service("postgres"))


def test_a_service_that_is_not_well_says_how_and_why(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    said = status(capsys, monkeypatch, service("api"), service("superset", health="failed", detail="exited\x1b[2J too quickly"))
    assert "✗  superset  failed" in said
    assert "!  superset: exited\ufffd[2J too quickly" in said


def test_before_the_first_start_one_is_told_how_to(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "analytics-agent up" in status(capsys, monkeypatch)


def test_a_diagnosis_says_first_what_is_wrong() -> None:
    found = {
        "problems": ["No answer from api: start the embedded stack with `analytics-agent up`, or correct the addresses. " * 2],
        "versions": {"python": "3.11.7"},
        "settings": {"state": "/x", "api_key": "set, not shown"},
        "reached": [{"name": "api", "address": "http://127.0.0.1:8321", "answers": False}],
        "last_errors": {"api": ["ERROR: \x1b[2Jgone"]},
    }
    said = screen(Page(stack._examined(found)))
    assert said.startswith("  !  No answer from api")
    assert "  ✗  api  http://127.0.0.1:8321\n" in said
    assert "  ERROR: \ufffd[2Jgone\n" in said
    assert all(cell_len(line) <= 80 for line in said.splitlines())


def closing(document: Json, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setattr(stack, "_login", lambda _: ("admin", "geheim"))
    monkeypatch.setattr(panel, "built", lambda: [tmp_path / "ask.supx"])
    given = SimpleNamespace(state=tmp_path, superset_url="http://127.0.0.1:8088")
    return screen(Page(stack._closing(document, given)))  # type: ignore[arg-type]


def test_the_demo_ends_with_its_sql_its_files_its_dashboard_and_the_login(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    superset = {"dashboard_url": "http://127.0.0.1:8088/superset/dashboard/ask-1/", "datasets": [], "charts": [], "failure": None}
    report = {"html": str(tmp_path / "late.html"), "pdf": str(tmp_path / "late.pdf")}
    asked = document(claim(), primary="r1", queries=[query(sql_as_run="SELECT a,\n  b\nFROM c")], superset=superset, report=report)
    lines = closing(asked, monkeypatch, tmp_path).splitlines()
    at = lines.index("  SELECT a,")
    assert lines[at - 1] == "  SQL of r1, the primary result"
    assert lines[at + 1 : at + 4] == ["    b", "  FROM c", ""]
    places = ["Report", str(tmp_path / "late.pdf"), "Dashboard", "Ask", "Superset", "Next", "Ask", "or", "Go", "Its", "Who"]
    assert [line.split()[0] for line in lines[at + 4 : -1]] == places
    assert "  Ask in Superset  http://127.0.0.1:8088/sqllab/" in lines
    assert "  Superset login   admin / geheim" in lines
    first, second = stack.OTHER_QUESTIONS
    assert f'  Ask also         analytics-agent ask "{first}" --database flights' in lines
    assert f'  or               analytics-agent ask "{second}" --database flights' in lines
    assert f'  Go on from it    analytics-agent ask "only JFK" --continue {asked["id"]}' in lines
    assert "  Its definitions  analytics-agent semantic picture flights --out model.svg" in lines


def test_the_demo_without_superset_shows_no_login(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = closing(document(claim(), primary="r1", queries=[query()]), monkeypatch, tmp_path)
    assert "login" not in said
    assert "geheim" not in said


def test_the_demo_of_a_run_that_failed_shows_where_to_look(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "runs show 7f3c21a9 --sql" in closing(document(reason="No model."), monkeypatch, tmp_path)
