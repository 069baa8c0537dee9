"""`semantic import` and `export`: files of other tools become a file to review and the other way, and what was left is told."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner
from unit.semantic import shop

from analytics_agent import semantic
from analytics_agent.cli.app import app
from analytics_agent.client import Client

run = CliRunner().invoke
PROJECT = Path(__file__).parents[1] / "semantic" / "exchange" / "project.yaml"


def test_a_dbt_project_is_printed_or_written_and_what_was_left_is_named(tmp_path: Path) -> None:
    done = run(app, ["semantic", "import", "dbt", str(PROJECT), "--name", "shop"])
    assert done.exit_code == 0 and semantic.load(done.stdout).name == "shop"
    assert "metric `growth`" in done.stderr and "nobody has reviewed it" in done.stdout
    folder = tmp_path / "models" / "marts"
    folder.mkdir(parents=True)
    (folder / "orders.yml").write_text(PROJECT.read_text())
    (folder / "orders.sql").write_text("select 1")
    out = tmp_path / "out.yaml"
    done = run(app, ["semantic", "import", "dbt", str(tmp_path), "--out", str(out)])
    assert done.exit_code == 0 and not done.stdout and "4 datasets" in done.stderr and "semantic validate" in done.stderr
    assert semantic.load(out.read_text()).metric("revenue")


@pytest.mark.parametrize(("text", "status"), [("a: [", 1), ("version: 2", 1), (b"\xff\xfe", 2)])
def test_what_is_no_project_of_dbt_is_said_in_a_sentence(tmp_path: Path, text: str | bytes, status: int) -> None:
    file = tmp_path / "x.yml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = run(app, ["semantic", "import", "dbt", str(file)])
    assert done.exit_code == status and "x.yml" in done.stderr and "Traceback" not in done.stderr


def test_a_folder_without_files_of_dbt_is_wrong_usage(tmp_path: Path) -> None:
    assert run(app, ["semantic", "import", "dbt", str(tmp_path)]).exit_code == 2


def test_of_a_project_what_dbt_wrote_itself_is_not_read_beside_its_yaml(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "orders.yml").write_text(PROJECT.read_text())
    target = tmp_path / "target"
    target.mkdir()
    (target / "manifest.json").write_text("{no json")
    (target / "catalog.json").write_text("{no json")
    assert run(app, ["semantic", "import", "dbt", str(tmp_path)]).exit_code == 0
    done = run(app, ["semantic", "import", "dbt", str(target)])
    assert done.exit_code == 1 and "manifest.json, line 1: this is not JSON." in done.stderr and "catalog" not in done.stderr
    (target / "semantic_manifest.json").write_text(json.dumps(yaml.safe_load(PROJECT.read_text())))
    done = run(app, ["semantic", "import", "dbt", str(target)])
    assert done.exit_code == 0 and semantic.load(done.stdout).metric("revenue")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    with file.open("wb") as made:
        made.truncate(131_000_000)
    done = run(app, ["semantic", "import", "dbt", str(file)])
    assert done.exit_code == 1 and "it has 131 MB, and JSON of 100 MB is read at most" in done.stderr


def test_a_model_is_exported_for_dbt_and_comes_back(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.yaml", tmp_path / "theirs.yml"
    ours.write_text(shop.TEXT)
    done = run(app, ["semantic", "export", "dbt", str(ours), "--out", str(theirs)])
    assert done.exit_code == 0 and "metric `revenue`: its rows have no time of their own" in done.stderr
    back = run(app, ["semantic", "import", "dbt", str(theirs)])
    assert back.exit_code == 0 and semantic.load(back.stdout).metric("visitors")
    assert "semantic_models:" in run(app, ["semantic", "export", "dbt", str(ours)]).stdout


FOUND = {"semantic_model": "version: 0\n", "datasets": 2, "metrics": 3, "left": ["metric `odd`: it holds Jinja; it was left out."]}
STEP = {"dataset": "orders", "what": "metric revenue", "is_new": True, "text": "expression: SUM(amount)"}


def test_what_superset_says_becomes_a_file_and_what_was_left_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Client, "import_superset_model", lambda _, name: FOUND)
    out = tmp_path / "shop.yaml"
    done = run(app, ["semantic", "import", "superset", "--database", "shop", "--out", str(out)])
    assert done.exit_code == 0 and out.read_text() == "version: 0\n"
    assert "metric `odd`" in done.stderr and "2 datasets, 3 metrics, 1 things" in done.stderr and "semantic set shop" in done.stderr


@pytest.mark.parametrize(
    ("steps", "written", "ending"),
    [
        ([STEP], True, "1 changes, 1 things left"),
        ([STEP], False, "Nothing was written."),
        ([], False, "There is nothing to do in Superset."),
    ],
)
def test_a_plan_is_printed_step_by_step(monkeypatch: pytest.MonkeyPatch, steps: list[object], written: bool, ending: str) -> None:
    told = {"steps": steps, "left": ["column `status` of orders: its label was written by hand."], "written": written}
    asked: list[bool] = []
    monkeypatch.setattr(Client, "export_superset_model", lambda _, name, *, dry_run: asked.append(dry_run) or told)
    done = run(app, ["semantic", "export", "superset", "shop", *([] if written else ["--dry-run"])])
    assert done.exit_code == 0 and asked == [not written] and ending in done.stderr and "by hand" in done.stderr
    assert done.stdout == ("+ orders: metric revenue: expression: SUM(amount)\n" if steps else "")
