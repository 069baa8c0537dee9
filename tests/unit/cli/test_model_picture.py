"""`semantic picture` draws a file without any service, and says what is wrong with one that is no model."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
import sample_files
from typer.testing import CliRunner

from analytics_agent.cli.semantic import commands


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(sample_files.semantic_model("shop"))
    return path


def test_a_file_is_drawn_to_the_screen_or_into_a_file(shop: Path, tmp_path: Path) -> None:
    printed = CliRunner().invoke(commands, ["picture", str(shop)])
    assert printed.exit_code == 0 and ElementTree.fromstring(printed.stdout).tag.endswith("svg")  # noqa: S314  ours
    out = tmp_path / "shop.svg"
    written = CliRunner().invoke(commands, ["picture", str(shop), "--out", str(out), "--theme", "dark"])
    assert written.exit_code == 0 and "#141719" in out.read_text() and "a browser shows it" in written.stderr


def test_what_is_no_model_is_said_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("semantic_model:\n  - datasets: 3\n")
    ended = CliRunner().invoke(commands, ["picture", str(broken)])
    assert ended.exit_code == 1 and "broken.yaml, " in ended.stderr and ended.stdout == ""
    assert CliRunner().invoke(commands, ["picture", str(tmp_path / "gone.yaml")]).exit_code == 2


def test_a_place_that_cannot_be_written_is_wrong_usage(shop: Path, tmp_path: Path) -> None:
    ended = CliRunner().invoke(commands, ["picture", str(shop), "--out", str(tmp_path / "no" / "folder.svg")])
    assert ended.exit_code == 2
