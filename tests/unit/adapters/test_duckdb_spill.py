"""Where DuckDB puts what does not fit into memory: rows of tables as they are, before any row rule."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from analytics_agent.adapters.duckdb.session import open_file
from analytics_agent.errors import WarehouseRefused


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files, and a database beside it."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    duckdb.connect(str(tmp_path / "shop.duckdb")).close()
    yield folder


def private(place: Path) -> Path:
    return place / f"analytics-agent-duckdb-{os.geteuid()}"


def spills_to(place: Path) -> Path:
    connection = open_file(place.parent / "shop.duckdb")
    (folder,) = connection.execute("SELECT current_setting('temp_directory')").fetchone() or ("",)
    connection.close()
    return Path(folder)


def test_it_is_a_folder_that_nobody_else_may_open(place: Path) -> None:
    assert spills_to(place).parent == private(place)
    assert private(place).stat().st_mode & 0o077 == 0


def test_what_a_killed_process_left_is_removed_and_what_one_that_lives_uses_is_not(place: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    private(place).mkdir(mode=0o700)
    left, used = private(place) / f"{process.pid}-ab", private(place) / f"{os.getpid()}-cd"
    for folder in (left, used):
        folder.mkdir()
        (folder / "rows").write_bytes(b"hidden")
    spills_to(place)
    assert not left.exists() and used.exists()


def test_a_folder_that_is_anybody_elses_is_not_used(place: Path) -> None:
    private(place).mkdir()
    private(place).chmod(0o755)
    with pytest.raises(WarehouseRefused, match="not a private folder"):
        spills_to(place)
