"""Logs are shown from their end, and a wrong name is answered with the right ones."""

from pathlib import Path

import pytest

from analytics_agent.errors import StackError
from analytics_agent.settings import load
from analytics_agent.stack.logs import ending_of, files, logs


def test_before_the_first_start_there_are_no_logs(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="analytics-agent up"):
        files(load(state=tmp_path), None)


def test_a_wrong_service_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "api.log").write_text("x")
    with pytest.raises(StackError, match="Known are api"):
        files(load(state=tmp_path), "../secrets")


def test_the_last_lines_of_one_service_are_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "api.log").write_text("one\ntwo\nthree\n")
    (tmp_path / "logs" / "temporal.log").write_text("other\n")
    assert logs(load(state=tmp_path), "api", lines=2) == 0
    assert capfd.readouterr().out == "two\nthree\n"


def test_of_a_huge_log_only_the_end_is_read(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"a" * 1000 + b"\xff end")
    assert ending_of(tmp_path / "big", size=5) == "\ufffd end"
