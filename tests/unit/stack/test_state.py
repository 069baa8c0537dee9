"""The state folder: private files, whole files, and only folders that are ours."""

import errno
import os
import threading
import time
from pathlib import Path

import pytest

from analytics_agent.errors import StackError, StorageFull
from analytics_agent.stack.state import State, disk, write_private


def test_a_folder_with_a_strangers_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(StackError, match="not made by analytics-agent"):
        State(tmp_path).create()
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_folder_is_made_and_known_again(tmp_path: Path) -> None:
    state = State(tmp_path / "deep" / "state")
    assert not state.exists()
    state.create()
    (state.folder / "anything").write_text("written by a service")
    state.create()
    assert state.exists()


def test_artifacts_written_before_the_first_start_do_not_make_the_folder_strange(tmp_path: Path) -> None:
    (tmp_path / "artifacts").mkdir()
    State(tmp_path).create()
    assert State(tmp_path).exists()


def test_a_private_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_private(tmp_path / "secret", "one")
    finally:
        os.umask(before)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_a_private_file_replaces_one_that_was_open_to_all(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)


def test_a_failed_write_leaves_the_old_content_and_no_scraps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    write_private(path, "old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull, match="full"):
        write_private(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]


def test_a_full_disk_and_a_forbidden_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(StorageFull), disk(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(StackError, match="cannot be written"), disk(tmp_path):
        raise OSError(errno.EROFS, "Read-only file system")


def test_space_is_asked_for_before_it_is_needed(tmp_path: Path) -> None:
    State(tmp_path).require_space(1)
    with pytest.raises(StorageFull, match="needed"):
        State(tmp_path).require_space(10**9)


def test_a_second_command_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with State(tmp_path).lock(order.append):
            order.append("second")

    with State(tmp_path).lock(order.append):
        thread = threading.Thread(target=second)
        thread.start()
        while not order:
            time.sleep(0.01)
        order.append("first")
    thread.join(timeout=10)
    assert "waiting" in order[0]
    assert order[1:] == ["first", "second"]
